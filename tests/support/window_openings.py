"""Everything that opens over the window, opened as a person would: dialogs, menus, the palette, an editor.

Used by `window_program.py` in its own process. Each opener ends when what it opens can be seen.
"""

from __future__ import annotations

import asyncio
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QWidget

from roku_desktop.ui.choosing.switcher import ModelSwitcher
from roku_desktop.ui.main_window import MainWindow
from roku_desktop.ui.palette.palette import CommandPalette

Shown = TypeVar("Shown", bound=QWidget)


async def open_in(window: MainWindow, name: str) -> None:
    """Open it, in a session that has one prompt."""
    window.composer.set_text("Go on for ever")
    window.composer.edit.submitted.emit()
    while not (window.sessions.model.rowCount() and window.sessions.view.current):
        await asyncio.sleep(0.005)
    await OPENINGS[name](window)


async def _file_dialog(window: MainWindow, command: str) -> None:
    window.commands[command].trigger()
    await _seen(QFileDialog)


async def export(window: MainWindow) -> None:
    await _file_dialog(window, "export_markdown")


async def workspaces(window: MainWindow) -> None:
    window.commands["choose_workspace"].trigger()
    await _seen(QMenu)


async def workspace_folder(window: MainWindow) -> None:
    window.commands["choose_workspace"].trigger()
    menu = await _seen(QMenu)
    menu.actions()[-1].trigger()
    menu.hide()
    await _seen(QFileDialog)


async def models(window: MainWindow) -> None:
    window.commands["choose_model"].trigger()
    await _in(window, ModelSwitcher)


async def session_menu(window: MainWindow) -> None:
    view = window.sessions.view
    view.menu_of(view.currentIndex()).popup(view.mapToGlobal(view.visualRect(view.currentIndex()).center()))
    await _seen(QMenu)


async def palette(window: MainWindow) -> None:
    window.commands["palette"].trigger()
    await _in(window, CommandPalette)


async def title(window: MainWindow) -> None:
    window.commands["rename_session"].trigger()
    await _in(window.sessions.view, QLineEdit)


OPENINGS = {
    opening.__name__: opening
    for opening in (export, workspaces, workspace_folder, models, session_menu, palette, title)
}


async def _seen(kind: type[Shown]) -> Shown:
    """Wait for a window of that kind."""
    while True:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                return widget
        await asyncio.sleep(0.005)


async def _in(parent: QWidget, kind: type[QWidget]) -> None:
    """Wait for a part of that kind inside a window."""
    while not any(part.isVisible() for part in parent.findChildren(kind)):
        await asyncio.sleep(0.005)
