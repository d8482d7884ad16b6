"""The documents say what there is: every command, option, setting, parameter and route."""

import re
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel
from starlette.routing import Mount

from api import parameters
from api.app import create_app
from api.cli import main
from api.routes import ROUTERS
from api.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")])
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.compile(r"^ *```(?:sh|console)\n(.*?)^ *```|`([^`\n]+)`", re.M | re.S)


def commands_of(group: click.Group, *words: str) -> dict[str, click.Command]:
    """Return every command by its words, those of groups in place of the group."""
    found: dict[str, click.Command] = {}
    for name, command in sorted(group.commands.items()):
        own = (*words, name)
        inner = isinstance(command, click.Group)
        found |= commands_of(command, *own) if inner else {" ".join(own): command}
    return found


COMMANDS = commands_of(main)


def section(title: str) -> str:
    """Return the text below a heading of the reference, up to the next of its kind."""
    found = re.search(rf"^(#+) {re.escape(title)}$(.*?)(?=^#|\Z)", REFERENCE, re.M | re.S)
    assert found, f"docs/reference.md has no section {title}"
    return found[2]


@pytest.fixture(scope="module")
def routes(workspace):
    """Every path that is answered, those outside the OpenAPI definition included."""
    app = create_app(Settings(), workspace)
    mounts = [route.path for route in app.routes if isinstance(route, Mount)]
    routed = [route.path for router in ROUTERS for route in router.routes]
    return sorted({*mounts, *routed, *app.openapi()["paths"]})


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_each_of_its_options_is_in_the_reference(name):
    described = section(f"`onemap {name}`")
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert any(f"| `{flag}` |" in described for flag in option.opts), option.name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_reference_names_no_option_that_a_command_does_not_have(name):
    named = set(re.findall(r"^\| `(--[\w-]+)` \|", section(f"`onemap {name}`"), re.M))
    options = [option for option in COMMANDS[name].params if isinstance(option, click.Option)]
    assert named == {flag for option in options for flag in option.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example_in_its_help(name):
    answer = CliRunner().invoke(main, [*name.split(), "--help"])
    assert f"Example: onemap {name}" in answer.output


def test_the_reference_names_the_settings_that_there_are():
    named = re.findall(r"^\| `(ONEMAP_\w+)` \|", section("Settings"), re.M)
    assert sorted(named) == sorted(f"ONEMAP_{field.upper()}" for field in Settings.model_fields)


def test_every_route_is_in_the_reference(routes):
    described = section("Routes")
    assert {"/", "/map.js", "/web", "/collections/{collection_id}/items"} <= set(routes)
    assert [path for path in routes if f"`{path}`" not in described] == []


def test_every_query_parameter_is_in_the_reference():
    models = [
        model
        for model in vars(parameters).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model is not BaseModel
    ]
    fields = {f.alias or name for model in models for name, f in model.model_fields.items()}
    named = set(re.findall(r"^\| `([\w-]+)` \|", section("Parameters"), re.M))
    assert named == fields


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / unquote(target.split("#")[0])).exists(), target


def test_every_page_of_the_documents_can_be_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = re.findall(r"\]\(([^)\s:]+\.md)\)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / target).resolve() for target in targets]
    assert set(PAGES) <= reached


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_exist(page):
    found = CODE.findall(page.read_text(encoding="utf-8"))
    code = "\n".join(block or inline for block, inline in found)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    made = re.findall(r"(?:^|[\s(])make ((?:[a-z]+ ?)+)", code, re.M)
    assert {name for names in made for name in names.split()} <= targets
    assert set(re.findall(r"\bonemap ([a-z][a-z-]+)", code)) <= main.commands.keys()


def test_the_readme_shows_what_the_statistics_print(tmp_path):
    shown = re.search(r"\$ \.venv/bin/onemap stats\n(.*?)```", README, re.S)[1]
    store = str(tmp_path / "own.gpkg")
    printed = CliRunner().invoke(main, ["stats", "--store", store]).output
    assert [line.split() for line in shown.splitlines()] == [
        *(line.split() for line in printed.splitlines()),
        [],
    ]
