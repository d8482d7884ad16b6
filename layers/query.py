"""What is asked of a collection, as one value."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.bbox import BBox


@dataclass(frozen=True, slots=True)
class FeatureQuery:
    """A question to one collection; what is left out does not narrow the answer.

    Parameters
    ----------
    bbox
        Only features whose geometry intersects the box.
    filters
        For each filter of the collection the values of which one has to hold. Different
        filters hold together.
    text
        Words that all occur in the names and aliases, in Chinese or English.
    """

    bbox: BBox | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""

    def words(self) -> tuple[str, ...]:
        """Return the words of the text, folded as :func:`fold` does."""
        return tuple(fold(self.text).split())


ALL = FeatureQuery()
"""The query that every feature answers."""


def fold(text: str) -> str:
    """Return text without differences of case, width and compatibility form.

    Examples
    --------
    >>> fold("ＣＢＤ Park")
    'cbd park'
    """
    return unicodedata.normalize("NFKC", text).casefold()
