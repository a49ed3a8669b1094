"""Glob patterns over path components: `*`, `?`, `[a-z]`, `{a,b}` within one, `**` across them.

Owns matching, touches no file. A pattern is run as a small state machine over components, so its
cost is bounded whatever the pattern, and a walk can ask whether a folder may hold any match at all.
Names that begin with a dot match like all others. Called by the search tools.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

from roku_desktop.engine.ports import ToolFailure, ToolRefusal

_MAX_PATTERN_CHARACTERS: Final = 1_000
_MAX_ALTERNATIVES: Final = 64
# File names differ in case everywhere but on Windows (macOS compares without case, but keeps it).
_FLAGS: Final = re.IGNORECASE if os.name == "nt" else re.NOFLAG

# One step consumes one component; None stands for `**`, any number of them.
_Step = re.Pattern[str] | None


class GlobPattern:
    """One pattern. Raises `ToolFailure` or `ToolRefusal` for one that can't match in a workspace."""

    def __init__(self, pattern: str, *, ignore_case: bool = False) -> None:
        if len(pattern) > _MAX_PATTERN_CHARACTERS:
            raise ToolFailure(f"The pattern is longer than {_MAX_PATTERN_CHARACTERS} characters.")
        flags = _FLAGS | re.IGNORECASE if ignore_case else _FLAGS
        self._machines = [_machine(alternative, flags) for alternative in expand_braces(pattern)]

    def matches(self, parts: tuple[str, ...]) -> bool:
        """Whether the path with these components matches."""
        return any(len(steps) in _states(steps, parts) for steps in self._machines)

    def may_match_below(self, parts: tuple[str, ...]) -> bool:
        """Whether something inside the folder with these components could match."""
        return any(min(_states(steps, parts), default=len(steps)) < len(steps) for steps in self._machines)


def expand_braces(pattern: str) -> list[str]:
    """Return the alternatives of `{a,b}` groups, nested ones too; braces without a pair stay."""
    found: list[str] = []
    waiting = [pattern]
    while waiting:
        text = waiting.pop()
        group = _first_group(text)
        if group is None:
            found.append(text)
            continue
        start, end, choices = group
        waiting.extend(f"{text[:start]}{choice}{text[end:]}" for choice in reversed(choices))
        if len(found) + len(waiting) > _MAX_ALTERNATIVES:
            raise ToolFailure(f"The braces in the pattern make more than {_MAX_ALTERNATIVES} alternatives.")
    return found


def _first_group(text: str) -> tuple[int, int, list[str]] | None:
    """Find the first outermost `{…,…}`: where it starts, where it ends, its choices."""
    depth, start, cuts = 0, 0, list[int]()
    for index, character in enumerate(text):
        if character == "{":
            if depth == 0:
                start, cuts = index, [index]
            depth += 1
        elif character == "," and depth == 1:
            cuts.append(index)
        elif character == "}" and depth > 0:
            depth -= 1
            if depth == 0 and len(cuts) > 1:
                ends = [*cuts[1:], index]
                return start, index + 1, [text[cut + 1 : end] for cut, end in zip(cuts, ends, strict=True)]
    return None


def _machine(pattern: str, flags: re.RegexFlag) -> list[_Step]:
    parts = [part for part in pattern.replace("\\", "/").split("/") if part not in ("", ".")]
    if pattern.startswith(("/", "\\", "~/")) or ".." in parts:
        raise ToolRefusal("The pattern must stay inside its folder: no leading '/' or '~', and no '..'.")
    if not parts:
        raise ToolFailure("The pattern is empty. Try '*' or '**/*.py'.")
    return list(_steps(parts, flags))


def _steps(parts: Iterable[str], flags: re.RegexFlag) -> Iterator[_Step]:
    before = ""
    for part in parts:
        if part != "**":
            yield re.compile(fnmatch.translate(part), flags)
        elif before != "**":
            yield None
        before = part


def _states(steps: list[_Step], parts: tuple[str, ...]) -> set[int]:
    """Return the steps that may come next after all parts; `len(steps)` is a full match."""
    states = _with_skips(steps, {0})
    for part in parts:
        reached = set[int]()
        for state in states:
            if state == len(steps):
                continue
            step = steps[state]
            if step is None:
                reached.add(state)
            elif step.match(part):
                reached.add(state + 1)
        states = _with_skips(steps, reached)
        if not states:
            break
    return states


def _with_skips(steps: list[_Step], states: set[int]) -> set[int]:
    """Add the states behind a `**`, which may stand for nothing."""
    return states | {state + 1 for state in states if state < len(steps) and steps[state] is None}
