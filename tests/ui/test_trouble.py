"""Trouble with a provider as the window tells it: the wait, the way out of it, and what is left to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from roku_desktop.app import open_engine
from roku_desktop.config import load
from roku_desktop.engine import AttemptFailed, FailedOver, Failure, Incident, RetryScheduled
from roku_desktop.engine.errors import ConnectionFailed, RateLimit
from roku_desktop.engine.settings import BudgetSettings, Resilience
from roku_desktop.paths import HomePaths
from roku_desktop.ui.transcript.entries import TroubleEntry
from roku_desktop.ui.transcript.model import TranscriptModel
from roku_desktop.ui.transcript.trouble_words import trouble_details, trouble_line
from tests.support.display import PictureTaker
from tests.support.fault_server import FaultServer, openai_error
from tests.support.labs import Lab, configured, settings_of
from tests.support.setups import answer
from tests.support.windows import OpenedWindow, opened_window, window_on
from tests.ui.conftest import Run

pytestmark = pytest.mark.window

LIMITED = RateLimit("anthropic is asked too often.", provider="anthropic", status=429, retry_after_s=20)
PATIENT = Resilience(failure_threshold=9)
AT: dict[str, Any] = {"session_id": "s", "run_id": "r", "at": 1_800_000_000.0, "step": 1}


def failed(kind: str = "RateLimit", status: int | None = 429, **more: Any) -> AttemptFailed:
    failure = Failure(kind=kind, message="It is asked too often.", status=status, **more)
    return AttemptFailed(provider="anthropic", model="claude", attempt=1, failure=failure, **AT)


def retry() -> RetryScheduled:
    return RetryScheduled(
        provider="anthropic",
        model="claude",
        attempt=2,
        wait_s=2,
        until=AT["at"] + 2,
        reason="RateLimit",
        **AT,
    )


def hop(**more: Any) -> FailedOver:
    return FailedOver(
        from_provider="anthropic",
        from_model="claude",
        to_provider="openrouter",
        to_model="claude-or",
        reason="RateLimit",
        message="",
        **AT,
        **more,
    )


def test_the_line_of_a_hop_says_who_answers_and_how_long_the_other_is_left_alone():
    incidents: list[Incident] = [failed(), retry(), failed(), hop(left_alone_until=1_800_000_060.0)]
    line = trouble_line(incidents)
    assert line.startswith(
        "Answered by openrouter because anthropic returned 429 twice; it is left alone until "
    )


def test_the_line_of_a_retry_stays_true_before_and_after_it():
    assert trouble_line([failed(), retry()]) == "anthropic returned 429, so it is asked again."
    assert (
        trouble_line([failed(), retry(), failed()]) == "anthropic returned 429 twice, so it is asked again."
    )


def test_a_lone_failure_shows_its_class_and_the_providers_words_and_leaves_the_sentence_to_its_notice():
    assert trouble_line([failed(provider_says="Slow down")]) == "anthropic · RateLimit 429 · “Slow down”"
    assert trouble_line([failed("StreamInterrupted", None)]) == "anthropic · StreamInterrupted"


def test_what_unfolds_has_the_class_the_providers_words_and_the_next_step():
    said = "Too many requests\u202e"
    (detail,) = trouble_details([failed(provider_says=said, next_step="Wait a moment.")])
    assert "RateLimit 429" in detail
    assert "“Too many requests·”" in detail  # what would turn the line around is made visible
    assert detail.endswith("Wait a moment.")


def two_labs(*answers: object) -> tuple[Lab, Lab]:
    return Lab("anthropic", *answers), Lab("openrouter", "Hello from the other one.")  # type: ignore[arg-type]


async def until_waiting(opened: OpenedWindow) -> None:
    await opened.until(lambda: opened.conversation.waiting is not None)


def test_a_wait_counts_down_and_can_be_skipped_and_the_banner_is_there_after_a_restart(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    labs = two_labs(LIMITED)
    settings = settings_of(*(configured(lab.name) for lab in labs), resilience=PATIENT)

    told = "Answered by openrouter because anthropic returned 429."

    async def skip() -> None:
        async with opened_window(home, *labs, settings=settings) as opened:
            opened.send("Hello")
            await until_waiting(opened)
            banner = opened.window.waiting
            assert banner.text.startswith("Asking anthropic again in ")
            assert [button.text() for button in banner.buttons] == ["Try openrouter now", "Cancel"]
            screenshot("countdown")
            banner.buttons[0].click()
            await opened.until_idle()
            assert "Hello from the other one." in opened.text
            assert banner.isHidden()
            assert told in opened.text
        async with opened_window(home, *labs, settings=settings) as again:
            assert told in again.text

    qt_run(skip())


def test_cancel_ends_the_turn_and_the_countdown(qt_run: Run, home: Path):
    labs = two_labs(LIMITED)
    settings = settings_of(*(configured(lab.name) for lab in labs), resilience=PATIENT)

    async def cancel() -> None:
        async with opened_window(home, *labs, settings=settings) as opened:
            opened.send("Hello")
            await until_waiting(opened)
            opened.window.waiting.buttons[1].click()
            await opened.until_idle()
            assert opened.window.waiting.isHidden()
            assert "You stopped this answer." in opened.text

    qt_run(cancel())


def test_a_session_that_is_left_and_opened_again_still_counts_down(qt_run: Run, home: Path):
    labs = two_labs(LIMITED)
    settings = settings_of(*(configured(lab.name) for lab in labs), resilience=PATIENT)

    async def leave() -> None:
        async with opened_window(home, *labs, settings=settings) as opened:
            opened.send("Hello")
            await until_waiting(opened)
            session_id = opened.conversation.session_id
            opened.conversation.new()
            assert opened.window.waiting.isHidden()
            opened.conversation.open(session_id)
            await opened.until(opened.window.waiting.isVisible)
            opened.conversation.stop()
            await opened.until_idle()

    qt_run(leave())


def test_what_went_wrong_unfolds_in_the_transcript(qt_run: Run, home: Path):
    down = ConnectionFailed("anthropic can't be reached.", provider="anthropic")
    labs = two_labs(down)
    settings = settings_of(
        *(configured(lab.name) for lab in labs), resilience=Resilience(max_retries=0, failure_threshold=1)
    )

    async def unfold() -> None:
        async with opened_window(home, *labs, settings=settings) as opened:
            opened.send("Hello")
            await opened.until_idle()
            model = opened.steering.findChild(TranscriptModel)
            assert isinstance(model, TranscriptModel)
            (row,) = [at for at, entry in enumerate(model.entries()) if isinstance(entry, TroubleEntry)]
            assert "it is left alone until" in opened.text
            assert "ConnectionFailed" not in opened.text
            model.fold(row)
            assert "ConnectionFailed" in opened.text

    qt_run(unfold())


def test_a_budget_that_is_nearly_used_up_is_told_with_its_figures(qt_run: Run, home: Path):
    settings = settings_of(configured("lab"), budget=BudgetSettings(day_tokens=100_000, warn_percent=0))

    async def spend() -> None:
        async with opened_window(home, Lab("lab", "Hello."), settings=settings) as opened:
            opened.send("Hi")
            await opened.until(
                lambda: opened.conversation.state == "idle" and opened.window.notice.isVisible()
            )
            assert "tokens" in opened.window.notice.text

    qt_run(spend())


LIMITED_ON_THE_WIRE = openai_error(
    429, "rate_limit_exceeded", "Slow down, please.", kind="requests", headers={"Retry-After": "20"}
)
TWO_SERVICES = """\
schema_version = 1
[runtime.llm.resilience]
failure_threshold = 2
[runtime.llm.providers.near]
kind = "openai-chat"
base_url = "{near}"
primary_model = "near-1"
[runtime.llm.providers.far]
kind = "openai-chat"
base_url = "{far}"
primary_model = "far-1"
"""


def test_on_real_wires_429_twice_opens_the_breaker_and_the_window_says_who_answered_and_until_when(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def live_through() -> None:
        soon = openai_error(
            429, "rate_limit_exceeded", "Slow down, please.", kind="requests", headers={"Retry-After": "0"}
        )
        async with (
            FaultServer([soon, LIMITED_ON_THE_WIRE, answer("Near again.")]) as near,
            FaultServer([answer("Far, and glad to help.")]) as far,
        ):
            text = TWO_SERVICES.format(near=near.openai_url, far=far.openai_url)
            paths = HomePaths.locate({}, home=str(home))
            paths.runtime_toml.write_text(text, encoding="utf-8")
            async with (
                open_engine(paths, load(paths, {})) as engine,
                window_on(engine, home) as opened,
            ):
                opened.send("Hello")
                await opened.until_idle()
                assert "Far, and glad to help." in opened.text
                assert (
                    "Answered by far because near returned 429 twice; it is left alone until" in opened.text
                )
                screenshot("failover")
                assert (len(near.requests), len(far.requests)) == (2, 1)

    qt_run(live_through())
