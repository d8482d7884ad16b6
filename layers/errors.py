"""The errors of the domain.

::

    LayerError
    ├── NotFoundError              an id that does not exist
    │   ├── CollectionNotFoundError
    │   └── FeatureNotFoundError
    ├── InvalidQueryError          a parameter or value that a query does not have
    ├── PlanDataError              a data file that is missing or cannot be read
    └── AssetsMissingError         a script or style of the page that was not installed
"""

from geo.errors import OnemapError


class LayerError(OnemapError):
    """Any failure of the domain that onemap foresees."""

    code = "layer-error"


class NotFoundError(LayerError):
    """An id that does not exist."""

    code = "not-found"


class CollectionNotFoundError(NotFoundError):
    """A collection id that the catalogue does not have."""

    code = "collection-not-found"


class FeatureNotFoundError(NotFoundError):
    """A feature id that its collection does not have."""

    code = "feature-not-found"


class InvalidQueryError(LayerError):
    """A parameter or a value that a query does not have.

    ``parameter`` names it and ``allowed`` lists what may stand there, where that is a list.
    """

    code = "invalid-parameter"

    def __init__(
        self,
        message: str,
        message_zh: str,
        *,
        parameter: str,
        allowed: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, message_zh)
        self.parameter = parameter
        self.allowed = allowed


class PlanDataError(LayerError):
    """A data file that is missing, cannot be read or does not fit the others."""

    code = "plan-data"


class AssetsMissingError(LayerError):
    """A script or style of the page that was not installed."""

    code = "assets-missing"
