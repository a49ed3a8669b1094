"""Text files that are dropped or pasted: read with a cap, refused with a sentence, quoted for a prompt.

Reads disk, so it is called on a thread (`bridge.py`), never on the loop's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.ui.language import tr

# The engine's own cap for what one Read brings (settings.HARD_MAX_READ_BYTES).
MAX_FILE_BYTES: Final = 256 * 1024
MAX_FILES: Final = 10


class ReadFiles(msgspec.Struct, frozen=True, kw_only=True):
    """`blocks` to put into the prompt; `problems` are sentences about files that were not taken."""

    blocks: tuple[str, ...]
    problems: tuple[str, ...]


def read_files(paths: Sequence[Path]) -> ReadFiles:
    blocks: list[str] = []
    problems: list[str] = []
    for path in paths[:MAX_FILES]:
        try:
            blocks.append(quoted(path.name, text_of(path)))
        except NotTakenError as refusal:
            problems.append(str(refusal))
    if len(paths) > MAX_FILES:
        sentence = tr("Only the first {0} files were taken; drop the others after this prompt.")
        problems.append(sentence.format(MAX_FILES))
    return ReadFiles(blocks=tuple(blocks), problems=tuple(problems))


def quoted(name: str, text: str) -> str:
    """A fenced block headed by the file's name; the fence is longer than any inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    language = Path(name).suffix.removeprefix(".")
    shown_name = " ".join(name.split()).replace("`", "'")
    return f"{shown_name}:\n{fence}{language if language.isalnum() else ''}\n{text.rstrip()}\n{fence}\n"


class NotTakenError(Exception):
    """A sentence about a file whose text is not taken."""

    def __init__(self, sentence: str, *, too_large: bool = False) -> None:
        super().__init__(sentence)
        self.too_large = too_large


def text_of(path: Path) -> str:
    """The whole text of a file. Raises `NotTakenError`; blocks."""
    try:
        if not path.is_file():
            sentence = tr("“{0}” is not a file that can be read; name folders in the prompt instead.")
            raise NotTakenError(sentence.format(path.name))
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NotTakenError(tr("“{0}” can't be read ({1}).").format(path.name, reason)) from None
    if len(data) > MAX_FILE_BYTES:
        sentence = tr(
            "“{0}” is larger than {1} KB: put it into the workspace and ask for the part that matters."
        )
        raise NotTakenError(sentence.format(path.name, MAX_FILE_BYTES // 1024), too_large=True)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        sentence = tr("“{0}” is not a text file in UTF-8; only such text can be added to a prompt.")
        raise NotTakenError(sentence.format(path.name))
    return text.replace("\r\n", "\n")
