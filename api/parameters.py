"""The query parameters of every route, and the queries that they mean."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from api import reading
from geo.crs import ReferenceSystem
from layers.cql2 import Language, parse
from layers.encoding import Form
from layers.errors import InvalidQueryError
from layers.query import FeatureQuery
from layers.queryables import queryables
from layers.schema import MAX_INTEGER
from layers.snapshot import Snapshot
from layers.statistics import By, Rule
from layers.table import FeatureTable
from layers.workspace import Workspace

MAX_LIMIT = 10_000
_MAX_OFFSET = 1_000_000_000
_MAX_TEXT = 200
_MAX_NAMES = 2_000
_MAX_FILTER = 65_536
_FILTERS = ("zone", "area", "stage", "category", "kind")

Values = Annotated[str | None, Field(max_length=1_000)]
"""One value, or several separated by commas, of which one has to hold."""


def _lower(limit: object) -> object:
    """Lower a limit above the maximum (OGC API – Features, /rec/core/fc-limit, C)."""
    if isinstance(limit, str) and limit.isascii() and limit.isdigit():
        return min(int(limit[:12]), MAX_LIMIT)
    return limit


class NoParameters(BaseModel):
    """The parameters of a route that takes only the format."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    f: Literal["json"] = Field(default="json", description="Format of the answer")

    @property
    def chosen(self) -> str | None:
        """The format that was asked for by ``f``, null where it was not."""
        return self.f if "f" in self.model_fields_set else None


class PageParameters(BaseModel):
    """The parameters of a resource that is a page for people, too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    f: Literal["html", "json"] | None = Field(
        default=None, description="Format of the answer; the Accept header decides else"
    )


class RevisionParameters(BaseModel):
    """The parameters of every answer that is made from the data: which revision of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revision: int | None = Field(
        default=None, ge=1, le=MAX_INTEGER, description="The data as they were at a revision"
    )
    at: AwareDatetime | None = Field(
        default=None, description="The data as they were at a moment, 2026-03-01T00:00:00Z"
    )

    def snapshot(self, workspace: Workspace) -> Snapshot:
        """Return the data that are asked for: the last revision, or one of before.

        Raises
        ------
        InvalidQueryError
            If both a revision and a moment are given, or a moment beyond the calendar.
        RevisionNotFoundError
            If there is no such revision.
        """
        if self.revision is not None and self.at is not None:
            raise InvalidQueryError(
                "give a revision or a moment, not both",
                "修订号与时间只能给出一个",
                parameter="at",
            )
        if self.at is not None:
            moment = reading.in_utc("at", self.at)
            return workspace.snapshot(workspace.store.revision_at(moment).number)
        return workspace.snapshot(self.revision)


class ReadParameters(RevisionParameters, NoParameters):
    """The parameters of an answer from the data that comes as JSON only."""


class CollectionParameters(RevisionParameters, PageParameters):
    """The parameters of a collection and of what describes it."""


class EditParameters(BaseModel):
    """The parameters of every edit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(default="", max_length=500, description="Why; the history tells it")
    repair: bool = Field(default=False, description="Repair an invalid geometry, not refuse it")


class PagedParameters(NoParameters):
    """The parameters of a list that is paged by number, the newest first."""

    limit: Annotated[int, BeforeValidator(_lower)] = Field(
        default=100, ge=1, le=MAX_LIMIT, description="Entries a page"
    )
    before: int | None = Field(
        default=None, ge=1, le=MAX_INTEGER, description="Only entries below this number"
    )


class LandingParameters(BaseModel):
    """The parameters of the landing page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    f: Literal["html", "json"] | None = Field(
        default=None, description="Format of the answer; the Accept header decides else"
    )
    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of the page")


