"""The seams of the engine: what it needs from outside, as Protocols, and the values they exchange.

`app.py` decides which implementation stands behind each; tests put their own there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from roku_desktop.engine.compactions import Compaction, ContextRecord
from roku_desktop.engine.events import Event, Incident, PromptAccepted, TurnFinished
from roku_desktop.engine.execution import Execution, Preview
from roku_desktop.engine.journal import Journal
from roku_desktop.engine.memory_ports import MemoryStore
from roku_desktop.engine.messages import AssistantMessage, Message, StoredMessage, Usage
from roku_desktop.engine.records import (
    Beginning,
    BreakerState,
    Conversation,
    CostRow,
    ProviderStatus,
    RunRecord,
    Sample,
    SearchHit,
    Series,
    SessionCosts,
    SessionSummary,
    StorageUse,
    Used,
)
from roku_desktop.engine.settings import EngineSettings
from roku_desktop.engine.star_port import StarStore

Price = Callable[[str, str, Usage], Awaitable[float | None]]
"""What a usage costs in US dollars with that provider and model; None where no price is known."""


class Clock(Protocol):
    """Time, so that a test can hold it. `now` is Unix seconds, `monotonic` seconds."""

    def now(self) -> float: ...

    def monotonic(self) -> float: ...

    async def sleep(self, delay_s: float) -> None: ...


class SystemClock:
    """The real time."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)


class ToolSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a model is told about a tool.

    `schema` is JSON Schema text, encoded once: it goes into every request byte for byte, so that
    the provider's prompt cache holds.
    """

    name: str
    description: str
    schema: bytes


class SystemPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """The stable part never changes within a session (it is cached); the changing part may."""

    stable: str
    changing: str = ""


class ChatRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request to a model, before any vendor's format. `traceparent` (W3C) goes out as a header.

    `images` has the base64 text of the images that this model gets, by `ImageRef.file`; the wires write
    a note in place of any other.
    """

    model: str
    system: SystemPrompt
    messages: Sequence[Message]
    tools: tuple[ToolSpec, ...] = ()
    max_output_tokens: int | None = None
    thinking_budget_tokens: int | None = None
    images: Mapping[str, str] = {}
    traceparent: str = ""


class RequestOnWire(msgspec.Struct, frozen=True):
    """The request has been handed to the socket."""


class FirstByte(msgspec.Struct, frozen=True):
    """The first byte of the body arrived."""


class TextChunk(msgspec.Struct, frozen=True):
    text: str


class ThinkingChunk(msgspec.Struct, frozen=True):
    text: str


class Answer(msgspec.Struct, frozen=True):
    """The terminal event was seen: the whole answer, tool calls included. Always the last item."""

    message: AssistantMessage


ProviderItem = RequestOnWire | FirstByte | TextChunk | ThinkingChunk | Answer


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A model as its provider lists it; None = the provider does not say."""

    model: str
    provider: str
    context_window_tokens: int | None = None
    supports_tools: bool | None = None
    supports_images: bool | None = None


class Provider(Protocol):
    """One service that answers chat requests.

    `stream` yields items and ends with exactly one `Answer`; anything else is an exception from
    `engine.errors` (`StreamInterrupted` where the stream ended without its terminal event). Closing
    or cancelling the iterator closes the connection.
    """

    @property
    def name(self) -> str: ...

    def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]: ...

    async def list_models(self) -> list[ModelInfo]: ...
    async def aclose(self) -> None: ...


class Providers(Protocol):
    """All providers that can be asked now: built at first use, one HTTP client each.

    A name that is not known raises `NoEligibleModel`; a key that is needed and missing raises
    `AuthenticationFailed`.
    """

    async def provider(self, name: str) -> Provider: ...

    async def statuses(self, *, discover: bool = True) -> list[ProviderStatus]:
        """Configured ones first, in the file's order; the embedded one last. Opens no keyring prompt."""
        ...

    async def models(self, name: str, *, anew: bool = False) -> list[ModelInfo]:
        """What it lists; `anew` asks it with the key as it is now, whatever was listed before."""
        ...

    async def listed_window(self, name: str, model: str) -> int | None:
        """The model's context window in tokens, if that is known without asking the provider."""
        ...

    async def reconfigure(self, settings: EngineSettings) -> None:
        """Use these settings for the next request; requests under way end as they began."""
        ...

    async def aclose(self) -> None: ...


class CallContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a call belongs to; `traceparent` (W3C) is empty where nothing traces, `approval_id` where
    nobody had to be asked."""

    session_id: str
    run_id: str
    call_id: str
    approval_id: str = ""
    traceparent: str = ""


class Tool(Protocol):
    """One tool. `run` gets arguments that passed `validate`, and a workspace root.

    It returns the text for the model, or raises `ToolFailure` with a sentence for the model. It
    must not block the loop (files are read in a thread) and must stop when cancelled.
    """

    @property
    def spec(self) -> ToolSpec: ...

    @property
    def read_only(self) -> bool: ...

    def validate(self, arguments: bytes) -> None:
        """Raise `ToolFailure`, naming the field and the expected shape, for arguments that do not fit."""
        ...

    async def run(self, arguments: bytes, workspace: Path, context: CallContext) -> str: ...


class ChangingTool(Tool, Protocol):
    """A tool that writes, runs or reaches out; `read_only` is False and `run` is never called.

    What it would do is derived before anybody is asked and once more right before the start. Only an
    execution that still has the approved digest is performed.
    """

    async def execution(self, arguments: bytes, workspace: Path) -> Execution:
        """Derive what would happen now; changes nothing. Raises `ToolFailure` for what can't be done."""
        ...

    async def preview(self, execution: Execution, arguments: bytes, workspace: Path) -> Preview:
        """Show it to a person."""
        ...

    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str:
        """Do exactly that, or raise `ToolFailure`; as `run` in all else."""
        ...


class ToolFailure(Exception):
    """A tool could not do it; the message is for the model and becomes an error result."""


class ToolRefusal(ToolFailure):
    """The call is not allowed (outside the workspace …); the message says what would be."""


