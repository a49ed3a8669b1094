"""What a word may become when bash expands it: values, fields, braces.

Owns the guess at values: of variables (`scope`), of substitutions (`Scope.output`), of quotes and
braces. A guess is a small set of alternatives; what can't be told is `UNKNOWN`. Errs towards more
alternatives, because it serves the search for what is denied. Pure; called by `script` and `output`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from roku_desktop.engine.approval.shell.places import UNKNOWN
from roku_desktop.engine.approval.shell.scope import MAX_ALTERNATIVES, Scope
from roku_desktop.engine.approval.shell.words import ansi_c, split_words, unit_end

_MAX_BRACES: Final = 64
_MAX_DEPTH: Final = 8
_MAX_BRACED_CHARS: Final = 8_192

# What is quoted is not split, globbed or brace-expanded: its special characters move out of the way
# into a private range while the word is put together, and come back at its end.
_SPECIALS: Final = " \t\n\r{},~"
_HIDE: Final = {ord(char): chr(0xF000 + ord(char)) for char in _SPECIALS}
_SHOW: Final = {0xF000 + ord(char): char for char in _SPECIALS}
_EMPTY: Final = "\uf100"
_SHOW[ord(_EMPTY)] = ""
_HIDDEN_TILDE: Final = _HIDE[ord("~")]

_ACTIVE: Final = re.compile(r"[\\'\"$`{}<>(\uf000-\uf100]")
_BLANKS: Final = re.compile(r"[ \t\n\r]+")
_PARAMETER: Final = re.compile(
    r"(!?)(#?)([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(\[[^\]]*\])?(.*)", re.DOTALL | re.ASCII
)
_SLICE: Final = re.compile(r":\s*(\d+)(?:\s*:\s*(\d+))?$")
_DEFAULT: Final = re.compile(r":?[-=+]")
_MAX_CUT_CHARS: Final = 200
_BRACE: Final = re.compile(r"[{},]")
_RANGE: Final = re.compile(r"(-?\d{1,4})\.\.(-?\d{1,4})|([A-Za-z])\.\.([A-Za-z])")
_CASES: Final[dict[str, Callable[[str], str]]] = {"^^": str.upper, ",,": str.lower, "^": str.capitalize}


def expand(word: str, scope: Scope, depth: int = 0) -> list[list[str]]:
    """Return the alternatives for a raw word, each the fields that it becomes (none, one or more)."""
    if not _ACTIVE.search(word):
        return [[word]]
    return [
        [_decoded(field) for field in _BLANKS.split(braced) if field]
        for whole in _assembled(word, scope, depth)
        for braced in ([" ".join(_braces(whole))] if "{" in whole else [whole])
    ]


def expand_all(text: str, scope: Scope, depth: int = 0) -> list[list[str]]:
    """Return the alternatives for the argument list of a simple command's text."""
    if not _ACTIVE.search(text) and not re.search(r"[|&;]", text):
        return [text.split()]
    alternatives: list[list[str]] = [[]]
    for word in split_words(text):
        choices = expand(word, scope, depth)
        if len(choices) == 1:
            for fields in alternatives:
                fields.extend(choices[0])
        else:
            product = itertools.product(alternatives, choices)
            alternatives = [fields + more for fields, more in itertools.islice(product, 4 * MAX_ALTERNATIVES)]
    return alternatives


def expand_value(word: str, scope: Scope, depth: int = 0) -> list[str]:
    """Return the alternatives for the right side of an assignment or a redirection: not split."""
    if word.startswith("(") and word.endswith(")"):
        lists = expand_all(word[1:-1], scope, depth)
        items = [item for fields in lists for item in fields if " " in item]
        return [*(" ".join(fields) for fields in lists), *items][:MAX_ALTERNATIVES]
    if not _ACTIVE.search(word):
        return [word]
    return [_decoded(whole) for whole in _assembled(word, scope, depth)]


def _decoded(field: str) -> str:
    shown = field.translate(_SHOW)
    return f"./{shown}" if field.startswith(_HIDDEN_TILDE) else shown


def _assembled(word: str, scope: Scope, depth: int) -> list[str]:
    """Put a word together, specials of quoted pieces hidden."""
    alternatives = [""]
    at = 0
    while at < len(word):
        end = unit_end(word, at)
        values = _unit(word[at:end], scope, depth)
        alternatives = _joined(alternatives, values)
        at = end
    return alternatives


