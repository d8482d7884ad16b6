"""The command line: serve, stats, build-data, doctor, and the groups of commands."""

import json
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import SecretStr, ValidationError

from api.commands import EXIT_FAILED, data_option, reports_errors, store_option
from api.field_commands import field
from api.store_commands import store as store_commands
from api.token_commands import token
from layers.errors import TokenRequiredError
from layers.statistics import BY, RULES, By, Rule

if TYPE_CHECKING:
    from layers.store.sql import SqlStore

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onemap", prog_name="onemap")
def main() -> None:
    """市中一张图: the map of a district's plan.

    Example: onemap serve --port 8000
    """


main.add_command(field)
main.add_command(store_commands)
main.add_command(token)


@main.command()
@store_option
@data_option
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 8000]")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes."
)
@reports_errors
def serve(
    store: str | None, data: Path | None, host: str | None, port: int | None, workers: int
) -> None:
    """Serve the map and its API.

    Example: onemap serve --port 8123 --store ./district.gpkg
    """
    import uvicorn

    from api.app import create_app
    from api.settings import Settings

    given = {"store": store, "data": data, "host": host, "port": port}
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(f"ONEMAP_{e['loc'][0]}".upper() for e in error.errors())
        raise click.UsageError(f"these settings do not fit: {names}") from error
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    app = create_app(settings)  # also where workers follow: it makes an absent store, once
    secret = _local_token(app.state.workspace.store, settings.host)
    if secret is not None:
        os.environ["ONEMAP_LOCAL_TOKEN"] = secret
        app.state.settings = settings.model_copy(update={"local_token": SecretStr(secret)})
    click.echo(f"市中一张图 http://{settings.host}:{settings.port}")
    if workers == 1:
        uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")
        return
    app.state.workspace.close()
    for name, value in given.items():
        if value is not None:
            os.environ[f"ONEMAP_{name.upper()}"] = str(value)
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        workers=workers,
    )


@main.command()
@store_option
@data_option
@click.option("--by", type=click.Choice(BY), default="zones", show_default=True, help="Rows.")
@click.option(
    "--rule",
    type=click.Choice(RULES),
    default="main",
    show_default=True,
    help="How a project in two zones counts.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@reports_errors
def stats(store: str | None, data: Path | None, by: By, rule: Rule, *, as_json: bool) -> None:
    """Print areas and project counts.

    Example: onemap stats --by stages --rule main
    """
    from layers.workspace import Workspace

    with Workspace.connect(store, facts=data) as workspace:
        answer = workspace.statistics(by, rule)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in _table(answer):
        click.echo(line)


@main.command("build-data")
@click.option(
    "--sources",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("data/sources"),
    show_default=True,
    help="Folder of the source files.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    show_default=True,
    help="Folder to write to.",
)
@reports_errors
def build_data(sources: Path, out: Path) -> None:
    """Build the files of data/ from their sources, the same bytes every time.

    Example: onemap build-data --out build/data
    """
    from layers.build import build

    for path in build(sources, out):
        click.echo(path)


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@reports_errors
def bundle(out: Path) -> None:
    """Make a folder that installs onemap on a network without any package registry.

    Example: onemap bundle dist/onemap-offline
    """
    from api.bundle import make

    click.echo(make(out, lambda step: click.echo(step, err=True)))


@main.command()
@store_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@reports_errors
def doctor(store: str | None, data: Path | None, *, as_json: bool) -> None:
    """Check that everything is in place; exit 1 if something is not.

    Example: onemap doctor --json
    """
    from api.doctor import examine

    checks = examine(store, data)
    if as_json:
        rows = [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in checks]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for check in checks:
            mark = "ok  " if check.ok else "FAIL"
            click.echo(f"{mark} {check.name}: {check.detail}")
    if not all(check.ok for check in checks):
        sys.exit(EXIT_FAILED)


def _local_token(store: "SqlStore", host: str) -> str | None:
    """Return a token for this machine where the store has none, and print it.

    Nobody is known to such a store, so it is served to this machine only.
    """
    from layers.access import Gate

    if Gate(store).has_tokens():
        return None
    if host not in LOOPBACK_HOSTS:
        raise TokenRequiredError(
            f"without a token the map is served to this machine only, not at {host}; "
            "make one by `onemap token create --role admin --name …`",
            f"尚无令牌，只能在本机（127.0.0.1）提供服务，不能用于 {host}；"
            "请先运行 onemap token create --role admin --name …",
        )
    secret = secrets.token_urlsafe(24)
    click.echo(f"本机编辑令牌 token for edits from this machine: {secret}")
    return secret


def _table(answer: dict[str, Any]) -> list[str]:
    """Return statistics as lines of text, closing line included."""
    parts = [
        *((row["name"], row["area"], row["projects"]) for row in answer["rows"]),
        ("区界外 outside", None, answer["outside"]["projects"]),
        ("未落位 unplaced", None, answer["unplaced"]["projects"]),
        ("合计 total", answer["total"]["area"], answer["total"]["projects"]),
    ]
    lines = ["projects      km2 (geodesic)  name"]
    for name, area, projects in parts:
        m2 = area and area["geodesic_m2"]
        km2 = f"{m2 / 1e6:14.3f}" if m2 else " " * 14
        lines.append(f"{projects['count']:8.4g}  {km2}      {name}")
    if not answer["partition"]:
        lines.append("行间有重叠，不可相加 (rows overlap and do not add up)")
    return lines
