"""TablePreview and TableSchema: a table's first rows, or what its columns hold.

Owns which reader a file gets and the form of the answers; `tables/` reads.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Annotated, Final

from msgspec import Meta

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.arguments import Arguments
from roku_desktop.engine.tools.file_tool import FileTool, StopSignal
from roku_desktop.engine.tools.output import BoundedLines, counted, shown_name
from roku_desktop.engine.tools.tables.table import (
    Column,
    Table,
    common_type,
    is_empty,
    shown_cell,
    type_of,
)
from roku_desktop.engine.tools.text import SNIFF_BYTES, sniff
from roku_desktop.engine.tools.workspace import Location, Workspace

DEFAULT_ROWS: Final = 20
MAX_ROWS: Final = 500
MAX_COLUMNS: Final = 50
MAX_SCHEMA_COLUMNS: Final = 500
MAX_CELLS: Final = 2_000_000
"""So many are looked at for a schema: some seconds."""

_STOP_CHECK_ROWS: Final = 1_000
_PATH: Final = Meta(description="CSV, TSV, Parquet or spreadsheet file, relative to the workspace.")
_SHEET: Final = Meta(description="Sheet of a spreadsheet. Default: its first.")


class TablePreviewArguments(Arguments, frozen=True, kw_only=True):
    path: Annotated[str, _PATH]
    sheet: Annotated[str | None, _SHEET] = None
    rows: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="Number of rows to show. Default 20, at most 500."),
    ] = None


class TableSchemaArguments(Arguments, frozen=True, kw_only=True):
    path: Annotated[str, _PATH]
    sheet: Annotated[str | None, _SHEET] = None


class TablePreviewTool(FileTool[TablePreviewArguments]):
    name = "TablePreview"
    description = (
        "Show the first rows of a table: CSV, TSV, Parquet, or a sheet of a spreadsheet. Cells are separated "
        "by ' | '; long cells and wide tables are cut."
    )
    arguments_type = TablePreviewArguments

    def answer(self, arguments: TablePreviewArguments, workspace: Workspace, stop: StopSignal) -> str:
        with _opened(workspace, arguments.path, arguments.sheet) as table:
            wanted = min(arguments.rows or DEFAULT_ROWS, MAX_ROWS)
            lines = BoundedLines(max_lines=wanted + 1, max_bytes=self.max_bytes)
            lines.add(_line([column.name for column in table.columns]))
            shown = 0
            for row in islice(table.rows, wanted):
                stop.check()
                lines.add(_line(row))
                shown += not lines.full
            more = lines.full or next(table.rows, None) is not None
        return lines.text(_rows_note(shown, table.row_count, more=more), _columns_note(table), _kind(table))


class TableSchemaTool(FileTool[TableSchemaArguments]):
    name = "TableSchema"
    description = (
        "Show what a table's columns hold: name, type, how many cells are empty, an example; and how many "
        "rows there are. For CSV, TSV, Parquet and spreadsheets."
    )
    arguments_type = TableSchemaArguments

    def answer(self, arguments: TableSchemaArguments, workspace: Workspace, stop: StopSignal) -> str:
        with _opened(workspace, arguments.path, arguments.sheet) as table:
            summaries = [_Summary(column) for column in table.columns[:MAX_SCHEMA_COLUMNS]]
            most = max(MAX_CELLS // max(len(table.columns), 1), 1)
            rows = 0
            for row in islice(table.rows, most):
                if rows % _STOP_CHECK_ROWS == 0:
                    stop.check()
                rows += 1
                for summary, cell in zip(summaries, row, strict=False):
                    summary.take(cell)
            more = next(table.rows, None) is not None
        lines = BoundedLines(max_lines=MAX_SCHEMA_COLUMNS, max_bytes=self.max_bytes)
        for summary in summaries:
            lines.add(summary.line(rows))
        left = len(table.columns) - len(lines)
        left_out = f"(… {counted(left, 'more column')}.)" if left else ""
        return lines.text(left_out, _count_note(rows, table.row_count, more=more), _kind(table))


class _Summary:
    """What one column holds, as far as it was read."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._types: set[str] = set()
        self._filled = 0
        self._example = ""

    def take(self, cell: object) -> None:
        if is_empty(cell):
            return
        if not self._filled:
            self._example = shown_cell(cell)
        self._filled += 1
        if not self._column.type and "text" not in self._types:
            self._types.add(type_of(cell))

    def line(self, rows: int) -> str:
        kind = self._column.type or common_type(self._types)
        empty = f", {rows - self._filled} empty" if rows > self._filled else ""
        example = f", e.g. {self._example}" if self._example else ""
        return f"{shown_cell(self._column.name) or '(no name)'}: {kind}{empty}{example}"


@contextmanager
def _opened(workspace: Workspace, path: str, sheet: str | None) -> Iterator[Table]:
    location = workspace.locate(path)
    with ExitStack() as open_files:
        raw = open_files.enter_context(workspace.open_file(location))
        file = open_files.enter_context(io.BufferedReader(raw))
        yield _table(file, location, sheet, open_files)


def _table(
    file: io.BufferedReader[io.FileIO], location: Location, sheet: str | None, open_files: ExitStack
) -> Table:
    # Each form's reader comes with the first table: a turn begins without.
    from roku_desktop.engine.tools.tables.csv_table import csv_table, text_of
    from roku_desktop.engine.tools.tables.excel_table import OLE_SIGNATURE, ZIP_SIGNATURE, excel_table
    from roku_desktop.engine.tools.tables.parquet_table import SIGNATURE as PARQUET_SIGNATURE
    from roku_desktop.engine.tools.tables.parquet_table import parquet_table

    head = file.read(SNIFF_BYTES)
    file.seek(0)
    try:
        if head.startswith(PARQUET_SIGNATURE):
            return parquet_table(file)
        if head.startswith((ZIP_SIGNATURE, OLE_SIGNATURE)):
            return excel_table(file, sheet)
    except ImportError as error:
        raise ToolFailure(
            "This installation reads CSV only: for Parquet and spreadsheets install it with its extra "
            "`tables` (pip install 'roku-desktop[tables]'), or save the table as CSV."
        ) from error
    sniffed = sniff(head)
    if sniffed.binary:
        raise ToolFailure(f"'{location.shown}' is {sniffed.binary}, which is no table.")
    return csv_table(open_files.enter_context(text_of(file, sniffed.codec)), sniffed.codec)


def _line(cells: Sequence[object]) -> str:
    return " | ".join(shown_cell(cell) for cell in cells[:MAX_COLUMNS])


def _rows_note(shown: int, row_count: int | None, *, more: bool) -> str:
    if not more:
        return f"(All {counted(shown, 'row')}.)" if shown else "(No rows.)"
    of = f" of {counted(row_count, 'row')}" if row_count is not None else ""
    return f"(The first {shown}{of}; there are more.)"


def _count_note(rows: int, row_count: int | None, *, more: bool) -> str:
    if not more:
        return f"({counted(rows, 'row')}.)"
    known = f"{counted(row_count, 'row')}" if row_count is not None else f"More than {counted(rows, 'row')}"
    return f"({known}; the first {rows} were looked at.)"


def _columns_note(table: Table) -> str:
    left = len(table.columns) - MAX_COLUMNS
    return f"(… {counted(left, 'more column')}; TableSchema names them.)" if left > 0 else ""


def _kind(table: Table) -> str:
    return f"(Read as {shown_name(table.kind)}.)"
