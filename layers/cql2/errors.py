"""What a filter may be refused for."""

from layers.errors import InvalidQueryError


class InvalidFilterError(InvalidQueryError):
    """A filter that is no CQL2, is too large, or asks what its collection cannot answer."""

    code = "invalid-filter"

    def __init__(self, message: str, message_zh: str, *, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message, message_zh, parameter="filter", allowed=allowed)
