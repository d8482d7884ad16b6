"""Colours and marks, in one table that the page and every export share.

The pairs are checked for contrast in the tests: 4.5:1 for text, 3:1 for marks (WCAG 2.2,
clauses 1.4.3 and 1.4.11). A stage always carries a colour and a shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class StageMark:
    """The shape of a stage; its colour is the token ``stage-<key>``."""

    key: str
    shape: Literal["circle", "triangle", "square", "diamond", "bar", "cross"]


STAGE_MARKS: Mapping[str, StageMark] = MappingProxyType(
    {
        "储备": StageMark("reserve", "circle"),
        "预备": StageMark("preparatory", "triangle"),
        "建设": StageMark("construction", "square"),
        "建成": StageMark("completed", "diamond"),
        "暂缓": StageMark("suspended", "bar"),
        "退出": StageMark("withdrawn", "cross"),
    }
)

ZONE_KEYS: Mapping[str, str] = MappingProxyType({"Z-N": "north", "Z-C": "central", "Z-S": "south"})
"""The token prefix of each zone."""

# Each token in the light and in the dark theme.
_TOKENS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "text-1": ("#16212C", "#E9EFF4"),
        "text-2": ("#435260", "#B6C2CD"),
        "text-3": ("#5B6976", "#98A6B3"),
        "surface": ("#FFFFFF", "#161D25"),
        "surface-2": ("#F5F7F9", "#1C2530"),
        "paper": ("#E9EDEF", "#10171D"),
        "line": ("#E2E7EB", "#28333E"),
        "line-strong": ("#C3CCD3", "#3A4753"),
        "accent": ("#1D5FA6", "#7DB3EF"),
        "accent-weak": ("#E7F0F9", "#1C2F44"),
        "on-accent": ("#FFFFFF", "#10171D"),
        "warn": ("#8A5200", "#ECBF6B"),
        "warn-weak": ("#FDF4E3", "#2C2517"),
        "good": ("#14664F", "#5CC7A9"),
        "north-fill": ("#F6E8DA", "#372B22"),
        "north-soft": ("#ECCAA8", "#6F4C30"),
        "north-ink": ("#9D5322", "#E6AB7C"),
        "central-fill": ("#E0E9F3", "#1F2D3B"),
        "central-soft": ("#B7CFE8", "#35587C"),
        "central-ink": ("#28609A", "#8FBDEC"),
        "south-fill": ("#E3ECDF", "#222F26"),
        "south-soft": ("#BCD6B4", "#3F613D"),
        "south-ink": ("#41703F", "#97C891"),
        "other-fill": ("#ECEAF0", "#2A2830"),
        "other-soft": ("#CFC9DB", "#4B4659"),
        "other-ink": ("#5D5375", "#BBB1D2"),
        "stage-reserve": ("#7A68A8", "#AE9CDD"),
        "stage-preparatory": ("#B3720A", "#F0B342"),
        "stage-construction": ("#D2453F", "#F07B73"),
        "stage-completed": ("#14786A", "#45B7A4"),
        "stage-suspended": ("#66727D", "#A5B1BB"),
        "stage-withdrawn": ("#66727D", "#A5B1BB"),
        "water": ("#8FB8DA", "#3C6A92"),
        "road": ("#FFFFFF", "#4A5763"),
        "road-casing": ("#B9C2C9", "#0C1217"),
        "rail": ("#7C8790", "#8793A0"),
    }
)


def tokens(theme: Theme) -> dict[str, str]:
    """Return the colour of each token in a theme, as #RRGGBB."""
    column = 0 if theme == "light" else 1
    return {name: pair[column] for name, pair in _TOKENS.items()}


def stylesheet() -> str:
    """Return the tokens as custom properties: light, dark, and dark by the system's wish."""
    light, dark = _declarations("light"), _declarations("dark")
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f':root[data-theme="dark"]{{color-scheme:dark;{dark}}}\n'
        "@media (prefers-color-scheme:dark){"
        f':root:not([data-theme="light"]){{color-scheme:dark;{dark}}}}}\n'
    )


def _declarations(theme: Theme) -> str:
    return "".join(f"--{name}:{value};" for name, value in tokens(theme).items())
