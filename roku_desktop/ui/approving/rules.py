"""The rules that approve without asking: what each allows, where, and a button that ends it.

Made and fed by `steering/approvals.py`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from roku_desktop.engine import Rule
from roku_desktop.ui.approving.pages import moment
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.visible_text import visible_line


class ApprovalRules(QDialog):
    """Signals:
    revoked: the rule (id) is to end.
    """

    revoked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowTitle(tr("Rules that approve without asking"))
        self.resize(theme.grown(680), theme.grown(360))
        self._list = RuleList()
        self._list.revoked.connect(self.revoked)
        area = QScrollArea()
        area.setAccessibleName(tr("Rules that approve without asking"))
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self._list)
        column = QVBoxLayout(self)
        column.addWidget(area)

    def show_rules(self, rules: Sequence[Rule]) -> None:
        self._list.show_rules(rules)


class RuleList(QWidget):
    """The rules, one below the other; also on a page of the settings.

    Signals:
        revoked: the rule (id) is to end.
    """

    revoked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._content)

    def show_rules(self, rules: Sequence[Rule]) -> None:
        content = QWidget()
        rows = QVBoxLayout(content)
        if not rules:
            rows.addWidget(_text(tr("No rule is in force: every change is asked for.")))
        for rule in rules:
            row = QHBoxLayout()
            row.addWidget(_text(self._words(rule)), 1)
            revoke = FlatButton(tr("Revoke"))
            revoke.setAccessibleName(tr("Revoke: {0}").format(visible_line(rule.description)))
            revoke.clicked.connect(partial(self._revoke, rule.rule_id))
            row.addWidget(revoke)
            rows.addLayout(row)
        rows.addStretch(1)
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._content, content)
        self._content.hide()
        self._content.deleteLater()  # its button may be the one whose click is being handled
        self._content = content

    def _words(self, rule: Rule) -> str:
        where = tr("one session") if rule.session_id else tr("every session")
        made = moment(rule.created_at, time.time())
        return tr("{0}\nFor {1} in {2}, since {3}").format(
            visible_line(rule.description), where, visible_line(rule.workspace), made
        )

    def _revoke(self, rule_id: str, _checked: bool = False) -> None:
        self.revoked.emit(rule_id)


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
