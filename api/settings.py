"""The settings of the server, read once from the environment (prefix ONEMAP_)."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_PLACEHOLDERS = ("{z}", "{x}", "{y}")


class Settings(BaseSettings):
    """What an operator can set; ``onemap serve`` options win over the environment.

    Parameters
    ----------
    store
        The store: a GeoPackage file, a folder for one, or the address of a PostGIS database;
        a file in the user's data folder where it is not set.
    data
        Folder of files as in ``data/`` from which an absent store is made; the plan's own
        where it is not set.
    local_token
        A token that opens everything, from the server's own machine only; ``onemap serve``
        makes and prints one where the store has no token yet.
    host, port
        Where the server listens.
    basemap_url
        Address template of a base map with ``{z}``, ``{x}`` and ``{y}``, for example that of
        天地图 with the key in it. Only this server reaches it; the key never leaves here.
    basemap_attribution
        The words that the base map's owner wants to read on the map.
    basemap_max_zoom
        The finest level that the base map has.
    """

    model_config = SettingsConfigDict(env_prefix="ONEMAP_", frozen=True)

    store: str | None = None
    data: Path | None = None
    local_token: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    basemap_url: str | None = None
    basemap_attribution: str = ""
    basemap_max_zoom: int = Field(default=18, ge=1, le=22)

    @field_validator("basemap_url")
    @classmethod
    def _is_template(cls, value: str | None) -> str | None:
        if not value:
            return None
        if urlsplit(value).scheme not in ("http", "https") or not all(
            mark in value for mark in _PLACEHOLDERS
        ):
            raise ValueError("must be an http(s) address with {z}, {x} and {y}")
        return value
