"""``onemap field``: which properties anyone may see."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands import data_option, reports_errors, store_option
from layers.model import CATALOGUE

if TYPE_CHECKING:
    from layers.visibility import Level

_COLLECTIONS = [collection.id for collection in CATALOGUE]


@click.group()
def field() -> None:
    """Say which properties are public and which need a token.

    Example: onemap field set projects 投资额 public
    """


@field.command("list")
@store_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@reports_errors
def list_fields(store: str | None, data: Path | None, *, as_json: bool) -> None:
    """List every property that features have, with who may see it.

    Example: onemap field list --json
    """
    from layers.workspace import Workspace

    with Workspace.connect(store, facts=data) as workspace:
        visibility = workspace.visibility()
        tables = workspace.snapshot().tables
    rows = [
        {"collection": name, "property": key, "public": visibility.is_public(name, key)}
        for name, table in tables.items()
        for key in dict.fromkeys(key for f in table.features for key in f["properties"])
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        level = "public  " if row["public"] else "internal"
        click.echo(f"{level}  {row['collection']}  {row['property']}")


@field.command("set")
@store_option
@data_option
@click.argument("collection", type=click.Choice(_COLLECTIONS))
@click.argument("name")
@click.argument("level", type=click.Choice(["public", "internal"]))
@reports_errors
def set_field(
    store: str | None, data: Path | None, collection: str, name: str, level: "Level"
) -> None:
    """Make a property public, or internal: seen with a token only.

    Example: onemap field set projects note internal
    """
    from layers.access import set_visibility
    from layers.workspace import Workspace

    with Workspace.connect(store, facts=data) as workspace:
        set_visibility(workspace.store, collection, name, level, who="command line")
    click.echo(f"{level}  {collection}  {name}")
