"""Every notebook runs from its first cell to its last, and shows what it says it shows."""

import html
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from layers.query import FeatureQuery

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PROJECTS = "/collections/projects/items?limit=10000"


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def html_of(notebook: NotebookNode, cell_id: str) -> str:
    [cell] = [cell for cell in notebook.cells if cell.id == cell_id]
    [output] = cell.outputs
    return str(output["data"]["text/html"])


def page_block(shown: str, block: str) -> dict:
    """Return a JSON block of the page inside the frame that a map cell shows."""
    page = html.unescape(re.fullmatch(r'<iframe srcdoc="([^"]*)".*', shown)[1])
    text = re.search(rf'<script type="application/json" id="{block}">(.*?)</script>', page)
    return json.loads(text[1])


def project_ids(shown: str) -> list[str]:
    return [f["id"] for f in page_block(shown, "onemap-data")[PROJECTS]["features"]]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs a notebook once, away from the user's own Jupyter."""
    done: dict[Path, NotebookNode] = {}
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(home))
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")

        def run_once(path: Path) -> NotebookNode:
            if path not in done:
                client = NotebookClient(read(path), timeout=60, kernel_name="python3")
                done[path] = client.execute(cwd=str(home))
            return done[path]

        yield run_once


@pytest.fixture(scope="module")
def xinglong(run):
    return run(FOLDER / "zones_and_xinglong.ipynb")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert outputs(notebook) == []
    assert all(cell.get("execution_count") is None for cell in notebook.cells)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_without_an_error_or_a_warning(run, path):
    found = outputs(run(path))
    assert found
    assert {output.output_type for output in found} <= {"execute_result", "display_data"}


@pytest.mark.slow
def test_the_map_of_the_zones_holds_every_project_and_opens_at_the_central_zone(
    xinglong, workspace
):
    shown = html_of(xinglong, "zone-map")
    assert project_ids(shown) == [f["id"] for f in workspace.select("projects")]
    assert page_block(shown, "onemap-config")["select"] == "zones/Z-C"


@pytest.mark.slow
def test_the_map_of_xinglong_holds_its_projects_and_no_others(xinglong, workspace):
    query = FeatureQuery(filters={"area": ("A-xinglong",)})
    expected = [f["id"] for f in workspace.select("projects", query)]
    assert "P-sdu-park" in expected
    assert project_ids(html_of(xinglong, "xinglong-map")) == expected


@pytest.mark.slow
def test_the_tables_show_the_figures_of_the_statistics(xinglong, workspace):
    answer = workspace.statistics()
    counts = html_of(xinglong, "zones-table")
    areas = html_of(xinglong, "areas-table")
    for row in answer["rows"]:
        head, km2 = rf"<th>{row['name']}</th>\s*", row["area"]["geodesic_m2"] / 1e6
        assert re.search(f"{head}<td>{row['projects']['count']}</td>", counts)
        assert re.search(f"{head}<td>{km2:.3f}</td>", areas)
    assert f"<td>{answer['total']['projects']['count']}</td>" in counts


@pytest.mark.slow
def test_the_list_of_xinglong_has_a_row_for_each_project(xinglong, workspace):
    table = html_of(xinglong, "xinglong-table")
    query = FeatureQuery(filters={"area": ("A-xinglong",)})
    for feature in workspace.select("projects", query):
        assert feature["properties"]["name"] in table
