"""Programs written into the command line: `python -c`, `perl -e`, `node -e`, here-documents for them.

Owns the few shapes of code that wipe a tree, overwrite a disk or fork without end; it looks at calls and
text literals, for all languages alike, and understands none of them. Called by `search`, which asks
anyway about whatever an interpreter runs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from roku_desktop.engine.approval.shell.bombs import SENTENCE, is_code_bomb
from roku_desktop.engine.approval.shell.places import ANY_HOME, is_disk, ruinous
from roku_desktop.engine.approval.shell.words import ansi_c
from roku_desktop.engine.sentences import said

_MAX_CHARS: Final = 65_536
_MAX_LITERALS: Final = 200
_LITERAL: Final = re.compile(r"""(['"`])(?P<text>(?:[^'"`\\\n]|\\.)*?)\1""")
_WHOLE_LITERAL: Final = re.compile(r"""(['"`])(?P<text>(?:(?!\1)[^\\\n]|\\.)*?)\1""")
"""With the other kinds of quotation marks in it, where `_LITERAL` finds the innermost."""
_BRACED: Final = re.compile(r"(?:\bq[qxw]?\s?[{(|]|\{)(?P<text>[^{}()|\n]{3,400})[})|]")
"""Perl's and Ruby's `q{…}`, Tcl's `{…}`."""
_LISTED: Final = re.compile(
    r"""(?:[\[(]|\b(?:system|exec|spawn\w*)\s)\s*((?:['"][^'"\n]*['"]\s*,\s*){1,40}['"][^'"\n]*['"])\s*(?:[,\])};]|$)"""
)
_HOMES: Final = re.compile(
    r"(?:(?:pathlib\.)?Path\.home\(\)|(?:os\.path\.)?expanduser\(\s*['\"]~[/'\"]*\s*\)|(?:os\.)?homedir\(\)|Dir\.home"
    r"|os\.environ(?:\.get)?[\[(]\s*['\"]HOME['\"]\s*[\])]|process\.env\.HOME|ENV\[\s*['\"]HOME['\"]\s*\]|\$ENV\{['\"]?HOME['\"]?\})"
)
_DELETION: Final = re.compile(
    r"(?:rmtree|remove_tree|rm_rf|rm_r|rmSync|rmdirSync|rmdir|removeSync|emptyDirSync|remove_entry_secure|rimraf"
    r"|remove_dir_all|RemoveAll|delete_tree|deltree|remove_dir|(?:fs|fsPromises|promises)['\"]?\)?\.rm|unlink|remove|removedirs)"
    r"(?:['\"](?:\)|\s*,))?(?:\.sync)?\s*\(?\s*\[?\s*(?:glob\s*\(?\s*)?(?:(?:pathlib\.)?Path\(|str\(|os\.path\.(?:abspath|realpath)\()?\s*[furb]?['\"]([^'\"\n]*)['\"]"
)
_SINGLE: Final = re.compile(r"(?:unlink|remove|removedirs|rmdir)\b")
"""Take one file or an empty folder; `.` as their argument wipes nothing."""
_WALKING: Final = re.compile(
    r"(?:os\.walk|rglob|scandir|listdir|glob\.glob|glob)\s*\(?\s*[furb]?['\"]([^'\"\n]*)['\"][^\n]*(?:[\n;].*)?"
    r"(?:os\.remove|os\.unlink|\.unlink\(|rmtree|os\.rmdir)",
    re.DOTALL,
)
_UNQUOTED: Final = re.compile(r"\bfile\s+delete\s+(?:-[-\w]*\s+)*([^\s;\]}'\"]+)")
"""Tcl's deletion, whose argument needs no quotation marks."""
_RENAMED: Final = re.compile(
    r"\b(rmtree|remove_tree|rm_rf|rm_r|rmSync|rmdirSync|removeSync|RemoveAll)\s*(?:as\s+|:\s*)([A-Za-z_]\w{0,60})"
    r"|\b([A-Za-z_]\w{0,60})\s*=\s*(?:[\w()'\"]{1,60}\.){0,4}(rmtree|rm_rf|rm_r|rmSync|rmdirSync|removeSync|RemoveAll)\b(?!\s*\()"
)
"""A deletion under another name: `from shutil import rmtree as r`, `r = shutil.rmtree`, `{rmSync: r}`."""
_MAX_RENAMED: Final = 20
_DELETES_NAMED: Final = re.compile(r"(?:rmtree|unlink|remove|rmdir|rm_rf)\s*\(?\s*(?:[A-Za-z_$]|\))")
"""A deletion of what a name stands for."""
_LISTS_TREE: Final = re.compile(
    r"Path\(\s*['\"]([^'\"]*)['\"]\s*\)\.(?:rglob|glob|iterdir)"
    r"|find(?:depth)?\s*\([^\n]{0,200},\s*['\"]([^'\"]*)['\"]"
)
_OPENING: Final = re.compile(
    r"(?:open|write_bytes|write_text|writeFileSync|writeFile|createWriteStream|File\.write|File\.open|IO\.write|file_put_contents|fopen)"
)


def denied_code(code: str) -> str:
    """Return why the code is denied; empty where nothing in it is."""
    code = _with_own_names(with_literals_joined(code[:_MAX_CHARS]))
    if is_code_bomb(code):
        return SENTENCE
    plain = _HOMES.sub(f"'{ANY_HOME}'", code)
    for pattern in (_DELETION, _UNQUOTED, _WALKING):
        for found in pattern.finditer(plain):
            tree = ruinous(found[1])
            if tree and not (tree == "the whole current folder" and _SINGLE.match(found[0])):
                return said("The program in it wipes {tree}.", tree=tree)
    if (_DELETES_NAMED.search(plain)) and (tree := _named_tree(plain)):
        return said("The program in it wipes {tree}.", tree=tree)
    if _OPENING.search(plain):
        for literal in literals(plain):
            if is_disk(literal):
                return said("The program in it writes to the disk {path}.", path=literal[:80])
    return ""


def _with_own_names(code: str) -> str:
    """Return the code with deletions called by the names they have everywhere."""
    for found in list(itertools.islice(_RENAMED.finditer(code), _MAX_RENAMED)):
        deletion, alias = found[1] or found[4], found[2] or found[3]
        code = re.sub(rf"\b{alias}(?=\s*\()", deletion, code)[:_MAX_CHARS]
    return code


def _named_tree(code: str) -> str:
    """A precious tree that the code goes through, or has in a list, while it deletes what names stand for."""
    for found in (*_LISTS_TREE.finditer(code), *_LISTED.finditer(code)):
        for place in re.findall(r"/[^'\"\s,]*", " ".join(filter(None, found.groups()))):
            tree = ruinous(place)
            if tree and tree != "the whole current folder":
                return tree
    return ""


def with_literals_joined(code: str) -> str:
    """Return the code with `'a' + 'b'` as one literal."""
    return re.sub(r"(['\"])\s*\+\s*\1", "", code)


def literals(code: str) -> Iterator[str]:
    """Yield the text literals of a program, at most `_MAX_LITERALS`."""
    code = with_literals_joined(code[:_MAX_CHARS])
    every = itertools.chain(_LITERAL.finditer(code), _WHOLE_LITERAL.finditer(code), _BRACED.finditer(code))
    for found in itertools.islice(every, _MAX_LITERALS):
        yield ansi_c(found["text"])


def argument_lists(code: str) -> Iterator[list[str]]:
    """Yield what looks like the argument list of a call: `["rm", "-rf", "/"]`."""
    for count, found in enumerate(_LISTED.finditer(code[:_MAX_CHARS])):
        if count == _MAX_LITERALS:
            return
        yield [literal["text"] for literal in _LITERAL.finditer(found[1])]
