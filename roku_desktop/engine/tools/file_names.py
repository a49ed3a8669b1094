"""The files of a workspace by name, as a person may point at them: what the tools would find, no more.

Called by the window's composer through the facade, on a thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.file_tool import StopSignal
from roku_desktop.engine.tools.walk import Walk
from roku_desktop.engine.tools.workspace import Workspace

MAX_ENTRIES: Final = 8_000
"""Among so many a person finds one by typing, without a wait between two keys."""


def workspace_files(root: Path, max_entries: int = MAX_ENTRIES) -> list[str]:
    """Paths below `root` with slashes, what lies near the top first; empty where there is no such folder.

    Visits at most `max_entries` entries, enters the folders that tools enter, and follows no link. Blocks.
    """
    workspace = Workspace(root)
    try:
        walk = Walk(workspace, workspace.locate("."), max_entries=max_entries, stop=StopSignal())
        return [entry.location.shown for entry in walk if entry.kind == "file"]
    except ToolFailure:
        return []
