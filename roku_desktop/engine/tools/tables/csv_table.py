"""CSV and its relatives: which character separates, whether the first row names the columns.

Both are guessed from the first lines and said, because the format tells neither.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.tables.table import Column, Table, is_empty, type_of
from roku_desktop.engine.tools.text import codec_name

_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MAX_LINE_CHARS: Final = 1_000_000
_SAMPLE_LINES: Final = 20


def text_of(file: io.BufferedReader[io.FileIO], codec: str) -> io.TextIOWrapper:
    """Decode a file in the way that rows need: with line ends as they are."""
    return io.TextIOWrapper(file, encoding=codec, errors="replace", newline="")


def csv_table(text: io.TextIOWrapper, codec: str) -> Table:
    """Read a file from its start. Raises `ToolFailure` for what can't be read as rows."""
    lines = _lines(text)
    sample = list(itertools.islice(lines, _SAMPLE_LINES))
    separator = _separator(sample)
    rows = _rows(itertools.chain(sample, lines), separator)
    first = next(rows, [])
    encoding = "" if codec == "utf-8" else f", encoded in {codec_name(codec)}"
    kind = f"text separated by {_SEPARATORS[separator]}{encoding}"
    if not first:
        return Table(kind=kind, columns=(), rows=iter(()))
    if _names_columns(first):
        columns = tuple(Column(name=name.strip()) for name in first)
        return Table(kind=f"{kind}; the first row names the columns", columns=columns, rows=rows)
    columns = tuple(Column(name=f"column {number}") for number in range(1, len(first) + 1))
    return Table(
        kind=f"{kind}; no row names the columns", columns=columns, rows=itertools.chain([first], rows)
    )


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_MAX_LINE_CHARS):
        if len(line) == _MAX_LINE_CHARS and not line.endswith("\n"):
            raise ToolFailure(f"A line is longer than {_MAX_LINE_CHARS:_} characters: this is no table.")
        yield line


def _rows(lines: Iterator[str], separator: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(lines, delimiter=separator)
    try:
        for row in reader:
            if row:  # a blank line is none
                yield row
    except csv.Error as error:
        raise ToolFailure(
            f"Line {reader.line_num} can't be read as a row ({error}): look at it with Read."
        ) from error


def _separator(sample: list[str]) -> str:
    """Choose the one that cuts the most lines into the same number of columns, at least two."""

    def fit(separator: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in _rows(iter(sample), separator)]
        except ToolFailure:  # where it cuts nothing, a long line is a cell too large to be one
            return 0, 0
        wide = [width for width in widths if width > 1]
        usual = max(set(wide), key=wide.count) if wide else 0
        return (widths.count(usual) if wide else 0, usual)

    return max(_SEPARATORS, key=fit)


def _names_columns(row: Sequence[str]) -> bool:
    """Names are words, and all different."""
    if any(is_empty(cell.strip()) or type_of(cell.strip()) != "text" for cell in row):
        return False
    return len(set(row)) == len(row)
