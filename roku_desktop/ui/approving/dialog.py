"""The approval dialog: everything that would happen, and what a person can say to it.

Never modal and never `exec()`ed: other sessions go on. Nothing in it approves by default, by Enter, or
within the first half second after what it shows has changed. It knows pages, not the engine; what a
person wants is a signal. Made and fed by `steering/approvals.py`.
"""

from __future__ import annotations

import math
import re
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QTabBar, QVBoxLayout, QWidget

from roku_desktop.ui.approving.pages import ApprovalPage, facts_text
from roku_desktop.ui.approving.text import ApprovalText
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton, GlyphButton
from roku_desktop.ui.look.framed_line import FramedLine

SETTLE_MS: Final = 500
"""Nothing approves so soon after a page appeared: what was pressed then was meant for something else."""

ONCE_KEY: Final = "Ctrl+Shift+A"
SESSION_KEY: Final = "Ctrl+Shift+S"
REJECT_KEY: Final = "Ctrl+Shift+R"

_SEPARATOR: Final = re.compile(r"[/\\](?=\S)")
_LONG_PART: Final = re.compile(r"[^\s/\\]{61,}")
_PIECE: Final = re.compile(r".{20}")


class ApprovalDialog(QDialog):
    """Signals:
    approved: approval id, "once" or "session".
    rejected_with: approval id, the comment.
    resolved: approval id, "rerun", "done" or "skip".
    go_on_wanted: the run (id) of an approval that was given before.
    step_wanted: -1 or 1, the page before or after.
    put_off: the person decides later.
    page_shown: the approval (id) that can be seen now.
    """

    approved = Signal(str, str)
    rejected_with = Signal(str, str)
    resolved = Signal(str, str)
    go_on_wanted = Signal(str)
    step_wanted = Signal(int)
    put_off = Signal()
    page_shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowTitle(tr("Approval"))
        self.resize(theme.grown(880), 700)
        self.page: ApprovalPage | None = None
        self._settled = False
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._settle)
        self._make_texts()
        self._make_buttons()
        self._lay_out()
        self._add_keys()

    # Building

    def _make_texts(self) -> None:
        self.risk, self.title = _Badge(), _label(1.2, bold=True)
        self.origin, self.why = _label(0.9, role=QPalette.ColorRole.PlaceholderText), _label(1.0)
        self.notes = _label(1.0, role=QPalette.ColorRole.LinkVisited)
        self.facts = ApprovalText(numbered=False)
        self.facts.setAccessibleName(tr("What would happen"))
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.currentChanged.connect(self._show_text)
        self.text = ApprovalText(numbered=True)
        self.text.completed.connect(self._enable)
        self.scope = _label(0.9, role=QPalette.ColorRole.PlaceholderText)
        self.keys = _label(0.9, role=QPalette.ColorRole.PlaceholderText)

    def _make_buttons(self) -> None:
        self.once = FlatButton(tr("Approve once"))
        self.for_session = FlatButton(tr("Approve for this session"))
        self.reject_button = FlatButton(tr("Reject"))
        self.rerun = FlatButton(tr("Run it again"))
        self.done_button = FlatButton(tr("It was done"))
        self.skip = FlatButton(tr("Skip it"))
        self.go_on = FlatButton(tr("Go on"))
        self.later = FlatButton(tr("Later"), rank="quiet")
        self.comment = FramedLine()
        self.comment.setPlaceholderText(tr("What the model should know or do instead (optional)"))
        self.comment.setAccessibleName(tr("Comment for the model"))
        self.comment.returnPressed.connect(self._reject)
        self.back = GlyphButton("up", tr("Previous request (Alt+Left)"), rank="quiet", size_px=26)
        self.forth = GlyphButton("down", tr("Next request (Alt+Right)"), rank="quiet", size_px=26)
        self.count = _label(0.9, role=QPalette.ColorRole.PlaceholderText)
        self.once.clicked.connect(self._approve_once)
        self.for_session.clicked.connect(self._approve_for_session)
        self.reject_button.clicked.connect(self._reject)
        self.rerun.clicked.connect(lambda: self._resolve("rerun"))
        self.done_button.clicked.connect(lambda: self._resolve("done"))
        self.skip.clicked.connect(lambda: self._resolve("skip"))
        self.go_on.clicked.connect(self._go_on)
        self.later.clicked.connect(self.put_off)
        self.back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self.forth.clicked.connect(lambda: self.step_wanted.emit(1))
        for button in self._buttons:
            button.setAccessibleName(button.text())

    @property
    def _buttons(self) -> tuple[FlatButton, ...]:
        return (
            self.once,
            self.for_session,
            self.reject_button,
            self.rerun,
            self.done_button,
            self.skip,
            self.go_on,
            self.later,
        )

    @property
    def _risky(self) -> tuple[FlatButton, ...]:
        """What lets something happen."""
        return (self.once, self.for_session, self.rerun, self.go_on)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.risk, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        head.addWidget(self.back)
        head.addWidget(self.forth)
        answer = QHBoxLayout()
        for button in self._buttons[:-1]:
            answer.addWidget(button)
        answer.addStretch(1)
        answer.addWidget(self.later)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(8)
        whole.addLayout(head)
        for label in (self.origin, self.notes, self.why):
            whole.addWidget(label)
        whole.addWidget(self.facts)
        whole.addWidget(self.tabs)
        whole.addWidget(self.text, 1)
        whole.addWidget(self.scope)
        whole.addWidget(self.comment)
        whole.addLayout(answer)
        whole.addWidget(self.keys)

    def _add_keys(self) -> None:
        acts = {
            ONCE_KEY: self.once.click,
            SESSION_KEY: self.for_session.click,
            REJECT_KEY: self.reject_button.click,
            "Alt+Left": self.back.click,
            "Alt+Right": self.forth.click,
        }
        for key, act in acts.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)  # a key that is held decides once
            shortcut.activated.connect(act)

    # Showing

    def show_page(self, page: ApprovalPage, *, number: int, count: int) -> None:
        """Show one of `count`; what is the same already stays as it is, and so does what was typed."""
        self._show_place(number, count)
        if page == self.page:
            return
        other = self.page is None or page.approval_id != self.page.approval_id
        self.page = page
        self._settled = False
        self._settling.start()
        self.risk.show_risk(page.risk, danger=page.danger)
        _say(self.title, page.title)
        _say(self.origin, page.origin)
        _say(self.notes, "\n".join([page.ended] if page.ended else page.notes))
        _say(self.why, page.why if not page.ended else "")
        self.facts.show_text(facts_text(page))
        self.facts.setFixedHeight(self._facts_height())
        if other:
            self.comment.clear()
        self._fill_tabs(page)
        self._show_answers(page)
        self._enable()
        self.text.setFocus()  # never on what approves
        if self.isVisible():
            self.page_shown.emit(page.approval_id)

    def _facts_height(self) -> int:
        """Of its first 13 lines as they are laid out: Chinese ones are higher than the font's own."""
        document = self.facts.document()
        lines = (document.findBlockByNumber(number) for number in range(min(document.blockCount(), 13)))
        heights = (document.documentLayout().blockBoundingRect(line).height() for line in lines)
        return math.ceil(sum(heights)) + 14

    def _fill_tabs(self, page: ApprovalPage) -> None:
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for text in page.texts:
            self.tabs.addTab(text.name)
        self.tabs.blockSignals(False)
        self.tabs.setVisible(bool(page.texts))
        self._show_text(0)

    def _show_text(self, place: int) -> None:
        texts = self.page.texts if self.page is not None else ()
        if 0 <= place < len(texts):
            self.text.setAccessibleName(texts[place].name)
            self.text.show_text(texts[place].text, texts[place].kind)
        else:
            self.text.show_text("")

    def _show_place(self, number: int, count: int) -> None:
        several = count > 1
        _say(self.count, tr("{0} of {1}").format(number, count) if several else "")
        self.back.setVisible(several)
        self.forth.setVisible(several)

    def _show_answers(self, page: ApprovalPage) -> None:
        waiting, unknown = page.state == "waiting", page.state == "unknown"
        for button in (self.once, self.for_session, self.reject_button):
            button.setVisible(waiting)
        for button in (self.rerun, self.done_button, self.skip):
            button.setVisible(unknown)
        self.go_on.setVisible(page.state == "approved")
        self.comment.setVisible(waiting)
        self.later.setText(tr("Close") if page.state == "closed" else tr("Later"))
        _say(
            self.scope,
            tr("For this session would allow, without asking: {0}").format(page.scope) if waiting else "",
        )
        once, session, reject = (_native(key) for key in (ONCE_KEY, SESSION_KEY, REJECT_KEY))
        keys = tr("{0} approve once · {1} for this session · {2} reject · Esc later")
        _say(self.keys, keys.format(once, session, reject) if waiting else "")

    # The first half second

    def _settle(self) -> None:
        self._settled = True
        self._enable()

    def _enable(self) -> None:
        for button in self._risky:
            button.setEnabled(self._settled and self.text.whole)

    def _start_over(self) -> None:
        self._settled = False
        self._settling.start()
        self._enable()

    # What a person does

    def _approve_once(self) -> None:
        if self.page is not None and self._settled:
            self.approved.emit(self.page.approval_id, "once")

    def _approve_for_session(self) -> None:
        if self.page is not None and self._settled:
            self.approved.emit(self.page.approval_id, "session")

    def _reject(self) -> None:
        if self.page is not None and self.page.state == "waiting":
            self.rejected_with.emit(self.page.approval_id, self.comment.text().strip())

    def _resolve(self, resolution: str) -> None:
        if self.page is not None:
            self.resolved.emit(self.page.approval_id, resolution)

    def _go_on(self) -> None:
        if self.page is not None and self._settled:
            self.go_on_wanted.emit(self.page.run_id)

    def reject(self) -> None:
        """Qt's word for Esc and for closing the window: neither decides anything."""
        self.put_off.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start_over()
        if self.page is not None:
            self.page_shown.emit(self.page.approval_id)

    def changeEvent(self, event: QEvent) -> None:
        """Coming to the front counts as appearing: a key may be on its way to another window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._start_over()


class _Badge(QLabel):
    """What kind of thing it is, in a coloured frame."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.scaled_font(0.9))
        self.setContentsMargins(8, 3, 8, 3)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)

    def show_risk(self, text: str, *, danger: bool) -> None:
        self.setForegroundRole(QPalette.ColorRole.BrightText if danger else QPalette.ColorRole.LinkVisited)
        self.setText(text)
        self.setAccessibleName(text)


def _label(scale: float, *, bold: bool = False, role: QPalette.ColorRole | None = None) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    font = theme.scaled_font(scale)
    font.setBold(bold)
    label.setFont(font)
    if role is not None:
        label.setForegroundRole(role)
    return label


def breakable(text: str) -> str:
    """With places to break: a path after its separators, a part of sixty characters and more inside.

    Without them a long word would make the dialog wider than the screen.
    """
    text = _SEPARATOR.sub("\\g<0>\u200b", text)
    return _LONG_PART.sub(lambda part: _PIECE.sub("\\g<0>\u200b", part[0]), text)


def _say(label: QLabel, text: str) -> None:
    label.setText(breakable(text))
    label.setVisible(bool(text))


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
