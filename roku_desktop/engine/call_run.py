"""The way of one call: validate → classify → (approval) → run → result.

A refusal or a failure is a result, text that the model reads. Called by the dispatcher, which runs
several at once and hands on what they tell.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from roku_desktop.engine.approval.gate import Asked, Gate, Parked, refusal_of
from roku_desktop.engine.approval.risk import Risk, classify
from roku_desktop.engine.decisions import Approval, ApprovalRequest, Consent
from roku_desktop.engine.errors import RokuError
from roku_desktop.engine.events import Event, ToolFinished, ToolStarted
from roku_desktop.engine.messages import ToolCall, ToolOutcome, ToolResult
from roku_desktop.engine.ports import CallContext, ChangingTool, Clock, Tool, ToolFailure, ToolRefusal
from roku_desktop.engine.sentences import phrase, said, wording_of
from roku_desktop.engine.tools.arguments import object_bytes
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from roku_desktop.engine.tools.output import bounded_text, shown_name
from roku_desktop.engine.tracing import tool_span_of, tool_traceparent
from roku_desktop.engine.whereabouts import Whereabouts, enter

logger = logging.getLogger(__name__)

# Results of one answer together: 64 × 64 KiB = 4 MiB, 16 MiB at the hard cap of a result. Models ask
# for a few calls at once; one that asks for a thousand has lost its way.
MAX_CALLS_PER_ANSWER: Final = 64


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the calls of one answer belong, and how they get their approval."""

    workspace: Path
    session_id: str
    run_id: str
    step: int
    consent: Consent


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is on disk of these calls, by their ids, and whether the session only plans."""

    results: dict[str, ToolResult] = {}
    approvals: dict[str, Approval] = {}
    plan: bool = False


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """An event on its way; `stored` is set when whoever takes it is done with it."""

    index: int
    event: Event
    stored: asyncio.Event


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What the calls of one answer share. A running tool holds a slot, a waiting call holds none."""

    catalogue: ToolCatalogue
    clock: Clock
    gate: Gate | None
    max_result_bytes: int
    slots: asyncio.Semaphore
    told: asyncio.Queue[Telling | None]
    propagate: bool = True


