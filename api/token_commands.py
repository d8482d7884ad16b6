"""``onemap token``: who may do what."""

import json
from pathlib import Path

import click

from api.commands import data_option, reports_errors, store_option
from layers.model import ROLES, Role


@click.group()
def token() -> None:
    """Make, list and revoke the tokens by which people and programs are known.

    Example: onemap token create --role editor --name 李工
    """


@token.command()
@store_option
@data_option
@click.option("--role", type=click.Choice(ROLES), required=True, help="What it allows.")
@click.option("--name", required=True, help="Whose it is; the history shows it.")
@click.option("--days", type=click.IntRange(1, 3650), help="It expires after so many days.")
@click.option(
    "--allow-unlocked",
    is_flag=True,
    help="For programs that cannot send If-Match; the audit log marks their edits.",
)
@reports_errors
def create(
    store: str | None,
    data: Path | None,
    role: Role,
    name: str,
    days: int | None,
    *,
    allow_unlocked: bool,
) -> None:
    """Make a token and print it, once.

    Example: onemap token create --role editor --name 李工 --days 90
    """
    from layers.access import Gate
    from layers.workspace import Workspace

    with Workspace.connect(store, facts=data) as workspace:
        gate = Gate(workspace.store)
        made, secret = gate.issue(name, role, days=days, may_skip_lock=allow_unlocked)
    click.echo(f"编号 id: {made.id}", err=True)
    click.echo("令牌只显示这一次 this token is shown once:", err=True)
    click.echo(secret)


@token.command("list")
@store_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@reports_errors
def list_tokens(store: str | None, data: Path | None, *, as_json: bool) -> None:
    """List the tokens, without their secrets.

    Example: onemap token list --json
    """
    from layers.access import Gate
    from layers.workspace import Workspace

    with Workspace.connect(store, facts=data) as workspace:
        tokens = Gate(workspace.store).tokens()
    rows = [
        {
            "id": found.id,
            "name": found.name,
            "role": found.role,
            "created": found.created.isoformat(timespec="seconds"),
            "expires": found.expires and found.expires.isoformat(timespec="seconds"),
            "revoked": found.revoked and found.revoked.isoformat(timespec="seconds"),
            "allow_unlocked": found.may_skip_lock,
        }
        for found in tokens
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        until = f"revoked {row['revoked']}" if row["revoked"] else row["expires"] or "no end"
        click.echo(f"{row['id']}  {row['role']:6}  {until}  {row['name']}")


@token.command()
@store_option
@data_option
@click.argument("token_id")
@reports_errors
def revoke(store: str | None, data: Path | None, token_id: str) -> None:
    """Make a token worthless from now on.

    Example: onemap token revoke 7859151dc2c7
    """
    from layers.access import Gate
    from layers.workspace import Workspace

    with Workspace.connect(store, facts=data) as workspace:
        Gate(workspace.store).revoke(token_id)
    click.echo(f"已撤销 revoked {token_id}")
