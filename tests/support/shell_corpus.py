"""Commands with what is to happen to each: data in `engine/approval/corpus/`, one a line, under a reason."""

from __future__ import annotations

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


def workspace_in(folder: Path) -> Path:
    """Fill a folder with what the commands of the corpus name."""
    for name in ("roku_desktop", "build", "docs"):
        (folder / name).mkdir()
    for name in ("README.md", "CHANGELOG.md", "my notes.txt", "roku_desktop/app.py"):
        (folder / name).write_text("import os\nfoo = 1\n", encoding="utf-8")
    return folder
