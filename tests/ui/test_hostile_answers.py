"""Whatever a model writes, the window lives on, and showing it reads no file and asks no server."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtGui import QImage

from tests.support.engines import scripted
from tests.support.hostile_markdown import HOSTILE, IMAGES
from tests.support.loop_gaps import loop_gaps
from tests.support.windows import opened_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
CHUNK_CHARS: Final = 4_000
LONGEST_GAP_S: Final = 0.1
# Those that are there to do harm may come in big chunks. Where it was measured the worst left 65 ms; one that
# takes time by the square of a line's or a table's length would be far beyond this.
LONGEST_HOSTILE_GAP_S: Final = 0.4


async def shown(home: Path, answer: str, chunk_chars: int) -> tuple[float, str]:
    """The longest gap while the answer streams in, is stored, and is scrolled through; what is shown."""
    pieces = [answer[start : start + chunk_chars] for start in range(0, len(answer), chunk_chars)]
    async with opened_window(home, scripted(pieces)) as opened:
        view = opened.window.transcript
        accepted: list[str] = []  # all of it may be over before anybody looks at the state
        opened.conversation.accepted.connect(accepted.append)
        gc.collect()
        with loop_gaps() as gaps:
            opened.send("Go")
            await opened.until(lambda: accepted and opened.conversation.state == "idle")
            for share in (0.0, 0.5, 0.9, 1.0):
                view.verticalScrollBar().setValue(round(share * view.verticalScrollBar().maximum()))
                view.viewport().repaint()
                await asyncio.sleep(0.02)
        await opened.until_idle()
        return gaps.longest_own_s, view.rows.drawn_once(1).document.toPlainText()


def outcome(returned: object) -> tuple[float, str]:
    assert isinstance(returned, tuple)
    return returned


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_answer_does_not_hold_up_the_window(qt_run: Run, home: Path, answer: str):
    longest_s, _ = outcome(qt_run(shown(home, answer, CHUNK_CHARS)))
    assert longest_s < LONGEST_HOSTILE_GAP_S


def test_an_ordinary_answer_leaves_no_gap(qt_run: Run, home: Path):
    answer = (
        "## A title\n\nSome **words** and `code`.\n\n```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        * 60
    )
    longest_s, text = outcome(qt_run(shown(home, answer, 12)))
    assert longest_s < LONGEST_GAP_S
    assert "A title" in text


def test_showing_an_answer_reads_no_file_and_asks_no_server(qt_run: Run, home: Path, tmp_path: Path):
    picture = tmp_path / "secret.png"
    QImage(4, 4, QImage.Format.Format_RGB32).save(str(picture))
    asked: list[str] = []
    opened_files: list[str] = []
    watching = True

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open" and "secret.png" in str(arguments[0]):
            opened_files.append(str(arguments[0]))

    sys.addaudithook(audit)  # sees what Python opens; the time of access, what Qt does

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode())
        writer.close()

    async def look() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        os.utime(picture, ns=(1, 1))  # older than its last change, so that every reading is noted
        answer = "\n\n".join(IMAGES).format(address, picture)
        _, text = await shown(home, answer, 40)
        assert "pixel" in text
        assert picture.stat().st_atime_ns == 1
        server.close()
        await server.wait_closed()

    try:
        qt_run(look())
    finally:
        watching = False
    assert asked == []
    assert opened_files == []
