"""Spreadsheets (xlsx, xlsm, xlsb, xls, ods), by calamine (the extra `tables`).

The library takes a sheet into memory as a whole, so what a file would become is looked at before.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.output import shown_size
from roku_desktop.engine.tools.tables.table import Column, Table, is_empty, shown_cell, type_of

ZIP_SIGNATURE: Final = b"PK\x03\x04"
OLE_SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED_BYTES: Final = 256 * 1024 * 1024
_MAX_NAMED_SHEETS: Final = 20


def excel_table(file: io.BufferedReader[io.FileIO], sheet: str | None) -> Table:
    """Read a sheet, the first one by default. Raises ImportError without the library, `ToolFailure`."""
    import python_calamine as calamine

    _check_size(file)
    try:
        with calamine.CalamineWorkbook.from_filelike(file) as book:
            names = book.sheet_names
            if not names:
                raise ToolFailure("The file has no sheet.")
            if sheet is not None and sheet not in names:
                raise ToolFailure(f"There is no sheet '{sheet[:80]}'; there are: {_listed(names)}.")
            page = book.get_sheet_by_name(sheet or names[0])
            rows: Iterator[Sequence[object]] = iter(page.to_python())
            height = page.height
    except calamine.PasswordError as error:
        raise ToolFailure("The file is protected by a password, so it can't be read.") from error
    except (calamine.CalamineError, calamine.WorksheetNotFound, OSError) as error:
        raise ToolFailure(f"The file can't be read as a spreadsheet ({error}).") from error
    others = f"; sheets: {_listed(names)}" if len(names) > 1 else ""
    kind = f"sheet '{page.name}'{others}"
    first = next(rows, ())
    if _names_columns(first):
        columns = tuple(Column(name=shown_cell(cell)) for cell in first)
        return Table(
            kind=f"{kind}; the first row names the columns", columns=columns, rows=rows, row_count=height - 1
        )
    columns = tuple(Column(name=letters(number)) for number in range(len(first)))
    return Table(
        kind=f"{kind}; no row names the columns",
        columns=columns,
        rows=itertools.chain([first], rows) if first else iter(()),
        row_count=height,
    )


def letters(number: int) -> str:
    """Name a column as spreadsheets do: 0 is A, 26 is AA."""
    name = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        name = chr(ord("A") + letter) + name
        number -= 1
    return name


def _check_size(file: io.BufferedReader[io.FileIO]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            size_bytes = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        size_bytes = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size_bytes > MAX_UNPACKED_BYTES:
        raise ToolFailure(
            f"The spreadsheet would take {shown_size(size_bytes)} of memory, more than "
            f"{shown_size(MAX_UNPACKED_BYTES)}: save the sheet as CSV and look at that."
        )


def _names_columns(row: Sequence[object]) -> bool:
    named = [str(cell) for cell in row if not is_empty(cell)]
    words = all(isinstance(cell, str) and type_of(cell) == "text" for cell in row if not is_empty(cell))
    return bool(named) and len(named) == len(row) and words and len(set(named)) == len(named)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED_SHEETS} more" if len(names) > _MAX_NAMED_SHEETS else ""
    return ", ".join(f"'{name}'" for name in names[:_MAX_NAMED_SHEETS]) + more
