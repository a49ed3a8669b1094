"""A turn as it appears on the terminal: text as it streams, or events as JSON Lines.

Called by `ask`, `runs resume` and `chat`. The printers are listeners of the engine: they run on its
loop after each event is on disk, write at once and keep nothing but the answer's text.
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod

import msgspec

from roku_desktop.cli import exits
from roku_desktop.cli.failures import failure_code, sentence
from roku_desktop.cli.output import (
    colour,
    discard_output,
    is_reader_gone,
    one_line,
    plain,
    say,
    shorten,
)
from roku_desktop.cli.stopping import Stopper
from roku_desktop.cli.storage import disk_line
from roku_desktop.engine import (
    AnswerCompleted,
    Approval,
    AssistantMessage,
    BudgetNear,
    DiskLow,
    Event,
    FailedOver,
    Failure,
    Outcome,
    OutputSlotEscalated,
    PromptAccepted,
    RetryScheduled,
    StepStarted,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    budget_line,
    incident_line,
)


class Printer(ABC):
    """Prints one turn. `stopper` is told when nobody reads any more."""

    def __init__(self, stopper: Stopper) -> None:
        self._stopper = stopper
        self._unwritable: OSError | None = None
        self._reader_gone = False
        self._answer: AssistantMessage | None = None
        self._waiting: Approval | None = None
        self._continued = False
        self._below: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Print what of the event belongs on the terminal."""
        if isinstance(event, PromptAccepted) and event.parent_run_id:
            self._below.add(event.session_id)
        if self._is_below(event):
            pass  # what a sub-agent says is told to its model, and is no answer to the person
        elif isinstance(event, AnswerCompleted):
            self._answer = event.message
        elif isinstance(event, OutputSlotEscalated):
            self._continued = True
        self._print(event)

    def _is_below(self, event: Event) -> bool:
        """Whether it is of a sub-agent's turn."""
        return getattr(event, "session_id", "") in self._below

    @abstractmethod
    def _print(self, event: Event) -> None: ...

    @abstractmethod
    def close(self, finished: TurnFinished) -> None:
        """Complete what stands on stdout."""

    @abstractmethod
    def refuse(self, failure: Failure) -> None:
        """Print the end of a turn that could not begin; the sentence about it follows on stderr."""

    def finish(self, finished: TurnFinished, go_on: str = "", waiting: Approval | None = None) -> int:
        """Print the end of the turn, say on stderr what there is to say; returns the exit code.

        `go_on` is the sentence that tells how to resume, where it isn't the command's; `waiting` is what
        a parked turn waits for, if it waits.
        """
        self._waiting = waiting
        self.close(finished)
        if self._unwritable is not None:
            reason = self._unwritable.strerror
            say(f"The answer can't be written to stdout ({reason}); it is kept in the session.")
            return exits.BUG
        if not self._reader_gone:
            go_on = go_on or f"Go on with `roku-desktop runs resume {finished.run_id}`."
            _explain(finished, go_on, waiting)
            if self._continued and (self._answer is None or self._answer.stop_reason != "max_tokens"):
                say("The answer reached the limit of its length, so the model was asked to go on from there.")
            if finished.outcome == "completed" and self._answer is not None:
                _explain_answer(self._answer)
        return _code(finished)

    def _write(self, data: bytes) -> None:
        if self._reader_gone or self._unwritable is not None:
            return
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Nobody takes the rest: stop paying for it."""
        if is_reader_gone(error):
            self._reader_gone = True
        else:
            self._unwritable = error
        discard_output()
        self._stopper.stop()


class TextPrinter(Printer):
    """The answer's text on stdout; what tools do on stderr, where a person looks at it."""

    def __init__(self, stopper: Stopper) -> None:
        super().__init__(stopper)
        self._at_line_start = True
        self._goes_on = False
        self._on_screen = sys.stdout.isatty()
        self._tells_tools = sys.stderr.isatty()
        self._encoding = sys.stdout.encoding or "utf-8"

    def _print(self, event: Event) -> None:
        match event:
            case TextDelta() | OutputSlotEscalated() | StepStarted():
                if not self._is_below(event):
                    self._print_answer(event)
            case RetryScheduled() | FailedOver():
                self._say(incident_line(event))
            case BudgetNear():
                self._say(budget_line(event))
            case DiskLow():
                self._say(disk_line(event.free_bytes, is_over=event.is_over))
            case ToolStarted(call=call) if self._tells_tools:
                self._tool_line(f"{call.name} {call.arguments}")
            case ToolFinished(call=call, result=result) if self._tells_tools and result.outcome != "ok":
                self._tool_line(f"{call.name}: {result.outcome}: {result.content}")
            case _:
                pass

    def _print_answer(self, event: TextDelta | OutputSlotEscalated | StepStarted) -> None:
        if isinstance(event, TextDelta):
            self._text(event.text)
        elif isinstance(event, OutputSlotEscalated):
            self._goes_on = True
        else:
            if not self._goes_on:  # else the same answer, from where the limit of output cut it
                self._end_line()
            self._goes_on = False

    def close(self, finished: TurnFinished) -> None:
        self._end_line()

    def refuse(self, failure: Failure) -> None:
        """There is no text to complete."""

    def _text(self, text: str) -> None:
        if not text:
            return
        self._at_line_start = text.endswith("\n")
        shown = plain(text) if self._on_screen else text
        if os.linesep != "\n":
            shown = shown.replace("\n", os.linesep)
        self._write(shown.encode(self._encoding, "replace"))

    def _end_line(self) -> None:
        if not self._at_line_start:
            self._text("\n")

    def _say(self, line: str) -> None:
        self._end_line()
        say(line)

    def _tool_line(self, text: str) -> None:
        self._end_line()
        print(colour(shorten(f"· {one_line(text)}", 100), "dim", sys.stderr), file=sys.stderr, flush=True)