class CallRun:
    """One call; used once."""

    def __init__(self, bench: Bench, place: Place, known: Known, call: ToolCall, index: int) -> None:
        self._bench = bench
        self._place = place
        self._known = known
        self._call = call
        self._index = index
        self._risk = Risk(tier="requires_approval")
        self._approval_id = ""
        self._here: Callable[[], dict[str, Any]] = partial(
            dict, session_id=place.session_id, run_id=place.run_id, step=place.step
        )

    async def answer(self) -> ToolResult | None:
        """Return the result, None where only a person's decision can bring one. In a task of its own."""
        known = self._known.results.get(self._call.call_id)
        if known is not None:
            return known
        tool = self._bench.catalogue.get(self._call.name)
        self._enter(tool)
        approval = self._known.approvals.get(self._call.call_id)
        self._approval_id = approval.approval_id if approval else ""
        try:
            return await self._admit(tool, approval)
        except Parked:
            return None
        except ToolRefusal as refusal:
            return await self._finish("refused", _sentence_of(refusal))
        except ToolFailure as failure:
            return await self._finish("error", str(failure))
        except OSError as error:  # a file that the call names can't be looked at
            return await self._finish("error", f"The call can't be prepared: {error.strerror or error}.")
        except RokuError:  # the journal can't be read or written: nothing may happen
            raise
        except Exception:  # a bug in one tool must not end the turn of the others
            logger.exception("tool %s could not prepare a call", self._call.name)
            return await self._finish("error", _BUG)

    def _enter(self, tool: Tool | None) -> None:
        """Only a name of ours is told: any other is text of a model."""
        place = self._place
        enter(
            Whereabouts(
                session_id=place.session_id,
                run_id=place.run_id,
                span_id=tool_span_of(place.run_id, place.step, self._call.call_id),
                tool=self._call.name if tool is not None else "",
            )
        )

    async def _admit(self, tool: Tool | None, approval: Approval | None) -> ToolResult:
        if approval is not None and approval.state == "unknown" and self._bench.gate is not None:
            # It may have happened. Only a person can say how it went on, whatever is thought of it now.
            approval = await self._bench.gate.decided(approval, self._place.consent)
        if approval is not None and approval.result is not None:
            return approval.result
        if self._index >= MAX_CALLS_PER_ANSWER:
            raise ToolRefusal(
                said(
                    "This call did not run: one answer may ask for {count} calls. Ask for it again in the "
                    "next one if it is still needed.",
                    count=MAX_CALLS_PER_ANSWER,
                )
            )
        if tool is None:
            self._risk = await classify(None, b"", self._place.workspace)
            raise ToolRefusal(
                said(
                    "{tool} is not a tool here; the tools that can be used without asking: {usable}.",
                    **self._names(),
                )
            )
        arguments = self._arguments(tool)
        self._risk = await classify(tool, arguments, self._place.workspace)
        if self._risk.tier == "denied":
            raise ToolRefusal(
                said("This call is never run, in no mode. {reason}", reason=phrase(self._risk.reason))
            )
        if self._known.plan and not tool.read_only and approval is None:
            raise ToolRefusal(
                said(
                    "This session only plans: nothing may be changed. {tool} can not be used; the tools that "
                    "can be used without asking: {usable}.",
                    **self._names(),
                )
            )
        if tool.read_only:
            return await self._run(lambda: tool.run(arguments, self._place.workspace, self._context()))
        if not hasattr(tool, "perform"):
            raise self._without_approval()
        return await self._run_changing(cast("ChangingTool", tool), arguments, approval)

    def _arguments(self, tool: Tool) -> bytes:
        try:
            arguments = object_bytes(self._call.arguments)
            tool.validate(arguments)
        except ToolFailure:
            self._risk = Risk(tier="safe" if tool.read_only else "requires_approval")
            raise
        return arguments

    async def _run_changing(
        self, tool: ChangingTool, arguments: bytes, approval: Approval | None
    ) -> ToolResult:
        """Safe calls run at once; all else when, and only if, the gate clears it."""
        place = self._place
        if approval is not None and approval.state in _REFUSED:  # also where it became harmless since
            raise refusal_of(approval)
        if self._risk.tier == "safe":
            async with self._bench.slots:  # looked at when its turn has come: before, it may wait for long
                execution = await tool.execution(arguments, place.workspace)
                if execution.action == "read":
                    return await self._run_in_slot(
                        lambda: tool.perform(execution, arguments, place.workspace, self._context())
                    )
            # Between the two looks the world changed: what is harmless no more is asked for.
            self._risk = Risk(
                tier="requires_approval", reason=said("What it works on is just being changed.")
            )
        if self._bench.gate is None:
            raise self._without_approval()
        asked = Asked(
            session_id=place.session_id,
            run_id=place.run_id,
            step=place.step,
            call=self._call,
            tool=tool,
            arguments=arguments,
            workspace=place.workspace,
            reason=self._risk.reason,
        )
        return await self._run_approved(self._bench.gate, asked, approval)

    async def _run_approved(self, gate: Gate, asked: Asked, approval: Approval | None) -> ToolResult:
        """Derive again when nothing but the start is left to wait for; what changed is asked again."""
        consent = self._place.consent
        replaced: ApprovalRequest | None = None
        while True:
            if approval is None:
                approval = await gate.request(asked, consent, self._tell_asking, replaced)
            approval = await gate.decided(approval, consent)
            if approval.result is not None:
                return approval.result
            if approval.state != "approved":
                raise refusal_of(approval)
            async with self._bench.slots:
                execution = await gate.execution_of(asked, approval)
                if execution is not None:
                    context = self._context(approval.approval_id)
                    perform = partial(
                        asked.tool.perform, execution, asked.arguments, asked.workspace, context
                    )
                    return await self._run_in_slot(perform, approval.request.digest)
            replaced = approval.request
            approval = None

    def _context(self, approval_id: str = "") -> CallContext:
        place, call_id = self._place, self._call.call_id
        return CallContext(
            session_id=place.session_id,
            run_id=place.run_id,
            call_id=call_id,
            approval_id=approval_id,
            traceparent=tool_traceparent(place.run_id, place.step, call_id) if self._bench.propagate else "",
        )

    async def _tell_asking(self, event: Event) -> None:
        await self._tell(event)
        self._approval_id = getattr(getattr(event, "request", None), "approval_id", self._approval_id)

    async def _run(self, work: Callable[[], Awaitable[str]]) -> ToolResult:
        async with self._bench.slots:
            return await self._run_in_slot(work)

    async def _run_in_slot(self, work: Callable[[], Awaitable[str]], digest: str = "") -> ToolResult:
        """Run the tool; only a cancellation of ours leaves as an exception. `digest`: what was approved."""
        now = self._bench.clock.now()
        await self._tell(
            ToolStarted(
                **self._here(),
                at=now,
                call=self._call,
                tier=self._risk.tier,
                approval_id=self._approval_id if digest else "",
                digest=digest,
            )
        )
        started_s = self._bench.clock.monotonic()
        outcome, content = await self._outcome(work)
        elapsed_ms = (self._bench.clock.monotonic() - started_s) * 1000
        return await self._finish(outcome, content, elapsed_ms)

    async def _outcome(self, work: Callable[[], Awaitable[str]]) -> tuple[ToolOutcome, str]:
        try:
            return "ok", await work()
        except ToolRefusal as refusal:
            return "refused", _sentence_of(refusal)
        except ToolFailure as failure:
            return "error", str(failure)
        except Parked:  # a sub-agent waits for a person
            raise
        except asyncio.CancelledError:
            if _cancelling():
                raise
            return "interrupted", "The tool was interrupted before it had a result."
        except (GeneratorExit, KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # a bug in one tool, or a panic of a library in Rust, costs the others nothing
            logger.exception("tool %s failed", self._call.name)
            return "error", _BUG

    async def _finish(self, outcome: ToolOutcome, content: str, elapsed_ms: float = 0.0) -> ToolResult:
        result = ToolResult(
            call_id=self._call.call_id,
            name=self._call.name,
            content=bounded_text(str(content), self._bench.max_result_bytes),
            outcome=outcome,
            elapsed_ms=elapsed_ms,
            wording=wording_of(content),
        )
        at = self._bench.clock.now()
        await self._tell(
            ToolFinished(
                **self._here(),
                at=at,
                call=self._call,
                tier=self._risk.tier,
                result=result,
                approval_id=self._approval_id,
            )
        )
        return result

    async def _tell(self, event: Event) -> None:
        telling = Telling(index=self._index, event=event, stored=asyncio.Event())
        self._bench.told.put_nowait(telling)
        await telling.stored.wait()

    def _without_approval(self) -> ToolRefusal:
        return ToolRefusal(
            said(
                "{tool} needs approval, which can't be asked for here; the tools that can be used without "
                "asking: {usable}.",
                **self._names(),
            )
        )

    def _names(self) -> dict[str, str]:
        """What a refusal names: the tool that was asked for, and those that may be."""
        return {
            "tool": shown_name(self._call.name[:80]) or "A tool without a name",
            "usable": ", ".join(self._bench.catalogue.usable_names()) or "none",
        }


_REFUSED: Final = ("rejected", "expired", "withdrawn")
_BUG: Final = "The tool failed because of a bug in this program. Try another way."


def _sentence_of(refusal: ToolRefusal) -> str:
    """With its wording, which `str` would leave behind."""
    return refusal.args[0] if wording_of(refusal) else str(refusal)


def _cancelling() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
