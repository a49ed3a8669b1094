"""What completes a file of the workspace, above the composer behind an @. Made at the first one.

The list of files comes from a thread (`show_files`) and is asked for again when a reference begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from roku_desktop.ui.composing.completion_popup import CompletionPopup
from roku_desktop.ui.composing.composer import Composer
from roku_desktop.ui.composing.file_references import being_typed, offered, reference
from roku_desktop.ui.composing.slash_commands import Completion
from roku_desktop.ui.language import tr


class FilePopup(CompletionPopup):
    """Signals:
    files_wanted: a reference begins; the names of the files are to be read anew.
    """

    files_wanted = Signal()

    def __init__(self, window: QWidget, composer: Composer) -> None:
        super().__init__(window, composer)
        self._paths: Sequence[str] = ()
        self._began_at: int | None = None
        self.view.setAccessibleName(tr("Files that fit"))
        composer.edit.cursorPositionChanged.connect(self.refresh)

    def show_files(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self.refresh()

    def found(self) -> list[Completion]:
        typed = being_typed(self._composer.line_before_cursor)
        began_at = typed[0] if typed is not None else None
        if began_at != self._began_at:
            self._began_at = began_at
            if began_at is not None:
                self.files_wanted.emit()
        if typed is None:
            return []
        paths = offered(typed[1], self._paths)
        return [Completion(text=path) for path in paths] if paths != [typed[1]] else []

    def complete(self, text: str) -> None:
        typed = being_typed(self._composer.line_before_cursor)
        if typed is not None:
            self._composer.replace_before_cursor(typed[0], f"{reference(text)} ")
        self.hide()
