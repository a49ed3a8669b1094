"""Read shows text of any size and encoding within its bounds, and says what it left out."""

import os
import random
import socket
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.ports import ToolFailure, ToolRefusal
from roku_desktop.engine.settings import HARD_MAX_READ_BYTES, ToolSettings
from roku_desktop.engine.tools.read import ReadTool
from roku_desktop.engine.tools.text import LineWindow
from tests.support.calls import CONTEXT


def numbered(lines: list[str], first: int = 1) -> str:
    return "\n".join(f"{number:>6}\t{line}" for number, line in enumerate(lines, start=first))


async def test_lines_are_numbered_from_one(ask, workspace: Path):
    (workspace / "a.txt").write_text("one\ntwo\n\nfour")
    assert await ask("Read", path="a.txt") == numbered(["one", "two", "", "four"])


async def test_offset_and_limit_count_lines_and_the_rest_is_announced(ask, workspace: Path):
    (workspace / "a.txt").write_text("".join(f"line {n}\n" for n in range(1, 101)))
    text = await ask("Read", path="a.txt", offset=41, limit=2)
    assert text == numbered(["line 41", "line 42"], 41) + "\n… 58 more lines; call Read with offset=43."
    assert await ask("Read", path="a.txt", offset=100, limit=5) == numbered(["line 100"], 100)


@pytest.mark.parametrize("sloppy", [{"offset": "2", "limit": 1.0}, {"offset": 2, "limit": "1"}])
async def test_numbers_written_as_text_or_with_a_point_are_taken(
    ask, workspace: Path, sloppy: dict[str, object]
):
    (workspace / "a.txt").write_text("one\ntwo\n")
    assert await ask("Read", path="a.txt", **sloppy) == numbered(["two"], 2)


async def test_offset_zero_and_null_mean_the_beginning(ask, workspace: Path):
    (workspace / "a.txt").write_text("one\n")
    assert await ask("Read", path="a.txt", offset=0, limit=None) == numbered(["one"])


async def test_an_offset_behind_the_end_says_how_long_the_file_is(ask, workspace: Path):
    (workspace / "a.txt").write_text("one\ntwo")
    assert (
        await ask("Read", path="a.txt", offset=9)
        == "(The file has only 2 lines; offset=9 lies behind its end.)"
    )


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
async def test_an_empty_file_is_called_empty(ask, workspace: Path, content: bytes):
    (workspace / "a.txt").write_bytes(content)
    assert (await ask("Read", path="a.txt")).startswith("(The file is empty.)")


async def test_a_long_file_can_be_read_to_its_end_by_following_the_offsets(ask, workspace: Path):
    lines = [f"{n} " + "x" * (n % 300) for n in range(1, 1501)]
    (workspace / "a.txt").write_text("\n".join(lines) + "\n")
    shown: list[str] = []
    while True:
        text = await ask("Read", path="a.txt", offset=len(shown) + 1)
        assert len(text.encode()) <= 65_536
        body, _, rest = text.partition("\n… ")
        shown += [line.split("\t", 1)[1] for line in body.split("\n")]
        if not rest:
            break
        assert rest == f"{1500 - len(shown)} more lines; call Read with offset={len(shown) + 1}."
    assert shown == lines


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("\ufeffgrüße\n".encode(), "(Encoding: UTF-8 with BOM.)"),
        ("grüße\n".encode("utf-16"), "(Encoding: UTF-16.)"),
        (b"\xfe\xff" + "grüße\n".encode("utf-16-be"), "(Encoding: UTF-16.)"),
        ("grüße\n".encode("utf-32"), "(Encoding: UTF-32.)"),
        ("grüße\r\n".encode(), "(Lines end in CRLF.)"),
    ],
)
async def test_encodings_and_line_ends_are_read_and_named(ask, workspace: Path, data: bytes, note: str):
    (workspace / "a.txt").write_bytes(data)
    assert await ask("Read", path="a.txt") == numbered(["grüße"]) + f"\n{note}"


async def test_invalid_bytes_are_replaced_and_that_is_said(ask, workspace: Path):
    (workspace / "a.txt").write_bytes(b"caf\xe9\n")
    assert (
        await ask("Read", path="a.txt")
        == numbered(["caf\ufffd"]) + "\n(Bytes that are not valid text are shown as \ufffd.)"
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a PNG image"),
        (b"%PDF-1.7\nplain", "a PDF document"),
        (b"SQLite format 3\0more", "an SQLite database"),
        (b"\x1f\x8b\x08\x01\x02", "gzip data"),
        (b"abc\0def", "binary data"),
    ],
)
async def test_binary_data_is_named_and_not_shown(ask, workspace: Path, data: bytes, kind: str):
    (workspace / "a.bin").write_bytes(data)
    assert (
        await ask("Read", path="a.bin") == f"'a.bin' is {kind}, {len(data)} bytes, and is not shown as text."
    )


