import pytest

from layers.model import STAGES
from layers.render.symbology import STAGE_MARKS, stylesheet, tokens

THEMES = ("light", "dark")
ZONES = ("north", "central", "south")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """WCAG 2.2, relative luminance and contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["surface", "surface-2"])
@pytest.mark.parametrize("text", ["text-1", "text-2", "text-3", "accent", "warn", "good"])
def test_text_can_be_read_on_its_ground(theme, ground, text):
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [("on-accent", "accent"), ("warn", "warn-weak"), ("text-2", "accent-weak"), ("text-2", "paper")]
    + [(f"{zone}-ink", ground) for zone in ZONES for ground in ("paper", f"{zone}-fill")],
)
def test_text_can_be_read_on_coloured_ground(theme, text, ground):
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["surface", *(f"{zone}-fill" for zone in ZONES)])
@pytest.mark.parametrize("stage", [term.id for term in STAGES])
def test_the_mark_of_a_stage_stands_out_from_every_ground(theme, ground, stage):
    colours = tokens(theme)
    assert contrast(colours[f"stage-{STAGE_MARKS[stage].key}"], colours[ground]) >= 3


def test_no_two_stages_share_a_shape():
    shapes = [mark.shape for mark in STAGE_MARKS.values()]
    assert len(set(shapes)) == len(shapes) == len(STAGES)


def test_the_stylesheet_defines_each_token_for_both_themes():
    assert stylesheet().count("--stage-reserve:") == 3
