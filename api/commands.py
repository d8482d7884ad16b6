"""What the commands share: options, exit codes, and one clear line for a failure."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from geo.errors import OnemapError

P = ParamSpec("P")

EXIT_FAILED = 1
EXIT_USAGE = 2

# Set before GDAL loads: a text file that describes another file must not open it.
os.environ.setdefault("GDAL_SKIP", "OGR_VRT")


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Make a command end with one clear line and exit code 1 on a foreseen failure."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except OnemapError as error:
            click.echo(f"onemap: {error.message_zh} ({error.message})", err=True)
            sys.exit(EXIT_FAILED)

    return run


store_option = click.option(
    "--store",
    envvar="ONEMAP_STORE",
    help="GeoPackage file, folder for one, or postgresql://… (default: in the user's data folder).",
)
data_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="ONEMAP_DATA",
    help="Folder of files as in data/ from which an absent store is made (default: the plan's).",
)
