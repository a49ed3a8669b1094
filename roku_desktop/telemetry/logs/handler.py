"""Takes what this program logs. Installed by `app.py`; loads what writes it with the first line.

Never raises and never waits: what can't be made a line, written or handed on is counted as dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from roku_desktop.telemetry.logs.files import LogFiles
    from roku_desktop.telemetry.logs.line import Levels, LogLine
    from roku_desktop.telemetry.logs.record_line import Clean

OURS: Final = "roku_desktop"
_CLOSE_WITHIN_S: Final = 0.5
_LOGGING: Final = {
    "debug": logging.DEBUG,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "off": logging.CRITICAL + 1,
}

OnDrop = Callable[[int, str], None]
Sink = Callable[["LogLine"], None]


class LogHandler(logging.Handler):
    """The log of one process on one home, from `install` to `remove`.

    `level` and `components` are as in runtime.toml.

    Attributes:
        clean: takes keys out of captured content; None where none is captured, the rule.
    """

    def __init__(
        self,
        folder: Path,
        level: str,
        components: tuple[str, ...],
        clean: Clean | None = None,
        has_room: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        self._has_room = has_room
        self._folder = folder
        self._wanted = (level, components)
        self.clean = clean
        self._levels: Levels | None = None
        self._files: LogFiles | None = None
        self._sink: Sink | None = None
        self._on_drop: OnDrop | None = None
        self._dropped: dict[str, int] = {}
        self._level_before = logging.NOTSET

    def install(self) -> None:
        """Hear all loggers."""
        self._level_before = logging.getLogger(OURS).level
        self._set_level()
        logging.getLogger().addHandler(self)

    def remove(self) -> None:
        """Hear no more, and bring what was heard to the disk; waits a limited time."""
        logging.getLogger().removeHandler(self)
        logging.getLogger(OURS).setLevel(self._level_before)
        if self._files is not None:
            self._files.close(_CLOSE_WITHIN_S)

    @property
    def is_writing(self) -> bool:
        """Whether `remove` has something to wait for."""
        return self._files is not None

    def use(self, level: str, components: tuple[str, ...], clean: Clean | None = None) -> None:
        """Follow a changed configuration."""
        self.clean = clean
        if (level, components) != self._wanted:
            self._wanted, self._levels = (level, components), None
            self._set_level()

    def hand_on(self, sink: Sink | None, on_drop: OnDrop) -> None:
        """Give each line that is kept to `sink` too, in whatever thread; tell of what was dropped so far."""
        self._sink, self._on_drop = sink, on_drop
        for reason, count in self._dropped.items():
            on_drop(count, reason)
        self._dropped.clear()

    def emit(self, record: logging.LogRecord) -> None:
        """Make a line of the record, in the task and thread that logged it."""
        try:
            from roku_desktop.telemetry.logs.record_line import component_of, line_of

            if record.levelno >= self._threshold(component_of(record.name)):
                self._keep(line_of(record, clean=self.clean))
        except Exception:  # noqa: BLE001  whatever goes wrong with a line must not reach who logged it
            self._drop(1, "broken")

    def take(self, line: LogLine) -> None:
        """Keep a line that was made of an event."""
        from roku_desktop.telemetry.logs.line import NUMBERS

        if NUMBERS[line.level] >= self._threshold(line.component):
            self._keep(line)

    def _keep(self, line: LogLine) -> None:
        if self._files is None:
            from roku_desktop.telemetry.logs.files import LogFiles

            self._files = LogFiles(self._folder, self._drop, has_room=self._has_room)
        self._files.write(line)
        if self._sink is not None:
            self._sink(line)

    def _threshold(self, component: str) -> int:
        if self._levels is None:
            from roku_desktop.telemetry.logs.line import Levels

            self._levels = Levels.parse(*self._wanted)
        return self._levels.of(component)

    def _set_level(self) -> None:
        """Let our loggers speak from the lowest level that is wanted, which a --debug may have done."""
        level, components = self._wanted
        lowest = logging.DEBUG if components else _LOGGING.get(level, logging.INFO)
        ours = logging.getLogger(OURS)
        if self._level_before == logging.NOTSET or lowest < self._level_before:
            ours.setLevel(lowest)

    def _drop(self, count: int, reason: str) -> None:
        if self._on_drop is not None:
            self._on_drop(count, reason)
        else:
            self._dropped[reason] = self._dropped.get(reason, 0) + count
