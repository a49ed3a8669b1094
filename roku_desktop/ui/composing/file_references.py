"""Files of the workspace that a prompt points at: `@notes/plan.md`, `@"a name with spaces.txt"`.

Owns how a reference is written, completed and read, and that the file's text goes along with the prompt,
within a cap. `with_files` reads disk, so it is called on a thread (`archive.py`), never on the loop's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.ui.composing.text_files import MAX_FILE_BYTES, NotTakenError, quoted, text_of
from roku_desktop.ui.fuzzy import fuzzy_score
from roku_desktop.ui.language import tr

MAX_TEXT_CHARS: Final = 512 * 1024
"""What the texts of all files of one prompt may hold together."""
MOST_OFFERED: Final = 50
_REFERENCE: Final = re.compile(r'(?<![^\s(\[{])@(?:"([^"\n]+)"|([^\s"]+))')
_BEING_TYPED: Final = re.compile(r'(?<![^\s(\[{])@(?:"([^"\n]*)|([^\s"]*))$')
_PUNCTUATION: Final = ".,;:!?)]}'"


class Expanded(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt with the texts of its files behind it; `problems` are sentences about those left out."""

    prompt: str
    problems: tuple[str, ...] = ()


def reference(path: str) -> str:
    return f'@"{path}"' if re.search(r"\s", path) else f"@{path}"


def being_typed(before_cursor: str) -> tuple[int, str] | None:
    """Where the reference begins that the cursor stands in, and what of the path is typed; None = in none."""
    line_start = before_cursor.rfind("\n") + 1
    found = _BEING_TYPED.search(before_cursor, line_start)
    if found is None:
        return None
    return found.start(), found.group(1) if found.group(1) is not None else found.group(2)


def offered(typed: str, paths: Sequence[str]) -> list[str]:
    """The paths that fit what was typed, best first; for nothing typed those near the top."""
    if not typed:
        return list(paths[:MOST_OFFERED])
    scored = [(score, path) for path in paths if (score := fuzzy_score(typed, path)) is not None]
    scored.sort(key=lambda pair: -pair[0])
    return [path for _, path in scored[:MOST_OFFERED]]


def refers(prompt: str) -> bool:
    """Whether there may be a reference in it; without one no disk need be looked at."""
    return _REFERENCE.search(prompt) is not None


def with_files(prompt: str, workspace: Path) -> Expanded:
    """Add the text of each file that the prompt points at, once. What is no file there stays as it is."""
    root = workspace.resolve()
    blocks: list[str] = []
    problems: list[str] = []
    room = MAX_TEXT_CHARS
    for path in _paths(prompt, root):
        name = path.relative_to(root).as_posix()
        if f"{name}:\n```" in prompt:  # it came along before, and the prompt is asked again
            continue
        try:
            block = quoted(name, text_of(path))
        except NotTakenError as refusal:
            problems.append(_too_large(name) if refusal.too_large else str(refusal))
            continue
        room -= len(block)
        if room < 0:
            sentence = tr("“{0}” was only named: the files of one prompt may hold {1} KB of text together.")
            problems.append(sentence.format(name, MAX_TEXT_CHARS // 1024))
            room += len(block)
            continue
        blocks.append(block)
    return Expanded(prompt="\n\n".join([prompt, *blocks]) if blocks else prompt, problems=tuple(problems))


def _too_large(name: str) -> str:
    sentence = tr("“{0}” was only named, because it is larger than {1} KB; the model can read parts of it.")
    return sentence.format(name, MAX_FILE_BYTES // 1024)


def _paths(prompt: str, root: Path) -> list[Path]:
    """The files inside the workspace that are meant, in their order."""
    found: dict[Path, None] = {}
    for match in _REFERENCE.finditer(prompt):
        named = match.group(1) or match.group(2)
        for candidate in dict.fromkeys((named, named.rstrip(_PUNCTUATION))):
            path = _file(root, candidate) if candidate else None
            if path is not None:
                found.setdefault(path)
                break
    return list(found)


def _file(root: Path, name: str) -> Path | None:
    try:
        path = (root / name).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError, RuntimeError):  # no path can be like that
        return None
