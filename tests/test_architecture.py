"""What holds for the whole house: sizes, names, locks, and what no file may name."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from layers.query import ALL
from layers.render.folium_map import live_page
from layers.render.page import page_config, page_parts, standalone_page
from layers.render.symbology import stylesheet

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("geo", "layers", "api", "tests")
FOLDERS = (*ROOMS, ".ci", "data", "docs", "notebooks", "requirements", "scripts")
MADE_AT_SET_UP = ROOT / "layers" / "render" / "assets"
LINES = 300
WEB = sorted((ROOT / "api" / "web").rglob("*.*s"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

# Written in pieces, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("npm" + "mirror", "com"),
        ("yarnpkg", "com"),
        ("tuna", "tsinghua"),
        ("mirrors", "aliyun"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~}-])/(?:work|tmp|root|home|Users|mnt)(?:/|\b(?![-\w.]))")
# The namespaces of SVG and XHTML are names; nothing is loaded from there.
FOREIGN = re.compile(
    r"(?:https?|wss?):(?://|\\/\\/)(?!www\.w3\.org/)|(?:\burl\(|\(|=|from |import ) *[\"']?//[\w]"
)


def python_files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@cache
def texts() -> dict[str, str]:
    """Return every text file of the project by its path; what set-up makes stays out."""
    return dict(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    for path in sorted([*ROOT.iterdir(), *inside]):
        made = path.is_relative_to(MADE_AT_SET_UP) or "__pycache__" in path.parts
        if path.is_file() and not made:
            try:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_python_file_is_longer_than_its_limit():
    files = python_files()
    assert len(files) > 50
    assert {str(p.relative_to(ROOT)): lines(p) for p in files if lines(p) > LINES} == {}


def test_no_module_of_the_page_is_longer_than_its_limit():
    modules = [path for path in WEB if path.suffix == ".js"]
    assert len(modules) > 5
    assert {path.name: lines(path) for path in modules if lines(path) > LINES} == {}


def test_no_module_is_a_catch_all():
    catch_all = re.compile(r"(utils?|helpers?|commons?|misc|shared|tools)\.(py|js)")
    folders = {path.parent.name + ".py" for path in python_files()}
    names = {path.name for path in (*python_files(), *WEB)} | folders
    assert [name for name in names if catch_all.fullmatch(name)] == []


def test_no_test_folder_is_a_package():
    # A package tests/geo would hide the room geo.
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.name)
def test_a_file_of_the_page_names_no_foreign_host(path):
    assert FOREIGN.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        'import "https:##host/x.js"',
        "@import url(##host/x.css)",
        'src="##host/x.js"',
        'fetch("##host/x")',
        'import x from "##host/x.js"',
    ],
)
def test_an_address_of_another_host_is_recognised(text):
    assert FOREIGN.search(text.replace("#", "/"))


@pytest.mark.parametrize("text", ["x = 1; // said why", 'xmlns="http://www.w3.org/2000/svg"'])
def test_a_comment_or_a_namespace_is_not_taken_for_one(text):
    assert not FOREIGN.search(text)


def test_the_page_loads_nothing_from_another_host(workspace):
    parts = page_parts(workspace.snapshot())
    config = page_config(workspace.snapshot())
    for text in (live_page(parts, config), parts.script, parts.style, stylesheet()):
        assert FOREIGN.findall(text) == []


def test_the_single_file_loads_nothing_at_all(workspace):
    page = standalone_page(workspace.snapshot(), ALL, selected=None, lang="zh")
    markup = re.sub(r"<script[^>]*>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL))
    loaded = re.findall(r'\b(?:src|href|action|data)="([^"]*)"', markup)
    loaded += re.findall(r"url\(\s*[\"']?([^\"')]*)", styles)
    assert loaded
    assert {target.split(",")[0] for target in loaded if not target.startswith("data:")} == set()
    assert "@import" not in styles
    assert re.findall(r"<script[^>]*\bsrc", page) == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_package_registry(host):
    assert [path for path, text in texts().items() if host in text.lower()] == []


def test_no_file_names_a_path_of_a_machine():
    found = {path: MACHINE_PATH.findall(text) for path, text in texts().items()}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_files_that_are_looked_through_are_those_of_the_project():
    assert {"Makefile", "README.md", "package-lock.json", "api/web/main.js"} <= texts().keys()
    assert {"requirements/base.txt", ".ci/run", "data/zones.geojson"} <= texts().keys()


@pytest.mark.parametrize("text", ["see #root for it", "cd #work/x", '"#tmp/a"', "#home/me/a"])
def test_a_path_of_a_machine_is_recognised(text):
    assert MACHINE_PATH.search(text.replace("#", "/"))


@pytest.mark.parametrize("text", ["../work/x", "{base}/home/", "/workspace", "/homepage/x"])
def test_a_path_of_another_kind_is_not_taken_for_one(text):
    assert not MACHINE_PATH.search(text)


def test_the_script_lock_has_hashes_and_no_address():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 3
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name
    assert "://" not in json.dumps(lock)


def test_the_packages_of_the_page_have_exact_versions():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for versions in (package["dependencies"], package["devDependencies"]):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_pins_every_package_by_version_and_hash_and_names_no_host(lock):
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    joined = text.replace("\\\n", " ")
    entries = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\]-]+==\S+.*--hash=sha256:[0-9a-f]{64}", entry), entry[:60]
