"""Build the files of ``data/`` from ``data/sources/``, the same bytes every time."""

from pathlib import Path

from layers.build.areas import build_areas
from layers.build.geojson import write_collection, write_json
from layers.build.projects import build_projects
from layers.build.sources import Sources
from layers.build.tables import build_indicators, copy_table
from layers.build.zones import build_zones


def build(sources: Path, out: Path) -> tuple[Path, ...]:
    """Write every data file and return their paths.

    Raises
    ------
    PlanDataError
        If a source file is missing or cannot be read.
    LayoutError
        If a control geometry cannot reach its stated size.
    """
    facts = Sources.read(sources)
    out.mkdir(parents=True, exist_ok=True)
    layout = build_zones(facts)
    areas = build_areas(facts, layout)
    projects = build_projects(facts, areas)
    return (
        write_collection(out / "district.geojson", [layout.district]),
        write_collection(out / "zones.geojson", layout.zones),
        write_collection(out / "areas.geojson", areas),
        write_collection(out / "projects.geojson", projects),
        write_json(out / "indicators.json", build_indicators(facts)),
        copy_table(sources / "geodata" / "streets.csv", out),
        copy_table(sources / "geodata" / "communities.csv", out),
    )
