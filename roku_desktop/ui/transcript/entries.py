"""What a transcript consists of, as a person reads it: a closed set of values.

Owns how prompts, answers, compactions and the ends of runs become entries. Doesn't own pages of stored
messages (`page_entries.py`), live events (`live_rows.py`) nor looks (`row_document.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, assert_never

import msgspec

from roku_desktop.engine import (
    AssistantMessage,
    Compaction,
    Failure,
    ImageRef,
    Incident,
    RunRecord,
    RunStatus,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolResult,
    TurnFinished,
    Usage,
    UserMessage,
    asks_for_the_rest,
)
from roku_desktop.ui.language import tr
from roku_desktop.ui.retelling import message_of, next_step_of, retold
from roku_desktop.ui.transcript.stand import START, Stand
from roku_desktop.ui.wording import arguments_in_short, one_line

Remedy = Literal["resume", "retry"]
"""Let the run go on where it stopped, or ask its prompt again."""

CallState = Literal["waiting", "running", "ok", "error", "refused", "interrupted"]


class EntryBase(msgspec.Struct, frozen=True, kw_only=True):
    """`run_id` is the run it belongs to."""

    run_id: str


class PromptEntry(EntryBase, frozen=True, kw_only=True):
    text: str
    images: tuple[ImageRef, ...] = ()


class RecalledEntry(EntryBase, frozen=True, kw_only=True):
    """What was remembered and went out with the prompt above; never empty."""

    memories: tuple[str, ...]
    unfolded: bool = False


class CompactionEntry(EntryBase, frozen=True, kw_only=True):
    """From here on the first `messages` of the session are sent as `text`, which `model` wrote; "" = the
    program. Tokens are estimates of all that is sent; `lost` facts had no room. No run: `run_id` is ""."""

    messages: int
    text: str
    tokens_before: int
    tokens_after: int
    model: str = ""
    lost: int = 0
    unfolded: bool = False


class ThinkingEntry(EntryBase, frozen=True, kw_only=True):
    """The model's reasoning; `growing` while it streams."""

    text: str
    growing: bool = False
    unfolded: bool = False


class AnswerEntry(EntryBase, frozen=True, kw_only=True):
    """A section of one stretch of the model's text (`sections.py`); `growing` while it streams."""

    text: str
    growing: bool = False
    start: Stand = START


class CallEntry(EntryBase, frozen=True, kw_only=True):
    """A tool call. `detail` says in a few words why it did not work; `input` is its arguments as they
    arrived, `output` what the model read. `asked`: a person has to say whether it may run.

    One that hands a task to a sub-agent says in a few words what that is `doing` while it runs, and holds
    what has become of it so far, where that was read (`below`).
    """

    call_id: str
    name: str
    arguments: str
    state: CallState = "waiting"
    elapsed_ms: float = 0.0
    detail: str = ""
    input: str = ""
    output: str = ""
    unfolded: bool = False
    asked: bool = False
    doing: str = ""
    below: tuple[Entry, ...] = ()

    @property
    def is_task(self) -> bool:
        """Whether a sub-agent works on it."""
        return self.name == "Agent"


class NoticeEntry(EntryBase, frozen=True, kw_only=True):
    """How a run ended, where it did not end well, and what helps: in words, and what can be done now.

    `partial`: there is some of the answer, which can be gone on with. `within`: it is no end, only a word
    about how the run goes on.
    """

    sentence: str
    next_step: str = ""
    failed: bool = False
    remedies: tuple[Remedy, ...] = ()
    partial: bool = False
    within: bool = False

    @property
    def has_buttons(self) -> bool:
        """What failed can be looked into, also where nothing helps any more."""
        return self.failed or bool(self.remedies)


class TroubleEntry(EntryBase, frozen=True, kw_only=True):
    """What went wrong on the way to an answer and what was done about it; never empty."""

    incidents: tuple[Incident, ...]
    unfolded: bool = False


class MetricsEntry(EntryBase, frozen=True, kw_only=True):
    """The line under an answer. `tokens_per_s` only where the run was one request. `starred`: by a person."""

    model: str
    ttft_s: float | None = None
    tokens_per_s: float | None = None
    cost_usd: float | None = None
    starred: bool = False


class GapEntry(EntryBase, frozen=True, kw_only=True):
    """Messages that are not loaded, from position `first` to `last`, both included. `run_id` is ""."""

    first: int
    last: int


Entry = (
    PromptEntry
    | RecalledEntry
    | CompactionEntry
    | ThinkingEntry
    | AnswerEntry
    | CallEntry
    | NoticeEntry
    | TroubleEntry
    | MetricsEntry
    | GapEntry
)


FoldingEntry = RecalledEntry | CompactionEntry | ThinkingEntry | CallEntry | TroubleEntry
FOLDING: Final = (RecalledEntry, CompactionEntry, ThinkingEntry, CallEntry, TroubleEntry)
"""The cards that unfold."""


class RunEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a run, told by its event or by its record. `steps` counts model requests."""

    run_id: str
    status: RunStatus
    failure: Failure | None
    model: str
    usage: Usage
    ttft_s: float | None
    duration_s: float
    cost_usd: float | None
    steps: int


def end_of_record(record: RunRecord) -> RunEnd:
    return RunEnd(
        run_id=record.run_id,
        status=record.status,
        failure=record.failure,
        model=record.model,
        usage=record.usage,
        ttft_s=record.ttft_s,
        duration_s=record.duration_s,
        cost_usd=record.cost_usd,
        steps=record.steps,
    )


def end_of_event(event: TurnFinished, steps: int) -> RunEnd:
    return RunEnd(
        run_id=event.run_id,
        status=event.outcome,
        failure=event.failure,
        model=event.model,
        usage=event.usage,
        ttft_s=event.ttft_s,
        duration_s=event.duration_s,
        cost_usd=event.cost_usd,
        steps=steps,
    )


def ending(end: RunEnd, *, starred: bool = False) -> list[Entry]:
    """The entries that close a run: a notice unless it was completed, and its figures."""
    entries: list[Entry] = []
    sentence = _sentence(end)
    if sentence:
        next_step = next_step_of(end.failure) if end.failure else ""
        entries.append(
            NoticeEntry(
                run_id=end.run_id, sentence=sentence, next_step=next_step, failed=end.status == "failed"
            )
        )
    if end.status == "completed" or end.ttft_s is not None:
        entries.append(
            MetricsEntry(
                run_id=end.run_id,
                model=end.model,
                ttft_s=end.ttft_s,
                tokens_per_s=_tokens_per_s(end),
                cost_usd=end.cost_usd,
                starred=starred,
            )
        )
    return entries


def _sentence(end: RunEnd) -> str:
    match end.status:
        case "completed" | "running":
            return ""
        case "cancelled":
            return tr("You stopped this answer.")
        case "interrupted":
            return tr("This answer was interrupted before it was complete.")
        case "failed":
            return message_of(end.failure) if end.failure else tr("This answer failed.")
        case "parked":
            return tr("This run waits for an approval.")
        case _:
            assert_never(end.status)


def _tokens_per_s(end: RunEnd) -> float | None:
    """Output tokens over the time from the first one to the end; tools and waits would blur it."""
    if end.status != "completed" or end.steps != 1 or end.ttft_s is None or end.usage.output_tokens < 2:
        return None
    writing_s = end.duration_s - end.ttft_s
    return (end.usage.output_tokens - 1) / writing_s if writing_s > 0 else None


def entries_of_prompt(run_id: str, message: UserMessage) -> list[Entry]:
    """What a person asked and what was remembered for it; of a nudge of ours only why it was needed."""
    if message.origin != "person":
        return [entry_of_continuation(run_id)] if asks_for_the_rest(message) else []
    entries: list[Entry] = [PromptEntry(run_id=run_id, text=message.text, images=message.images)]
    if message.recalled:
        from roku_desktop.engine import memories_in

        entries.append(RecalledEntry(run_id=run_id, memories=tuple(memories_in(message.recalled))))
    return entries


def entry_of_continuation(run_id: str) -> NoticeEntry:
    sentence = tr("The answer reached the limit of its length, so the model was asked to go on from there.")
    return NoticeEntry(run_id=run_id, sentence=sentence, within=True)


def entry_of_compaction(compaction: Compaction) -> CompactionEntry:
    return CompactionEntry(
        run_id="",
        messages=compaction.covers - (compaction.prompt >= 0),
        text=compaction.text,
        tokens_before=compaction.tokens_before,
        tokens_after=compaction.tokens_after,
        model=compaction.model,
        lost=compaction.lost,
    )


def entries_of_answer(
    run_id: str, answer: AssistantMessage, results: Mapping[tuple[str, str], ToolResult]
) -> Iterator[Entry]:
    from roku_desktop.ui.transcript.sections import sections_of

    for part in answer.parts:
        match part:
            case TextPart(text=text):
                if text.strip():
                    for section in sections_of(text):
                        yield AnswerEntry(run_id=run_id, text=section.text, start=section.start)
            case ThinkingPart(text=text):
                if text.strip():
                    yield ThinkingEntry(run_id=run_id, text=text)
            case ToolCall() as call:
                result = results.get((run_id, call.call_id))
                entry = entry_of_call(run_id, call)
                yield answered(entry, result) if result else entry
            case _:
                assert_never(part)


def entry_of_call(run_id: str, call: ToolCall, state: CallState = "waiting") -> CallEntry:
    return CallEntry(
        run_id=run_id,
        call_id=call.call_id,
        name=one_line(call.name, 60),
        arguments=arguments_in_short(call.arguments),
        input=call.arguments,
        state=state,
    )


def answered(entry: CallEntry, result: ToolResult) -> CallEntry:
    output = retold(result.content, result.wording) if result.wording else result.content
    detail = "" if result.outcome == "ok" else one_line(output.strip().partition("\n")[0], 160)
    return msgspec.structs.replace(
        entry, state=result.outcome, elapsed_ms=result.elapsed_ms, detail=detail, output=output
    )


def reads_same(shown: Entry, entry: Entry) -> bool:
    """Whether an entry that is shown looks like the one that is to stand there."""
    if isinstance(shown, AnswerEntry):
        return isinstance(entry, AnswerEntry) and (shown.text, shown.start) == (entry.text, entry.start)
    if isinstance(shown, ThinkingEntry):
        return isinstance(entry, ThinkingEntry) and shown.text == entry.text
    return False
