"""Walking through a folder and all below it, within bounds.

Owns order and limits: breadth first and by name, so that the same tree gives the same answer and
what lies near the top comes first; never through a link; folders that hold other people's files
(`IGNORED_FOLDERS`) are named but not entered. Called by Glob, Find and Grep.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.file_tool import StopSignal
from roku_desktop.engine.tools.output import counted
from roku_desktop.engine.tools.workspace import Entry, Location, Workspace, kind_of, kind_words

IGNORED_FOLDERS: Final = frozenset(
    (
        ".git", ".hg", ".svn", ".jj", "node_modules", ".venv", "venv", "__pycache__",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".tox", ".nox",
    )
)  # fmt: skip
IGNORED_SAID: Final = "Does not follow links or enter .git, node_modules, .venv, __pycache__ and the like."
MAX_DEPTH: Final = 64


class Walk:
    """One walk; iterate over it once, then ask it for its `notes`.

    `enters(parts)` says whether a folder is of interest, by its components below `start`.
    """

    def __init__(
        self,
        workspace: Workspace,
        start: Location,
        *,
        max_entries: int,
        stop: StopSignal,
        enters: Callable[[tuple[str, ...]], bool] = lambda _: True,
    ) -> None:
        self._workspace = workspace
        self._start = start
        self._max_entries = max_entries
        self._stop = stop
        self._enters = enters
        self._seen = 0
        self._unread = 0
        self._cut = False
        self._too_deep = False

    def below(self, entry: Entry) -> tuple[str, ...]:
        """Return the components of an entry below the start."""
        return entry.location.parts[len(self._start.parts) :]

    def __iter__(self) -> Iterator[Entry]:
        require_folder(self._workspace, self._start)
        waiting = deque([self._start])
        while waiting and not self._cut:
            for entry in self._entries(waiting.popleft()):
                yield entry
                if entry.kind == "folder" and self._goes_into(entry):
                    waiting.append(entry.location)

    def notes(self) -> str:
        """Say what was left out, and how to see it; empty if nothing was."""
        notes = []
        if self._cut:
            notes.append(f"(Stopped after {counted(self._seen, 'entry', 'entries')}: give a narrower path.)")
        if self._too_deep:
            notes.append(f"(Folders more than {MAX_DEPTH} levels down were not entered.)")
        if self._unread:
            notes.append(f"({counted(self._unread, 'folder')} could not be read.)")
        return "\n".join(notes)

    def _entries(self, folder: Location) -> list[Entry]:
        self._stop.check()
        try:
            entries, more = self._workspace.entries(folder, limit=self._max_entries - self._seen)
        except ToolFailure:
            if folder == self._start:
                raise
            self._unread += 1
            return []
        self._seen += len(entries)
        self._cut = more
        return entries

    def _goes_into(self, entry: Entry) -> bool:
        parts = self.below(entry)
        if entry.name in IGNORED_FOLDERS or not self._enters(parts):
            return False
        if len(parts) >= MAX_DEPTH:
            self._too_deep = True
            return False
        return True


def require_folder(workspace: Workspace, location: Location) -> None:
    """Raise `ToolFailure` unless there is a folder."""
    status = workspace.status(location)
    match kind_of(status):
        case "folder":
            return
        case "file":
            raise ToolFailure(f"'{location.shown}' is a file; the path must name a folder.")
    raise ToolFailure(f"'{location.shown}' is {kind_words(status)}; the path must name a folder.")
