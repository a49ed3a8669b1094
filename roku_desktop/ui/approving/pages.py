"""An approval as the words and texts of its page in the dialog: all of the canonical execution, plain.

Values come from the model and from files, so each goes through `visible_text`. Pure: no widgets, no
engine. Pages are made in a thread by `calls.py` and shown by `dialog.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

import msgspec

from roku_desktop.engine import Approval, Decision
from roku_desktop.ui.language import marked, tr
from roku_desktop.ui.retelling import retold
from roku_desktop.ui.wording import clock, day, duration, padded
from roku_desktop.visible_text import visible, visible_line

PageState = Literal["waiting", "unknown", "approved", "closed"]
"""A person has to decide; has to say what became of it; it is approved and has not begun; it is over."""

TextKind = Literal["plain", "diff"]

_TITLES: Final = (
    marked("Run in {0}"),
    marked("Run Python in {0}"),
    marked("Fetch from {0}"),
    marked("Create {0}"),
    marked("Write {0}"),
    marked("Edit {0}"),
)
"""Those of the tools (`Preview.title`)."""

_MOST_CHARS: Final = 300
_COLUMN: Final = 14
_WIDTH: Final = 84


class PageText(msgspec.Struct, frozen=True, kw_only=True):
    """A text to look through, under a name; already visible."""

    name: str
    text: str
    kind: TextKind = "plain"


class ApprovalPage(msgspec.Struct, frozen=True, kw_only=True):
    """Attributes:
    risk: the badge, two or three words; `danger` where it runs something or reaches out.
    why: why it asks. `notes` stand above all else: what changed, a restart, an unknown end.
    facts: the execution, a label and its values, one a line.
    scope: what approving for the session would allow from then on.
    ended: a sentence about a page that needs nothing any more.
    """

    approval_id: str
    session_id: str
    run_id: str
    call_id: str
    state: PageState
    title: str
    origin: str
    risk: str
    danger: bool
    why: str
    notes: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    texts: tuple[PageText, ...]
    scope: str
    ended: str = ""

    @property
    def needs_person(self) -> bool:
        return self.state != "closed"


def page_of(approval: Approval, *, now: float, scope: str = "", known: Sequence[str] = ()) -> ApprovalPage:
    """`known` are clauses about a call whose end is unknown; times are Unix seconds."""
    asked, execution = approval.request, approval.request.execution
    state = _state(approval)
    return ApprovalPage(
        approval_id=approval.approval_id,
        session_id=approval.session_id,
        run_id=approval.run_id,
        call_id=asked.call.call_id,
        state=state,
        title=_short(_title(asked.preview.title), 160),
        origin=tr("Asked {0} in “{1}”").format(
            moment(approval.requested_at, now), _short(approval.session_title, 60) or tr("New session")
        ),
        risk=_risk(approval),
        danger=execution.action not in ("read", "write"),
        why=_short(retold(asked.reason, asked.reason_wording)),
        notes=tuple(_notes(approval, state, now, known)),
        facts=_facts(approval),
        texts=_texts(approval),
        scope=_short(retold(scope)),
        ended=_ended(approval) if state == "closed" else "",
    )


def _title(english: str) -> str:
    """A preview's title, which has been on disk, in the language of the window."""
    for template in _TITLES:
        head = template.removesuffix("{0}")
        if english.startswith(head):
            return tr(template).format(english.removeprefix(head))
    return english


def facts_text(page: ApprovalPage) -> str:
    """The facts as lines: labels at the left, values behind them. No line is long enough to be wrapped,
    so no value can look like a label."""
    lines = []
    for label, values in page.facts:
        pieces = [piece for value in values for piece in _pieces(value)]
        head = padded(label, _COLUMN)
        lines += [f"{head if at == 0 else ' ' * _COLUMN}{piece}".rstrip() for at, piece in enumerate(pieces)]
    return "\n".join(lines)


def moment(at: float, now: float) -> str:
    """For instance "today 09:30", "yesterday 18:04", "12 Nov 18:04"."""
    then, today = datetime.fromtimestamp(at).astimezone(), datetime.fromtimestamp(now).astimezone().date()
    time = clock(then)
    if then.date() == today:
        return tr("today {0}").format(time)
    if then.date() == today - timedelta(days=1):
        return tr("yesterday {0}").format(time)
    return f"{day(then, with_year=False)} {time}"


def _state(approval: Approval) -> PageState:
    match approval.state:
        case "requested" | "shown":
            return "waiting"
        case "unknown":
            return "unknown"
        case "approved":  # of a process that is there it is about to begin
            return "approved" if approval.restarted else "closed"
        case "rejected" | "expired" | "withdrawn" | "replaced" | "started" | "finished" | "handed":
            return "closed"
        case _:
            assert_never(approval.state)


def _risk(approval: Approval) -> str:
    return {
        "read": tr("Reads"),
        "write": tr("Changes files"),
        "exec": tr("Runs a program"),
        "network": tr("Reaches the network"),
        "mixed": tr("Runs a program, reaches out"),
    }[approval.request.execution.action]


