"""Who hears what happens: the faces and the recorder of a process. Owned by the service."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable

from roku_desktop.engine.events import Event

_log = logging.getLogger(__name__)

Listener = Callable[[Event], None]


class Listeners:
    """Called in the order they came, for each event in its order, on the loop."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> Callable[[], None]:
        """Call it for every event from now on; returns what ends it."""
        self._listeners.append(listener)

        def remove() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return remove

    def publish(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001  one face's bug must not end another's turn; it is reported
                _log.exception("a listener failed on %s", type(event).__name__)
