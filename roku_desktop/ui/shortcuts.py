"""Every command of the window in one table: its name, its title, its sign, its keys.

The actions, the hints on buttons, the command palette and the tests all read this table, so that no
key is said in two places. Ctrl is Cmd on macOS, as Qt has it. `main_window.py` makes the `Commands`;
steering modules say what each one does.
"""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from roku_desktop.ui.language import marked, tr
from roku_desktop.ui.look.glyphs import Glyph


class Command(msgspec.Struct, frozen=True):
    """`keys` in Qt's portable form, the one that is shown first; none = by menu and palette only."""

    name: str
    title: str
    glyph: Glyph | None = None
    keys: tuple[str, ...] = ()

    @property
    def shown_title(self) -> str:
        return tr(self.title)

    @property
    def shown_key(self) -> str:
        """The first key as this system writes it, "" if there is none."""
        return (
            QKeySequence(self.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if self.keys else ""
        )


COMMANDS: Final = (
    Command("new_session", marked("New session"), "plus", ("Ctrl+N",)),
    Command("search", marked("Search sessions"), "search", ("Ctrl+Shift+F",)),
    Command("attach_images", marked("Attach images…"), "plus"),
    Command("find", marked("Find in this conversation"), "search", ("Ctrl+F",)),
    Command("find_next", marked("Next place found"), "down", ("F3", "Ctrl+G")),
    Command("find_previous", marked("Previous place found"), "up", ("Shift+F3", "Ctrl+Shift+G")),
    Command("copy_conversation", marked("Copy the conversation as Markdown"), "copy"),
    Command("star", marked("Star the newest answer, or take its star away"), "star", ("Ctrl+D",)),
    Command("starred", marked("Starred answers"), "starred", ("Ctrl+Shift+D",)),
    Command("palette", marked("Command palette"), "command", ("Ctrl+K",)),
    Command("write", marked("Write a prompt"), "send", ("Ctrl+L",)),
    Command("stop", marked("Stop the answer"), "stop", ("Esc",)),
    Command("previous_session", marked("Previous session"), "up", ("Ctrl+Up", "Alt+Up")),
    Command("next_session", marked("Next session"), "down", ("Ctrl+Down", "Alt+Down")),
    Command("rename_session", marked("Rename session"), "edit", ("F2",)),
    Command("pin_session", marked("Pin or unpin session"), "pin", ("Ctrl+Shift+P",)),
    Command("export_markdown", marked("Export as Markdown…"), "export", ("Ctrl+E",)),
    Command("export_json", marked("Export as JSON…"), "export", ("Ctrl+Shift+E",)),
    Command("export_html", marked("Export as web page…"), "export"),
    Command("export_pdf", marked("Print to PDF…"), "export", ("Ctrl+P",)),
    Command("delete_session", marked("Delete session"), "delete", ("Ctrl+Shift+Backspace",)),
    Command("choose_model", marked("Choose provider and model"), "settings", ("Ctrl+M",)),
    Command("show_costs", marked("Show what was spent"), "lamp", ("Ctrl+Shift+C",)),
    Command("choose_workspace", marked("Choose a workspace…"), "folder", ("Ctrl+O",)),
    Command("telemetry", marked("Show or hide telemetry"), "lamp", ("Ctrl+T",)),
    Command("trace", marked("Trace of the newest answer"), "search", ("Ctrl+Shift+T",)),
    Command("review_approvals", marked("Review what waits for approval"), "warning", ("Ctrl+J",)),
    Command("plan_mode", marked("Plan mode: only look, change nothing"), "lock", ("Ctrl+Shift+L",)),
    Command("memory", marked("What is remembered…"), "session"),
    Command("settings", marked("Settings…"), "settings", ("Ctrl+,",)),
    Command("shortcuts", marked("Keys and commands"), "command", ("F1", "Ctrl+/")),
    Command("approval_rules", marked("Rules that approve without asking…"), "settings"),
    Command("quick_prompt", marked("Quick prompt"), "command"),
    Command("start_at_login", marked("Start at login, into the tray: on or off"), "resume"),
    Command("quick_key", marked("Quick prompt from anywhere: its key on or off"), "command"),
    Command("notice_content", marked("Notifications: titles of sessions and calls, shown or not"), "warning"),
    Command("pause", marked("Pause: send nothing to any provider, or resume"), "stop"),
    Command("keep_in_tray", marked("Closing the window: leave Roku in the tray, or end it"), "down"),
    Command("speak_system", marked("Language: as the system"), "settings"),
    Command("speak_english", marked("Language: English"), "settings"),
    Command("speak_chinese", marked("Language: 简体中文"), "settings"),
    Command("larger_text", marked("Larger text"), "plus", ("Ctrl++", "Ctrl+=")),
    Command("smaller_text", marked("Smaller text"), "settings", ("Ctrl+-",)),
    Command("normal_text", marked("Text in its normal size"), "settings", ("Ctrl+0",)),
    Command("quit", marked("Quit"), "close", ("Ctrl+Q",)),
)
_BY_NAME: Final = {command.name: command for command in COMMANDS}


def command(name: str) -> Command:
    return _BY_NAME[name]


def hint(name: str) -> str:
    """What stands in a tooltip, for instance "New session (Ctrl+N)"."""
    known = command(name)
    return f"{known.shown_title} ({known.shown_key})" if known.keys else known.shown_title


class Commands(QObject):
    """The commands as actions of a window; each does something once its `triggered` is connected."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions = {known.name: self._action(window, known) for known in COMMANDS}
        window.addActions(list(self._actions.values()))

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def _action(self, window: QWidget, known: Command) -> QAction:
        action = QAction(known.shown_title, window)
        action.setShortcuts([QKeySequence(key) for key in known.keys])
        return action