async def test_text_that_begins_like_a_program_is_text(ask, workspace: Path):
    (workspace / "a.txt").write_text("MZ is how Windows programs begin\n")
    assert "how Windows" in await ask("Read", path="a.txt")


async def test_one_line_of_fifty_megabytes_costs_no_more_memory_than_a_chunk(ask, workspace: Path):
    with (workspace / "a.json").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    try:
        text = await ask("Read", path="a.json")
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 2_000_000
    assert len(text.encode()) <= 65_536
    assert "line 1 is cut: it is longer than one result" in text
    assert "the file goes on (50.0 MB in all)" in text


@pytest.mark.skipif(sys.platform == "win32", reason="files with holes are not the default there")
async def test_a_huge_file_is_not_scanned_without_end(ask, workspace: Path):
    with (workspace / "huge.log").open("wb") as file:
        file.write(b"x" * 10_000 + b"\n")
        file.truncate(5_000_000_000)
    assert "lies further than 268.4 MB into the file" in await ask("Read", path="huge.log", offset=3)


async def test_a_long_line_behind_shown_ones_is_left_to_the_next_call(ask, workspace: Path):
    (workspace / "a.txt").write_text("short\n" + "y" * 100_000 + "\nlast\n")
    assert (
        await ask("Read", path="a.txt") == numbered(["short"]) + "\n… 2 more lines; call Read with offset=2."
    )
    second = await ask("Read", path="a.txt", offset=2)
    assert second.endswith("Grep finds places in it.\n… 1 more line; call Read with offset=3.")
    assert await ask("Read", path="a.txt", offset=3) == numbered(["last"], 3)


async def test_no_setting_exceeds_the_hard_cap(workspace: Path):
    (workspace / "a.txt").write_text("z" * 79 + "\n" + "line\n" * 500_000)
    tool = ReadTool(ToolSettings(default_max_bytes=10 * HARD_MAX_READ_BYTES))
    assert len((await tool.run(b'{"path": "a.txt"}', workspace, CONTEXT)).encode()) <= HARD_MAX_READ_BYTES


async def test_a_folder_is_answered_with_the_tool_for_it(ask, workspace: Path):
    (workspace / "sub").mkdir()
    for path in ("sub", ".", ""):
        with pytest.raises(ToolFailure, match="use ListDir"):
            await ask("Read", path=path)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX") or not hasattr(os, "mkfifo"), reason="needs POSIX")
async def test_pipes_and_sockets_are_refused_at_once(ask, workspace: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(workspace)  # a socket's path must be short
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        for name, kind in (("pipe", "a named pipe"), ("socket", "a socket")):
            with pytest.raises(ToolRefusal, match=kind):
                await ask("Read", path=name)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
async def test_files_of_size_zero_that_have_content_are_read():
    tool = ReadTool(ToolSettings())
    assert "Name:" in await tool.run(b'{"path": "status"}', Path("/proc/self"), CONTEXT)


async def test_a_name_with_a_newline_can_be_read_and_is_shown_escaped(ask, workspace: Path):
    (workspace / "two\nlines.bin").write_bytes(b"\0")
    assert (
        await ask("Read", path="two\nlines.bin")
        == r"'two\nlines.bin' is binary data, 1 byte, and is not shown as text."
    )


@given(
    lines=st.lists(st.text(st.sampled_from("ab\r中"), max_size=5), max_size=12),
    ends_open=st.booleans(),
    first=st.integers(1, 15),
    most=st.none() | st.integers(1, 15),
    seed=st.integers(),
)
def test_the_window_does_not_depend_on_how_the_text_is_cut(
    lines: list[str], ends_open: bool, first: int, most: int | None, seed: int
):
    text = "\n".join(lines) + ("" if ends_open or not lines else "\n")
    cutter = random.Random(seed)
    window = LineWindow(first=first, most=most, max_bytes=100_000)
    at = 0
    while at < len(text):
        size = cutter.randint(1, 4)
        window.feed(text[at : at + size])
        at += size
    window.finish()
    all_lines = text.split("\n")
    if all_lines[-1] == "":
        all_lines.pop()
    without_newline = len(all_lines) if not text.endswith("\n") else 0
    expected = [
        f"{n:>6}\t" + (line if n == without_newline else line.removesuffix("\r"))
        for n, line in enumerate(all_lines, start=1)
    ]
    last = len(expected) if most is None else first - 1 + most
    assert window.shown == expected[first - 1 : last]
    assert window.lines == len(all_lines)
