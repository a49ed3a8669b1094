"""An answer in sections of a bounded size, so that showing or growing it costs what one section costs.

A section begins with what reading the text before it had come to (`Stand`): a code block may go on
in it, or the rest of an overlong line. Where an answer is cut depends only on the text before the
cut, so one that streams in is cut like one that was there at once. Pure; called by `entries.py` and
`model.py`, read by `row_document.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from roku_desktop.ui.transcript.markdown_lines import Line, is_table_line, read_line
from roku_desktop.ui.transcript.markdown_spans import spans_of
from roku_desktop.ui.transcript.stand import START, Stand

# A section ends at the first blank line after so many characters, outside of code …
_COMFORTABLE_CHARS: Final = 1_200
# … and at the first end of a line after so many characters or lines, wherever that is.
_MOST_CHARS: Final = 3_000
_MOST_LINES: Final = 48
# A line that is longer is cut: laying out one of a megabyte takes seconds.
LONGEST_LINE_CHARS: Final = 2_000
# The first lines of a table say how wide its columns are, also where it goes on in later sections.
HEAD_OF_TABLE_LINES: Final = 24
_LOOK_BACK_FOR_SPACE_CHARS: Final = 120


class Section(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    start: Stand


def read_on(text: str, stand: Stand, *, styled: bool = True) -> tuple[Line | None, Stand]:
    """Read one line without its line break; see `read_line`. Returns how the next one begins."""
    text = text.removesuffix("\r")
    if stand.inside_line:
        if stand.fence is None:
            return Line(kind="text", spans=spans_of(text) if styled else ()), Stand(last_kind="text")
        line, fence = read_line(text, stand.fence, styled=styled)
        return line, Stand(fence=fence, last_kind="code")
    line, fence = read_line(text, stand.fence, styled=styled)
    if line is None:
        return None, Stand(fence=fence, last_kind=stand.last_kind, after_blank=True)
    return line, Stand(fence=fence, last_kind=line.kind)


def sections_of(text: str, start: Stand = START) -> Iterator[Section]:
    """Cut `text`, which begins at `start`. There is at least one section, and only the first may be empty."""
    if len(text) < _COMFORTABLE_CHARS and text.count("\n") < _MOST_LINES:
        yield Section(text=text, start=start)
        return
    stand, begin, position, lines = start, 0, 0, 0
    while position < len(text):
        end = text.find("\n", position, position + LONGEST_LINE_CHARS + 1)
        if end < 0 and len(text) - position > LONGEST_LINE_CHARS:
            position = _cut_of_line(text, position)
            _, after = read_on(text[begin:position].rpartition("\n")[2], stand, styled=False)
            stand = msgspec.structs.replace(after, inside_line=True)
        elif end < 0:
            break
        else:
            before = stand
            _, stand = read_on(text[position:end], before, styled=False)
            position, lines = end + 1, lines + 1
            if _is_open_table(stand) and not _is_open_table(before):
                continue  # its second line says what the first one is
            if not _is_full(position - begin, lines, stand):
                continue
        yield Section(text=text[begin:position], start=start)
        if _is_open_table(stand):
            stand = msgspec.structs.replace(stand, table=_head_of_table(text[begin:position], start))
        start, begin, lines = stand, position, 0
    if begin < len(text) or begin == 0:
        yield Section(text=text[begin:], start=start)


def is_cut(line: str) -> bool:
    """Whether the last line of a section, which no line break ends, is one that goes on in the next."""
    return len(line) > LONGEST_LINE_CHARS - _LOOK_BACK_FOR_SPACE_CHARS


def _is_full(chars: int, lines: int, stand: Stand) -> bool:
    if chars >= _MOST_CHARS or lines >= _MOST_LINES:
        return True
    return chars >= _COMFORTABLE_CHARS and stand.after_blank and stand.fence is None


def _is_open_table(stand: Stand) -> bool:
    return stand.last_kind == "table" and not stand.after_blank


def _head_of_table(text: str, start: Stand) -> tuple[str, ...]:
    """The first lines of the table that is open at the end of a section."""
    lines = text.removesuffix("\n").split("\n")
    first = len(lines)
    while first and is_table_line(lines[first - 1], None):
        first -= 1
    if first == 0 and start.table:
        return start.table
    return tuple(lines[first : first + HEAD_OF_TABLE_LINES])


def _cut_of_line(text: str, position: int) -> int:
    """Where an overlong line that begins at `position` is cut: behind a space, if one is near.

    Behind the first one: so the next section begins with a whole word, of which is known at once
    whether it has room where this one ends.
    """
    end = position + LONGEST_LINE_CHARS
    space = text.find(" ", end - _LOOK_BACK_FOR_SPACE_CHARS, end)
    return end if space < 0 else space + 1
