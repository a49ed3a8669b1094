"""The choice of provider and model: what it lists, what can be chosen, and what it says instead."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.engine import (
    BreakerState,
    Failure,
    ModelChoice,
    ModelInfo,
    ModelPrice,
    Pin,
    ProviderStatus,
)
from roku_desktop.engine.errors import ConnectionFailed
from roku_desktop.engine.settings import Resilience
from roku_desktop.ui.choosing.catalogue import (
    ModelCatalogue,
    ModelRow,
    NoteRow,
    ProviderRow,
    figures_in_words,
    pin_in_words,
    state_in_words,
)
from roku_desktop.ui.choosing.switcher import ModelSwitcher
from tests.support.display import PictureTaker
from tests.support.labs import Lab, configured, settings_of
from tests.support.windows import OpenedWindow, opened_window, until
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def provider(name: str, **more: object) -> ProviderStatus:
    fields = {"kind": "openai-chat", "base_url": "", "origin": "configured", "key": "not needed", **more}
    return ProviderStatus(name=name, **fields)  # type: ignore[arg-type]  # literals


def catalogue(*providers: ProviderStatus) -> ModelCatalogue:
    known = ModelCatalogue()
    known.providers = providers
    return known


def models_of(known: ModelCatalogue, typed: str = "") -> list[str]:
    return [row.choice.model for row in known.rows(typed) if isinstance(row, ModelRow)]


def notes_of(known: ModelCatalogue) -> list[str]:
    return [row.text for row in known.rows() if isinstance(row, NoteRow)]


def test_configured_models_stand_first_and_none_twice():
    known = catalogue(provider("mylab", primary_model="qwen3", fallback_models=("llama",)))
    known.set_models("mylab", [ModelInfo(model=name, provider="mylab") for name in ("a", "qwen3")], None)
    assert models_of(known) == ["qwen3", "llama", "a"]


def test_a_provider_says_that_it_is_being_asked_then_why_it_did_not_list_its_models():
    known = catalogue(provider("mylab"))
    assert notes_of(known) == ["Asking for its models…"]
    known.set_models("mylab", [], Failure(kind="ConnectionFailed", message="mylab can't be reached."))
    assert notes_of(known) == ["mylab can't be reached."]


def test_a_missing_key_is_told_with_what_adds_it():
    problem = "mylab needs an API key: set ROKU_MYLAB_API_KEY."
    known = catalogue(provider("mylab", usable=False, key="missing", problem=problem))
    known.current = ModelChoice("mylab", "")
    assert notes_of(known) == [problem]
    assert known.problem_of_current() == problem
    (head, *_) = known.rows()
    assert isinstance(head, ProviderRow)
    assert state_in_words(head, 0.0) == "no key"


def test_typing_finds_a_model_by_parts_of_its_provider_and_its_name():
    known = catalogue(
        provider("anthropic", primary_model="claude-haiku"), provider("lab", primary_model="qwen")
    )
    assert models_of(known, "anth hai") == ["claude-haiku"]
    assert [type(row) for row in known.rows("qwen")] == [ProviderRow, ModelRow]


def test_a_price_is_per_million_tokens_or_unknown_and_never_zero_in_disguise():
    row = ModelRow(choice=ModelChoice("a", "b"))
    assert figures_in_words(row) == "price unknown"
    priced = msgspec.structs.replace(row, price=ModelPrice(input_usd=3.0, output_usd=15.0))
    assert figures_in_words(priced) == "$3 / $15"
    free = msgspec.structs.replace(row, price=ModelPrice(input_usd=0.0, output_usd=0.0))
    assert figures_in_words(free) == "free"
    info = ModelInfo(model="b", provider="a", context_window_tokens=200_000, supports_tools=True)
    assert figures_in_words(msgspec.structs.replace(priced, info=info)) == "tools   200k   $3 / $15"


def test_an_open_breaker_counts_down():
    state = BreakerState(phase="open", until=1_100.0, last_error="RateLimit")
    row = ProviderRow(status=provider("lab"), breaker=state)
    assert state_in_words(row, 1_090.5) == "left alone for 10 s after RateLimit"
    assert state_in_words(row, 1_101.0) == "tried again with the next prompt"


def test_a_pin_says_where_it_stands_and_what_may_stand_in():
    pin = Pin(provider="anthropic", source="runtime.toml:3", failover=("openrouter",))
    assert pin_in_words(pin) == "Pinned to anthropic by runtime.toml:3; openrouter may stand in for it."
    known = catalogue(provider("anthropic"), provider("other"))
    known.pin = pin
    assert [(row.pinned, row.closed_off) for row in known.rows() if isinstance(row, ProviderRow)] == [
        (True, False),
        (False, True),
    ]


def test_ten_thousand_models_are_filtered_while_one_types():
    known = catalogue(provider("lab"))
    known.set_models("lab", [ModelInfo(model=f"model-{n}", provider="lab") for n in range(10_000)], None)
    assert models_of(known, "model-7777") == ["model-7777"]


def open_switcher(opened: OpenedWindow) -> ModelSwitcher:
    opened.window.commands["choose_model"].trigger()
    switcher = opened.window.findChild(ModelSwitcher)
    assert isinstance(switcher, ModelSwitcher)
    assert switcher.isVisible()
    return switcher


async def until_lists(opened: OpenedWindow, switcher: ModelSwitcher, model: str) -> None:
    def listed() -> bool:
        rows = [switcher.model.row(place) for place in range(switcher.model.rowCount())]
        return any(isinstance(row, ModelRow) and row.choice.model == model for row in rows)

    await until(listed, switcher.model.modelReset)


def test_a_model_is_found_and_chosen_with_the_keyboard_alone(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def choose() -> None:
        async with opened_window(home, Lab("lab", tools=True), Lab("other", window_tokens=128_000)) as opened:
            switcher = open_switcher(opened)
            await until_lists(opened, switcher, "other-2")
            await opened.bridge.finish()
            screenshot("switcher")
            QTest.keyClicks(switcher.field, "other-2")
            QTest.keyClick(switcher.field, Qt.Key.Key_Return)
            assert switcher.isHidden()
            assert opened.window.composer.edit.hasFocus()
            await opened.until(
                lambda: opened.window.status.texts[1] == "other · other-2", opened.bridge.model_known
            )

    qt_run(choose())


def test_arrows_pass_what_cannot_be_chosen_and_escape_leaves(qt_run: Run, home: Path):
    async def step() -> None:
        async with opened_window(home, Lab("lab"), Lab("other")) as opened:
            switcher = open_switcher(opened)
            await until_lists(opened, switcher, "other-2")
            seen = []
            for _ in range(4):
                row = switcher.model.row(switcher.view.currentIndex().row())
                assert isinstance(row, ModelRow)
                seen.append(row.choice.model)
                QTest.keyClick(switcher.field, Qt.Key.Key_Down)
            assert seen == ["lab-1", "lab-2", "other-1", "other-2"]
            QTest.keyClick(switcher.field, Qt.Key.Key_Escape)
            assert switcher.isHidden()

    qt_run(step())


def test_a_pinned_provider_wears_its_lock_and_a_switch_away_is_refused_with_the_place(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    labs = (Lab("lab"), Lab("other"))
    pin = Pin(provider="lab", source="runtime.toml, line 3", failover=("other",))
    settings = settings_of(*(configured(lab.name) for lab in labs), pin=pin)

    async def switch() -> None:
        async with opened_window(home, *labs, settings=settings) as opened:
            switcher = open_switcher(opened)
            assert "line 3" in switcher.pin.text()
            assert "other may stand in" in switcher.pin.text()
            await until_lists(opened, switcher, "other-2")
            screenshot("switcher-pinned")
            QTest.keyClicks(switcher.field, "other-1")
            QTest.keyClick(switcher.field, Qt.Key.Key_Return)
            await opened.until(opened.window.notice.isVisible)
            assert "line 3" in opened.window.notice.text

    qt_run(switch())


def test_an_open_breaker_is_seen_and_reset_from_the_switcher(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    down = ConnectionFailed("lab can't be reached.", provider="lab")
    labs = (Lab("lab", down, "Here again."), Lab("other"))
    settings = settings_of(
        *(configured(lab.name) for lab in labs), resilience=Resilience(max_retries=0, failure_threshold=1)
    )

    async def reset() -> None:
        async with opened_window(home, *labs, settings=settings) as opened:
            opened.send("Hello")
            await opened.until_idle()
            switcher = open_switcher(opened)
            await opened.bridge.finish()
            head = switcher.model.row(0)
            assert isinstance(head, ProviderRow)
            assert head.breaker.phase == "open"
            screenshot("switcher-breaker")
            QTest.keyClick(switcher.field, Qt.Key.Key_Up)
            QTest.keyClick(switcher.field, Qt.Key.Key_Return)
            await opened.until(opened.window.notice.isVisible)
            assert opened.window.notice.text == "lab is asked again with the next prompt."
            await opened.bridge.finish()
            assert (await opened.engine.breakers())["lab"].phase == "closed"

    qt_run(reset())


def test_how_much_is_thought_is_chosen_and_asked_for_from_the_next_turn_on(qt_run: Run, home: Path):
    lab = Lab("lab")

    async def think() -> None:
        async with opened_window(home, lab) as opened:
            switcher = open_switcher(opened)
            await opened.bridge.finish()
            assert switcher.thinking["default"].isChecked()
            switcher.thinking["high"].click()
            await opened.bridge.finish()
            switcher.dismiss()
            opened.send("Hello")
            await opened.until_idle()
            assert (lab.requests[-1].thinking_budget_tokens or 0) > 16_384

    qt_run(think())
