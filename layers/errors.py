"""The errors of the domain.

::

    LayerError
    ├── NotFoundError              an id that does not exist
    │   ├── CollectionNotFoundError
    │   ├── FeatureNotFoundError
    │   ├── RevisionNotFoundError
    │   └── TokenNotFoundError
    ├── InvalidQueryError          a parameter or value that a query does not have
    ├── AccessError                something that the caller may not do
    │   ├── InvalidTokenError      a token or session that opens nothing
    │   ├── TokenRequiredError     something that needs a token, asked without one
    │   ├── ForbiddenError         something that the caller's role does not allow
    │   └── InvalidVisibilityError a property that cannot be hidden
    ├── InvalidFeatureError        a feature whose properties or geometry do not fit
    ├── StoreError                 a store that cannot do what was asked
    │   ├── StaleFeatureError      a change of what has changed in the meantime
    │   ├── FeatureExistsError     a new feature under an id that is taken
    │   ├── StoreUnavailableError  a store that cannot be reached or opened
    │   ├── StoreBusyError         a store that has too much to do just now
    │   ├── StoreNotEmptyError     a place for a new store where something is already
    │   └── StoreDamagedError      a store whose content is not what was committed
    ├── ImportRefusedError         a file of somebody's that cannot be taken
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


class RevisionNotFoundError(NotFoundError):
    """A revision that the store does not have."""

    code = "revision-not-found"


class TokenNotFoundError(NotFoundError):
    """A token id that the store does not have."""

    code = "token-not-found"


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


class InvalidFeatureError(LayerError):
    """A feature whose properties or geometry do not fit its collection.

    ``field`` names the property, ``place`` the longitude and latitude of a geometry's fault.
    """

    code = "invalid-feature"

    def __init__(
        self,
        message: str,
        message_zh: str,
        *,
        field: str | None = None,
        place: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(message, message_zh)
        self.field = field
        self.place = place


class AccessError(LayerError):
    """Something that the caller may not do."""

    code = "access-error"


class InvalidVisibilityError(AccessError):
    """A property that cannot be hidden."""

    code = "invalid-visibility"


class InvalidTokenError(AccessError):
    """A token or session that opens nothing."""

    code = "invalid-token"


class TokenRequiredError(AccessError):
    """Something that needs a token, asked without one."""

    code = "token-required"


class ForbiddenError(AccessError):
    """Something that the caller's role does not allow."""

    code = "forbidden"


class StoreError(LayerError):
    """A store that cannot do what was asked."""

    code = "store-error"


class StaleFeatureError(StoreError):
    """A change of a feature that has been changed in the meantime; nothing was stored."""

    code = "stale-feature"


class FeatureExistsError(StoreError):
    """A new feature under an id that is taken; nothing was stored."""

    code = "feature-exists"


class StoreUnavailableError(StoreError):
    """A store that cannot be reached or opened."""

    code = "store-unavailable"


class StoreBusyError(StoreError):
    """A store that has too much to do; the same may be asked again soon."""

    code = "store-busy"


class StoreNotEmptyError(StoreError):
    """A place for a new store where something is already; nothing was written over."""

    code = "store-not-empty"


class StoreDamagedError(StoreError):
    """A store whose content is not what was committed to it."""

    code = "store-damaged"


class ImportRefusedError(LayerError):
    """A file that cannot be taken; ``cause`` is a stable word, ``place`` says where in it."""

    code = "import-refused"

    def __init__(self, message: str, message_zh: str, *, cause: str, place: str = "") -> None:
        super().__init__(message, message_zh)
        self.cause = cause
        self.place = place


class PlanDataError(LayerError):
    """A data file that is missing, cannot be read or does not fit the others."""

    code = "plan-data"


class AssetsMissingError(LayerError):
    """A script or style of the page that was not installed."""

    code = "assets-missing"
