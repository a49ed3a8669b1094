"""Standing instructions: `ROKU.md` of the home for everything, `.roku.md` of a workspace for work there.

They are the person's words and part of the system prompt's stable half. A workspace may come from
anywhere, so its file must be a plain one: a link is not followed, because what it leads to, a file of keys
for instance, would be sent to a model. Blocking; called in a thread.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from roku_desktop.engine.records import Instructions
from roku_desktop.engine.sentences import said

OF_HOME: Final = "ROKU.md"
OF_WORKSPACE: Final = ".roku.md"
MAX_BYTES: Final = 32 * 1024


def read_instructions(home: Path | None, workspace: Path) -> tuple[Instructions, ...]:
    """Return what is in force for a turn in `workspace`, the home's first; empty files are left out."""
    found = [_read(home / OF_HOME, may_be_link=True)] if home else []
    found.append(_read(workspace / OF_WORKSPACE, may_be_link=False))
    return tuple(each for each in found if each is not None)


def _read(path: Path, *, may_be_link: bool) -> Instructions | None:
    try:
        if path.is_symlink() and not may_be_link:
            return Instructions(path=str(path), problem=said("It is a link, and is not followed."))
        if not stat.S_ISREG(path.stat().st_mode):
            return Instructions(path=str(path), problem=said("It is no file."))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Instructions(
            path=str(path), problem=said("It can't be read: {reason}.", reason=error.strerror or error)
        )
    text = data[:MAX_BYTES].decode("utf-8", "ignore").removeprefix("\ufeff").strip()
    if not text:
        return None
    cut = (
        said("Only its first {limit} KiB are used.", limit=MAX_BYTES // 1024) if len(data) > MAX_BYTES else ""
    )
    return Instructions(path=str(path), text=text, problem=cut)


def as_told(instructions: tuple[Instructions, ...]) -> str:
    """Return them as a model reads them, or ""."""
    parts = [
        f'<instructions from="{Path(each.path).name}">\n{each.text}\n</instructions>'
        for each in instructions
        if each.text
    ]
    return "\n\n".join(["The person's standing instructions:", *parts]) if parts else ""
