"""Scripts, styles and fonts of others: served by us, never linked from another host.

They are installed from npm at set-up into a folder that git ignores, and packed into
the wheel when it is built. Run as a program with the ``node_modules`` folder as its
argument, this module installs them.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from urllib.parse import urlsplit

# Path of the address that Folium writes -> file below the asset folder; None drops the
# link. Bootstrap, its icons and jQuery serve Folium's coloured markers only: not ours.
ASSETS: Mapping[str, str | None] = MappingProxyType(
    {
        "/npm/leaflet@1.9.3/dist/leaflet.js": "leaflet/leaflet.js",
        "/npm/leaflet@1.9.3/dist/leaflet.css": "leaflet/leaflet.css",
        "/jquery-3.7.1.min.js": None,
        "/npm/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js": None,
        "/npm/bootstrap@5.2.2/dist/css/bootstrap.min.css": None,
        "/bootstrap/3.0.0/css/bootstrap-glyphicons.css": None,
        "/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css": None,
        "/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js": None,
        "/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css": None,
        "/gh/python-visualization/folium/folium/templates/leaflet.awesome.rotate.min.css": None,
        "/ajax/libs/leaflet.markercluster/1.1.0/leaflet.markercluster.js": (
            "leaflet.markercluster/leaflet.markercluster.js"
        ),
        "/ajax/libs/leaflet.markercluster/1.1.0/MarkerCluster.css": (
            "leaflet.markercluster/MarkerCluster.css"
        ),
        "/ajax/libs/leaflet.markercluster/1.1.0/MarkerCluster.Default.css": (
            "leaflet.markercluster/MarkerCluster.Default.css"
        ),
    }
)

# Folder of an npm package, folder below the asset folder, files (with each licence).
_COPIES = (
    ("leaflet", "leaflet", ("LICENSE",)),
    ("leaflet/dist", "leaflet", ("leaflet.js", "leaflet.css", "images/*.png")),
    ("leaflet.markercluster", "leaflet.markercluster", ("MIT-LICENCE.txt",)),
    (
        "leaflet.markercluster/dist",
        "leaflet.markercluster",
        ("leaflet.markercluster.js", "MarkerCluster.css", "MarkerCluster.Default.css"),
    ),
    (
        "@fontsource-variable/noto-sans-sc",
        "noto-sans-sc",
        ("LICENSE", "index.css", "files/*-wght-normal.woff2"),
    ),
)
_BUNDLE = "onemap.bundle.js"
_STYLE = "onemap.css"
_PAGE = Path(__file__).resolve().parents[2] / "api" / "web"


def local_asset(url: str) -> str | None:
    """Return the file below the asset folder that stands for an address of Folium's.

    None means that the page does without it.

    Raises
    ------
    LookupError
        If the address is not in the table, so that no plugin brings in a foreign link.

    Examples
    --------
    >>> local_asset("https://any.host/npm/leaflet@1.9.3/dist/leaflet.js")
    'leaflet/leaflet.js'
    """
    path = urlsplit(url).path
    if path not in ASSETS:
        raise LookupError(
            f"no installed file stands for {url}; add its npm package to package.json"
            " and its path to ASSETS"
        )
    return ASSETS[path]


def asset_folder() -> Path:
    """Return the folder of the installed files; it is missing before set-up."""
    return Path(__file__).resolve().parent / "assets"


def install(node_modules: Path, target: Path) -> list[Path]:
    """Replace ``target`` by a fresh asset folder and return its files, sorted.

    The page's modules are bundled into one script for the single file and the notebook, and
    its style is copied beside it.
    A failure leaves the old folder as it was.

    Raises
    ------
    FileNotFoundError
        If an npm package or a file of it is missing.
    subprocess.CalledProcessError
        If the page's modules cannot be bundled.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".assets-") as workshop:
        fresh = Path(workshop) / "fresh"
        for package, folder, patterns in _COPIES:
            _copy(node_modules / package, fresh / folder, patterns)
        _bundle(node_modules, _PAGE / "main.js", fresh / _BUNDLE)
        shutil.copyfile(_PAGE / "page.css", fresh / _STYLE)
        if target.exists():
            target.rename(Path(workshop) / "old")
        fresh.rename(target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _copy(source: Path, target: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        found = sorted(source.glob(pattern))
        if not found:
            raise FileNotFoundError(f"{source / pattern} is missing; run npm ci first")
        for path in found:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _bundle(node_modules: Path, module: Path, out: Path) -> None:
    # The program itself, not its starter in .bin, which needs Node.js on the path.
    programs = sorted(node_modules.glob("@esbuild/*/bin/esbuild"))
    if not programs:
        raise FileNotFoundError(f"no esbuild in {node_modules}; run npm ci first")
    options = ("--bundle", "--format=iife", "--minify", "--charset=utf8")
    command = [str(programs[0].resolve()), module.name, *options, f"--outfile={out}"]
    subprocess.run([*command, "--log-level=warning"], cwd=module.parent, check=True)


def main(arguments: Sequence[str]) -> None:
    """Install the assets from the ``node_modules`` folder given, or the one here."""
    node_modules = Path(arguments[0] if arguments else "node_modules")
    files = install(node_modules, asset_folder())
    sys.stdout.write(f"{len(files)} asset files installed\n")


if __name__ == "__main__":
    main(sys.argv[1:])
