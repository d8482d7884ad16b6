"""The page in a real browser: the application on a port of its own, and a watch on each page."""

import shutil
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from serving import running

from api.settings import Settings

DESKTOP = {"width": 1440, "height": 900}
OPTIONS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever the page may try, the browser finds no host but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`))"""
GO = """([fragment, centre, zoom]) => {
  location.hash = fragment;
  map_onemap.setView(centre, zoom, { animate: false });
}"""
SPOT = """(selector) => {
  for (let y = 60; y < innerHeight; y += 7)
    for (let x = 5; x < innerWidth; x += 7)
      if (document.elementFromPoint(x, y)?.matches(selector)) return { x, y };
  return null;
}"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def serve():
    """A context that serves a workspace with settings of its own."""
    return running


@pytest.fixture(scope="module")
def site(workspace):
    with running(Settings(), workspace) as address:
        yield address


@pytest.fixture(scope="module")  # one that lived longer would leave its event loop to others
def browser():
    """Chromium, or a skip that says what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is missing: make test installs it where it may")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=program, args=OPTIONS)
        yield launched
        launched.close()


class Watch:
    """A page under watch: what it said, asked for and let happen."""

    def __init__(self, context, address):
        self.address = address
        self.said, self.asked, self.dialogs = [], [], []
        context.set_default_timeout(8000)
        context.add_init_script(REPORT_VIOLATIONS)
        self.page = context.new_page()
        self.page.watch = self
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", self._refuse)

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def _refuse(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, fragment):
        self.page.goto(self.address + fragment)
        settle(self.page)
        self.view = self.page.evaluate("[map_onemap.getCenter(), map_onemap.getZoom()]")

    def again(self, fragment):
        self.said, self.asked, self.dialogs = [], [], []
        self.page.mouse.move(0, 0)
        self.page.evaluate(GO, [fragment, *self.view])
        settle(self.page)

    def foreign(self):
        home = urlsplit(self.address).netloc
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != home
        ]

    def check(self):
        assert self.said == []
        assert self.dialogs == []
        assert self.foreign() == []


@pytest.fixture(scope="module")
def kept(browser):
    """Pages that stay open for the tests of a module, by what they were opened with."""
    pages = {}
    yield pages
    for watch in pages.values():
        watch.page.context.close()


@pytest.fixture
def visit(browser, site, kept):
    """Open the page at a fragment of its address; what it did is judged when the test ends.

    A page is kept for the module's next test, as its whole state stands in its address, unless
    it is to be ``fresh``.
    """
    used = []

    def open_page(fragment="#", *, address=None, fresh=False, viewport=None, **options):
        address = address or f"{site}/"
        options |= {"viewport": viewport or DESKTOP}
        key = repr((address, options))
        watch = None if fresh else kept.get(key)
        if watch is None:
            watch = Watch(browser.new_context(**options), address)
            used.append(watch)
            watch.open(fragment)
            if not fresh:
                kept[key] = watch
        else:
            used.append(watch)
            watch.again(fragment)
        return watch.page

    yield open_page
    for watch in used:
        watch.check()
        if watch not in kept.values():
            watch.page.context.close()


def settle(page):
    """Wait until the page is drawn and rests: labels are placed once the map has stopped."""
    page.wait_for_selector("body[data-ready]")
    page.evaluate("document.fonts.ready.then(() => null)")
    until(page, "!document.querySelector('.leaflet-cluster-anim, .leaflet-zoom-anim')")
    page.wait_for_timeout(150)


def until(page, script):
    """Wait for a script to hold; the page's policy forbids Playwright's own way, an eval."""
    end = time.monotonic() + 8
    while not page.evaluate(script):
        assert time.monotonic() < end, f"never came true: {script}"
        page.wait_for_timeout(20)


def spot(page, selector):
    """Return the first place on the screen where a click hits what a selector matches."""
    found = page.evaluate(SPOT, selector)
    assert found, f"nothing on the screen matches {selector}"
    return found["x"], found["y"]


@pytest.fixture(scope="session")
def hand():
    """What a planner's hand does on the page."""
    return SimpleNamespace(settle=settle, spot=spot, until=until)
