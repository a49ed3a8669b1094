"""A shell text taken apart: its simple commands with their words, where they run, what they are fed.

Owns the way from the grammar's tree to `Script`: assignments are gathered for the whole text before
any word is expanded, `cd` is followed within the subshell it stands in, and where the grammar finds an
error the text is also cut at every separator, so that a misreading hides nothing. Judges nothing.
Called by `search`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from roku_desktop.engine.approval.shell.expansion import expand, expand_all, expand_value
from roku_desktop.engine.approval.shell.output import printed, static_output
from roku_desktop.engine.approval.shell.places import ANY_HOME, UNKNOWN
from roku_desktop.engine.approval.shell.scope import Scope
from roku_desktop.engine.approval.shell.syntax import Syntax, walk
from roku_desktop.engine.approval.shell.words import split_words, unit_end

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NODES: Final = 400_000
MAX_COMMAND_CHARS: Final = 16_384
"""A longer simple command is not expanded, because expansion takes more than linear time; it asks."""

_DESTROYS: Final = re.compile(
    r"\b(?:rm|rmdir|rd|del|shred|mkfs|dd|wipefs|find|mv|chmod|chown|format|kill|remove-item|diskpart|fork)\b",
    re.IGNORECASE,
)
_EVERYTHING: Final = re.compile(r"(?:^|[\s\"'=(])(?:/|~|\$\{?HOME)|[*.](?:\s|$)|[A-Za-z]:[\\/]|-1\b")
_DEFINED: Final = re.compile(
    r"([^\s(){};|&<>$`'\"]{1,64})\s{0,9}\(\s*\)\s*[{(](.*?)(?:[})]\s*(?=[;&|\n]|$)|$)", re.DOTALL
)
_ENDLESS: Final = re.compile(
    r"(?:while|until)\s+(?:true|:|1|\[+\s*1\s*\]+|\(\(\s*1\s*\)\)|/bin/true|false|/bin/false|!\s*false)$"
    r"|for\s*\(\(\s*;\s*;?\s*;?\s*\)\)"
)
_HERE_STRING: Final = re.compile(r"<<<\s*(\S+)")
_LOOSE_TARGET: Final = re.compile(r">[>|&]?[ \t]{0,9}([^\s;|&()<>]{1,500})")
_MAX_LOOSE_TARGETS: Final = 100
_MAX_READ: Final = 20
_PREFIXES: Final = re.compile(r"(?:[A-Za-z_]\w{0,60}=[^\s'\"$`(]{0,60}\s{1,9}){1,9}")
"""`IFS= ` before `read`."""
_SEPARATORS: Final = re.compile(r"[;|&\n(){}`]+")
_READS: Final = frozenset(["read", "mapfile", "readarray", "getopts"])


@dataclass(frozen=True, kw_only=True)
class Command:
    """A simple command: its text, the argument lists it may become, the folder it may run in."""

    text: str
    alternatives: list[list[str]]
    folder: str = "."


@dataclass(kw_only=True)
class Script:
    """`fed` are here-documents and here-strings; `written` the targets of `>` with their folders,
    `appended` those of `>>`, `assigned` names with each value.

    `functions` are names and bodies; `endless` the bodies of loops without an end. `understood` is
    false where the grammar found an error or the text is too large.
    """

    scope: Scope
    commands: list[Command] = field(default_factory=list)
    fed: list[str] = field(default_factory=list)
    written: list[tuple[str, str]] = field(default_factory=list)
    appended: list[tuple[str, str]] = field(default_factory=list)
    assigned: list[tuple[str, str]] = field(default_factory=list)
    functions: list[tuple[str, str]] = field(default_factory=list)
    endless: list[str] = field(default_factory=list)
    understood: bool = True


def is_suspect(text: str) -> bool:
    """Whether a text looks like destruction, so that it is read while there is time. Proves nothing."""
    return bool(_DESTROYS.search(text) and _EVERYTHING.search(text))


def read_script(
    syntax: Syntax,
    text: str,
    *,
    outer: Scope | None = None,
    positional: Sequence[str] = (),
    ended: Callable[[], bool] = lambda: False,
) -> Script:
    """Take a text apart; `outer` holds what the surrounding text assigns, `positional` is `$1 $2 …`."""
    script = Script(scope=Scope(static_output, outer, positional))
    source = text.encode("utf-8", "replace")
    tree = syntax.parse(source)
    if tree is not None:
        _Reader(script, source, ended).read(walk(tree, max_nodes=MAX_NODES))
    if tree is None or tree.root_node.has_error:
        script.understood = False
        script.functions += _DEFINED.findall(text[:MAX_COMMAND_CHARS])
        script.commands += _loose_commands(text, script.scope, ended)
        loose = itertools.islice(_LOOSE_TARGET.finditer(text), _MAX_LOOSE_TARGETS)
        script.written += [
            (value, UNKNOWN) for found in loose for value in expand_value(found[1], script.scope)
        ]
    return script


class _Reader:
    def __init__(self, script: Script, source: bytes, ended: Callable[[], bool]) -> None:
        self._ended = ended
        self._script = script
        self._scope = script.scope
        self._source = source
        self._folder = "."
        self._outer_folders: list[str] = []
        self._found: list[tuple[str, str]] = []
        self._targets: list[tuple[str, str, bool]] = []
        self._fed: list[str] = []
        self._read: list[str] = []

    def read(self, nodes: Iterator[tuple[Node, bool]]) -> None:
        count = 0
        for node, ends in nodes:
            count += 1
            if count % 256 == 0 and self._ended():
                break
            if ends:
                self._folder = self._outer_folders.pop()
            else:
                self._visit(node)
        self._script.understood = self._script.understood and count < MAX_NODES // 2
        self._take_positional()
        self._take_read()
        scope = self._scope
        self._script.commands += [
            Command(text=text, alternatives=expand_all(text, scope), folder=folder)
            for text, folder in sorted(self._found, key=lambda found: not is_suspect(found[0]))
            if self._is_readable(text)
        ]
        for word, folder, appends in self._targets:
            if self._is_readable(word):
                targets = self._script.appended if appends else self._script.written
                targets += [(value, folder) for value in expand_value(word, scope)]
        self._script.fed += [
            value for word in self._fed if self._is_readable(word) for value in expand_value(word, scope)
        ]

    def _is_readable(self, text: str) -> bool:
        if len(text) <= MAX_COMMAND_CHARS and not self._ended():
            return True
        self._script.understood = False
        return False

    def _text(self, node: Node) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _visit(self, node: Node) -> None:
        match node.type:
            case "command":
                self._command(self._text(node))
            case "variable_assignment":
                self._assignment(self._text(node))
            case "subshell" | "command_substitution" | "process_substitution" | "pipeline":
                self._outer_folders.append(self._folder)
            case "file_redirect":
                self._redirect(self._text(node))
            case "herestring_redirect":
                self._fed.append(self._text(node).removeprefix("<<<").strip())
            case "heredoc_body":
                self._script.fed.append(self._text(node))
            case "for_statement":
                self._loop(node)
            case "while_statement" | "c_style_for_statement":
                self._endless(node)
            case "function_definition":
                self._function(node)

    def _command(self, text: str) -> None:
        self._found.append((text, self._folder))
        text = _PREFIXES.sub("", text)
        if len(text) <= MAX_COMMAND_CHARS and text.startswith(
            ("cd", "pushd", "popd", "chdir", "read", "mapfile", "getopts", "set ", "builtin cd", "printf")
        ):
            self._follow(text)

    def _follow(self, text: str) -> None:
        words = split_words(text.removeprefix("builtin "))
        fields = [field for word in words for field in expand(word, self._scope)[0]]
        name, operands = fields[0], [word for word in fields[1:] if not word.startswith("-") or word == "-"]
        if name in {"cd", "chdir", "pushd"}:
            self._folder = _entered(self._folder, operands[-1] if operands else ANY_HOME)
        elif name == "popd":
            self._folder = UNKNOWN
        elif name in _READS:
            given = _HERE_STRING.search(text)
            values = expand_value(given[1], self._scope) if given else ()
            for operand in operands:
                self._scope.assign(operand, [UNKNOWN, *values])
                self._read.append(operand)
        elif name == "printf" and len(fields) > 3 and fields[1] == "-v":
            self._scope.assign(fields[2], [printed(["printf", *fields[3:]]) or UNKNOWN])
        elif name == "set" and len(fields) > 2 and fields[1] == "--":
            self._scope.positional = fields[2:]

    def _assignment(self, text: str) -> None:
        name, _, word = text.partition("=")
        if not self._is_readable(word):
            word = "$_"
        append = name.endswith("+")
        name = name.removesuffix("+").partition("[")[0]
        values = [_at_home(value) for value in expand_value(word, self._scope)]
        self._script.assigned += [(name, value) for value in values]
        self._scope.assign(name, values, append=append)

    def _redirect(self, text: str) -> None:
        operator = text.lstrip("0123456789{}abcdefghijklmnopqrstuvwxyz_")
        target = operator.lstrip("<>&|")
        if ">" in operator[: len(operator) - len(target)]:
            self._targets.append((target.strip(), self._folder, ">>" in operator[:4]))

    def _loop(self, node: Node) -> None:
        head = re.split(r"[;\n]\s{0,99}do\b", self._text(node)[:MAX_COMMAND_CHARS], maxsplit=1)[0]
        words = split_words(head)
        if len(words) > 3 and words[2] == "in":
            values = [value for word in words[3:] for fields in expand(word, self._scope) for value in fields]
            self._scope.assign(words[1], map(_at_home, values))

    def _endless(self, node: Node) -> None:
        body = next(
            (child for child in node.children if child.type in {"do_group", "compound_statement"}), None
        )
        if body is None:
            return
        head = (
            self._source[node.start_byte : body.start_byte]
            .decode("utf-8", "replace")
            .strip()
            .rstrip(";")
            .strip()
        )
        if _ENDLESS.match(head) and any(child.type == "&" for child in body.children):
            self._script.endless.append(self._text(body))

    def _function(self, node: Node) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None:
            self._scope.has_functions = True
            self._script.functions.append((self._text(name), self._text(body)))

    def _take_read(self) -> None:
        """What the text feeds anything may stand behind each name it reads: `while read d; … <<< /`."""
        if not self._read:
            return
        lines = [
            line.strip() for body in self._script.fed[:_MAX_READ] for line in body.splitlines()[:_MAX_READ]
        ]
        for word in self._fed[:_MAX_READ]:
            if self._is_readable(word):
                lines += expand_value(word, self._scope)
        for text, _ in self._found:
            if text.startswith(("echo ", "printf ")) and len(lines) < _MAX_READ and self._is_readable(text):
                for argv in expand_all(text, self._scope):
                    lines += (printed(argv) or "").splitlines()
        for name in self._read[:_MAX_READ]:
            self._scope.assign(name, [line for line in lines if line][:_MAX_READ])

    def _take_positional(self) -> None:
        """What the text's own functions are called with may stand behind `$1` in them."""
        names = {name for name, _ in self._script.functions}
        if names:
            for text, _ in self._found:
                words = split_words(text)
                if words and words[0] in names:
                    self._scope.positional += [f for word in words[1:] for f in expand(word, self._scope)[0]]


