"""What a command prints, where its text alone tells: `echo`, `printf`, and filters that only recode.

Owns the guess behind `$(echo rm) -rf /` and `echo cm0gLXJmIC8K | base64 -d | sh`. Nothing is run.
Called through `Scope.output`, and by `script` for pipes into a shell.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Sequence
from typing import Final

from roku_desktop.engine.approval.shell.expansion import expand_all
from roku_desktop.engine.approval.shell.places import ANY_HOME, UNKNOWN
from roku_desktop.engine.approval.shell.scope import Scope
from roku_desktop.engine.approval.shell.words import ansi_c, unit_end

_MAX_DEPTH: Final = 6
_MAX_CHARS: Final = 65_536
_FORMAT: Final = re.compile(r"%[-+ 0#]*\d*(?:\.\d+)?([sbqdixXoucaefgE%])")
_WHERE: Final = frozenset(["which", "realpath", "readlink"])
_FILTERS: Final = frozenset(
    [
        "base64",
        "rev",
        "xxd",
        "tr",
        "cat",
        "base32",
        "openssl",
        "tee",
        "head",
        "tail",
        "sort",
        "uniq",
        "cut",
        "sed",
    ]
)
_FIELD: Final = re.compile(r"-d ?['\"]?([^\s'\"])['\"]? -f ?([1-9]\d?)$")
_SUBSTITUTION: Final = re.compile(r"s([/|#,])([^\\/|#,]*)\1([^\\/|#,&]*)\1g?")


def static_output(text: str, scope: Scope, depth: int = 0) -> list[str]:
    """Return what the text may print, without the newlines at its end; `[UNKNOWN]` where it doesn't tell."""
    if depth > _MAX_DEPTH or len(text) > _MAX_CHARS:
        return [UNKNOWN]
    stages = _stages(text.strip())
    if not stages:
        return [UNKNOWN]
    outputs = [out for argv in expand_all(stages[0], scope, depth + 1) if (out := printed(argv)) is not None]
    for stage in stages[1:]:
        argv = stage.split()
        outputs = [recoded for out in outputs for recoded in recodings(out, argv)]
    return [out.rstrip("\n") for out in outputs] or [UNKNOWN]


def piped(text: str, scope: Scope) -> list[str]:
    """Return what each pipe in the text may carry, where that can be told."""
    stages = _stages(text)[:_MAX_DEPTH] if len(text) <= _MAX_CHARS else []
    outputs = [static_output("|".join(stages[:count]), scope) for count in range(2, len(stages))]
    return [out for some in outputs for out in some if out != UNKNOWN]


def _stages(text: str) -> list[str]:
    """Split at pipes; empty for a list of commands, which prints more than one thing."""
    stages: list[str] = []
    start = at = 0
    while at < len(text):
        if text[at] in ";&\n":
            return []
        if text[at] == "|":
            stages.append(text[start:at])
            start = at = at + 1
        else:
            at = unit_end(text, at)
    return [*stages, text[start:]]


def printed(argv: Sequence[str]) -> str | None:
    """Return what a command prints; None where its words don't tell."""
    if not argv:
        return None
    name, words = argv[0].rpartition("/")[2], list(argv[1:])
    if name == "echo":
        return _echoed(words)
    if name == "printf":
        words = [word for word in words if word != "--"]
        return _formatted(words) if words else None
    if name == "yes":
        return " ".join(words)
    if name in {"dirname", "basename"}:
        operands = [word for word in words if not word.startswith("-")]
        part = posixpath.dirname if name == "dirname" else posixpath.basename
        return part(operands[0].rstrip("/")) or "." if operands else None
    if name == "pwd":
        return "."
    if name in _WHERE or (name in {"command", "type"} and words[:1] in (["-v"], ["-p"], ["-P"])):
        operands = [word for word in words if not word.startswith("-")]
        return operands[0] if len(operands) == 1 else None
    return _of_the_person(name, words)


