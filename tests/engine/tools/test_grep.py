"""Grep finds lines in text of any encoding and size, and no pattern can hang the program."""

import asyncio
import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools import grep_worker
from roku_desktop.engine.tools.grep import GrepTool
from roku_desktop.engine.tools.matcher import worker_command
from tests.support.calls import CONTEXT

# Takes longer than the sun will last, and can't be interrupted from Python.
HOPELESS_PATTERN = "(a+)+$"
HOPELESS_LINE = "a" * 60 + "!"


async def grep(tool: GrepTool, workspace: Path, **arguments: str) -> str:
    return await tool.run(json.dumps(arguments).encode(), workspace, CONTEXT)


async def test_matches_are_shown_with_path_and_line(ask, workspace: Path):
    (workspace / "src").mkdir()
    (workspace / "b.txt").write_text("nothing\nneedle one\n")
    (workspace / "src" / "a.txt").write_text("a needle\r\nNEEDLE\r\n")
    assert await ask("Grep", pattern="needle") == "b.txt:2: needle one\nsrc/a.txt:1: a needle"
    assert (
        await ask("Grep", pattern="(?i)needle$", path="src") == "src/a.txt:1: a needle\nsrc/a.txt:2: NEEDLE"
    )
    assert await ask("Grep", pattern="^needle", path="b.txt") == "b.txt:2: needle one"


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*.py", "a.py:1: x\nsrc/b.py:1: x"),
        ("src/*.{py,ts}", "src/b.py:1: x\nsrc/c.ts:1: x"),
        ("./*.py", "a.py:1: x"),
    ],
)
async def test_a_glob_limits_the_files(ask, workspace: Path, glob: str, found: str):
    (workspace / "src").mkdir()
    for name in ("a.py", "src/b.py", "src/c.ts", "d.md"):
        (workspace / name).write_text("x\n")
    assert await ask("Grep", pattern="x", glob=glob) == found


@pytest.mark.parametrize(
    "data",
    [
        "eins\nzwölf\n".encode(),
        "\ufeffeins\nzwölf".encode(),
        "eins\r\nzwölf\r\n".encode("utf-16"),
        "eins\nzwölf".encode("utf-32"),
    ],
)
async def test_text_of_every_encoding_is_searched(ask, workspace: Path, data: bytes):
    (workspace / "a.txt").write_bytes(data)
    assert await ask("Grep", pattern="^zw.lf$") == "a.txt:2: zwölf"


async def test_binary_files_are_passed_over_and_a_named_one_is_a_failure(ask, workspace: Path):
    (workspace / "a.bin").write_bytes(b"needle\0")
    assert await ask("Grep", pattern="needle") == "(No line matches in 0 text files.)"
    with pytest.raises(ToolFailure, match="is not a text file"):
        await ask("Grep", pattern="needle", path="a.bin")


async def test_a_large_file_is_searched_to_its_end(ask, workspace: Path):
    with (workspace / "big.log").open("w") as file:
        for number in range(300_000):
            file.write(f"line {number}\n")
        file.write("needle")
    assert (
        await ask("Grep", pattern="needle|line 299999")
        == "big.log:300000: line 299999\nbig.log:300001: needle"
    )


async def test_a_long_line_is_shown_around_its_match(ask, workspace: Path):
    (workspace / "a.js").write_text("x" * 3_000_000 + "needle" + "y" * 3_000_000)
    text = await ask("Grep", pattern="needle")
    assert len(text) < 400
    assert "xneedley" in text


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a", "a{2,1}", "(" * 5000 + ")" * 5000])
async def test_a_pattern_that_is_none_is_a_failure_that_says_why(ask, pattern: str):
    with pytest.raises(ToolFailure, match="not a valid regular expression"):
        await ask("Grep", pattern=pattern)


