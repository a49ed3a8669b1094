"""What runs here: version, where it keeps things, and under which licences its parts stand."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QWidget

from roku_desktop import __version__
from roku_desktop.config import SettingsDesk
from roku_desktop.parts import Part
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.settings.kinds import SettingsPage
from roku_desktop.ui.settings.page import Page, indented
from roku_desktop.ui.settings.rows import Note, heading
from roku_desktop.updates import Release

_ONE_LINE_CHARS: Final = 60


class AboutPage(Page):
    def __init__(self, about: SettingsPage, desk: SettingsDesk, parent: QWidget | None = None) -> None:
        super().__init__(about, parent)
        self._facts = (
            (tr("Version"), __version__),
            ("Python, Qt", f"{platform.python_version()}, {qVersion()}"),
            (tr("System"), platform.platform(terse=True)),
            (tr("Home"), str(desk.paths.home)),
            (tr("Configuration"), str(desk.paths.runtime_toml)),
            (tr("Logs"), str(desk.paths.logs)),
        )
        self.top.addWidget(_table(self._facts))
        copy = FlatButton(tr("Copy"), rank="plain", glyph="copy")
        copy.setAccessibleName(tr("Copy what stands here"))
        copy.clicked.connect(self._copy)
        across = QHBoxLayout()
        across.setContentsMargins(10, 0, 0, 0)
        across.addWidget(copy)
        across.addStretch(1)
        self.top.addLayout(across)
        self.release = Note()
        self.release.hide()
        self.bottom.addWidget(indented(self.release))
        label = heading(tr("Parts and their licences"))
        label.setContentsMargins(10, 12, 0, 0)
        self.bottom.addWidget(label)
        self.bottom.addWidget(
            indented(
                Note(tr("Roku Desktop stands under the Apache License 2.0, and is built on:"), quiet=True)
            )
        )

    def show_release(self, release: Release | None, problem: str) -> None:
        """What the feed said: a newer version with its page, none, or why that is not known."""
        if release is not None:
            told = tr("Roku Desktop {0} is there: {1}").format(release.version, release.url)
        else:
            told = problem or tr("This is the newest version.")
        self.release.setText(told)
        self.release.show()

    def show_parts(self, found: Sequence[Part]) -> None:
        self.bottom.addWidget(
            _table(
                [(f"{part.name} {part.version}", part.licence or tr("see its own page")) for part in found]
            )
        )

    def _copy(self) -> None:
        QApplication.clipboard().setText("\n".join(f"{name}: {value}" for name, value in self._facts))


def _table(lines: Sequence[tuple[str, str]]) -> QWidget:
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(10, 2, 10, 2)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for line, (name, value) in enumerate(lines):
        grid.addWidget(Note(name, quiet=True, wraps=False), line, 0)
        grid.addWidget(Note(value, wraps=len(value) > _ONE_LINE_CHARS), line, 1)
    return table
