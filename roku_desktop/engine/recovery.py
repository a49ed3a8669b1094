"""What could not be brought back after a restart is told, so that it is counted. Called by the turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from roku_desktop.engine.errors import StorageError
from roku_desktop.engine.events import Event, RecoveryFailed
from roku_desktop.engine.ports import Clock


@contextmanager
def told_if_lost(run_id: str, clock: Clock, publish: Callable[[Event], None]) -> Iterator[None]:
    """Publish that this run can't be loaded where reading it fails; the error goes on to whoever asked.

    That a run may not go on, or is not there, is an answer and no loss.
    """
    try:
        yield
    except StorageError as error:
        publish(RecoveryFailed(session_id="", run_id=run_id, at=clock.now(), error=type(error).__name__))
        raise
