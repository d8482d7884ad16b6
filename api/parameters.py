"""The query parameters of every route, and the queries that they mean."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from geo.bbox import BBox
from geo.errors import InvalidBBoxError
from layers.errors import InvalidQueryError
from layers.query import FeatureQuery
from layers.schema import MAX_INTEGER
from layers.snapshot import Snapshot
from layers.statistics import By, Rule
from layers.workspace import Workspace

MAX_LIMIT = 10_000
_MAX_OFFSET = 1_000_000_000
_MAX_TEXT = 200
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


class ReadParameters(NoParameters):
    """The parameters of every answer that is made from the data: which revision of them."""

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
            If both a revision and a moment are given.
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
            return workspace.snapshot(workspace.store.revision_at(self.at).number)
        return workspace.snapshot(self.revision)


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


class FilterParameters(ReadParameters):
    """The filters that items and statistics share."""

    bbox: str | None = Field(
        default=None,
        max_length=200,
        description="west,south,east,north in degrees; features that intersect the box",
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

    def query(self) -> FeatureQuery:
        """Return the query that the parameters mean.

        Raises
        ------
        InvalidQueryError
            If the bbox is none.
        """
        filters = {
            name: tuple(value.split(","))
            for name in _FILTERS
            if (value := getattr(self, name)) is not None
        }
        return FeatureQuery(bbox=_bbox(self.bbox), filters=filters, text=self.q)


class ItemsParameters(FilterParameters):
    """The parameters of a collection's items."""

    limit: Annotated[int, BeforeValidator(_lower)] = Field(
        default=100, ge=1, le=MAX_LIMIT, description="Features a page"
    )
    offset: int = Field(default=0, ge=0, le=_MAX_OFFSET, description="Features to skip")


class StatisticsParameters(FilterParameters):
    """The parameters of the statistics."""

    by: By = Field(default="zones", description="What makes a row")
    rule: Rule = Field(default="main", description="How a project in two zones counts")


def _bbox(text: str | None) -> BBox | None:
    if text is None:
        return None
    try:
        return BBox.parse(text)
    except InvalidBBoxError as error:
        raise InvalidQueryError(error.message, error.message_zh, parameter="bbox") from error