def _joined(alternatives: list[str], values: Sequence[str]) -> list[str]:
    if len(values) == 1:
        return [before + values[0] for before in alternatives]
    return [a + b for a, b in itertools.islice(itertools.product(alternatives, values), MAX_ALTERNATIVES)]


def _unit(unit: str, scope: Scope, depth: int) -> Sequence[str]:
    match unit[0]:
        case "\\":
            return ("" if unit[1:] == "\n" else unit[1:].translate(_HIDE),)
        case "'":
            return (_hidden(unit[1:-1] if unit.endswith("'") and len(unit) > 1 else unit[1:]),)
        case '"':
            return _double_quoted(unit, scope, depth)
        case "`":
            return _spread(scope.output(_unticked(unit), scope, depth + 1))
        case "$" if len(unit) > 1:
            return _dollar(unit, scope, depth)
        case "<" | ">" | "(":
            return (UNKNOWN,)
    return (unit.translate({0xF000 + ord(c): None for c in _SPECIALS}) if not unit.isascii() else unit,)


def _dollar(unit: str, scope: Scope, depth: int) -> Sequence[str]:
    if unit.startswith("$'"):
        return (_hidden(ansi_c(unit[2:].removesuffix("'"))),)
    if unit.startswith('$"'):
        return _double_quoted(unit[1:], scope, depth)
    return _spread(_by_separators(_value(unit, scope, depth), scope))


def _by_separators(values: Sequence[str], scope: Scope) -> Sequence[str]:
    """Split also where the text's own `IFS` would."""
    marks = "".join(scope.values("IFS")).strip()
    if not marks:
        return values
    return [*values, *(value.translate(dict.fromkeys(map(ord, marks), " ")) for value in values)]


def _spread(values: Iterable[str]) -> list[str]:
    """Values outside quotes are split into fields, but braces in them stay what they are."""
    return [value.replace("{", "\uf07b").replace("}", "\uf07d") for value in values]


def _hidden(text: str) -> str:
    return text.translate(_HIDE) or _EMPTY


def _unticked(unit: str) -> str:
    return re.sub(r"\\([`\\$])", r"\1", unit[1:].removesuffix("`"))


def _double_quoted(unit: str, scope: Scope, depth: int) -> Sequence[str]:
    inner = unit[1:-1] if unit.endswith('"') and len(unit) > 1 else unit[1:]
    if not re.search(r"[\\$`]", inner):
        return (_hidden(inner),)
    alternatives, at = [""], 0
    for found in re.finditer(r"\\(.)|\$|`", inner, re.DOTALL):
        if found.start() < at:
            continue
        before = _hide(inner[at : found.start()])
        at = found.end()
        if found[1] is not None:
            kept = "" if found[1] == "\n" else found[1] if found[1] in '$`"\\' else "\\" + found[1]
            values: Sequence[str] = (_hide(kept),)
        else:
            if inner[at : at + 1] not in {"'", '"'}:
                at = unit_end(inner, found.start())
            piece = inner[found.start() : at]
            values = _quoted_piece(piece, scope, depth)
        alternatives = _joined(_joined(alternatives, (before,)), values)
    rest = _hide(inner[at:])
    return [alternative + rest or _EMPTY for alternative in alternatives]


def _quoted_piece(piece: str, scope: Scope, depth: int) -> Sequence[str]:
    if piece[0] == "`":
        return [_hide(value) for value in scope.output(_unticked(piece), scope, depth + 1)]
    if len(piece) < 2:
        return (_hide(piece),)
    values = _value(piece, scope, depth)
    if "@" in piece:  # "$@" and "${name[@]}" are as many fields as there are values
        return _spread(values)
    return [_hide(value) for value in values]


def _hide(text: str) -> str:
    return text.translate(_HIDE)


def _value(unit: str, scope: Scope, depth: int) -> Sequence[str]:
    """Return the values of `$name`, `${…}`, `$(…)`, `$((…))`, `$[…]`."""
    if depth >= _MAX_DEPTH:
        return (UNKNOWN,)
    if unit.startswith(("$((", "$[")):
        return (UNKNOWN,)
    if unit.startswith("$("):
        return scope.output(unit[2:].removesuffix(")"), scope, depth + 1)
    if unit.startswith("${"):
        return _parameter(unit[2:].removesuffix("}"), scope, depth + 1)
    return scope.values(unit[1:])


