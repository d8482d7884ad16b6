"""The first tables of a store."""

import sqlalchemy as sa
from alembic import op

from layers.store.tables import DIGEST, WHOLE, Json, Moment, Number, Shape

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the typed tables of the five collections and the ledger beside them."""
    _areas()
    _district()
    _document()
    _feature()
    _outside()
    _revision()
    _projects()
    _streets()
    _zones()
    _change()


def _areas() -> None:
    op.create_table(
        "areas",
        sa.Column("fid", WHOLE, primary_key=True),
        sa.Column("geom", Shape()),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text()),
        sa.Column("aliases", Json()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plan_zone", sa.Text()),
        sa.Column("plan_zone_basis", sa.Text()),
        sa.Column("parent", sa.Text()),
        sa.Column("also_parents", Json()),
        sa.Column("in_district", sa.Boolean()),
        sa.Column("stated_km2", Number()),
        sa.Column("stated_construction_km2", Number()),
        sa.Column("stated_is_approx", sa.Boolean()),
        sa.Column("extent", sa.Text()),
        sa.Column("extent_en", sa.Text()),
        sa.Column("positioning", sa.Text()),
        sa.Column("positioning_en", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("cite", Json()),
        sa.Column("also_cites", Json()),
        sa.Column("method", sa.Text()),
        sa.Column("quality", sa.Text()),
        sa.Column("uncertainty_m", Number()),
        sa.Column("source", sa.Text()),
        sa.Column("basis", sa.Text()),
        sa.Column("extra", Json()),
    )
    op.create_index("ix_areas_id", "areas", ["id"], unique=True)
    _spatial_index("areas")


def _district() -> None:
    op.create_table(
        "district",
        sa.Column("fid", WHOLE, primary_key=True),
        sa.Column("geom", Shape()),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text()),
        sa.Column("city", sa.Text()),
        sa.Column("official_km2", Number()),
        sa.Column("quality", sa.Text()),
        sa.Column("uncertainty_m", Number()),
        sa.Column("source", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("extra", Json()),
    )
    op.create_index("ix_district_id", "district", ["id"], unique=True)
    _spatial_index("district")


def _document() -> None:
    op.create_table(
        "onemap_document",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("content", Json(), nullable=False),
    )


def _feature() -> None:
    op.create_table(
        "onemap_feature",
        sa.Column("collection", sa.String(64), primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("fid", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64)),
    )
    op.create_index("ix_onemap_feature_fid", "onemap_feature", ["collection", "fid"], unique=True)


def _outside() -> None:
    op.create_table(
        "onemap_outside",
        sa.Column("number", WHOLE, primary_key=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("collection", sa.String(64), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("found", Json()),
    )


def _revision() -> None:
    op.create_table(
        "onemap_revision",
        sa.Column("number", WHOLE, primary_key=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("change_count", sa.Integer(), nullable=False),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("fid", WHOLE, primary_key=True),
        sa.Column("geom", Shape()),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text()),
        sa.Column("aliases", Json()),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plan_status", sa.Text()),
        sa.Column("status_verb", sa.Text()),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("stage_basis", sa.Text()),
        sa.Column("place_ids", Json()),
        sa.Column("place_basis", sa.Text()),
        sa.Column("plan_zone", sa.Text()),
        sa.Column("plan_zone_basis", sa.Text()),
        sa.Column("parent", sa.Text()),
        sa.Column("count", WHOLE),
        sa.Column("count_unit", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("cite", Json()),
        sa.Column("also_cites", Json()),
        sa.Column("location_kind", sa.Text()),
        sa.Column("quality", sa.Text()),
        sa.Column("uncertainty_m", Number()),
        sa.Column("source", sa.Text()),
        sa.Column("basis", sa.Text()),
        sa.Column("extra", Json()),
    )
    op.create_index("ix_projects_id", "projects", ["id"], unique=True)
    _spatial_index("projects")


def _streets() -> None:
    op.create_table(
        "streets",
        sa.Column("fid", WHOLE, primary_key=True),
        sa.Column("geom", Shape()),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text()),
        sa.Column("uncertainty_m", Number()),
        sa.Column("source", sa.Text()),
        sa.Column("extra", Json()),
    )
    op.create_index("ix_streets_id", "streets", ["id"], unique=True)
    _spatial_index("streets")


def _zones() -> None:
    op.create_table(
        "zones",
        sa.Column("fid", WHOLE, primary_key=True),
        sa.Column("geom", Shape()),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text()),
        sa.Column("rank", WHOLE, nullable=False),
        sa.Column("stated_km2", Number()),
        sa.Column("stated_is_approx", sa.Boolean()),
        sa.Column("theme", sa.Text()),
        sa.Column("theme_en", sa.Text()),
        sa.Column("vision_2035", sa.Text()),
        sa.Column("extent", sa.Text()),
        sa.Column("extent_en", sa.Text()),
        sa.Column("structure", Json()),
        sa.Column("cite", Json()),
        sa.Column("also_cites", Json()),
        sa.Column("quality", sa.Text()),
        sa.Column("uncertainty_m", Number()),
        sa.Column("source", sa.Text()),
        sa.Column("basis", sa.Text()),
        sa.Column("extra", Json()),
    )
    op.create_index("ix_zones_id", "zones", ["id"], unique=True)
    _spatial_index("zones")


def _change() -> None:
    op.create_table(
        "onemap_change",
        sa.Column("revision", WHOLE, sa.ForeignKey("onemap_revision.number"), primary_key=True),
        sa.Column("ordinal", sa.Integer(), primary_key=True),
        sa.Column("collection", sa.String(64), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("fid", sa.BigInteger(), nullable=False),
        sa.Column("before", Json()),
        sa.Column("after", Json()),
    )
    op.create_index("ix_onemap_change_feature", "onemap_change", ["collection", "id", "revision"])


def _spatial_index(table: str) -> None:
    """Index the geometries in PostGIS; a GeoPackage has its own kind of index."""
    if op.get_context().dialect.name == "postgresql":
        op.create_index(f"ix_{table}_geom", table, ["geom"], postgresql_using="gist")
