"""Unified diffs for people, quick for any two texts.

Owns the form of a change that is shown before it is approved. Called by Write and Edit.
"""

from __future__ import annotations

from typing import Final

CONTEXT_LINES: Final = 3
# difflib takes the product of both lengths in the worst case: 0.2 s for this many lines.
_MAX_COMPARED_LINES: Final = 1_500


def unified(before: str, after: str, name: str) -> str:
    r"""Return the diff of two texts, whole; lines are those that `\n` ends, as `diff` sees them."""
    old, new = _lines(before), _lines(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    first = max(head - CONTEXT_LINES, 0)
    kept = max(tail - CONTEXT_LINES, 0)
    old, new = old[first : len(old) - kept], new[first : len(new) - kept]
    lines = [f"--- {name if before else '/dev/null'}", f"+++ {name}"]
    if max(len(old), len(new)) > _MAX_COMPARED_LINES:
        return "\n".join([*lines, *_replaced(old, new, head - first, tail - kept, first)])
    import difflib

    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT_LINES):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        lines.append(_header(first, i1, i2, j1, j2))
        for tag, a, b, c, d in group:
            if tag == "equal":
                lines += [" " + line for line in old[a:b]]
                continue
            lines += ["-" + line for line in old[a:b]]
            lines += ["+" + line for line in new[c:d]]
    return "\n".join(lines)


def _replaced(old: list[str], new: list[str], head: int, tail: int, first: int) -> list[str]:
    """One hunk: all that is between what both begin and end with."""
    return [
        _header(first, 0, len(old), 0, len(new)),
        *(" " + line for line in old[:head]),
        *("-" + line for line in old[head : len(old) - tail]),
        *("+" + line for line in new[head : len(new) - tail]),
        *(" " + line for line in old[len(old) - tail :]),
    ]


def _header(first: int, i1: int, i2: int, j1: int, j2: int) -> str:
    def span(start: int, length: int) -> str:
        return f"{first + start + (length > 0)},{length}"

    return f"@@ -{span(i1, i2 - i1)} +{span(j1, j2 - j1)} @@"


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1]:
        lines[-1] += "\n\\ No newline at end of file"
    else:
        lines.pop()
    return lines


def _common(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
