"""Sign in on the page, see who is signed in, and sign out."""

import pytest

from api.settings import Settings
from layers.access import Gate
from layers.workspace import Workspace


@pytest.fixture(scope="module")
def own(serve):
    """A server over a store of its own, and the secret of an editor."""
    workspace = Workspace.open()
    _, secret = Gate(workspace.store).issue("李工 <b>{{7*7}}</b>", "editor")
    with serve(Settings(), workspace) as address:
        yield f"{address}/", secret
    workspace.close()


def test_an_editor_signs_in_stays_signed_in_and_signs_out(visit, own):
    address, secret = own
    page = visit(address=address, fresh=True)
    page.click("#account")
    page.fill("#token", secret)
    with page.expect_navigation():
        page.press("#token", "Enter")
    page.wait_for_selector("body[data-ready]")
    assert page.inner_text("#account") == "李工 <b>{{7*7}}</b>"
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("fetch('/session').then((answer) => answer.json())")["role"] == "editor"
    page.click("#account")
    with page.expect_navigation():
        page.click("#sign-out")
    page.wait_for_selector("body[data-ready]")
    assert page.inner_text("#account") == ""


def test_a_wrong_token_is_told_and_nothing_else_happens(visit, own):
    page = visit(address=own[0], fresh=True)
    page.click("#account")
    page.fill("#token", "onemap_x_y")
    page.press("#token", "Enter")
    page.get_by_text("令牌无效、已过期或已撤销", exact=True).wait_for()
    page.keyboard.press("Escape")
    page.wait_for_selector(".account-dialog", state="detached")
    assert all("401" in text for text in page.watch.said)
    page.watch.said.clear()
