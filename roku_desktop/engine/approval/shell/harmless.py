"""The proof that a command is harmless, in the few cases in which there is one.

Owns the strict reading: one simple command of plain or quoted words, without anything that a shell
would expand, join or redirect; a reader of a few lines and the grammar must agree on its words. The
program comes from the short list and is found in a folder of the system; its paths lie in the
workspace, are ordinary files or folders, and are not where credentials are kept. Everything else is a
doubt, in words. Called by `policy`.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.engine.approval.shell.harmless_languages import LANGUAGES
from roku_desktop.engine.approval.shell.harmless_programs import PROGRAMS, harmless_words
from roku_desktop.engine.approval.shell.secret_names import may_be_secret
from roku_desktop.engine.approval.shell.syntax import Syntax
from roku_desktop.engine.sentences import said
from roku_desktop.visible_text import visible

_MAX_CHARS: Final = 4_096
_WORD: Final = re.compile(r"(?:[\w@%+:,./=-]|'[^']*'|\"(?:[^\"$`\\!]|\\[^\"$`\\!])*\")+")
_PIECE: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^'\"]+)")
_OPERATORS: Final = re.compile(r"[|&;<>()$`\n\r\\*?\[\]{}~!#^]")
_WORD_NODES: Final = frozenset(["command_name", "word", "string", "raw_string", "concatenation", "number"])
_SYSTEM_FOLDERS: Final = frozenset(
    [
        "/bin",
        "/usr/bin",
        "/usr/local/bin",
        "/sbin",
        "/usr/sbin",
        "/opt/homebrew/bin",
        "/run/current-system/sw/bin",
    ]
)
_NO_FILES: Final = ("/proc", "/sys", "/dev", "/run")


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """`doubt` says in a sentence what is missing; without one, `program` and `argv` are what runs."""

    doubt: str = ""
    program: str = ""
    argv: tuple[str, ...] = ()


class HarmlessCommands:
    """Proves commands harmless within a workspace, with programs found along `search_path`."""

    def __init__(self, workspace: Path, search_path: str) -> None:
        self._workspace = workspace
        self._folders = search_path.split(os.pathsep)
        self._programs: dict[str, str] = {}

    @cached_property
    def _root(self) -> str:
        """Looked up for the first path: most commands are doubted before."""
        return os.path.realpath(self._workspace)

    def prove(self, command: str, syntax: Syntax) -> Proof:
        """Return the proof, or what it lacks."""
        words = plain_words(command)
        if isinstance(words, str):
            return Proof(doubt=words)
        folder, _, name = words[0].rpartition("/")
        if folder not in {"", "/bin", "/usr/bin"} or not (name in PROGRAMS or name in LANGUAGES):
            return Proof(
                doubt=said(
                    "`{program}` is not on the short list of programs that only read.",
                    program=_shown(words[0]),
                )
            )
        judge = LANGUAGES.get(name)
        doubt, operands = judge(words[1:]) if judge else harmless_words(name, words[1:])
        for kind, text in operands:
            if kind in {"file", "place"}:
                doubt = doubt or self._doubt_about(text, content=kind == "file")
            elif kind == "wanted" and may_be_secret(text):
                doubt = doubt or said("'{shown}' may find where credentials are kept.", shown=_shown(text))
        if doubt:
            return Proof(doubt=doubt)
        if not agrees(command, len(words), syntax):
            return Proof(doubt=said("The command can be read in more than one way."))
        program = self._found(name)
        if not program or (folder and os.path.realpath(words[0]) != os.path.realpath(program)):
            return Proof(
                doubt=said(
                    "`{name}` is not found in a folder of the system, so what would run is not known.",
                    name=name,
                )
            )
        return Proof(program=program, argv=tuple(words))

    def _doubt_about(self, path: str, *, content: bool) -> str:
        """Say what is doubtful about a path: where it leads, what it is, what it holds."""
        shown = _shown(path)
        if path in {"", "-"}:
            return said("It reads from standard input, which nobody fills.")
        try:
            real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118 (pathlib drops '..')
            mode = os.stat(real).st_mode  # noqa: PTH116 (a string from realpath)
        except FileNotFoundError:
            mode = stat.S_IFREG
        except (OSError, ValueError):
            return said("'{shown}' can't be looked at.", shown=shown)
        if self._root == "/" or not _is_below(real, self._root):
            return said("'{shown}' lies outside the workspace.", shown=shown)
        if real.startswith(_NO_FILES) and _is_below(real, "/" + real.split("/")[1]):
            return said("'{shown}' is part of the running system, not a file.", shown=shown)
        relative = real[len(self._root) :]
        if may_be_secret(relative) or may_be_secret(path):
            return said("'{shown}' may hold credentials, which would be sent to the model.", shown=shown)
        if stat.S_ISDIR(mode):
            return said("'{shown}' is a folder.", shown=shown) if content else ""
        return "" if stat.S_ISREG(mode) else said("'{shown}' is not an ordinary file.", shown=shown)

    def _found(self, name: str) -> str:
        """Return the program's absolute path; empty where the first one along PATH is not the system's."""
        if name not in self._programs:
            self._programs[name] = self._look_up(name)
        return self._programs[name]

    def _look_up(self, name: str) -> str:
        for folder in self._folders:
            path = os.path.join(folder, name)  # noqa: PTH118 (PATH holds strings)
            if not (os.path.isfile(path) and os.access(path, os.X_OK)):  # noqa: PTH113 (as above)
                continue
            trusted = folder.rstrip("/") in _SYSTEM_FOLDERS and not _is_below(
                os.path.realpath(path), self._root
            )
            return path if trusted else ""
        return ""


def plain_words(command: str) -> list[str] | str:
    """Return the words of one plain command, or in a sentence what makes it more than that."""
    if len(command) > _MAX_CHARS:
        return said("The command is long, so a person has to look at it.")
    if "\n" in command.strip():  # also within quotation marks: shells differ in what a line is
        return said("It joins commands over several lines.")
    if visible(command.strip()) != command.strip() or unicodedata.normalize("NFKC", command) != command:
        return said("It holds characters that can't be seen, or that look like others.")
    words: list[str] = []
    for raw in _split(command):
        if not _WORD.fullmatch(raw):
            return (
                said("It joins, redirects or expands something, which only a shell can do.")
                if _OPERATORS.search(raw)
                else said("Its words can't be read with certainty.")
            )
        if not words and ("'" in raw or '"' in raw):
            return said("The name of its program is in quotation marks, which no plain command needs.")
        words.append("".join(one or two or plain for one, two, plain in _PIECE.findall(raw)))
    if not words:
        return said("There is no command.")
    return words


def _split(command: str) -> list[str]:
    """Split at blanks outside quotes; an open quotation stays in a word, which then is no plain one."""
    return re.findall(r"(?:[^ '\"]|'[^']*(?:'|$)|\"[^\"]*(?:\"|$))+", command)


def agrees(command: str, count: int, syntax: Syntax) -> bool:
    """Whether the grammar too sees one simple command of so many words."""
    tree = syntax.parse(command.encode())
    if tree is None:
        return False
    root = tree.root_node
    if root.has_error or len(root.children) != 1 or root.children[0].type != "command":
        return False
    children = root.children[0].children
    return len(children) == count and all(child.type in _WORD_NODES for child in children)


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