def _at_home(value: str) -> str:
    """A tilde counts where the value is given, not where it is used."""
    return ANY_HOME + value[1:] if value == "~" or value.startswith("~/") else value


def _entered(folder: str, target: str) -> str:
    if target == "-" or UNKNOWN in target:
        return UNKNOWN
    if target.startswith(("/", "~")) or folder == ".":
        return target
    return folder if folder == UNKNOWN else f"{folder}/{target}"


def _loose_commands(text: str, scope: Scope, ended: Callable[[], bool]) -> list[Command]:
    """Cut a text that the grammar doesn't take at whatever could part commands, in two ways."""
    pieces = {
        piece
        for piece in (*_cut(text, ended), *_SEPARATORS.split(text))
        if len(piece) <= MAX_COMMAND_CHARS and piece.strip()
    }
    return [
        Command(text=piece, alternatives=expand_all(piece, scope))
        for piece in sorted(pieces, key=lambda piece: (not is_suspect(piece), piece))
        if not ended()
    ]


def _cut(text: str, ended: Callable[[], bool]) -> Iterator[str]:
    start = at = 0
    while at < len(text) and not ended():
        if text[at] in ";|&\n()":
            yield text[start:at]
            start = at = at + 1
        else:
            at = unit_end(text, at)
    yield text[start:]
