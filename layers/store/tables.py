"""The tables of a store, the same on SQLite and PostgreSQL.

One typed table for each collection, which any GIS may read, and beside them the ledger: what
each feature's digest is, every revision, every change. ``fid`` is a feature's place in the order
of its collection and is never given twice.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import shapely
from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from geoalchemy2.shape import to_shape
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    types,
)
from sqlalchemy.types import TypeEngine

from layers.errors import StoreDamagedError
from layers.model import CATALOGUE
from layers.schema import SCHEMAS, Field, FieldKind
from layers.store.blob import decode, encode

SRID = 4490

# A GeoPackage knows neither BIGINT nor VARCHAR (OGC 12-128r19, table 1): GDAL passes them over.
WHOLE = BigInteger().with_variant(Integer, "sqlite")
DIGEST = String(64).with_variant(Text, "sqlite")


class Shape(types.TypeDecorator[shapely.Geometry]):
    """A geometry in EPSG:4490: a GeoPackage blob in SQLite, a PostGIS geometry there."""

    impl = types.LargeBinary
    cache_ok = True
    spatial_index = False  # for GeoAlchemy2: a migration makes the index, so that its name is ours

    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        """Return the type of the column."""
        # GeoAlchemy2 asks without a dialect whether it has to manage the column: it has not.
        if dialect is not None and dialect.name == "postgresql":
            return dialect.type_descriptor(Geometry("GEOMETRY", SRID, spatial_index=False))
        return _GeoPackageGeometry()

    def process_bind_param(self, value: shapely.Geometry | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Return what is stored for a geometry."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return WKBElement(shapely.to_wkb(value), srid=SRID)
        return encode(value, SRID)

    def process_result_value(self, value: Any, dialect: Dialect) -> shapely.Geometry | None:  # noqa: ANN401
        """Return the geometry that is stored."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return to_shape(value)
        try:
            return decode(value)
        except ValueError:
            return None  # another program wrote it: the feature's digest tells, at load


class _GeoPackageGeometry(types.UserDefinedType[bytes]):
    """The column type of OGC 12-128r19, table 4."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "GEOMETRY"


class Json(types.TypeDecorator[Any]):
    """A JSON value as text, so that the order of its keys and its numbers stay."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """Return the text that is stored."""
        del dialect
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Return the value that is stored."""
        del dialect
        try:
            return None if value is None else json.loads(value)
        except (TypeError, ValueError):
            return value  # another program wrote it: the feature's digest tells, at load


class Moment(types.TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond, as ISO 8601 text that sorts by time."""

    impl = String(32).with_variant(Text, "sqlite")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        del dialect
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Return the moment that is stored."""
        del dialect
        try:
            return None if value is None else datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise StoreDamagedError(
                "the store holds a time that is none; run onemap store verify, restore a backup",
                "数据存储中的时间已损坏；请运行 onemap store verify，并从备份恢复",
            ) from error


class Number(types.TypeDecorator[float]):
    """A number that may be whole: 130 stays 130."""

    impl = Double
    cache_ok = True

    def process_result_value(self, value: float | None, dialect: Dialect) -> float | None:
        """Return the number, as an integer where it is whole."""
        del dialect
        whole = isinstance(value, float) and value.is_integer()
        return int(value) if value is not None and whole else value


_TYPES: Mapping[FieldKind, TypeEngine[Any]] = MappingProxyType(
    {
        "string": Text(),
        "integer": WHOLE,
        "number": Number(),
        "boolean": Boolean(),
        "strings": Json(),
        "json": Json(),
    }
)

metadata = MetaData()


def _column(field: Field) -> Column[Any]:
    return Column(field.name, _TYPES[field.kind], nullable=not field.required)


def _features(collection_id: str) -> Table:
    return Table(
        collection_id,
        metadata,
        Column("fid", WHOLE, primary_key=True),
        Column("geom", Shape()),
        *(_column(field) for field in SCHEMAS[collection_id]),
        Column("extra", Json()),
        Index(f"ix_{collection_id}_id", "id", unique=True),
    )


FEATURES: Mapping[str, Table] = MappingProxyType(
    {collection.id: _features(collection.id) for collection in CATALOGUE}
)
"""The typed table of each collection."""

LEDGER = Table(
    "onemap_feature",
    metadata,
    Column("collection", String(64), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("fid", BigInteger, nullable=False),
    Column("digest", String(64)),
    Index("ix_onemap_feature_fid", "collection", "fid", unique=True),
)
"""Every id that was ever used, with its place and the digest of its feature, null if deleted."""

REVISIONS = Table(
    "onemap_revision",
    metadata,
    Column("number", WHOLE, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("change_count", Integer, nullable=False),
)

CHANGES = Table(
    "onemap_change",
    metadata,
    Column("revision", ForeignKey(REVISIONS.c.number), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("collection", String(64), nullable=False),
    Column("id", Text, nullable=False),
    Column("fid", BigInteger, nullable=False),
    Column("before", Json()),
    Column("after", Json()),
    Index("ix_onemap_change_feature", "collection", "id", "revision"),
)

DOCUMENTS = Table(
    "onemap_document",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("content", Json(), nullable=False),
)
"""What belongs to the plan and has no place: its indicators."""

OUTSIDE = Table(
    "onemap_outside",
    metadata,
    Column("number", WHOLE, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("collection", String(64), nullable=False),
    Column("id", Text, nullable=False),
    Column("found", Json()),
)
"""What another program had written in place of a committed feature, kept when it was restored."""

TOKENS = Table(
    "onemap_token",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created", Moment(), nullable=False),
    Column("expires", Moment()),
    Column("revoked", Moment()),
    Column("may_skip_lock", Boolean, nullable=False),
)
"""Who may do what: the SHA-256 of each token's secret, never the secret."""

AUDIT = Table(
    "onemap_audit",
    metadata,
    Column("number", WHOLE, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("outcome", Text, nullable=False),
)
"""Every change, and every attempt at one that was refused."""
