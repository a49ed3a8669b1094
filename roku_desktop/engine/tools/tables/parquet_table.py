"""Parquet, by arro3 (the extra `tables`), batch by batch."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from typing import Final

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.tables.table import Column, Table

SIGNATURE: Final = b"PAR1"
_DAMAGED: Final = "The Parquet file is damaged or uses something that can't be read here."


def parquet_table(file: io.BufferedReader[io.FileIO]) -> Table:
    """Read a file. Raises ImportError without the library, `ToolFailure` for a damaged file."""
    from arro3.io import read_parquet

    _check_ends(file)
    try:
        reader = read_parquet(file)
        fields = [reader.schema.field(number) for number in range(len(reader.schema))]
        columns = tuple(Column(name=field.name, type=_type(str(field.type))) for field in fields)
    except BaseException as error:  # the library panics, which is no Exception
        raise _failure(error) from error
    return Table(kind="Parquet", columns=columns, rows=_rows(reader))


def _check_ends(file: io.BufferedReader[io.FileIO]) -> None:
    """Refuse what was cut: the mark stands at both ends, with the size of the description before it."""
    size_bytes = file.seek(0, os.SEEK_END)
    file.seek(max(size_bytes - 8, 0))
    tail = file.read(8)
    file.seek(0)
    described_bytes = int.from_bytes(tail[:4], "little")
    if not tail.endswith(SIGNATURE) or len(tail) < 8 or described_bytes > size_bytes - 12:
        raise ToolFailure("The Parquet file is incomplete: its end is missing.")


def _rows(reader: object) -> Iterator[Sequence[object]]:
    batches = iter(reader)  # type: ignore[call-overload]  # an arro3 reader; its types come with it
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                return
            columns = [batch.column(number).to_pylist() for number in range(batch.num_columns)]
        except BaseException as error:  # as above
            raise _failure(error) from error
        yield from zip(*columns, strict=True)


def _failure(error: BaseException) -> BaseException:
    """What to raise: a sentence for what the library raised, or the error itself if it is not its own."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return ToolFailure(_DAMAGED)
    return error


def _type(text: str) -> str:
    """`arro3.core.DataType<Int64>` → `Int64`."""
    return text.strip().partition("<")[2].removesuffix(">")
