"""Where the data live: one GeoPackage file by default, PostGIS for many workers."""

from collections.abc import Callable
from pathlib import Path

from platformdirs import user_data_path

from layers.errors import StoreUnavailableError
from layers.plan import Plan
from layers.store.geopackage import GeoPackageStore
from layers.store.sql import SqlStore

FILE_NAME = "onemap.gpkg"


def default_path() -> Path:
    """Return the file of the store where none is named: in the user's data folder."""
    return user_data_path("onemap") / FILE_NAME


def open_store(target: str | Path, facts: Callable[[], Plan]) -> SqlStore:
    """Return the store of a file or of a folder that holds one, made from facts if absent.

    Raises
    ------
    StoreUnavailableError
        If it cannot be opened or made.
    StoreDamagedError
        If it is damaged, or something else.
    """
    path = Path(target)
    if path.is_dir():
        path = path / FILE_NAME
    if not path.exists():
        try:
            GeoPackageStore.create(path, facts())
        except OSError as error:
            raise StoreUnavailableError(
                f"{path} cannot be made ({error.strerror}); name a folder that can be written",
                f"无法建立 {path}（{error.strerror}）；请指定可写的文件夹",
            ) from error
    return GeoPackageStore.open(path)
