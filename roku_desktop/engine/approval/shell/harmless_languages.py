"""The short list's programs whose words are a small language: `find`, `sed`, `printf`.

Owns the sentences of those languages that only read and print: tests of `find` and printing what it
found, printing lines with `sed`, formats of `printf` that can't fill the memory. Everything else in
them (`-exec`, `-fprint`, `e`, `w`, `-i`, `%*d`) is not understood on purpose, and asks. Called by
`harmless`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from roku_desktop.engine.approval.shell.harmless_programs import OperandKind
from roku_desktop.engine.approval.shell.words import listed
from roku_desktop.engine.sentences import said

Judged = tuple[str, list[tuple[OperandKind, str]]]
"""What is doubtful, empty if nothing is, and the operands with their kinds."""

_FIND_WORDS: Final = listed("-print -print0 -empty -prune -not -a -and -o -or")
_AGE: Final = r"[+-]?\d{1,6}"
_FIND_VALUES: Final[dict[str, str]] = {
    **dict.fromkeys(["-maxdepth", "-mindepth"], r"\d{1,3}"),
    **dict.fromkeys(["-mtime", "-mmin", "-atime", "-amin", "-ctime", "-cmin"], _AGE),
    "-type": r"[fdl]",
    "-size": r"[+-]?\d{1,9}[cwbkMG]?",
}
_FIND_NAMES: Final = listed("-name -iname -path -ipath")
_SED_SCRIPT: Final = re.compile(r"(?:(?:\d{1,9}|\$)(?:,(?:\+?\d{1,9}|\$))?|/[^/\\{]{1,200}/)[p=]")
_CONVERSION: Final = re.compile(r"%(?:%|[-+ 0#]{0,5}\d{0,3}(?:\.\d{1,3})?[sdiuxXocbq])")


def find_words(words: list[str]) -> Judged:
    """`find` in folders of the workspace, by names, kinds, sizes and ages, printing what it found."""
    at = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    operands: list[tuple[OperandKind, str]] = [("place", word) for word in words[:at]]
    waiting = words[at:]
    while waiting:
        word = waiting.pop(0)
        if word in _FIND_WORDS:
            continue
        value = waiting.pop(0) if waiting else ""
        if word in _FIND_NAMES and 0 < len(value) <= 100:
            operands.append(("wanted", value))
        elif word not in _FIND_VALUES or not re.fullmatch(_FIND_VALUES[word], value):
            return said("It is not known whether `find {word}` only reads.", word=word[:40]), []
    return "", operands


def sed_words(words: list[str]) -> Judged:
    """`sed` that prints lines by number or pattern: `sed -n 1,20p FILE`."""
    script, *files = (words[1:] if words[:1] == ["-n"] else words) or [""]
    if not _SED_SCRIPT.fullmatch(script) or not files or any(word.startswith("-") for word in files):
        return (
            said(
                "`sed` can change files and run programs; only printing lines by `sed -n` is known to read."
            ),
            [],
        )
    return "", [("file", word) for word in files]


def printf_words(words: list[str]) -> Judged:
    """`printf` with plain conversions, each at most 999 characters wide."""
    if not words or words[0].startswith("-") or "%" in _CONVERSION.sub("", words[0]):
        return said("The format for `printf` is not a plain one."), []
    return "", []


LANGUAGES: Final[dict[str, Callable[[list[str]], Judged]]] = {
    "find": find_words,
    "sed": sed_words,
    "printf": printf_words,
}
