"""From the tool calls of one answer to their results: validate → classify → run → result.

Owns the order of events, how many tools run at once and what becomes of a tool's failure. Each call
gets exactly one result, whatever it asks for: a refusal or a failure is text the model reads. Does
not store anything: the consumer stores each event before it asks for the next one, and a tool starts
only after its `ToolStarted` was taken, so that nothing runs that is not on disk. Called by the loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.engine.approval.risk import classify
from roku_desktop.engine.events import RiskTier, ToolFinished, ToolsAnswered, ToolStarted
from roku_desktop.engine.messages import ToolCall, ToolMessage, ToolOutcome, ToolResult
from roku_desktop.engine.ports import Clock, Tool, ToolFailure, ToolRefusal
from roku_desktop.engine.settings import HARD_MAX_READ_BYTES, ToolSettings
from roku_desktop.engine.tools.arguments import object_bytes
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from roku_desktop.engine.tools.output import bounded_text, shown_name

logger = logging.getLogger(__name__)

MAX_CONCURRENT_TOOLS: Final = 8
# Results of one answer together: 64 × 64 KiB = 4 MiB, 16 MiB at the hard cap of a result. Models ask
# for a few calls at once; one that asks for a thousand has lost its way.
MAX_CALLS_PER_ANSWER: Final = 64


class _Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """A call that may run, with its arguments in a form the tool accepts."""

    call: ToolCall
    tier: RiskTier
    tool: Tool
    arguments: bytes


class _Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A call that has its result, whether it ran or not."""

    tier: RiskTier
    result: ToolResult


class Dispatcher:
    """Answers tool calls. `max_result_bytes` bounds each result, at most `HARD_MAX_READ_BYTES`."""

    def __init__(
        self,
        *,
        catalogue: ToolCatalogue,
        clock: Clock,
        max_result_bytes: int = ToolSettings().default_max_bytes,
        max_concurrent_tools: int = MAX_CONCURRENT_TOOLS,
    ) -> None:
        self.catalogue = catalogue
        self._clock = clock
        self._max_result_bytes = min(max_result_bytes, HARD_MAX_READ_BYTES)
        self._max_concurrent_tools = max_concurrent_tools

    async def answer_calls(
        self, calls: Sequence[ToolCall], *, workspace: Path, session_id: str, run_id: str, step: int
    ) -> AsyncGenerator[ToolStarted | ToolFinished | ToolsAnswered, None]:
        """Run what may run, concurrently, and answer everything, in call order.

        Close it (`contextlib.aclosing`) if you stop early. Cancelled or closed, it cancels the tools
        that run and waits for them; calls without a result are then the store's to close.
        """
        events = _Events(self._clock, session_id=session_id, run_id=run_id, step=step)
        waiting = deque(enumerate(calls))
        running: dict[asyncio.Task[_Answered], int] = {}
        results: dict[int, ToolResult] = {}
        try:
            while waiting or running:
                if waiting and len(running) < self._max_concurrent_tools:
                    index, call = waiting.popleft()
                    checked = self._check(call) if index < MAX_CALLS_PER_ANSWER else self._one_too_many(call)
                    if isinstance(checked, _Admitted):
                        yield events.started(checked)
                        task = asyncio.create_task(
                            self._run(checked, workspace), name=f"tool {call.name[:40]}"
                        )
                        running[task] = index
                        continue
                    finished = {index: checked}
                else:
                    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    finished = {running.pop(task): task.result() for task in done}
                for index, answered in sorted(finished.items(), key=itemgetter(0)):
                    results[index] = answered.result
                    yield events.finished(calls[index], answered)
            yield events.answered([results[index] for index in range(len(calls))])
        finally:
            await _cancel(running)

    def _check(self, call: ToolCall) -> _Admitted | _Answered:
        """Admit a call, or answer it at once."""
        tool = self.catalogue.get(call.name)
        tier = classify(tool)
        if tier != "safe" or tool is None:
            return _Answered(tier=tier, result=self._result(call, "refused", self._needs_approval(call)))
        try:
            arguments = object_bytes(call.arguments)
            tool.validate(arguments)
        except ToolFailure as failure:
            return _Answered(tier=tier, result=self._result(call, "error", str(failure)))
        return _Admitted(call=call, tier=tier, tool=tool, arguments=arguments)

    async def _run(self, admitted: _Admitted, workspace: Path) -> _Answered:
        """Run one tool; only a cancellation of ours leaves as an exception."""
        started_s = self._clock.monotonic()
        outcome: ToolOutcome = "ok"
        try:
            content = await admitted.tool.run(admitted.arguments, workspace)
        except ToolRefusal as refusal:
            outcome, content = "refused", str(refusal)
        except ToolFailure as failure:
            outcome, content = "error", str(failure)
        except asyncio.CancelledError:
            if _cancelling():
                raise
            outcome, content = "interrupted", "The tool was interrupted before it had a result."
        except Exception:  # a bug in one tool must not lose the results of the others
            logger.exception("tool %s failed", admitted.call.name)
            outcome, content = "error", "The tool failed because of a bug in this program. Try another way."
        elapsed_ms = (self._clock.monotonic() - started_s) * 1000
        result = self._result(admitted.call, outcome, content, elapsed_ms=elapsed_ms)
        return _Answered(tier=admitted.tier, result=result)

    def _one_too_many(self, call: ToolCall) -> _Answered:
        refusal = (
            f"This call did not run: one answer may ask for {MAX_CALLS_PER_ANSWER} calls. "
            f"Ask for it again in the next one if it is still needed."
        )
        tier = classify(self.catalogue.get(call.name))
        return _Answered(tier=tier, result=self._result(call, "refused", refusal))

    def _needs_approval(self, call: ToolCall) -> str:
        usable = ", ".join(self.catalogue.usable_names()) or "none"
        name = shown_name(call.name[:80]) or "A tool without a name"
        return f"{name} needs approval, not available yet; the tools that can be used now: {usable}."

    def _result(
        self, call: ToolCall, outcome: ToolOutcome, content: str, *, elapsed_ms: float = 0.0
    ) -> ToolResult:
        return ToolResult(
            call_id=call.call_id,
            name=call.name,
            content=bounded_text(content, self._max_result_bytes),
            outcome=outcome,
            elapsed_ms=elapsed_ms,
        )


class _Events:
    """Makes the events of one answer, with where and when."""

    def __init__(self, clock: Clock, *, session_id: str, run_id: str, step: int) -> None:
        self._clock = clock
        self._session_id = session_id
        self._run_id = run_id
        self._step = step

    def started(self, admitted: _Admitted) -> ToolStarted:
        return ToolStarted(
            session_id=self._session_id,
            run_id=self._run_id,
            at=self._clock.now(),
            step=self._step,
            call=admitted.call,
            tier=admitted.tier,
        )

    def finished(self, call: ToolCall, answered: _Answered) -> ToolFinished:
        return ToolFinished(
            session_id=self._session_id,
            run_id=self._run_id,
            at=self._clock.now(),
            step=self._step,
            call=call,
            tier=answered.tier,
            result=answered.result,
        )

    def answered(self, results: Sequence[ToolResult]) -> ToolsAnswered:
        return ToolsAnswered(
            session_id=self._session_id,
            run_id=self._run_id,
            at=self._clock.now(),
            step=self._step,
            message=ToolMessage(results=tuple(results)),
        )


def _cancelling() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _cancel(tasks: Iterable[asyncio.Task[_Answered]]) -> None:
    """Cancel tasks and wait until they are over."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
