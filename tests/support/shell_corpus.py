"""Commands with what is to happen to each: data in `engine/approval/corpus/`, one a line, under a reason."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parents[1] / "engine" / "approval" / "corpus"
_ESCAPE: Final = re.compile(r"\\(n|r|t|\\|x[0-9a-f]{2}|u[0-9a-f]{4})")
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


def corpus(name: str) -> dict[str, list[str]]:
    """The commands of `safe`, `asks` or `denied` by reason."""
    found: dict[str, list[str]] = {}
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    for line in filter(None, lines[1:]):
        if line.startswith("# "):
            found[line[2:]] = commands = []
        else:
            commands.append(_ESCAPE.sub(_char, line[1:]) if line.startswith("!") else line)
    return found


def commands(name: str) -> list[str]:
    return [command for some in corpus(name).values() for command in some]


def _char(found: re.Match[str]) -> str:
    return _LETTERS.get(found[1]) or chr(int(found[1][1:], 16))


SECRET: Final = "never-to-be-seen"
"""Stands in every file that no command may show."""


def workspace_in(folder: Path) -> Path:
    """Make a workspace with what the commands of the corpus name, and with what must stay unseen."""
    workspace, outside = folder / "work", folder / "outside"
    for made in (
        workspace,
        outside,
        *(workspace / name for name in ("roku_desktop", "build", "docs", ".ssh")),
    ):
        made.mkdir()
    for name in ("README.md", "CHANGELOG.md", "my notes.txt", "roku_desktop/app.py"):
        (workspace / name).write_text("import os\nfoo = 1\n", encoding="utf-8")
    for hidden in (workspace / ".env", workspace / ".ssh" / "id_rsa", outside / "secret.txt"):
        hidden.write_text(f"KEY={SECRET}\n", encoding="utf-8")
    if hasattr(os, "mkfifo"):
        (workspace / "link").symlink_to("../outside")
        (workspace / "linked.txt").symlink_to("../outside/secret.txt")
        os.mkfifo(workspace / "pipe")
    return workspace
