"""The real program on a home, which says what is on its screen when it is asked.

    python -m tests.support.seen_program HOME WORKSPACE

Everything is as a person has it: `app.run_window`, the configuration, the keyring, the embedded model.
Beside it stands an observer that changes nothing: a line `look` on its input is answered with one line of
JSON (`seen`), and `copy TEXT` (TEXT is JSON) puts a text on the clipboard, as another program would.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, QSocketNotifier
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QListWidget,
    QMenu,
    QSystemTrayIcon,
    QWidget,
)

from roku_desktop import app
from roku_desktop.paths import HomePaths
from roku_desktop.ui.look import theme
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.qt_application import RokuApplication
from roku_desktop.ui.quick.prompt import QuickPrompt

Place = tuple[int, int]


def seen() -> dict[str, object]:
    """What can be read, and where on the screen what can be clicked is, by accessible name or text."""
    state: dict[str, object] = {"mode": "", "text": "", "written": "", "quick": None, "tray": None}
    places: dict[str, Place] = {}
    for top in QApplication.topLevelWidgets():
        if not top.isVisible():
            continue
        places |= of_menu(top) if isinstance(top, QMenu) else of_window(top)
        if isinstance(top, QuickPrompt):
            state["quick"] = top.transcript.plain_text()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and hasattr(window, "sessions"):
            state["mode"] = window.composer.mode
            state["text"] = window.transcript.plain_text()
            state["written"] = window.composer.text
            state["shown"] = window.isVisible()
            state["frame"] = [*middle(QRect(window.mapToGlobal(QPoint(0, 0)), QSize(1, 1))), window.width()]
            rows = window.sessions.model
            state["sessions"] = [str(rows.index(row).data()) for row in range(rows.rowCount())]
    for icon in icons():
        if icon.isVisible() and icon.geometry().width() > 1:
            state["tray"] = middle(icon.geometry())
    focused = QApplication.focusWidget()
    state["focus"] = focused.accessibleName() if focused is not None else ""
    return state | {"places": places}


def icons() -> list[QSystemTrayIcon]:
    return [icon for top in QApplication.topLevelWidgets() for icon in top.findChildren(QSystemTrayIcon)]


def of_menu(menu: QMenu) -> dict[str, Place]:
    return {
        action.text(): middle(menu.actionGeometry(action).translated(menu.mapToGlobal(QPoint(0, 0))))
        for action in menu.actions()
        if action.text()
    }


def of_window(top: QWidget) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for kind in (QAbstractButton, QLineEdit):
        for widget in top.findChildren(kind):
            if widget.isVisible() and widget.isEnabled() and not widget.visibleRegion().isEmpty():
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                found[widget.accessibleName() or text] = middle(
                    QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
                )
    for rows in top.findChildren(QListWidget):
        for item in (rows.item(row) for row in range(rows.count())):
            if rows.isVisible():
                at = rows.viewport().mapToGlobal(rows.visualItemRect(item).topLeft())
                found[item.text()] = middle(QRect(at, rows.visualItemRect(item).size()))
    return found


def middle(rectangle: QRect) -> Place:
    return rectangle.center().x(), rectangle.center().y()


def obey() -> None:
    line = sys.stdin.readline()
    if line.startswith("copy "):
        QGuiApplication.clipboard().setText(json.loads(line.removeprefix("copy ")))
    elif not line:
        ear.setEnabled(False)
        return
    sys.stdout.write(json.dumps(seen()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    application = RokuApplication([sys.argv[0], *theme.ARGUMENTS])
    ear = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ear.activated.connect(obey)
    sys.exit(app.run_window(HomePaths.locate({}, home=sys.argv[1]), workspace=Path(sys.argv[2])))
