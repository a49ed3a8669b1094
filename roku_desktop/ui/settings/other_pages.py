"""Pages that have more on them than settings: defaults, telemetry, storage, approvals.

Fed by `steering/settings.py`; say what a person wants by signals.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from roku_desktop.engine import Rule, StorageUse
from roku_desktop.ui.approving.rules import RuleList
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.settings.calls import size_in_words
from roku_desktop.ui.settings.kinds import SettingsPage
from roku_desktop.ui.settings.page import Page, indented
from roku_desktop.ui.settings.rows import FIELD_WIDTH_PX, Note, breakable, heading


class DefaultsPage(Page):
    """Signals: `model_wanted`, `workspace_wanted`: the choice of another one."""

    model_wanted = Signal()
    workspace_wanted = Signal()

    def __init__(self, about: SettingsPage, parent: QWidget | None = None) -> None:
        super().__init__(about, parent)
        self.model = FlatButton("…", opens_menu=True)
        self.model.clicked.connect(self.model_wanted)
        self.workspace = FlatButton("…", opens_menu=True)
        self.workspace.clicked.connect(self.workspace_wanted)
        self.top.addWidget(_line(tr("Model"), tr("Answers in new sessions."), self.model))
        self.top.addWidget(_line(tr("Workspace"), tr("The folder new sessions work in."), self.workspace))

    def show_choices(self, model: str, workspace: str) -> None:
        for button, text, name in (
            (self.model, model, tr("Model")),
            (self.workspace, workspace, tr("Workspace")),
        ):
            button.setText(text)
            button.setAccessibleName(f"{name}: {text}")
            button.updateGeometry()


class TelemetryPage(Page):
    """Signals: `key_wanted`: the collector's key is to be typed; `test_wanted`."""

    key_wanted = Signal()
    test_wanted = Signal()

    def __init__(self, about: SettingsPage, parent: QWidget | None = None) -> None:
        super().__init__(about, parent)
        self.key = FlatButton(tr("Key…"))
        self.key.clicked.connect(self.key_wanted)
        hint = tr("Sent as a bearer token. Other headers come from the variable OTEL_EXPORTER_OTLP_HEADERS.")
        self.bottom.addWidget(_line(tr("Key of the collector"), hint, self.key))
        self.test = FlatButton(tr("Send a test"))
        self.test.clicked.connect(self._test)
        self.bottom.addWidget(
            _line(tr("Test"), tr("Sends one empty report to the collector that is named above."), self.test)
        )
        self.result = indented(Note())
        self.result.hide()
        self.bottom.addWidget(self.result)

    def _test(self) -> None:
        self.test.setEnabled(False)
        self.result.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.result.show_text(tr("Sending…"))
        self.test_wanted.emit()

    def show_result(self, taken: bool, words: str) -> None:
        self.test.setEnabled(True)
        self.result.setForegroundRole(QPalette.ColorRole.Text)
        self.result.show_text(words, danger=not taken)


class StoragePage(Page):
    """Signals: `prune_wanted`: what is past its time or cap is to be deleted now."""

    prune_wanted = Signal()

    def __init__(self, about: SettingsPage, parent: QWidget | None = None) -> None:
        super().__init__(about, parent)
        self.table = QWidget()
        self._grid = QGridLayout(self.table)
        self._grid.setContentsMargins(10, 4, 10, 4)
        self._grid.setHorizontalSpacing(24)
        self._grid.setColumnStretch(0, 1)
        self.bottom.addWidget(_in_line(heading(tr("What lies in the home"))))
        self.bottom.addWidget(self.table)
        self.result = Note(quiet=True)
        self.prune = FlatButton(tr("Free it now"))
        self.prune.clicked.connect(self._prune)
        across = QHBoxLayout()
        across.setContentsMargins(10, 0, 10, 0)
        across.addWidget(self.result, 1)
        across.addWidget(self.prune)
        self.bottom.addLayout(across)
        self.prune.setEnabled(False)

    def show_usage(self, uses: Sequence[StorageUse]) -> None:
        _empty(self._grid)
        heads = (tr("Kind"), tr("Size"), tr("Limit"), tr("Kept"), tr("Can be freed"))
        for column, text in enumerate(heads):
            self._grid.addWidget(_cell(text, right=column > 0, quiet=True), 0, column)
        for line, use in enumerate(uses, start=1):
            cells = (
                kind_in_words(use.kind),
                size_in_words(use.size_bytes),
                size_in_words(use.cap_bytes) if use.cap_bytes else "–",
                tr("{0} days").format(f"{use.ttl_days:g}") if use.ttl_days else "–",
                size_in_words(use.prunable_bytes) if use.prunable_bytes else "–",
            )
            for column, text in enumerate(cells):
                cell = _cell(text, right=column > 0)
                cell.setToolTip(use.path)
                self._grid.addWidget(cell, line, column)
        freed = sum(use.prunable_bytes for use in uses)
        self.prune.setEnabled(freed > 0)
        if freed:
            words = tr("{0} are past their time or limit. Messages are never among them.")
            self.result.show_text(words.format(size_in_words(freed)))
        else:
            self.result.show_text(tr("Everything is within its limits."))

    def show_pruned(self, words: str) -> None:
        self.result.show_text(words)

    def _prune(self) -> None:
        self.prune.setEnabled(False)
        self.result.show_text(tr("Freeing…"))
        self.prune_wanted.emit()


class ApprovalsPage(Page):
    """Signals: `revoked`: the rule (id) is to end."""

    revoked = Signal(str)

    def __init__(self, about: SettingsPage, parent: QWidget | None = None) -> None:
        super().__init__(about, parent)
        self.bottom.addWidget(_in_line(heading(tr("Rules that approve without asking"))))
        self.rules = RuleList()
        self.rules.revoked.connect(self.revoked)
        self.bottom.addWidget(self.rules)

    def show_rules(self, rules: Sequence[Rule]) -> None:
        self.rules.show_rules(rules)


def kind_in_words(kind: str) -> str:
    known = {
        "database": tr("Sessions and figures"),
        "snapshots": tr("Copies from before upgrades"),
        "traces": tr("Traces"),
        "logs": tr("Logs"),
        "images": tr("Attached images"),
        "tool output": tr("Output of tools"),
        "spool": tr("Waiting for the collector"),
        "other": tr("Other files"),
    }
    return known.get(kind, kind)


def _line(title: str, hint: str, button: FlatButton) -> QWidget:
    """As a setting's row, with a button where its field would be."""
    line = QWidget()
    left = QVBoxLayout()
    left.setSpacing(2)
    left.addWidget(QLabel(title))
    left.addWidget(Note(breakable(hint), quiet=True))
    right = QHBoxLayout()
    right.addWidget(button)
    right.addStretch(1)
    button.setAccessibleDescription(hint)
    grid = QGridLayout(line)
    grid.setContentsMargins(10, 8, 10, 8)
    grid.setHorizontalSpacing(24)
    grid.addLayout(left, 0, 0)
    grid.addLayout(right, 0, 1)
    grid.setColumnStretch(0, 1)
    grid.setColumnMinimumWidth(1, FIELD_WIDTH_PX)
    return line


def _in_line(label: QLabel) -> QLabel:
    label.setContentsMargins(10, 10, 0, 0)
    return label


def _cell(text: str, *, right: bool, quiet: bool = False) -> QLabel:
    cell = Note(text, quiet=quiet, wraps=False)
    if right:
        cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return cell


def _empty(grid: QGridLayout) -> None:
    while (item := grid.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