class JsonPrinter(Printer):
    """Every event as a line of JSON, and the result as the last one."""

    def __init__(self, stopper: Stopper) -> None:
        super().__init__(stopper)
        self._encode = msgspec.json.Encoder().encode
        self._begun = ""  # of an answer that the limit of output cut, and that goes on
        self._message = ""
        self._ended = False

    def _print(self, event: Event) -> None:
        if not self._is_below(event):
            if isinstance(event, AnswerCompleted):
                self._message, self._begun = self._begun + event.message.text, ""
            elif isinstance(event, OutputSlotEscalated):
                self._begun = self._message
        self._line("event", event)

    def close(self, finished: TurnFinished) -> None:
        for stored in finished.appended:
            if isinstance(stored.message, AssistantMessage):
                self._message = self._begun + stored.message.text
        self._ended = True
        self._line("result", result_of(finished, self._message, self._waiting))

    def refuse(self, failure: Failure) -> None:
        if not self._ended:
            outcome: Outcome = "cancelled" if failure.kind == "Cancelled" else "failed"
            refused = TurnFinished(
                session_id="",
                run_id="",
                at=0.0,
                outcome=outcome,
                failure=failure,
                provider=failure.provider,
                model=failure.model,
            )
            self.close(refused)

    def _line(self, kind: str, data: object) -> None:
        self._write(self._encode({"type": kind, "data": data}) + b"\n")


def result_of(finished: TurnFinished, message: str, waiting: Approval | None = None) -> dict[str, object]:
    """Return the data of the result line; `error` only where the turn failed."""
    result: dict[str, object] = {
        "message": message,
        "status": finished.outcome,
        "provider": finished.provider,
        "model": finished.model,
        "session_id": finished.session_id,
        "run_id": finished.run_id,
        "usage": finished.usage,
        "ttft_s": finished.ttft_s,
        "cost_usd": finished.cost_usd,
    }
    if waiting is not None:
        result["approval_id"] = waiting.approval_id
    if finished.failure is not None:
        result["error"] = finished.failure
    return result


def how_to_decide(waiting: Approval) -> str:
    """Return the sentence that says what a turn waits for and how a person lets it go on."""
    from roku_desktop.visible_text import visible_line

    approval_id, title = waiting.approval_id, visible_line(waiting.request.preview.title)
    look = f"`roku-desktop approvals show {approval_id}` tells all about it"
    if waiting.state == "unknown":
        return (
            f"“{title}” was cut off and may have happened. {look}; then "
            f"`roku-desktop approvals resolve {approval_id} --as rerun`, `done` or `skip` goes on."
        )
    return (
        f"“{title}” waits for an approval. {look}; `roku-desktop approvals approve {approval_id}` or "
        f"`reject {approval_id}` goes on."
    )


def _explain(finished: TurnFinished, go_on: str, waiting: Approval | None) -> None:
    match finished.outcome:
        case "completed":
            pass
        case "parked":
            say(how_to_decide(waiting) if waiting else f"The turn was decided on and not finished. {go_on}")
        case "failed":
            if finished.failure is not None:
                say(sentence(finished.failure))
            say(go_on)
        case "cancelled" | "interrupted":
            say(f"Stopped. What came so far is kept. {go_on}")


def _explain_answer(answer: AssistantMessage) -> None:
    """A whole answer of the wire need not be one for a person: say what is missing from it."""
    if answer.stop_reason == "max_tokens":
        say(
            f"The answer ends here because {answer.model} reached its output limit. Ask it to go on, or "
            f"raise max_output_tokens of {answer.provider} in runtime.toml."
        )
    elif answer.stop_reason == "refusal":
        say(f"{answer.provider} ended the answer because of its content. Rephrase the question.")
    elif not answer.text.strip():
        say(f"{answer.model} answered with nothing. Ask again, or choose another model.")


def _code(finished: TurnFinished) -> int:
    match finished.outcome:
        case "completed":
            return exits.DONE
        case "parked":
            return exits.PARKED
        case "cancelled" | "interrupted":
            return exits.INTERRUPTED
        case "failed":
            return failure_code(finished.failure)