class Store(Protocol):
    """Where everything lasts. Each call is one transaction: done and durable when it returns.

    A write that was handed over is finished even if the caller is cancelled. Raises
    `StorageError` (a sentence, nothing half-written) and `NotFoundError`.
    """

    @property
    def journal(self) -> Journal: ...

    @property
    def memories(self) -> MemoryStore: ...

    @property
    def stars(self) -> StarStore: ...

    async def create_session(
        self, *, workspace: str, title: str = "", plan: bool = False, parent: tuple[str, str] = ("", "")
    ) -> SessionSummary:
        """`parent`: the run and the call that a sub-agent's session belongs to; it stands in no list."""
        ...

    async def sub_agent(self, run_id: str, call_id: str) -> SessionSummary | None:
        """The session of the sub-agent that this call began."""
        ...

    async def used_by_sub_agents(self, run_id: str) -> Used: ...

    async def fork_session(self, session_id: str, run_id: str, *, with_run: bool) -> SessionSummary:
        """A new session with what was said up to the end of a run, or up to before its prompt."""
        ...

    async def session(self, session_id: str) -> SessionSummary: ...

    async def summaries(self, session_ids: Sequence[str]) -> list[SessionSummary]:
        """Those of the sessions that are there, in that order."""
        ...

    async def sessions(self, *, limit: int = 100, before: float | None = None) -> list[SessionSummary]:
        """Newest first by `updated_at`, pinned ones ahead; `before` pages on from an `updated_at`."""
        ...

    async def find_sessions(self, text: str, *, limit: int = 20) -> list[SessionSummary]:
        """Sessions whose title contains all words of `text`, pinned ones ahead, then newest first."""
        ...

    async def choose_model(self, session_id: str, provider: str, model: str) -> None:
        """Remember what a person chose for this session; empty strings = the default."""
        ...

    async def pin_session(self, session_id: str, pinned: bool) -> None: ...
    async def rename_session(self, session_id: str, title: str) -> None: ...
    async def plan_session(self, session_id: str, plan: bool) -> None: ...
    async def delete_session(self, session_id: str) -> None: ...

    async def messages(
        self, session_id: str, *, before_position: int | None = None, limit: int = 200
    ) -> list[StoredMessage]:
        """The last `limit` messages (before that position), oldest first."""
        ...

    async def beginning(self, session_id: str) -> Beginning: ...
    async def conversation(self, session_id: str) -> Conversation: ...

    async def context(self, session_id: str) -> ContextRecord:
        """What was stored of how the session is sent: its newest compaction, what requests counted."""
        ...

    async def compactions(self, session_id: str) -> list[tuple[float, Compaction]]:
        """All that were made there: when (Unix seconds) and what, oldest first."""
        ...

    async def search(self, text: str, *, limit: int = 50) -> list[SearchHit]:
        """Messages that contain all words of `text`, newest first.

        While it is being typed the last word may be the beginning of one: from three letters on, and
        as long as no space follows it.
        """
        ...

    async def append(self, events: Sequence[Event]) -> None:
        """Store events of a run in order; what each changes is written in the same transaction."""
        ...

    async def finish_run(self, event: TurnFinished) -> TurnFinished:
        """Close a run so that its history is valid, and return the event with what was `appended`.

        Deltas of an unfinished answer become an `interrupted` (or `failed`) AssistantMessage;
        calls without a result get one that says they were interrupted. The same code closes a
        cancelled, a failed and a killed run.
        """
        ...

    async def run(self, run_id: str) -> RunRecord: ...

    async def reopen_run(self, event: PromptAccepted) -> None:
        """Set a finished run (interrupted, failed, cancelled) running again, for this process.

        One process wins: raises `SessionBusyError` where the run or its session is running. The
        event's message, if any, is appended in the same transaction.
        """
        ...

    async def last_run(self, session_id: str) -> RunRecord | None: ...

    async def runs(self, *, limit: int = 50) -> list[RunRecord]: ...

    async def recover(self) -> list[TurnFinished]:
        """Close, as `interrupted`, every running run whose process is gone; return how."""
        ...

    async def incidents(self, run_id: str) -> list[Incident]:
        """Failed attempts, waits and hops of a run, in order."""
        ...

    async def breakers(self) -> dict[str, BreakerState]:
        """Breakers that ever left their first state, by provider."""
        ...

    async def change_breaker(
        self, provider: str, change: Callable[[BreakerState], BreakerState]
    ) -> BreakerState:
        """Apply `change` to what is stored, whichever process stored it, and return what is then."""
        ...

    async def keep_samples(self, samples: Sequence[Sample]) -> None: ...

    async def samples(self, since: float, names: Collection[str] = ()) -> list[Series]:
        """What was measured from `since` (Unix seconds) on; no names = everything."""
        ...

    async def costs(self, since_day: str = "") -> list[CostRow]:
        """The ledger from that day on (`2026-01-31`), newest day first."""
        ...

    async def session_costs(self, session_id: str, *, except_run_id: str = "") -> SessionCosts:
        """What a session has used so far, without one run and its sub-agents."""
        ...

    async def preference(self, name: str) -> str | None: ...

    async def set_preference(self, name: str, value: str | None) -> None: ...

    async def usage(self) -> list[StorageUse]:
        """Bytes by kind: database, snapshots, traces, logs, images, tool output, everything else."""
        ...

    async def prune(self) -> list[StorageUse]:
        """Drop what is past its TTL and give the space back; returns what was freed, by kind."""
        ...

    async def problems(self) -> list[str]:
        """Integrity check of the whole database: one sentence for each finding, empty = sound."""
        ...

    async def aclose(self) -> None: ...
