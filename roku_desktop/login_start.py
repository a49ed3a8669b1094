"""Start at login, as each system has it: a file in autostart, a LaunchAgent, a value under Run.

Owns that one entry and nothing else. Off until a person switches it on; switching twice changes nothing.
The program starts into the tray. Built by `app.py`, used by the window.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from roku_desktop.engine.errors import ConfigurationError

_DOMAIN: Final = "io.github.roku-desktop"
_RUN_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_TO_BE_QUOTED: Final = re.compile(r"[\"`$\\]")


class LoginStart(Protocol):
    """The entry of one home in this person's session."""

    def is_on(self) -> bool:
        """Whether the system will start the program; an entry that a person disabled counts as off."""
        ...

    def switch(self, on: bool) -> None:
        """Make the entry, with the command as it is now, or take it away. Raises `ConfigurationError`."""
        ...


def login_start_of(environ: Mapping[str, str], command: Sequence[str], name: str) -> LoginStart:
    """The way of this system. `name` tells entries of several homes apart."""
    home = Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111  never raises
    if sys.platform == "win32":
        return RunKey(name, command)
    if sys.platform == "darwin":
        return LaunchAgent(home / "Library" / "LaunchAgents" / f"{_DOMAIN}.{name}.plist", command)
    folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "autostart"
    return AutostartEntry(folder / f"{name}.desktop", command)


class AutostartEntry:
    """https://specifications.freedesktop.org/autostart-spec/latest/"""

    def __init__(self, path: Path, command: Sequence[str]) -> None:
        self._path = path
        self._command = command

    def is_on(self) -> bool:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return False
        off = {"Hidden=true", "X-GNOME-Autostart-enabled=false"}
        return not off & {line.replace(" ", "") for line in lines}

    def switch(self, on: bool) -> None:
        text = "\n".join(
            (
                "[Desktop Entry]",
                "Type=Application",
                "Version=1.0",
                "Name=Roku Desktop",
                "Comment=A desktop AI agent, ready in the tray",
                f"Exec={' '.join(_exec_word(word) for word in self._command)}",
                "Icon=roku-desktop",
                "Terminal=false",
                "X-GNOME-Autostart-enabled=true",
                "",
            )
        )
        _put(self._path, text.encode() if on else None)


class LaunchAgent:
    """launchd.plist(5)"""

    def __init__(self, path: Path, command: Sequence[str]) -> None:
        self._path = path
        self._command = command

    def is_on(self) -> bool:
        import plistlib

        try:
            entry = plistlib.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return False
        return bool(entry.get("RunAtLoad")) and not entry.get("Disabled")

    def switch(self, on: bool) -> None:
        import plistlib

        entry = {
            "Label": self._path.stem,
            "ProgramArguments": list(self._command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
        }
        _put(self._path, plistlib.dumps(entry) if on else None)


class RunKey:
    """A value under HKEY_CURRENT_USER; what a person disabled in the Task Manager stands elsewhere."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self._name = name
        self._command = command

    def is_on(self) -> bool:
        if sys.platform == "win32":
            import winreg

            with (
                contextlib.suppress(OSError),
                winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key,
            ):
                winreg.QueryValueEx(key, self._name)
                return True
        return False

    def switch(self, on: bool) -> None:
        if sys.platform == "win32":
            import subprocess
            import winreg

            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                    if on:
                        command = subprocess.list2cmdline(self._command)
                        winreg.SetValueEx(key, self._name, 0, winreg.REG_SZ, command)
                    elif self.is_on():
                        winreg.DeleteValue(key, self._name)
            except OSError as error:
                raise _not_written(Path(_RUN_KEY), error) from error


def _exec_word(word: str) -> str:
    """One argument for Exec: quoted, and safe against field codes.

    https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html; the value is a
    string first, in which a backslash has to be written twice.
    """
    quoted = _TO_BE_QUOTED.sub(r"\\\g<0>", word).replace("%", "%%")
    return '"' + quoted.replace("\\", "\\\\") + '"'


def _put(path: Path, content: bytes | None) -> None:
    """Write it whole, or take the file away."""
    try:
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".partial")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> ConfigurationError:
    reason = error.strerror or type(error).__name__
    return ConfigurationError(f"The start at login can't be changed: {path} can't be written ({reason}).")
