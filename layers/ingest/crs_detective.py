"""Which reference system a layer is in: found, asked, or none.

A wrong system that nobody notices is the worst that an import can do. So one is proposed only
where nothing else is left: what numbers cannot tell apart (the datums of one zone; GCJ-02, BD-09
and true degrees; the zone of eastings without its prefix) is asked unless the file declares it,
and a declaration that the numbers or the map contradict is asked as well.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from geo.bbox import BBox
from layers.ingest.base import Finding, Severity
from layers.ingest.crs_candidates import MARGIN_DEGREES, CrsCandidate, candidates_for
from layers.ingest.crs_text import DeclaredCrs

Verdict = Literal["confident", "ask", "none"]

_FITS = 0.5
_RIVAL_LEAD = 0.25  # by which another system must put more of the layer on the map


@dataclass(frozen=True, slots=True)
class CrsVerdict:
    """What was found: the candidates, the likeliest first, and whether the first is it.

    ``contradicts`` says that the file declares a system which its numbers or the map rule out.
    """

    kind: Verdict
    candidates: tuple[CrsCandidate, ...]
    contradicts: bool = False

    @property
    def winner(self) -> CrsCandidate | None:
        """The system that is proposed, null if it has to be asked."""
        return self.candidates[0] if self.kind == "confident" else None

    @property
    def finding(self) -> Finding:
        """The verdict as a line of the report."""
        code, severity = self._code
        message, message_zh = _MESSAGES[code]
        facts = {"candidates": [_facts(candidate) for candidate in self.candidates]}
        return Finding(code, severity, message, message_zh, facts=facts)

    @property
    def _code(self) -> tuple[str, Severity]:
        if self.kind == "none":
            return "crs-none", "question"
        if self.contradicts:
            return "crs-contradiction", "question"
        if not any(one.fit is None or one.fit for one in self.candidates):
            return "crs-off-map", "question"
        if self.winner is None:
            return "crs-unclear", "question"
        return ("crs-swapped", "change") if self.winner.swapped else ("crs-found", "note")


def find_crs(
    coordinates: NDArray[np.float64], declared: DeclaredCrs | None, extent: BBox | None
) -> CrsVerdict:
    """Return which system a layer is in.

    Parameters
    ----------
    coordinates
        Every vertex as the file has it, two columns (:func:`shapely.get_coordinates`).
    declared
        What the file says (:func:`layers.ingest.crs_text.read_crs_text`), null if nothing.
    extent
        That of the map, in degrees. Without it only a declaration can settle the question.
    """
    candidates = candidates_for(coordinates, declared, extent)
    if not candidates:
        return CrsVerdict("none", (), contradicts=bool(declared and declared.systems))
    if declared is None:
        return _by_numbers(candidates, extent)
    return _by_declaration(candidates, declared)


def _by_numbers(candidates: list[CrsCandidate], extent: BBox | None) -> CrsVerdict:
    on_map = [candidate for candidate in candidates if candidate.fit]
    alone = len(on_map) == 1 and not on_map[0].system.without_prefix
    clear = alone and extent is not None and _lies_in(on_map[0].extent, extent)
    return CrsVerdict("confident" if clear else "ask", tuple(candidates))


def _by_declaration(candidates: list[CrsCandidate], declared: DeclaredCrs) -> CrsVerdict:
    named = [one for one in candidates if one.declared and (one.fit is None or _fits(one))]
    meant = [one for one in named if not one.swapped] or named
    if not meant:
        allowed = any(one.declared for one in candidates)
        elsewhere = allowed and not any(one.fit for one in candidates)
        contradicts = bool(declared.systems) and not elsewhere
        return CrsVerdict("ask", tuple(candidates), contradicts)
    winner = meant[0]
    rivals = [one for one in candidates if not one.declared and _leads(one, winner)]
    if rivals:
        return CrsVerdict("ask", tuple(candidates), contradicts=True)
    told = declared.tells_the_meridian or not winner.system.without_prefix
    if len(meant) > 1 or not told:
        return CrsVerdict("ask", tuple(candidates))
    others = (one for one in candidates if one is not winner)
    return CrsVerdict("confident", (winner, *others))


def _fits(candidate: CrsCandidate) -> bool:
    return candidate.fit is not None and candidate.fit >= _FITS


def _lies_in(box: BBox, extent: BBox) -> bool:
    """Tell whether a layer lies in the extent of the map, or hardly beyond."""
    return (
        box.west >= extent.west - MARGIN_DEGREES
        and box.south >= extent.south - MARGIN_DEGREES
        and box.east <= extent.east + MARGIN_DEGREES
        and box.north <= extent.north + MARGIN_DEGREES
    )


def _leads(rival: CrsCandidate, winner: CrsCandidate) -> bool:
    return rival.fit is not None and rival.fit > (winner.fit or 0.0) + _RIVAL_LEAD


def _facts(candidate: CrsCandidate) -> dict[str, Any]:
    return {
        "code": candidate.code,
        "same_as": list(candidate.system.same_as),
        "name": candidate.system.name,
        "name_zh": candidate.system.name_zh,
        "swapped": candidate.swapped,
        "score": candidate.score,
        "reason": candidate.reason,
        "reason_zh": candidate.reason_zh,
        "extent": list(candidate.extent.as_tuple()),
        "accuracy_m": candidate.accuracy_m,
        "needs_shift": candidate.needs_shift,
    }


_MESSAGES = {
    "crs-found": (
        "the reference system is clear; the first candidate says why",
        "坐标系明确，依据见首个候选项",
    ),
    "crs-swapped": (
        "the two coordinates stand in the other order, northing or latitude first; they are turned",
        "坐标次序相反（纵坐标或纬度在前），将予以调换",
    ),
    "crs-unclear": (
        "numbers alone cannot tell these reference systems apart; choose the one of the file",
        "仅凭数值无法区分下列坐标系；请选定文件所用的坐标系",
    ),
    "crs-off-map": (
        "the layer lies away from the map in every reference system that its numbers allow; is it"
        " the right file, and which is its system?",
        "在数值允许的各坐标系下，该图层均不在地图范围内；请核对文件并选定坐标系",
    ),
    "crs-contradiction": (
        "the file declares a reference system that its coordinates or their place contradict;"
        " choose the one that it is in",
        "文件声明的坐标系与坐标数值或所在位置矛盾；请选定其实际坐标系",
    ),
    "crs-none": (
        "the coordinates fit no known reference system; state it, or transform the file first",
        "坐标与任何已知坐标系都不符；请指定坐标系，或先行转换",
    ),
}
