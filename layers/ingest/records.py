"""Records of GDAL's drivers through fiona, one at a time: a bad one never ends the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fiona
import fiona.errors
import numpy as np
import shapely
from fiona._err import CPLE_BaseError

from layers.ingest.refusals import refusal

_FAULTS_IN_A_ROW = 1_000


def records(source: fiona.Collection) -> Iterator[tuple[int, Any, bool]]:
    """Yield number (from 1), record and whether reading it failed.

    Raises
    ------
    ImportRefusedError
        If a thousand records in a row cannot be read.
    """
    iterator = iter(source)
    row = faults = 0
    while True:
        row += 1
        try:
            record = next(iterator)
        except StopIteration:
            return
        except (fiona.errors.FionaError, ValueError, IndexError, TypeError, OverflowError):
            # fiona raises what its Cython code meets; the cursor already stands on the next one
            faults += 1
            if faults > _FAULTS_IN_A_ROW:
                raise refusal("damaged", f"row {row}") from None
            yield row, None, True
            continue
        faults = 0
        yield row, record, False


def geometry_of(record: fiona.Feature) -> shapely.Geometry | None:
    """Return the geometry of a record, null if it has none."""
    if record.geometry is None:
        return None
    with np.errstate(invalid="ignore"):  # a coordinate that is no number is found later
        return shapely.geometry.shape(record.geometry)


def chosen(names: list[str], wanted: str | None) -> str:
    """Return the wanted one of a file's layers, the first where none is named.

    Raises
    ------
    ImportRefusedError
        If the file has no layer, or none of that name.
    """
    if not names:
        raise refusal("no-rows")
    if wanted is not None and wanted not in names:
        raise refusal("no-such-layer")
    return wanted if wanted is not None else names[0]


@contextmanager
def gdal_errors() -> Iterator[None]:
    """Turn what GDAL cannot open into a refusal."""
    try:
        yield
    except (fiona.errors.FionaError, CPLE_BaseError) as error:
        raise refusal("damaged") from error
