"""Export of a session: asks for the place, has it written, says how it went. For `sessions.py`."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from roku_desktop.engine import SessionSummary
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.exporting.forms import SUFFIXES, ExportForm
from roku_desktop.ui.language import marked, tr
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.sessions.model import title_of

_FILTERS: Final[dict[ExportForm, str]] = {
    "markdown": marked("Markdown (*.md)"),
    "json": marked("JSON (*.json)"),
    "html": marked("Web page (*.html)"),
    "pdf": marked("PDF (*.pdf)"),
}
_MAX_NAME_CHARS: Final = 60


class ExportSteering(QObject):
    """The first place offered is the person's documents, then the folder used last.

    Attributes:
        dialog: the file dialog that is open, if one is.
    """

    def __init__(self, window: MainWindow, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._bridge = bridge
        self.dialog: QFileDialog | None = None
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        bridge.archive.exported.connect(self._exported)
        bridge.archive.export_refused.connect(self._already_there)
        bridge.archive.export_failed.connect(self._failed)

    def ask_for_place(self, summary: SessionSummary, form: ExportForm) -> None:
        """Opened, never executed: no loop is nested (the system's own dialog is a sheet on macOS, and on
        Windows on a thread of Qt's). It asks nothing itself, for that would nest one.
        """
        if self.dialog is not None:
            self.dialog.close()
        dialog = QFileDialog(self._window, tr("Export session"), self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilter(tr(_FILTERS[form]))
        dialog.selectFile(file_name(summary, form))
        dialog.fileSelected.connect(partial(self._chosen, summary.session_id, form))
        dialog.finished.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def _chosen(self, session_id: str, form: ExportForm, file: str) -> None:
        path = Path(file)
        self._folder = str(path.parent)
        if not path.suffix:
            path = path.with_name(path.name + SUFFIXES[form])
        self._bridge.archive.export(session_id, path, form)

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _exported(self, path: Path) -> None:
        self._window.notice.show_message(
            tr("Exported to {0}.").format(path), actions=[(tr("OK"), self._window.clear_notice)]
        )

    def _already_there(self, session_id: str, path: Path, form: ExportForm) -> None:
        self._window.notice.show_message(
            tr("There is a file {0} already.").format(path),
            actions=[
                (tr("Keep it"), self._window.clear_notice),
                (tr("Replace"), partial(self._replace, session_id, path, form)),
            ],
            tone="warning",
        )

    def _replace(self, session_id: str, path: Path, form: ExportForm, _checked: bool = False) -> None:
        self._window.clear_notice()
        self._bridge.archive.export(session_id, path, form, replace=True)

    def _failed(self, sentence: str) -> None:
        self._window.notice.show_message(
            sentence, actions=[(tr("OK"), self._window.clear_notice)], tone="danger"
        )


def file_name(summary: SessionSummary, form: ExportForm) -> str:
    """The title as a file name that every system takes."""
    plain = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", title_of(summary))
    name = " ".join(plain.split())[:_MAX_NAME_CHARS].strip(" .") or "session"
    return name + SUFFIXES[form]
