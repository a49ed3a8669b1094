"""Both schemes can be read: WCAG 2.2 AA, computed for every pair of colours that meet on the screen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from roku_desktop.ui.look.theme import DARK, LIGHT, Colours

BACKGROUNDS = ("side", "page", "panel")
TEXTS = [(text, on) for text in ("text", "muted", "accent", "warning", "danger") for on in BACKGROUNDS]
# Buttons of the first rank, and what is selected.
TEXTS += [("on_accent", "accent"), ("text", "selection")]
SIGNS = [("accent", "selection"), ("muted", "selection"), *(("frame", on) for on in BACKGROUNDS)]


def luminance(colour: str) -> float:
    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    shown = QColor(colour)
    red, green, blue = (linear(it) for it in (shown.redF(), shown.greenF(), shown.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (SIGNS, 3.0)], ids=["text", "signs"])
def test_all_stands_out_from_what_it_is_drawn_on(
    colours: Colours, pairs: list[tuple[str, str]], least: float
):
    found = {pair: contrast(getattr(colours, pair[0]), getattr(colours, pair[1])) for pair in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < least} == {}


def test_the_measure_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
