"""The short list: programs, and of each the options and operands that have no side effect.

Owns knowledge about programs alone; an option that is not here is not known to be harmless and asks.
What is left out on purpose: whatever can write (`sort -o`, `uniq in out`, `xxd in -l9`), run something
(`rg --pre`, `diff -l`), name files in a file (`wc --files0-from`, `file -f`, `strings @list`), never end
(`tail -f`, and `tail +1f`, which is the same to GNU), fill the memory (`date +%999999999Y`), look things
up in the network (`hostname -f`), leave the workspace through links (`ls -LR`), or read whole trees,
where credentials lie (`grep -r`). git asks always: a repository's own configuration can make it run
programs. Programs whose words are a small language are in `harmless_languages`. Called by `harmless`.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from roku_desktop.engine.approval.shell.words import listed
from roku_desktop.engine.sentences import said

OperandKind = Literal["file", "place", "wanted", "text", "pattern", "name", "format"]

_COUNT: Final = r"[0-9]{1,9}[kKMG]?"
_WIDTH: Final = r"[0-9]{1,4}"  # a line is padded to it
_FROM: Final = r"[+-]?" + _COUNT
_ANY: Final = r".{1,500}"
_FORMAT: Final = r"(?!.*%[^a-zA-Z%]*[0-9]{4}).{1,500}"  # `%999999999Y` is a gigabyte of zeros
_DATE: Final = r"(?!.*TZ)[\w :+.,/@-]{1,60}"  # `TZ="…"` names a file
_PATTERN: Final = r"(?!.*\{.*\{).{0,500}"  # nested repetitions fill the memory: `x{1,255}{1,255}`
_LIST: Final = r"[0-9,-]{1,200}"
_WHEN: Final = r"always|never|auto"


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """`flags` are letters of options without a value, `values` map letters to what their value may be.

    `words` and `word_values` are the same for long options; a name in both may stand without a value,
    and never takes the next word for one. A letter in both `flags` and `values` is the same. Operands
    are `file`s whose content is read, `place`s that are only looked at, names that are looked for
    (`wanted`), `text`, a regular expression (`pattern`), `name`s of programs or users, or a date
    `format`; `first` is the kind of the first operand where it differs, unless the option `instead`
    gives it. `number` allows `-20`. With `ordered` no option may follow an operand: where options end
    there, it would be a file that is written to.
    """

    flags: str = ""
    values: dict[str, str] = msgspec.field(default_factory=dict)
    words: frozenset[str] = frozenset()
    word_values: dict[str, str] = msgspec.field(default_factory=dict)
    operands: OperandKind = "file"
    first: OperandKind | None = None
    instead: str = ""
    at_least: int = 0
    at_most: int = 1_000
    number: bool = False
    ordered: bool = False


_SUMS: Final = Program(flags="bt", words=listed("binary text tag zero"), at_least=1)
_SHOWS: Final = Program(at_most=0)

PROGRAMS: Final[dict[str, Program]] = {
    "true": Program(operands="text"),
    "false": Program(operands="text"),
    "echo": Program(operands="text"),
    "pwd": Program(flags="LP", at_most=0),
    "whoami": _SHOWS,
    "logname": _SHOWS,
    "tty": _SHOWS,
    "arch": _SHOWS,
    "hostname": _SHOWS,
    "nproc": Program(words=listed("all"), at_most=0),
    "uptime": Program(flags="ps", at_most=0),
    "id": Program(flags="ugGnrz", words=listed("user group groups name real"), operands="name", at_most=1),
    "groups": Program(operands="name", at_most=1),
    "uname": Program(
        flags="asnrvmpio",
        words=listed("all kernel-name nodename kernel-release kernel-version machine operating-system"),
        at_most=0,
    ),
    "date": Program(
        flags="uRI",
        values={"d": _DATE, "I": r"date|hours|minutes|seconds|ns"},
        words=listed("utc universal rfc-email iso-8601"),
        word_values={
            "date": _DATE,
            "iso-8601": r"date|hours|minutes|seconds|ns",
            "rfc-3339": r"date|seconds|ns",
        },
        operands="format",
        at_most=1,
    ),
    "df": Program(
        flags="ahHikTPl",
        words=listed("human-readable si inodes local portability print-type total"),
        operands="place",
    ),
    "free": Program(
        flags="bkmghtwl",
        words=listed("bytes kibi mebi gibi human total wide lohi si"),
        at_most=0,
    ),
    "ls": Program(
        flags="aAbBcCdfFgGhiklmnNopqQrRsStuUvxXZ1",
        words=listed(
            "all almost-all author escape directory classify file-type full-time no-group human-readable si "
            "inode numeric-uid-gid literal quote-name reverse recursive size group-directories-first color"
        ),
        word_values={
            "color": _WHEN,
            "sort": r"none|size|time|version|extension|name|width",
            "time": r"atime|access|use|ctime|status|birth|creation|mtime|modification",
            "time-style": r"full-iso|long-iso|iso|locale",
            "format": r"across|commas|horizontal|long|single-column|verbose|vertical",
            "indicator-style": r"none|slash|file-type|classify",
        },
        operands="place",
    ),
    "du": Program(
        flags="abcDhHkmsSx0",
        values={"d": _COUNT},
        words=listed(
            "all apparent-size bytes total human-readable si summarize separate-dirs one-file-system"
        ),
        word_values={"max-depth": _COUNT, "threshold": _FROM},
        operands="place",
    ),
    "tree": Program(
        flags="adfiCnhDsupgtrvUF",
        values={"L": _WIDTH},
        words=listed("dirsfirst noreport"),
        operands="place",
    ),
    "stat": Program(
        flags="ftL",
        values={"c": _FORMAT},
        words=listed("file-system terse dereference"),
        word_values={"format": _FORMAT, "printf": _FORMAT},
        operands="place",
        at_least=1,
    ),
    "realpath": Program(
        flags="emqsLPz",
        words=listed("canonicalize-existing canonicalize-missing no-symlinks quiet"),
        operands="place",
        at_least=1,
    ),
    "readlink": Program(
        flags="femnqsvz", words=listed("canonicalize no-newline"), operands="place", at_least=1
    ),
    "basename": Program(
        flags="az", values={"s": _ANY}, words=listed("multiple zero"), operands="text", at_least=1
    ),
    "dirname": Program(flags="z", words=listed("zero"), operands="text", at_least=1),
    "which": Program(flags="a", words=listed("all"), operands="name", at_least=1),
    "file": Program(
        flags="bihkN0",
        words=listed("brief mime mime-type mime-encoding no-dereference keep-going"),
        at_least=1,
    ),
    "cat": Program(
        flags="AbeEnstTuv",
        words=listed("show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting"),
        at_least=1,
    ),
    "tac": Program(at_least=1),
    "rev": Program(at_least=1),
    "nl": Program(values={"b": r"[atn]", "w": _WIDTH, "s": _ANY, "n": r"ln|rn|rz"}, at_least=1),
    "od": Program(
        flags="abcdfilosvx",
        values={"A": r"[doxn]", "t": r"[acdfoux0-9z]{1,20}", "j": _COUNT, "N": _COUNT},
        at_least=1,
    ),
    "hexdump": Program(flags="bcCdovx", values={"n": _COUNT, "s": _COUNT}, at_least=1),
    "base64": Program(values={"w": _COUNT}, word_values={"wrap": _COUNT}, at_least=1, at_most=1),
    "head": Program(
        flags="qvz",
        values={"n": _FROM, "c": _FROM},
        words=listed("quiet silent verbose"),
        word_values={"lines": _FROM, "bytes": _FROM},
        number=True,
        at_least=1,
    ),
    "tail": Program(
        flags="qvz",
        values={"n": _FROM, "c": _FROM},
        words=listed("quiet silent verbose"),
        word_values={"lines": _FROM, "bytes": _FROM},
        number=True,
        at_least=1,
    ),
    "wc": Program(flags="clLmw", words=listed("bytes chars lines words max-line-length"), at_least=1),
    "cut": Program(
        flags="sz",
        values={"b": _LIST, "c": _LIST, "f": _LIST, "d": r".{0,4}"},
        words=listed("complement only-delimited"),
        word_values={
            "bytes": _LIST,
            "characters": _LIST,
            "fields": _LIST,
            "delimiter": r".{0,4}",
            "output-delimiter": _ANY,
        },
        at_least=1,
    ),
    "fold": Program(
        flags="bs",
        values={"w": _COUNT},
        words=listed("spaces bytes"),
        word_values={"width": _COUNT},
        at_least=1,
    ),
    "uniq": Program(
        flags="cdDiuz",
        values={"f": _COUNT, "s": _COUNT, "w": _COUNT},
        words=listed("count repeated ignore-case unique"),
        at_least=1,
        at_most=1,
        ordered=True,
    ),
    "sort": Program(
        flags="bdfgihnMRrVcCsuz",
        values={"k": r"[0-9][0-9.,bdfgiMhnRrV]{0,39}", "t": r".|\\0"},
        words=listed(
            "ignore-leading-blanks dictionary-order ignore-case general-numeric-sort human-numeric-sort "
            "month-sort numeric-sort reverse version-sort check stable unique"
        ),
        word_values={"key": r"[0-9][0-9.,bdfgiMhnRrV]{0,39}", "field-separator": r"."},
        at_least=1,
    ),
    "comm": Program(flags="123", words=listed("check-order nocheck-order total"), at_least=2, at_most=2),
    "paste": Program(flags="s", values={"d": r".{1,8}"}, words=listed("serial"), at_least=1),
    "cmp": Program(
        flags="bls",
        values={"n": _COUNT},
        words=listed("print-bytes verbose quiet silent"),
        at_least=2,
        at_most=2,
    ),
    "diff": Program(
        flags="abBcdeEinpqstTuwyZ",
        values={"U": _COUNT, "C": _COUNT, "W": _WIDTH},
        words=listed(
            "brief report-identical-files unified context side-by-side ignore-case ignore-tab-expansion "
            "ignore-all-space ignore-space-change ignore-blank-lines ignore-trailing-space minimal text "
            "normal suppress-common-lines color"
        ),
        word_values={"unified": _COUNT, "context": _COUNT, "width": _WIDTH, "color": _WHEN},
        at_least=2,
        at_most=2,
    ),
    "grep": Program(
        flags="EFGiyvwxcLlnobHhsqaTzZ",
        values={"A": _COUNT, "B": _COUNT, "C": _COUNT, "m": _COUNT, "e": _PATTERN},
        words=listed(
            "extended-regexp fixed-strings basic-regexp ignore-case no-ignore-case invert-match "
            "word-regexp line-regexp count files-without-match files-with-matches only-matching quiet "
            "silent no-messages line-number "
            "with-filename no-filename byte-offset initial-tab text color colour context"  # BSD: `--context`
        ),
        word_values={
            "after-context": _COUNT,
            "before-context": _COUNT,
            "context": _COUNT,
            "max-count": _COUNT,
            "color": _WHEN,
            "colour": _WHEN,
        },
        first="pattern",
        instead="e",
        number=True,
        at_least=2,
    ),
    **dict.fromkeys(
        ["md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum"], _SUMS
    ),
    "cksum": Program(at_least=1),
}

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}")
_CHECKS: Final[dict[OperandKind, tuple[re.Pattern[str], str]]] = {
    "name": (_NAME, said("`{name}` is given something that is not a plain name.")),
    "format": (
        re.compile(rf"\+{_FORMAT}|\+"),
        said("`{name}` sets the clock when its first word has no + before it, or its format is odd."),
    ),
    "pattern": (re.compile(_PATTERN), said("The pattern for `{name}` may take more memory than there is.")),
    "file": (re.compile(r"(?!\+).*"), said("`{name}` may take a word with + before it for an option.")),
}


def harmless_words(name: str, words: list[str]) -> tuple[str, list[tuple[OperandKind, str]]]:
    """Judge the words after a program's name.

    Returns what is doubtful about them, empty if nothing is, and the operands with their kinds; the
    paths among them are still to be judged.
    """
    program = PROGRAMS[name]
    if program.operands == "text" and not program.at_least:
        return "", []  # echo, true and false take every word as it is
    operands: list[str] = []
    given: set[str] = set()
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            operands += waiting
            break
        if len(word) < 2 or word[0] != "-":
            operands.append(word)
        elif (program.ordered and operands) or not _option(program, word, waiting, given):
            return said("It is not known whether `{name} {word}` only reads.", name=name, word=word[:40]), []
    first = None if program.instead in given else program.first
    if not program.at_least - (program.first != first) <= len(operands) <= program.at_most:
        return said("`{name}` is known to only read with another number of names after it.", name=name), []
    judged = [(first if first and at == 0 else program.operands, text) for at, text in enumerate(operands)]
    for kind, text in judged:
        check, doubt = _CHECKS.get(kind, (None, ""))
        if check is not None and not check.fullmatch(text):
            return said(doubt, name=name), []
    return "", judged


def _option(program: Program, word: str, waiting: list[str], given: set[str]) -> bool:
    """Whether an option is known to be harmless; takes its value from the words that wait."""
    if word.startswith("--"):
        name, has_value, value = word[2:].partition("=")
        pattern = program.word_values.get(name)
        if not has_value:
            if pattern is None or name in program.words:
                return name in program.words
            value = waiting.pop(0) if waiting else ""
        return pattern is not None and re.fullmatch(pattern, value) is not None
    if program.number and re.fullmatch(r"-\d{1,9}", word):
        return True
    for at, letter in enumerate(word[1:], start=2):
        given.add(letter)
        if letter in program.values:
            value = word[at:]
            if not value:
                if letter in program.flags:
                    return True
                value = waiting.pop(0) if waiting else ""
            return re.fullmatch(program.values[letter], value) is not None
        if letter not in program.flags:
            return False
    return True
