"""What was spent, as the window shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.engine import CostRow
from roku_desktop.ui.costs.lines import cost_lines, spent_in_words, total_of
from roku_desktop.ui.costs.popup import CostsPopup
from tests.support.labs import Lab
from tests.support.windows import opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def row(day: str, provider: str, usd: float, unknown: int = 0) -> CostRow:
    return CostRow(
        day=day,
        provider=provider,
        model=f"{provider}-1",
        answers=2,
        input_tokens=900,
        output_tokens=100,
        cost_usd=usd,
        unknown=unknown,
    )


ROWS = [row("2026-02-02", "a", 0.5), row("2026-02-02", "b", 2.0), row("2026-02-01", "a", 3.0, unknown=1)]


def test_costs_are_added_up_by_day_provider_and_model_with_bars_against_the_dearest():
    shown = [(line.name, line.usd, line.share) for line in cost_lines(ROWS)]
    assert shown == [
        ("By day", 0.0, 0.0),
        ("2026-02-02", 2.5, 2.5 / 3),
        ("2026-02-01", 3.0, 1.0),
        ("By provider", 0.0, 0.0),
        ("a", 3.5, 1.0),
        ("b", 2.0, 2.0 / 3.5),
        ("By model", 0.0, 0.0),
        ("a · a-1", 3.5, 1.0),
        ("b · b-1", 2.0, 2.0 / 3.5),
    ]


def test_an_unknown_price_is_counted_and_never_a_zero():
    assert spent_in_words(total_of(ROWS)) == "$5.50 + 1 answer of unknown price"
    assert spent_in_words(total_of([row("2026-02-02", "a", 0.0, unknown=3)])) == "3 answers of unknown price"
    assert spent_in_words(total_of([row("2026-02-02", "a", 0.0042)])) == "$0.0042"


def test_no_answers_are_no_lines():
    assert cost_lines([]) == []


def test_the_popup_shows_the_ledger_and_escape_leaves_it(qt_run: Run, home: Path):
    async def look() -> None:
        async with opened_window(home, Lab("lab")) as opened:
            opened.send("Hello")
            await opened.until_idle()
            opened.window.commands["show_costs"].trigger()
            popup = opened.window.findChild(CostsPopup)
            assert isinstance(popup, CostsPopup)
            await opened.bridge.finish()
            assert popup.isVisible()
            assert "1 answer, 15 tokens" in popup.total.text()
            assert "lab · lab-1" in [line.name for line in popup.model.lines]
            QTest.keyClick(popup.buttons[7], Qt.Key.Key_Space)
            assert popup.days == 7
            QTest.keyClick(popup, Qt.Key.Key_Escape)
            assert popup.isHidden()
            await opened.bridge.finish()

    qt_run(look())
