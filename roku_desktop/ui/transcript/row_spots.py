"""Where in a row something can be done, and what: the places of its buttons.

Called by `row_document.py`, and by `answer_document.py` for the code of an answer. The buttons themselves are
`row_controls.py`'s, what they do is `row_acts.py`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

import msgspec
from PySide6.QtCore import QRectF

from roku_desktop.engine import ImageRef
from roku_desktop.ui.language import marked, tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.entries import (
    CallEntry,
    CompactionEntry,
    Entry,
    FoldingEntry,
    MetricsEntry,
    NoticeEntry,
    PromptEntry,
    RecalledEntry,
    ThinkingEntry,
    TroubleEntry,
)
from roku_desktop.ui.transcript.row_look import Look

SpotAction = Literal[
    "picture",
    "fold",
    "copy_code",
    "copy",
    "regenerate",
    "fork",
    "star",
    "unstar",
    "edit",
    "resume",
    "retry",
    "review",
    "trace",
]
# The square of a button with a sign, in pixels; it grows with the text.
BUTTON_PX = 24
# Where the sign that unfolds a card stands, from its right.
_CHEVRON_ROOM_PX = 34
_BESIDE_LINE_PX = 10
_UNDER_ANSWER: tuple[tuple[SpotAction, str], ...] = (
    ("copy", marked("Copy this answer")),
    ("regenerate", marked("Answer again, in a new session")),
    ("fork", marked("Go on from here in a new session")),
    ("star", marked("Star this answer")),
    ("trace", marked("Show where the time went")),
)
_STARRED: tuple[SpotAction, str] = ("unstar", marked("Take the star from this answer"))


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A place of a row where something can be done: in pixels of the row, of a button's size if it has
    no width. `key` tells the code blocks of a row apart; one with a `label` shows it."""

    action: SpotAction
    title: str
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    key: int = 0
    unfolded: bool = False
    label: str = ""
    image: ImageRef | None = None


class RowMeasures(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is drawn, in pixels: its width, its text's width, its first block, where it ends.

    `from_right`: its first line is written from right to left, and stands there.
    """

    width: float
    text_width: float
    head: QRectF
    bottom: float
    from_right: bool = False


def spots_of(entry: Entry, row: RowMeasures, look: Look) -> Sequence[Spot]:
    """The places of a row that is no answer."""
    match entry:
        case CallEntry() | ThinkingEntry() | TroubleEntry() | RecalledEntry() | CompactionEntry():
            review = _review(row, look) if isinstance(entry, CallEntry) and entry.asked else ()
            return (_fold(entry, row, look), *review)
        case MetricsEntry():
            fits = buttons_fit_beside(row.text_width, row.width)
            return tuple(
                Spot(
                    action=action,
                    title=tr(title),
                    x=(row.text_width + _BESIDE_LINE_PX if fits else 0) + place * _button_step(),
                    y=_in_the_middle(row) if fits else row.bottom,
                )
                for place, (action, title) in enumerate(
                    _STARRED if entry.starred and known[0] == "star" else known for known in _UNDER_ANSWER
                )
            )
        case PromptEntry():
            button_px = theme.grown(BUTTON_PX)
            x = min(row.text_width + 0.3 * look.line_height, row.width - button_px)
            x = row.width - button_px - x if row.from_right else x
            title = tr("Edit and send again, in a new session")
            edit = Spot(action="edit", title=title, x=x, y=_in_the_middle(row))
            return (edit, *(_pictures(entry, row, look) if entry.images else ()))
        case NoticeEntry():
            return _notice_buttons(entry, row, look)
        case _:
            return ()


def buttons_fit_beside(line_px: float, width_px: float) -> bool:
    """Whether an answer's buttons have room to the right of its line; else they stand below it."""
    return line_px + _BESIDE_LINE_PX + len(_UNDER_ANSWER) * _button_step() <= width_px


def _button_step() -> float:
    return theme.grown(BUTTON_PX) + 2


def _pictures(entry: PromptEntry, row: RowMeasures, look: Look) -> Sequence[Spot]:
    from roku_desktop.ui.transcript.picture_places import picture_places

    top = row.bottom + 0.7 * look.line_height
    return tuple(
        Spot(
            action="picture",
            title=tr("Show the image {0}").format(image.described),
            x=place.x(),
            y=top + place.y(),
            width=place.width(),
            height=place.height(),
            image=image,
        )
        for image, place in zip(entry.images, picture_places(entry.images, row.width), strict=True)
    )


def room_for_notice_buttons(look: Look) -> float:
    """What the buttons below a notice take, in pixels."""
    return look.button_size("")[1] + 0.8 * look.line_height


def _in_the_middle(row: RowMeasures) -> float:
    return row.head.top() + row.head.height() / 2 - theme.grown(BUTTON_PX) / 2


def _fold(entry: FoldingEntry, row: RowMeasures, look: Look) -> Spot:
    """The whole head of a card folds it."""
    margin = 0.4 * look.line_height
    title = tr("Hide details of {0}") if entry.unfolded else tr("Show details of {0}")
    return Spot(
        action="fold",
        title=title.format(_fold_name(entry)),
        x=0,
        y=row.head.top() - margin,
        width=row.width,
        height=row.head.height() + 2 * margin,
        unfolded=entry.unfolded,
    )


def _fold_name(entry: FoldingEntry) -> str:
    match entry:
        case CallEntry(name=name):
            return name
        case TroubleEntry():
            return tr("what went wrong")
        case ThinkingEntry():
            return tr("the model's thinking")
        case RecalledEntry():
            return tr("what was remembered")
        case CompactionEntry():
            return tr("the summary")
        case _:
            assert_never(entry)


def _review(row: RowMeasures, look: Look) -> Sequence[Spot]:
    label = tr("Review…")
    width, height = look.button_size(label)
    return (
        Spot(
            action="review",
            title=tr("Review what waits for your approval"),
            label=label,
            x=row.width - _CHEVRON_ROOM_PX - width,
            y=(row.head.top() + min(row.bottom, row.head.top() + 2 * row.head.height()) - height) / 2,
            width=width,
            height=height,
        ),
    )


def _notice_buttons(entry: NoticeEntry, row: RowMeasures, look: Look) -> Sequence[Spot]:
    """What helps, and how it came to this."""
    spots: list[Spot] = []
    actions: tuple[SpotAction, ...] = (*entry.remedies, *(("trace",) if entry.failed else ()))
    x = 0.0
    for action in actions:
        label, title = _notice_words(action, partial=entry.partial)
        width, height = look.button_size(label)
        y = row.bottom + 0.5 * look.line_height
        spots.append(Spot(action=action, title=title, label=label, x=x, y=y, width=width, height=height))
        x += width + 0.5 * look.line_height
    return spots


def _notice_words(action: SpotAction, *, partial: bool) -> tuple[str, str]:
    """A button's label and its whole sentence."""
    if action == "trace":
        return tr("Trace"), tr("Show what happened, step by step")
    if action == "retry":
        return tr("Retry"), tr("Ask this prompt again")
    if partial:
        return tr("Resume"), tr("Let the answer go on where it stopped")
    return tr("Try again"), tr("Try again to get an answer")