def _notes(approval: Approval, state: PageState, now: float, known: Sequence[str]) -> list[str]:
    found = []
    if approval.request.changes:
        changed = "; ".join(_short(retold(clause)) for clause in approval.request.changes)
        found.append(tr("Asked again, because something has changed since: {0}.").format(changed))
    if state == "unknown":
        started = moment(approval.started_at or approval.requested_at, now)
        found.append(
            tr("The program ended while this ran (started {0}), so its outcome is not known.").format(started)
        )
        found.append(tr("What is known: {0}.").format("; ".join(_short(retold(clause)) for clause in known)))
    elif approval.restarted:
        asked = moment(approval.requested_at, now)
        found.append(tr("Asked {0}; whoever asked was closed or restarted since.").format(asked))
    if state == "approved":
        found.append(tr("{0}; it has not begun yet.").format(_who_approved(approval)))
    return found


def _facts(approval: Approval) -> tuple[tuple[str, tuple[str, ...]], ...]:
    asked, execution = approval.request, approval.request.execution
    scope = execution.scope
    nothing = (tr("nothing"),)
    runs = execution.mode != "in_process"
    rows: list[tuple[str, tuple[str, ...]]] = [
        (tr("Tool"), (f"{visible_line(execution.tool)}, {_mode(approval)}",)),
        (tr("Program"), (visible_line(execution.program),) if execution.program else ()),
        (tr("Arguments"), tuple(visible_line(word) or "''" for word in execution.argv)),
        (tr("Folder"), (visible_line(execution.cwd),)),
        (tr("Reads"), _lines(scope.reads)),
        (tr("Writes"), _lines(scope.writes) or (() if runs else nothing)),
        (tr("Reaches"), _lines(scope.hosts)),
        (tr("Environment"), _environment(approval) if runs else ()),
        (tr("Time limit"), (duration(execution.timeout_ms / 1000),) if execution.timeout_ms else ()),
        (tr("Depends on"), tuple(visible_line(file.path) for file in execution.depends_on)),
        (tr("Digest"), (asked.digest,)),
    ]
    return tuple((label, values) for label, values in rows if values)


def _mode(approval: Approval) -> str:
    return {
        "in_process": tr("done by Roku itself"),
        "direct": tr("started directly, without a shell"),
        "shell": tr("a text for a shell"),
    }[approval.request.execution.mode]


def _environment(approval: Approval) -> tuple[str, ...]:
    names = approval.request.execution.environment
    handed = ", ".join(visible_line(retold(name)) for name in names)
    return (tr("only {0}").format(handed) if names else tr("no variables are handed on"),)


def _lines(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(visible_line(value) for value in values)


def _texts(approval: Approval) -> tuple[PageText, ...]:
    """What was approved is the content; a preview only helps to read it."""
    preview, content = approval.request.preview, approval.request.execution.content
    if preview.kind == "diff":
        texts = [PageText(name=tr("Changes"), text=visible(preview.text), kind="diff")]
        return (*texts, PageText(name=tr("Whole new text"), text=visible(content)))
    name = {"command": tr("Command"), "code": tr("Code"), "address": tr("Address"), "text": tr("Text")}
    shown = content or preview.text
    return (PageText(name=name[preview.kind], text=visible(shown)),) if shown else ()


def _who_approved(approval: Approval) -> str:
    decision = approval.decision
    if decision is not None and decision.origin == "rule":
        return tr("Approved by a rule that you made")
    return _decided(tr("Approved"), tr("Approved by {0}"), decision)


def _decided(by_somebody: str, by_name: str, decision: Decision | None) -> str:
    if decision is None:
        return by_somebody
    where = {
        "window": tr("{0} in a window"),
        "command line": tr("{0} on the command line"),
        "rule": tr("{0} by a rule"),
    }
    who = visible_line(decision.who)
    return where[decision.origin].format(by_name.format(who) if who else by_somebody)


def _ended(approval: Approval) -> str:
    if approval.state == "expired":
        return tr("This has expired: nobody decided in time, so it did not run.")
    if approval.state == "withdrawn":
        return tr("This was withdrawn, because its turn was stopped.")
    if approval.state == "replaced":
        return tr("Something had changed, so this is asked again.")
    if approval.decision is not None and approval.decision.verdict == "reject":
        return _decided(tr("Rejected"), tr("Rejected by {0}"), approval.decision) + "."
    return _who_approved(approval) + "."


def _short(text: str, limit: int = _MOST_CHARS) -> str:
    """For what stands outside the texts that scroll: nothing there may push the rest out of sight."""
    shown = visible_line(text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _pieces(value: str) -> list[str]:
    pieces = []
    while len(value) > _WIDTH:
        end = _WIDTH
        opened = value.rfind("⟨", 0, end)
        if opened > 0 and value.find("⟩", opened, end) < 0:
            end = opened  # a mark stays whole
        pieces.append(value[:end])
        value = value[end:]
    return [*pieces, value]
