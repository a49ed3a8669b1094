"""A start looks for no garbage: nothing made in it is any, and looking takes a tenth of it.

Used by `main` while a command is loaded, and by a turn until its question is on its way, or a tool that
was approved runs. The window has a longer start and does the same for itself.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[Callable[[], None]]:
    """Collect no garbage inside the block, or until what it yields is called; safe to call again.

    Where nothing was collected before, nothing is afterwards.
    """
    if not gc.isenabled():
        yield lambda: None
        return

    def end() -> None:
        if not gc.isenabled():
            gc.freeze()  # what was made by now stays, and is never searched again
            gc.enable()

    gc.disable()
    try:
        yield end
    finally:
        end()