def _parameter(inner: str, scope: Scope, depth: int) -> Sequence[str]:
    found = _PARAMETER.match(inner)
    if found is None or (found[2] and found[3]):
        return (UNKNOWN,)
    name, index, operation = found[3], found[4], found[5]
    values = scope.values(name)
    if found[1]:  # `${!name}` is the value of what the name holds
        values = tuple(value for inner_name in values for value in scope.values(inner_name))[
            :MAX_ALTERNATIVES
        ]
    if index and index not in {"[@]", "[*]"}:
        values = (*values, *(item for value in values for item in value.split()))
    if not operation or operation[0] == "@" or name == "IFS":
        return values
    if _DEFAULT.match(operation):
        word = operation.lstrip(":")[1:]
        return (*values, *expand_value(word, scope, depth))[:MAX_ALTERNATIVES]
    if operation.startswith((":?", "?")):
        return tuple(value for value in values if value) or (UNKNOWN,)
    return [_operated(name, value, operation) for value in values]


def _operated(name: str, value: str, operation: str) -> str:
    if cut := _SLICE.match(operation):
        start, length = int(cut[1]), cut[2]
        if name in {"PATH", "HOME", "PWD", "SHELL"} and start == 0 and length == "1":
            return "/"
        if UNKNOWN in value:
            return UNKNOWN
        return value[start : start + int(length)] if length else value[start:]
    if change := _CASES.get(operation):
        return change(value)
    if operation[0] in "%#" and UNKNOWN not in value and len(value) <= _MAX_CUT_CHARS:
        return _cut(value, operation)
    if operation.startswith("/") and not re.search(r"[*?\[$`]", operation):
        old, _, new = operation.lstrip("/").partition("/")
        return value.replace(old, new) if old else value
    return UNKNOWN


def _cut(value: str, operation: str) -> str:
    """`${name%pattern}` and its kin: the shortest or longest beginning or end that matches, taken off."""
    mark = operation[0]
    longest = operation[1:2] == mark
    pattern = operation[2 if longest else 1 :]
    cuts = range(len(value) + 1)
    if mark == "%":
        found = [value[:at] for at in cuts if fnmatchcase(value[at:], pattern)]
        return (found[0] if longest else found[-1]) if found else value
    found = [value[at:] for at in cuts if fnmatchcase(value[:at], pattern)]
    return (found[-1] if longest else found[0]) if found else value


def _braces(word: str) -> list[str]:
    """Expand `{a,b}` and `{1..3}`; at most `_MAX_BRACES` results."""
    done: list[str] = []
    waiting = [word]
    while waiting and len(done) + len(waiting) < _MAX_BRACES:
        text = waiting.pop()
        parts = _first_braces(text)
        if parts is None:
            done.append(text)
        else:
            before, items, after = parts
            waiting += [f"{before}{item}{after}" for item in reversed(items[:_MAX_BRACES])]
    return done + waiting[::-1]


def _first_braces(text: str) -> tuple[str, list[str], str] | None:
    """Find the leftmost braces that expand, in one pass: hostile text opens a million of them."""
    opened: list[list[int]] = []
    first: tuple[int, int, list[str]] | None = None
    for found in _BRACE.finditer(text, 0, _MAX_BRACED_CHARS):
        at = found.start()
        if text[at] == "{":
            opened.append([at])
        elif opened and text[at] == ",":
            opened[-1].append(at)
        elif opened:
            marks = opened.pop()
            items = [text[a + 1 : b] for a, b in itertools.pairwise([*marks, at])]
            if len(items) == 1:
                items = _range(items[0])
            if items and (first is None or marks[0] < first[0]):
                first = marks[0], at, items
            if first and not opened:
                break
    return (text[: first[0]], first[2], text[first[1] + 1 :]) if first else None


def _range(text: str) -> list[str]:
    found = _RANGE.match(text)
    if found is None:
        return []
    if found[1]:
        low, high = sorted((int(found[1]), int(found[2])))
        return [str(number) for number in range(low, min(high + 1, low + _MAX_BRACES))]
    low, high = sorted((ord(found[3]), ord(found[4])))
    return [chr(code) for code in range(low, high + 1)]
