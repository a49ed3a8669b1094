"""One run of a window that text streams into: the program's own, or a bare QPlainTextEdit.

    python -m tests.benchmarks.streamed_windows (window | plain) CHUNKS

Chunks come 2 000 a second, as tens every 5 ms; that timer's gaps are measured too. Prints one line of
JSON: CPU seconds of both halves of the stream, and the gaps' p99 in milliseconds.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit
from qasync import QEventLoop

from roku_desktop.engine import PromptAccepted, StepStarted, TextDelta, UserMessage
from roku_desktop.ui.look import theme
from tests.support.engines import scripted
from tests.support.windows import opened_window

T = TypeVar("T")

CHUNK_CHARS = 5
CHUNKS_AT_ONCE = 10
EVERY_MS = 5

SECTION = """## Part {0}

Streaming is drawn **while it happens**, with *emphasis*, `code` and ~~errors~~. This paragraph is as long as
such paragraphs usually are, so that it breaks into a few lines of the column and grows word by word.

- an item with a few words
- another one, with `code` in it
  - nested a level deeper

```python
def part_{0}(values: list[int]) -> int:
    # adds up what it is given
    return sum(value * {0} for value in values if value > 0)
```

| name | value | meaning |
|------|------:|---------|
| alpha | {0} | the first one |
| beta | 17 | the second one |
| gamma | 4 | the last one |

> A quotation, for good measure.

"""


def chunks(count: int) -> Iterator[str]:
    text = "".join(SECTION.format(number) for number in range(count * CHUNK_CHARS // len(SECTION) + 1))
    return (text[start : start + CHUNK_CHARS] for start in range(0, count * CHUNK_CHARS, CHUNK_CHARS))


class Feeder(Generic[T]):
    """Hands the chunks on at their pace, and measures."""

    def __init__(self, pieces: Sequence[T], take: Callable[[T], object]) -> None:
        self._count = len(pieces)
        self._chunks = iter(pieces)
        self._take = take
        self._fed = 0
        self._done = asyncio.Event()
        self._gaps_ms: list[float] = []
        self._cpu_s: list[float] = []
        self._timer = QTimer(interval=EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    async def run(self) -> dict[str, Any]:
        self._cpu_s.append(time.process_time())
        self._began_s = self._last_s = time.perf_counter()
        self._timer.start()
        await self._done.wait()
        self._timer.stop()
        first, second = (after - before for before, after in itertools.pairwise(self._cpu_s))
        gaps = statistics.quantiles(self._gaps_ms, n=100, method="inclusive")
        return {"halves_cpu_s": [first, second], "gap_p99_ms": gaps[98], "gap_max_ms": max(self._gaps_ms)}

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self._gaps_ms.append((now_s - self._last_s) * 1e3)
        self._last_s = now_s
        # A late tick brings what was missed, so that both windows get the same text in the same time.
        due = int((now_s - self._began_s) * 1e3 / EVERY_MS) * CHUNKS_AT_ONCE
        for piece in itertools.islice(self._chunks, max(0, min(due, self._count) - self._fed)):
            self._take(piece)
            self._fed += 1
            if self._fed == self._count // 2:
                self._cpu_s.append(time.process_time())
        if self._fed == self._count:
            self._cpu_s.append(time.process_time())
            self._done.set()


async def window(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        async with opened_window(Path(home), scripted(["x"])) as opened:
            session_id = (await opened.engine.create_session(Path(home))).session_id
            opened.conversation.open(session_id)
            await opened.bridge.finish()
            here: dict[str, Any] = {"session_id": session_id, "run_id": "run_1", "at": 1.0}
            publish = opened.engine._publish
            publish(PromptAccepted(**here, message=UserMessage(text="Go on")))
            publish(StepStarted(**here, step=1, provider="scripted", model="scripted-1"))
            return await Feeder(
                [TextDelta(**here, step=1, text=text) for text in chunks(count)], publish
            ).run()


async def plain(count: int) -> dict[str, Any]:
    """Of the size that the transcript has in the program's window."""
    bare = QMainWindow()
    edit = QPlainTextEdit()
    edit.setReadOnly(True)
    bare.setCentralWidget(edit)
    bare.resize(840, 600)
    bare.show()
    waiting: list[str] = []

    def flush() -> None:
        if waiting:
            cursor = edit.textCursor()
            cursor.movePosition(cursor.MoveOperation.End)
            cursor.insertText("".join(waiting))
            waiting.clear()
            edit.verticalScrollBar().setValue(edit.verticalScrollBar().maximum())

    timer = QTimer(interval=16, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(flush)
    timer.start()
    result = await Feeder(list(chunks(count)), waiting.append).run()
    bare.hide()
    return result


def main() -> int:
    way, count = sys.argv[1], int(sys.argv[2])
    application = QApplication(["roku-desktop", *theme.ARGUMENTS])
    theme.dress(application)
    theme.show_chinese(application)
    application.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        result = loop.run_until_complete((window if way == "window" else plain)(count))
    print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