class FilterParameters(RevisionParameters):
    """The filters that items, statistics and tiles share."""

    bbox: str | None = Field(
        default=None,
        max_length=200,
        description="Features that intersect the box: west,south,east,north in degrees, or the "
        "lower and the upper corner in the axis order of bbox-crs",
    )
    bbox_crs: str | None = Field(
        default=None, alias="bbox-crs", max_length=200, description="System of bbox, CRS84 else"
    )
    datetime: str | None = Field(
        default=None,
        max_length=100,
        description="An instant or an interval (RFC 3339). No feature has a time, so that each "
        "one answers every time",
    )
    zone: Values = Field(default=None, description="Zone ids, for example Z-C")
    area: Values = Field(default=None, description="Area ids, for example A-xinglong")
    stage: Values = Field(default=None, description="储备, 预备, 建设, 建成, 暂缓, 退出")
    category: Values = Field(default=None, description="Categories, for example industry_park")
    kind: Values = Field(default=None, description="Kinds, for example named")
    q: str = Field(
        default="",
        max_length=_MAX_TEXT,
        description="Words in names and aliases, Chinese or English",
    )
    filter: str | None = Field(
        default=None,
        max_length=_MAX_FILTER,
        description="A CQL2 filter over the queryables, for example stage='建设' AND count>2",
    )
    filter_lang: Language = Field(
        default="cql2-text", alias="filter-lang", description="Language of the filter"
    )
    filter_crs: str | None = Field(
        default=None,
        alias="filter-crs",
        max_length=200,
        description="System of the filter's geometries, CRS84 else",
    )

    def query(self, table: FeatureTable) -> FeatureQuery:
        """Return the query to a table that the parameters mean.

        Raises
        ------
        InvalidQueryError
            If a value is none of its kind.
        UnknownParameterError
            If there is a parameter that is neither ours nor a queryable of the collection.
        InvalidFilterError
            If the filter is no CQL2.
        """
        reading.interval(self.datetime)
        return FeatureQuery(
            bbox=reading.box("bbox", self.bbox, reading.system("bbox-crs", self.bbox_crs)),
            filters=self._filters(table),
            text=self.q,
            where=None if self.filter is None else parse(self.filter, self.filter_lang),
            where_crs=reading.system("filter-crs", self.filter_crs),
        )

    def _filters(self, table: FeatureTable) -> dict[str, tuple[str, ...]]:
        """Return the values of each filter: those of ours, and those by a queryable's name."""
        ours = {name: getattr(self, name) for name in _FILTERS}
        others = self.model_extra or {}
        asked = queryables(table.fields) if others else {}
        for name, value in others.items():
            if name not in asked:
                known = [field.alias or own for own, field in type(self).model_fields.items()]
                raise reading.UnknownParameterError(name, {*known, *asked})
            reading.single(name, value)
        given = {name: value for name, value in (ours | others).items() if value is not None}
        listed = {*_FILTERS, *table.collection.codes}
        return {
            name: tuple(value.split(",")) if name in listed else (value,)
            for name, value in given.items()
        }


class FormParameters(BaseModel):
    """The parameters of how features are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    crs: str | None = Field(
        default=None,
        max_length=200,
        description="System of the coordinates, in the axis order of its definition; CRS84 else",
    )
    properties: str | None = Field(
        default=None, max_length=_MAX_NAMES, description="Names of the properties to write"
    )
    skip_geometry: bool = Field(
        default=False, alias="skipGeometry", description="Write null in place of geometries"
    )

    def form(self) -> Form:
        """Return the form in which features are written.

        Raises
        ------
        InvalidQueryError
            If the system is none that is offered.
        """
        names = None if self.properties is None else frozenset(reading.names(self.properties))
        return Form(self.system(), names, not self.skip_geometry)

    def system(self) -> ReferenceSystem:
        """Return the system of the coordinates; an error as of :meth:`form`."""
        return reading.system("crs", self.crs)


class ItemsParameters(FilterParameters, FormParameters, PageParameters):
    """The parameters of a collection's items; its queryables come beside them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    limit: Annotated[int, BeforeValidator(_lower)] = Field(
        default=100, ge=1, le=MAX_LIMIT, description="Features a page"
    )
    offset: int = Field(default=0, ge=0, le=_MAX_OFFSET, description="Features to skip")
    sortby: str | None = Field(
        default=None,
        max_length=_MAX_NAMES,
        description="Properties that order the features, -name for descending; nulls come last",
    )

    def query(self, table: FeatureTable) -> FeatureQuery:
        """Return the query, its order included; errors as of the filters."""
        query = super().query(table)
        return replace(query, sort=reading.sort_keys(self.sortby))


class ItemParameters(RevisionParameters, FormParameters, PageParameters):
    """The parameters of a single feature."""


class TileParameters(FilterParameters):
    """The parameters of a tile; the queryables of its collection come beside them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    f: Literal["mvt"] = Field(default="mvt", description="Format of the tile")

    @property
    def chosen(self) -> str | None:
        """The format that was asked for by ``f``, null where it was not."""
        return self.f if "f" in self.model_fields_set else None


class StatisticsParameters(FilterParameters, NoParameters):
    """The parameters of the statistics."""

    by: By = Field(default="zones", description="What makes a row")
    rule: Rule = Field(default="main", description="How a project in two zones counts")
