"""Which store a text names: a file, a folder that holds one, or the address of a database."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from layers.errors import StoreUnavailableError
from layers.plan import Plan
from layers.store.creation import Filling, plan_filling
from layers.store.geopackage import GeoPackageStore
from layers.store.postgis import PostgisStore
from layers.store.sql import SqlStore

FILE_NAME = "onemap.gpkg"
_DATABASES = ("postgresql://", "postgresql+psycopg://")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is or may be made.

    ``build`` makes it, whole or not at all, and returns false if one is there already; ``open``
    refuses what is absent, damaged or no store; ``upgrade`` brings it to this version.
    """

    build: Callable[[Filling], bool]
    open: Callable[[], SqlStore]
    upgrade: Callable[[], None]


def default_path() -> Path:
    """Return the file of the store where none is named: in the user's data folder."""
    return user_data_path("onemap") / FILE_NAME


def place_of(target: str | Path) -> Place:
    """Return the place that a text names.

    Raises
    ------
    StoreUnavailableError
        If it is the address of something that is no PostgreSQL, or no name of a file.
    """
    text = str(target)
    if text.startswith(_DATABASES):
        return Place(
            partial(PostgisStore.build, text),
            partial(PostgisStore.open, text),
            partial(PostgisStore.upgrade, text),
        )
    if "://" in text or "\x00" in text:
        raise StoreUnavailableError(
            "a store is a file, a folder, or a database at postgresql://…",
            "数据存储应为文件、文件夹，或 postgresql://… 的数据库",
        )
    path = _file(Path(target))
    return Place(
        partial(GeoPackageStore.build, path),
        partial(GeoPackageStore.open, path),
        partial(GeoPackageStore.upgrade, path),
    )


def _file(path: Path) -> Path:
    try:
        return path / FILE_NAME if path.is_dir() else path
    except OSError as error:  # a name that is too long
        raise StoreUnavailableError(
            "this is no name of a file or folder; name another", "文件名无效，请另行指定"
        ) from error


def open_store(target: str | Path, facts: Callable[[], Plan] | None = None) -> SqlStore:
    """Return the store of a target; an absent one is made from facts, if they are given.

    Raises
    ------
    StoreUnavailableError
        If it cannot be opened or made.
    StoreDamagedError
        If it is damaged, or something else.
    """
    place = place_of(target)
    if facts is not None:
        place.build(lambda store, connection: plan_filling(facts())(store, connection))
    return place.open()


def shown(target: str | Path) -> str:
    """Return a target for people to read: without the password."""
    text = str(target)
    if not text.startswith(_DATABASES):
        return text
    try:
        return make_url(text).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "postgresql://…"
