"""The base of the read-only tools: a struct of arguments in, text out, all work in a thread.

Owns what the six have in common: spec, validation, the thread, and how it is told to stop. A
cancelled tool returns at once; its thread sees the `StopSignal` at its next check, within one folder
or one chunk of a file. It is not waited for, so that a dead network drive can't hold up a cancel.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Generic

from roku_desktop.engine.ports import CallContext, ToolSpec
from roku_desktop.engine.settings import HARD_MAX_READ_BYTES, ToolSettings
from roku_desktop.engine.tools.arguments import ArgumentsT, decode, schema_text
from roku_desktop.engine.tools.workspace import Workspace


class Stopped(Exception):
    """Ends the thread of a cancelled tool; nobody is left to see it."""


class StopSignal:
    """Tells a thread that nobody waits for it any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = False
        self._callbacks: list[Callable[[], None]] = []

    def set(self) -> None:
        with self._lock:
            self._stopped = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise `Stopped` if the signal was set."""
        if self._stopped:
            raise Stopped

    def on_set(self, callback: Callable[[], None]) -> None:
        """Call `callback` from whoever sets the signal, or at once if it was set before."""
        with self._lock:
            if not self._stopped:
                self._callbacks.append(callback)
                return
        callback()


class FileTool(ABC, Generic[ArgumentsT]):
    """One read-only tool; a subclass says its name, its arguments and how it answers.

    `max_bytes` bounds the answer: the setting, clamped to `HARD_MAX_READ_BYTES`.
    """

    name: str
    description: str
    arguments_type: type[ArgumentsT]
    read_only = True

    def __init__(self, settings: ToolSettings) -> None:
        self.settings = settings
        self.max_bytes = min(settings.default_max_bytes, HARD_MAX_READ_BYTES)

    @functools.cached_property
    def spec(self) -> ToolSpec:
        return ToolSpec(name=self.name, description=self.description, schema=schema_text(self.arguments_type))

    def validate(self, arguments: bytes) -> None:
        decode(arguments, self.arguments_type)

    async def run(self, arguments: bytes, workspace: Path, context: CallContext) -> str:
        values = decode(arguments, self.arguments_type)
        stop = StopSignal()
        try:
            return await asyncio.to_thread(self._answer_in, values, workspace, context, stop)
        except asyncio.CancelledError:
            stop.set()
            raise

    def _answer_in(self, arguments: ArgumentsT, root: Path, context: CallContext, stop: StopSignal) -> str:
        stop.check()
        return self.answer(arguments, self.place(arguments, root, context), stop)

    def place(self, arguments: ArgumentsT, root: Path, context: CallContext) -> Workspace:
        """Return where the paths of the arguments lie."""
        return Workspace(root)

    @abstractmethod
    def answer(self, arguments: ArgumentsT, workspace: Workspace, stop: StopSignal) -> str:
        """Return the text for the model, or raise `ToolFailure`. Blocking; checks `stop` as it goes."""