@pytest.mark.parametrize("most", [1, 3])
async def test_matches_are_cut_at_their_cap(workspace: Path, most: int):
    (workspace / "a.txt").write_text("x\n" * 3)
    (workspace / "b.txt").write_text("x\n")
    text = await grep(GrepTool(ToolSettings(max_glob_matches=most)), workspace, pattern="x")
    assert text.count("a.txt:") == most
    assert f"(Stopped after {most} matching line{'s' if most > 1 else ''}: narrow" in text


async def test_a_result_stays_within_its_bytes(workspace: Path):
    (workspace / "a.txt").write_text(("文" * 290 + "\n") * 190)
    text = await grep(GrepTool(ToolSettings(default_max_bytes=8_192)), workspace, pattern="文")
    assert len(text.encode()) <= 8_192
    assert "narrow the pattern" in text


async def test_a_hopeless_pattern_ends_at_its_time_limit_and_keeps_what_was_found(workspace: Path):
    (workspace / "a.txt").write_text("aaa\n")
    (workspace / "b.txt").write_text(HOPELESS_LINE)
    text = await grep(GrepTool(ToolSettings(), time_limit_s=0.5), workspace, pattern=HOPELESS_PATTERN)
    assert text.startswith("a.txt:1: aaa\n(Stopped in 'b.txt': the search took longer than 0.5 s.")


async def test_a_cancel_kills_a_search_that_can_not_be_interrupted(workspace: Path):
    (workspace / "a.txt").write_text("anything")
    accepted: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    writers = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await accepted.put(reader)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # Says when it spins; the connection ends when the process does.
    child = (
        "import re, socket, sys\n"
        f"line = socket.create_connection(('127.0.0.1', {port}))\n"
        f"re.search({HOPELESS_PATTERN!r}, {HOPELESS_LINE!r})\n"
    )
    tool = GrepTool(ToolSettings(), command=(sys.executable, "-I", "-S", "-c", child))
    searching = asyncio.create_task(grep(tool, workspace, pattern="x"))
    line = await accepted.get()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    with contextlib.suppress(ConnectionError):  # how Windows tells that the other side was killed
        assert await line.read() == b""
    for writer in writers:
        writer.close()
        await writer.wait_closed()
    server.close()
    await server.wait_closed()


def test_the_worker_ends_itself_when_nobody_is_left_to_end_it():
    worker = subprocess.Popen(worker_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert worker.stdin is not None
    assert worker.stdout is not None
    text = HOPELESS_LINE.encode()
    worker.stdin.write(json.dumps({"pattern": HOPELESS_PATTERN, "time_limit_s": 0.2}).encode() + b"\n")
    worker.stdin.write(json.dumps({"size": len(text), "most": 1}).encode() + b"\n" + text)
    worker.stdin.flush()
    # Its end closes the pipe; nothing else here ends it.
    assert worker.stdout.read() == b'{"error": ""}\n'
    assert worker.wait() != 0
    worker.stdin.close()
    worker.stdout.close()


async def test_a_search_process_that_breaks_or_can_not_start_is_a_failure(workspace: Path):
    for command, says in (
        ((sys.executable, "-c", ""), "ended unexpectedly"),
        (("no-such-program",), "could not be started"),
    ):
        with pytest.raises(ToolFailure, match=says):
            await grep(GrepTool(ToolSettings(), command=command), workspace, pattern="x")


def test_the_worker_stands_alone():
    program = (
        "import runpy, sys\n"
        f"runpy.run_path({grep_worker.__file__!r}, run_name='imported')\n"
        "print(*sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"roku_desktop", "msgspec", "asyncio", "subprocess"} & set(done.stdout.split())


def test_the_worker_answers_line_numbers():
    pattern, _ = grep_worker.compiled("b")
    assert pattern is not None
    assert grep_worker.search(pattern, "a\nb\nab\n", 1) == ([(2, "b")], True)
    answers = io.BytesIO()
    grep_worker.answer(answers, {"a": "ü"})
    assert answers.getvalue() == b'{"a": "\\u00fc"}\n'
