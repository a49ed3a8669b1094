"""Fork bombs: functions, loops and programs that start themselves without end.

Owns what makes one, by structure and not by name: a function in whose body a pipe or `&` starts two of
the functions that lead back to it, or one in the background without an argument; an endless loop that
starts in the background and never waits. Called by `search`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from roku_desktop.engine.sentences import said

# A bomb is short; the search for one grows with the square of these.
_MAX_FUNCTIONS: Final = 16
_MAX_BODY_CHARS: Final = 4096

SENTENCE: Final = said("It starts copies of itself without end (a fork bomb).")

_BACKGROUNDED: Final = re.compile(r"[^;&\n]*&(?![&>])")
_WAITS: Final = re.compile(r"\b(?:wait|sleep|break|exit|return|read)\b")
_SELF: Final = (
    r"""["']?(?:\./|(?:ba|z|da|k)?sh\s+|exec\s+|source\s+|\.\s+)?"""
    r"""\$(?:\{?0\}?|\{?BASH_SOURCE(?:\[0\])?\}?)["']?(?:\s+\$[@*])?"""
)
_SELF_TWICE: Final = re.compile(rf"{_SELF}\s*[|&]\s*{_SELF}")
_FILE_TWICE: Final = re.compile(r"(\./[\w.-]{1,60})\s*\|\s*\1\s*&(?!&)")
_CLASSIC: Final = re.compile(
    r"([^\s(){};|&<>$`]+)\s*\(\s*\)\s*\{?\(?[^{}]*?(?<![^\s;|&({`!])\1\s*\|\s*\1\s*&"
)
_FLOOD: Final = re.compile(
    r"\byes\b[^|;&\n]{0,200}\|\s*xargs\b[^|;\n]{0,200}?\s(?:-P\s*0|--max-procs[=\s]0)\b"
)
"""As many processes as the system takes, fed without end."""
_WINDOWS: Final = re.compile(
    r"%~?0\s*\|\s*%~?0|start\s+(?:\"\"\s+)?(?:/b\s+)?\"?%~?[dpnxf]*0|:(\w+)\s*[\r\n&]+\s*start\b.*[\r\n&]+\s*goto\s+:?\1\b"
    r"|for\s+/l\s+%+\w\s+in\s*\(\s*\d+\s*,\s*0\s*,\s*\d+\s*\)\s*do\s+start\b"
    r"|(?:while\s*\(\s*(?:\$true|1)\s*\)|for\s*\(\s*;\s*;\s*\))\s*\{\s*(?:start-process|start|saps|start-job|invoke-expression)\b",
    re.IGNORECASE,
)
_WORTH_A_LOOK: Final = re.compile(r"fork|os\.execute|system|spawn|popen|multiprocessing", re.IGNORECASE)
_CODE: Final = re.compile(
    r"\bfork\s+while\s*\(?\s*(?:fork|1|true)"
    r"|\bfork\(\)[^\n;]{0,60}?\s+for\s+\w+\s+in\s+(?:iter\(|(?:itertools\.)?(?:count|repeat|cycle)\()"
    r"|while\s*\(?\s*(?:true|1|!0|not False)\s*\)?\s*[:{]?\s*(?:do\s*)?[\s;]*"
    r"(?:__import__\(['\"]os['\"]\)\.|\w+\.|\w+::)*(?:pcntl_)?fork\b"
    r"|(?:\bloop|\buntil\s+false)\s*(?:\{|do\b)\s*(?:Process\.)?fork"
    r"|for\s*\(\s*;\s*;\s*\)\s*\{?\s*(?:pcntl_)?fork"
    r"|while\s+true\s+do\s+os\.execute\([^)]*&|while\s*\(\s*1\s*\)\s*\{?\s*system\([^)]*&"
    r"|=\s*os\.fork\b(?!\()|setInterval\(.{0,80}\bfork\(|while\s*\(\s*fork\b"
    r"|\bfork\s+for(?:each)?\s+1\.\.|\bfork\s*[;,]\s*redo"
    r"|\bfork\s*\(?\s*\)?\s*(?:while|until)\s+(?:true|1|false|0)"
    r"|\bos\.fork\(\)\s*(?:and|or|;)\s*os\.fork\(\)\s*(?:and|or|;)\s*os\.fork"
    r"|while\s*\(?\s*(?:true|1)\s*\)?\s*[:{]?[^}]{0,80}?"
    r"(?:child_process|subprocess\.Popen|multiprocessing\.Process|spawn)\b[^}]{0,60}"
    r"(?:__file__|__filename|sys\.argv|process\.argv|argv\[0\]|execPath|\bfork\()",
    re.IGNORECASE,
)


def is_bomb(text: str, functions: Sequence[tuple[str, str]], endless: Iterable[str]) -> bool:
    """`functions` are names and bodies, `endless` the bodies of loops that background something."""
    if "$" in text and _SELF_TWICE.search(text):
        return True
    if any(not _WAITS.search(_BACKGROUNDED.sub("", body)) for body in endless):
        return True
    if "xargs" in text and _FLOOD.search(text):
        return True
    if "./" in text and _FILE_TWICE.search(text):
        return True
    few = [(name, body[:_MAX_BODY_CHARS]) for name, body in functions[:_MAX_FUNCTIONS]]
    if any(_returns(name, few) for name, _ in few):
        return True
    return "()" in text and len(text) < 4096 and _CLASSIC.search(text) is not None


def is_windows_bomb(text: str) -> bool:
    """Fork bombs of cmd and PowerShell."""
    return _WINDOWS.search(text) is not None


def is_code_bomb(code: str) -> bool:
    """Endless forking in Python, Perl, Ruby, PHP and JavaScript."""
    return _WORTH_A_LOOK.search(code) is not None and _CODE.search(code[:65_536]) is not None


def _returns(name: str, functions: Sequence[tuple[str, str]]) -> bool:
    """Whether calling `name` starts two copies of what leads back to it."""
    leading = {other for other, _ in functions if _reaches(other, name, functions)}
    if name not in leading:
        return False
    any_of = "|".join(re.escape(other) for other in leading)
    call = rf"(?<![^\s;|&({{`!])(?:{any_of})(?=$|[\s;|&)}}`])"
    for other, body in functions:
        if other not in leading:
            continue
        calls = len(re.findall(call, body))
        if re.search(rf"{call}[\s)}};]*&(?![&>])", body):
            return True
        if calls > 1 and re.search(rf"{call}[^;|&\n]*(?:\|(?!\|)|&(?![&>]))", body):
            return True
    return False


def _reaches(start: str, goal: str, functions: Sequence[tuple[str, str]]) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        name = waiting.pop()
        for other, body in functions:
            if other != name:
                continue
            for called, _ in functions:
                if called not in seen and re.search(
                    rf"(?<![^\s;|&({{`!]){re.escape(called)}(?=$|[\s;|&)}}`])", body
                ):
                    seen.add(called)
                    waiting.append(called)
    return goal in seen
