"""The row of a run opens the waterfall of its trace."""

from __future__ import annotations

from pathlib import Path

from roku_desktop.engine.errors import ConnectionFailed
from roku_desktop.engine.settings import Resilience
from roku_desktop.ui.telemetry.trace_view import TraceView
from tests.support.engines import scripted
from tests.support.labs import configured, settings_of
from tests.support.windows import drawn, opened_window
from tests.ui.conftest import Run


def test_the_row_of_an_answer_opens_its_trace(qt_run: Run, tmp_path: Path):
    async def use() -> None:
        async with opened_window(tmp_path, scripted(["Hello"], ["Again"])) as opened:
            for prompt in ("Hi", "And"):
                opened.send(prompt)
                await opened.until_idle()
            await drawn()
            first = (await opened.engine.runs(limit=2))[-1].run_id
            opened.row_buttons("Show where the time went")[0].click()
            await opened.bridge.finish()
            (view,) = opened.window.findChildren(TraceView)
            assert first in view.windowTitle()
            view.close()

    qt_run(use())


def test_the_row_of_a_run_that_failed_opens_its_trace_also_when_another_has_followed(
    qt_run: Run, tmp_path: Path
):
    broken = ConnectionFailed("scripted can't be reached at 127.0.0.1:9.")

    async def use() -> None:
        once = settings_of(configured("scripted"), resilience=Resilience(max_retries=0))
        async with opened_window(tmp_path, scripted([broken], ["Hello"]), settings=once) as opened:
            for prompt in ("Hi", "And"):
                opened.send(prompt)
                await opened.until_idle()
            await drawn()
            failed = (await opened.engine.runs(limit=2))[-1].run_id
            (button,) = opened.row_buttons("Show what happened")
            button.click()
            await opened.bridge.finish()
            (view,) = opened.window.findChildren(TraceView)
            assert failed in view.windowTitle()
            view.close()

    qt_run(use())
