"""What names stand for in a shell's text.

Owns every value that the text may give to a variable, whatever the order in which it does, and the few
that every system has. Called by `expansion` and `script`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from roku_desktop.engine.approval.shell.places import ANY_HOME, UNKNOWN
from roku_desktop.engine.approval.shell.words import listed

MAX_ALTERNATIVES: Final = 12
_MAX_VALUE_CHARS: Final = 65_536

_EVERYWHERE: Final = {
    "HOME": (ANY_HOME,),
    "IFS": (" ",),
    "PWD": (".",),
    "OLDPWD": ("..",),
    "USER": ("someone",),
    "LOGNAME": ("someone",),
    "SHELL": ("/bin/bash",),
    "BASH": ("/bin/bash",),
    "0": ("bash",),
    "SystemDrive": ("C:",),
    "USERPROFILE": (ANY_HOME,),
}
_ELSEWHERE: Final = listed(
    """
    _ ? $ ! # - RANDOM SRANDOM SECONDS LINENO UID EUID PPID HOSTNAME HOSTTYPE MACHTYPE OSTYPE PATH
    LANG LC_ALL TERM TMPDIR TEMP TMP TZ EDITOR PAGER VISUAL DISPLAY COLUMNS LINES CI
    GITHUB_WORKSPACE VIRTUAL_ENV REPLY XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR
    GOPATH JAVA_HOME CARGO_HOME BASH_SOURCE BASH_VERSION EPOCHSECONDS FUNCNAME PIPESTATUS PYTHONPATH
    NVM_DIR CONDA_PREFIX HISTFILE PROMPT_COMMAND
    """
)
"""Set on most systems to what the text doesn't tell. Any other name that is never assigned may be empty."""


OutputGuess = Callable[[str, "Scope", int], list[str]]


class Scope:
    """Every value the text may give to a name, whatever the order in which it does.

    `output` guesses what a command substitution's text prints, given the scope and the depth.
    """

    def __init__(
        self, output: OutputGuess, outer: Scope | None = None, positional: Sequence[str] = ()
    ) -> None:
        self.output = output
        self._values: dict[str, tuple[str, ...]] = dict(outer.known()) if outer else {}
        self.positional: list[str] = list(positional)
        self.has_functions = False

    def assign(self, name: str, values: Iterable[str], *, append: bool = False) -> None:
        before = self._values.get(name, ())
        added = [value[:_MAX_VALUE_CHARS] for value in values]
        if append:
            added += [old + new for old in before or ("",) for new in added]
        self._values[name] = tuple(dict.fromkeys((*before, *added)))[:MAX_ALTERNATIVES]

    def values(self, name: str) -> tuple[str, ...]:
        if (known := self._values.get(name)) is not None:
            return known
        if name in {"@", "*"}:
            return (" ".join(self.positional), *(self.positional if self.has_functions else ()))
        if name.isdigit() and name != "0":
            return tuple(self.positional[:MAX_ALTERNATIVES]) or ((UNKNOWN,) if self.has_functions else ("",))
        if name in _EVERYWHERE:
            return _EVERYWHERE[name]
        return (UNKNOWN,) if name in _ELSEWHERE else ("", UNKNOWN)

    def known(self) -> Mapping[str, tuple[str, ...]]:
        return self._values
