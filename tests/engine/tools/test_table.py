"""TablePreview and TableSchema: what a table holds, however large, wide or damaged it is."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import arro3.core as arrow
import pytest
from arro3.io import write_parquet
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.table import TablePreviewTool
from roku_desktop.engine.tools.tables.excel_table import MAX_UNPACKED_BYTES
from roku_desktop.engine.tools.tables.table import MAX_CELL_CHARS, common_type, shown_cell, type_of
from tests.engine.tools.conftest import Ask
from tests.support.calls import CONTEXT
from tests.support.spreadsheets import write_xlsx

PEOPLE = "name;age;born\nAda;36;1815-12-10\nAlan;;1912-06-23\n"


async def test_a_preview_shows_the_first_rows_and_says_what_was_assumed(ask: Ask, workspace: Path):
    (workspace / "people.csv").write_text(PEOPLE)
    assert await ask("TablePreview", path="people.csv") == (
        "name | age | born\n"
        "Ada | 36 | 1815-12-10\n"
        "Alan |  | 1912-06-23\n"
        "(All 2 rows.)\n"
        "(Read as text separated by semicolons; the first row names the columns.)"
    )


async def test_a_schema_shows_types_gaps_and_examples(ask: Ask, workspace: Path):
    (workspace / "people.csv").write_text(PEOPLE)
    assert await ask("TableSchema", path="people.csv") == (
        "name: text, e.g. Ada\n"
        "age: integer, 1 empty, e.g. 36\n"
        "born: date, e.g. 1815-12-10\n"
        "(2 rows.)\n"
        "(Read as text separated by semicolons; the first row names the columns.)"
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a,b\n1,2\n", "commas"),
        ("a\tb\n1\t2\n", "tabs"),
        ('a|b\n"1,5|x"|2\n', "bars"),
        ("Preis;Zahl\n1,5;2\n3,25;4\n", "semicolons"),
    ],
)
async def test_the_separator_is_found(ask: Ask, workspace: Path, text: str, kind: str):
    (workspace / "a.txt").write_text(text)
    told = await ask("TablePreview", path="a.txt")
    assert f"separated by {kind}" in told
    assert told.partition("\n")[0].count(" | ") == 1


async def test_a_table_of_very_many_columns_is_read(ask: Ask, workspace: Path):
    (workspace / "wide.csv").write_text(",".join(f"column{number}" for number in range(20_000)) + "\n")
    assert "separated by commas" in await ask("TablePreview", path="wide.csv")


async def test_rows_without_names_get_numbers(ask: Ask, workspace: Path):
    (workspace / "a.csv").write_text("1,2\n3,4\n")
    told = await ask("TablePreview", path="a.csv")
    assert told.startswith("column 1 | column 2\n1 | 2\n3 | 4\n(All 2 rows.)")


async def test_encodings_and_quoted_line_breaks_are_read(ask: Ask, workspace: Path):
    (workspace / "a.csv").write_text('n,t\nü,"two\nlines"\n', encoding="utf-16")
    told = await ask("TablePreview", path="a.csv")
    assert "ü | two⏎lines\n(All 1 row.)" in told
    assert "UTF-16" in told


async def test_long_wide_and_many_are_cut_and_said(ask: Ask, workspace: Path):
    row = ",".join(["x" * 200] * 60)
    (workspace / "a.csv").write_text(",".join(f"c{n}" for n in range(60)) + f"\n{row}\n{row}\n{row}\n")
    told = await ask("TablePreview", path="a.csv", rows=2)
    assert "c49\n" in told
    assert "c50" not in told
    assert "(The first 2; there are more.)" in told
    assert "(… 10 more columns; TableSchema names them.)" in told
    assert "x" * (MAX_CELL_CHARS - 1) + "… | " in told
    assert "x" * MAX_CELL_CHARS not in told
    assert "c59: text" in await ask("TableSchema", path="a.csv")


async def test_a_result_stays_within_its_limit(workspace: Path):
    (workspace / "a.csv").write_text("a,b\n" + "x,y\n" * 1_000)
    tool = TablePreviewTool(ToolSettings(default_max_bytes=1_024))
    told = await tool.run(b'{"path": "a.csv", "rows": 400}', workspace, CONTEXT)
    assert len(told.encode()) <= 1_024
    assert "there are more" in told


async def test_a_large_file_is_counted_as_far_as_is_reasonable(ask: Ask, workspace: Path):
    header = ",".join(f"column{n}" for n in range(500))
    (workspace / "a.csv").write_text(f"{header}\n" + ("," * 499 + "\n") * 4_001)
    told = await ask("TableSchema", path="a.csv")
    assert "column0: empty, 4000 empty" in told
    assert "(More than 4000 rows; the first 4000 were looked at.)" in told


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.bin", b"\x00\x01", "no table"),
        ("a.csv", b"x" * 1_000_001, "longer than"),
        ("a.csv", b'a,b\n"' + b"x\n" * 100_000, "field larger than field limit"),
        ("a.parquet", b"PAR1" + b"x" * 50, "end is missing"),
        ("a.parquet", b"PAR1" + b"x" * 50 + b"\xff\xff\xff\x7fPAR1", "end is missing"),
        ("a.parquet", b"PAR1" + b"\xff" * 50 + b"\x20\x00\x00\x00PAR1", "damaged"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 50, "can't be read as a spreadsheet"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "can't be read as a spreadsheet"),
    ],
)
async def test_what_cant_be_read_is_said_in_a_sentence(
    ask: Ask, workspace: Path, name: str, data: bytes, said: str
):
    (workspace / name).write_bytes(data)
    with pytest.raises(ToolFailure, match=said):
        await ask("TableSchema", path=name)


async def test_an_empty_file_is_an_empty_table(ask: Ask, workspace: Path):
    (workspace / "a.csv").write_text("")
    assert "(No rows.)" in await ask("TablePreview", path="a.csv")


async def test_a_file_outside_is_refused(ask: Ask):
    with pytest.raises(ToolRefusal):
        await ask("TablePreview", path="../outside/secret.txt")


async def test_parquet_says_its_types(ask: Ask, workspace: Path):
    kinds = arrow.DataType
    columns: dict[str, Any] = {
        "id": arrow.Array(list(range(3_000)), kinds.int64()),
        "name": arrow.Array([None, *["x"] * 2_999], kinds.string()),
        "at": arrow.Array([0] * 3_000, kinds.int64()).cast(kinds.timestamp("us")),
        "raw": arrow.Array([b"\xff"] * 3_000, kinds.binary()),
    }
    write_parquet(arrow.RecordBatch.from_pydict(columns), workspace / "a.parquet")
    told = await ask("TablePreview", path="a.parquet", rows=1)
    assert told.startswith("id | name | at | raw\n0 |  | 1970-01-01 00:00:00 | (1 bytes)\n(The first 1;")
    schema = await ask("TableSchema", path="a.parquet")
    assert schema.startswith("id: Int64, e.g. 0\nname: Utf8, 1 empty, e.g. x\nat: Timestamp(µs)")
    assert "(3000 rows.)\n(Read as Parquet.)" in schema


async def test_a_spreadsheet_shows_the_sheet_that_was_asked_for(ask: Ask, workspace: Path):
    sheets: dict[str, list[list[object]]] = {
        "First": [["name", "sum"], ["Ada", 36], ["Alan", 1.5]],
        "Zwei & 2": [[1, None, 3]],
    }
    write_xlsx(workspace / "a.xlsx", sheets)
    assert await ask("TablePreview", path="a.xlsx", rows=1) == (
        "name | sum\nAda | 36\n(The first 1 of 2 rows; there are more.)\n"
        "(Read as sheet 'First'; sheets: 'First', 'Zwei & 2'; the first row names the columns.)"
    )
    assert "sum: number, e.g. 36" in await ask("TableSchema", path="a.xlsx")
    assert (await ask("TablePreview", path="a.xlsx", sheet="Zwei & 2")).startswith("A | B | C\n1 |  | 3\n")
    with pytest.raises(ToolFailure, match=r"no sheet 'Third'; there are: 'First', 'Zwei & 2'"):
        await ask("TablePreview", path="a.xlsx", sheet="Third")


async def test_a_spreadsheet_that_would_fill_memory_is_not_opened(ask: Ask, workspace: Path):
    with zipfile.ZipFile(workspace / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"")
        archive.filelist[0].file_size = MAX_UNPACKED_BYTES + 1
    with pytest.raises(ToolFailure, match="save the sheet as CSV"):
        await ask("TablePreview", path="a.xlsx")


def test_without_the_extra_csv_is_read_and_the_rest_says_what_is_missing(workspace: Path):
    (workspace / "a.csv").write_text(PEOPLE)
    (workspace / "a.parquet").write_bytes(b"PAR1")
    (workspace / "a.xlsx").write_bytes(b"PK\x03\x04")
    program = f"""
        import asyncio, sys
        from pathlib import Path
        sys.modules["arro3.io"] = sys.modules["python_calamine"] = None
        from roku_desktop.engine.ports import CallContext, ToolFailure
        from roku_desktop.engine.settings import ToolSettings
        from roku_desktop.engine.tools.table import TablePreviewTool
        tool, context = TablePreviewTool(ToolSettings()), CallContext(session_id="", run_id="", call_id="")
        for name in ("a.csv", "a.parquet", "a.xlsx"):
            arguments = b'{{"path": "%s"}}' % name.encode()
            try:
                print(asyncio.run(tool.run(arguments, Path({str(workspace)!r}), context)))
            except ToolFailure as failure:
                print(failure)
        """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True
    )
    assert "Ada | 36" in ran.stdout
    assert ran.stdout.count("extra `tables`") == 2


@given(st.one_of(st.text(), st.binary(), st.floats(), st.integers(), st.none(), st.dates()))
def test_any_cell_is_one_bounded_line_and_has_a_type(value: object):
    shown = shown_cell(value)
    assert "\n" not in shown
    assert len(shown) <= 10 * MAX_CELL_CHARS
    assert common_type({type_of(value)}) == type_of(value)
