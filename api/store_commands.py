"""``onemap store``: copy, back up, restore, verify and upgrade stores."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from api.commands import EXIT_FAILED, reports_errors


@click.group()
def store() -> None:
    """Copy, back up, restore, verify and upgrade stores.

    A store is a GeoPackage file, a folder that holds onemap.gpkg, or postgresql://…; leave the
    password out of the address and give it by PGPASSWORD or a password file.

    Example: onemap store backup district.gpkg backup.gpkg
    """


@store.command()
@click.argument("source")
@click.argument("target")
@reports_errors
def copy(source: str, target: str) -> None:
    """Copy SOURCE, history and all, to TARGET, where nothing is yet.

    Example: onemap store copy district.gpkg postgresql://onemap@127.0.0.1/onemap
    """
    from layers.store import open_store, shown, transfer

    with closing(open_store(source)) as opened, _progress("复制 copy") as tell:
        transfer.copy(opened, target, tell)
    click.echo(f"已复制 copied to {shown(target)}")


@store.command()
@click.argument("source", metavar="STORE")
@click.argument("file")
@reports_errors
def backup(source: str, file: str) -> None:
    """Back STORE up into a new FILE; the store may be in use meanwhile.

    Example: onemap store backup district.gpkg backup.gpkg
    """
    from layers.store import open_store, transfer

    with closing(open_store(source)) as opened, _progress("备份 backup") as tell:
        transfer.backup(opened, file, tell)
    click.echo(f"已备份 backed up to {file}")


@store.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", metavar="STORE")
@reports_errors
def restore(file: Path, target: str) -> None:
    """Verify the backup FILE and make STORE from it, where nothing is yet.

    Example: onemap store restore backup.gpkg restored.gpkg
    """
    from layers.store import shown, transfer

    with _progress("恢复 restore") as tell:
        transfer.restore(file, target, tell)
    click.echo(f"已恢复 restored to {shown(target)}")


@store.command()
@click.argument("source", metavar="STORE")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@reports_errors
def verify(source: str, *, as_json: bool) -> None:
    """Prove that STORE holds what was committed; exit 1 if something is not right.

    Example: onemap store verify district.gpkg --json
    """
    from layers.store import open_store
    from layers.store.verifying import verify as problems_of

    with closing(open_store(source)) as opened:
        problems = problems_of(opened)
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(f"{problem.place}: {problem.message_zh} ({problem.message})")
        click.echo("完好 sound" if not problems else f"{len(problems)} 处问题 problems")
    if problems:
        sys.exit(EXIT_FAILED)


@store.command()
@click.argument("source", metavar="STORE")
@reports_errors
def upgrade(source: str) -> None:
    """Bring STORE, made by an earlier onemap, to this version; back it up first.

    Example: onemap store upgrade district.gpkg
    """
    from layers.store import open_store
    from layers.store.opening import place_of
    from layers.store.summary import summary

    place_of(source).upgrade()
    with closing(open_store(source)) as opened:
        click.echo(f"版本 version {summary(opened)['version']}")


@store.command()
@click.argument("source", metavar="STORE")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@reports_errors
def info(source: str, *, as_json: bool) -> None:
    """Say what STORE is and holds.

    Example: onemap store info district.gpkg --json
    """
    from layers.store import open_store
    from layers.store.summary import summary

    with closing(open_store(source)) as opened:
        figures = summary(opened)
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    features = figures.pop("features")
    for name, value in {**figures, **features}.items():
        click.echo(f"{name:14} {value}")


@store.command("grant-reader")
@click.argument("source", metavar="DATABASE")
@click.argument("role")
@reports_errors
def grant_reader(source: str, role: str) -> None:
    """Let ROLE read the layers of a DATABASE, and nothing else of it: for QGIS.

    Example: onemap store grant-reader postgresql://onemap@127.0.0.1/onemap planners
    """
    from layers.store import open_store
    from layers.store.postgis import PostgisStore

    with closing(open_store(source)) as opened:
        if not isinstance(opened, PostgisStore):
            raise click.UsageError("a file has no roles; this is for postgresql://…")
        opened.grant_reader(role)
    click.echo(f"已授权 granted to {role}")


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long work is, on the terminal only."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell
