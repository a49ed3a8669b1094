"""ROKU_HOME/tool_output: what commands printed beyond what fits into a result, and how they ended.

Owns the names of the files and who may read which: a file carries the session it belongs to in its
name, and Read shows it in that session alone. How long files stay, and how many, is the business of
`storage/folders`.
"""

from __future__ import annotations

import os
from pathlib import Path

from roku_desktop.engine.disk_room import DiskRoom
from roku_desktop.engine.ports import CallContext


class OutputFolder:
    """Made by `paths.HomePaths.create`; nothing here makes it."""

    def __init__(self, path: Path, room: DiskRoom | None = None) -> None:
        self.path = path
        self._room = room

    def new_file(self, context: CallContext) -> Path | None:
        """Name a file for the output of a call; None where the disk has no room for it."""
        if self._room is not None and not self._room.has_room():
            return None
        return self.path / f"{context.session_id}-{os.urandom(8).hex()}.txt"

    def record(self, approval_id: str) -> Path:
        """Name the file in which a guard says how a command ended."""
        return self.path / f"{approval_id}.end"

    def holds(self, path: str, context: CallContext) -> bool:
        """Whether it is the absolute path of an output of that session."""
        folder, name = os.path.split(path)
        return (
            bool(context.session_id)
            and name.startswith(f"{context.session_id}-")
            and name.endswith(".txt")
            and os.path.normcase(os.path.realpath(folder)) == os.path.normcase(os.path.realpath(self.path))
        )