def _of_the_person(name: str, words: Sequence[str]) -> str | None:
    """What tells who the person is, and where their home."""
    if name == "printenv" and words == ["HOME"]:
        return ANY_HOME
    if name == "getent" and words[:1] == ["passwd"]:
        return f"someone:x:0:0::{ANY_HOME}:/bin/sh"
    if name in {"whoami", "logname"} or (name == "id" and words == ["-un"]):
        return "someone"
    return None


def _echoed(words: list[str]) -> str:
    decoded = False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        decoded = "e" in words.pop(0) or decoded
    text = " ".join(words)
    return ansi_c(text) if decoded else text


def _formatted(words: list[str]) -> str:
    pattern, values = ansi_c(words[0]), words[1:]
    wanted = sum(found[1] != "%" for found in _FORMAT.finditer(pattern))
    rounds = -(-len(values) // wanted) if wanted else 1
    supply = iter(values)

    def filled(found: re.Match[str]) -> str:
        if found[1] == "%":
            return "%"
        value = next(supply, "")
        return ansi_c(value) if found[1] == "b" else value

    return "".join(_FORMAT.sub(filled, pattern) for _ in range(max(1, min(rounds, 64))))[:_MAX_CHARS]


def recodings(text: str, argv: Sequence[str]) -> list[str]:
    """Return what a filter makes of a text; nothing where it can't be told."""
    name = argv[0].rpartition("/")[2] if argv else ""
    if name not in _FILTERS:
        return []
    if name in {"cat", "tee", "head", "tail", "sort", "uniq"}:
        return [text]
    if name == "cut":
        if found := _FIELD.search(" ".join(argv)):
            return ["\n".join(_field(line, found[1], int(found[2])) for line in text.split("\n"))]
        at = next((int(word[2:-1]) for word in argv if re.fullmatch(r"-[cb]\d{1,3}-", word)), 0)
        return ["\n".join(line[at - 1 :] for line in text.split("\n"))] if at else []
    if name == "sed":
        found = _SUBSTITUTION.fullmatch(argv[-1].strip("'\""))
        return [re.sub(re.escape(found[2]), lambda _: found[3], text)] if found and found[2] else []
    if name == "rev":
        return ["\n".join(line[::-1] for line in text.split("\n"))]
    if name == "tr":
        return _translated(text, [word.strip("'\"") for word in argv[1:]])
    return unpacked(text, least_chars=1)


def _field(line: str, separator: str, number: int) -> str:
    parts = line.split(separator)
    return line if len(parts) == 1 else "".join(parts[number - 1 : number])


def _translated(text: str, words: Sequence[str]) -> list[str]:
    match words:
        case ["-d", chars]:
            return [text.translate({ord(char): None for char in ansi_c(chars)})]
        case [old, new] if not old.startswith("-") and new:
            olds, news = _tr_set(ansi_c(old)), _tr_set(ansi_c(new))
            return [text.translate({ord(o): news[min(i, len(news) - 1)] for i, o in enumerate(olds)})]
    return []


def _tr_set(text: str) -> str:
    """Write out the ranges of a set of `tr`."""
    return (
        re.sub(
            r"(.)-(.)", lambda found: "".join(map(chr, range(ord(found[1]), ord(found[2]) + 1)[:256])), text
        )
        or "\0"
    )


def unpacked(text: str, *, least_chars: int = 8) -> list[str]:
    """Return what the text is, read as base64, base32 or hexadecimal, where that gives text."""
    packed = "".join(text.split())
    if len(packed) < least_chars or len(packed) > _MAX_CHARS:
        return []
    results: list[str] = []
    for decode in (_base64, _base32, bytes.fromhex):
        try:
            raw = decode(packed)
        except (binascii.Error, ValueError):
            continue
        for encoding in ("utf-8", "utf-16-le"):
            plain = raw.decode(encoding, "ignore")
            if plain and sum(char.isascii() for char in plain) > 0.9 * len(plain):
                results.append(plain.replace("\0", ""))
    return results


def _base64(text: str) -> bytes:
    padded = text.rstrip("=")
    return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)


def _base32(text: str) -> bytes:
    return base64.b32decode(text)
