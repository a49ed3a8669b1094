"""A person's pause: while it lasts no request goes out to a provider.

What streams already goes on to its end; a turn that is under way waits before its next request, and a
new prompt is refused in a sentence, before anything is stored, so that no time to a first token is
counted that a person wanted to wait. It ends with the program. Heeded by `route.py` and `turns.py`.
"""

from __future__ import annotations

import asyncio

from roku_desktop.engine.errors import EnginePausedError
from roku_desktop.engine.sentences import said


class Pause:
    """One for all sessions of a process."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self._over.set()

    @property
    def lasts(self) -> bool:
        return not self._over.is_set()

    def begin(self) -> None:
        self._over.clear()

    def end(self) -> None:
        self._over.set()

    async def over(self) -> None:
        """Return when requests may go out."""
        await self._over.wait()

    def refuse_prompts(self) -> None:
        """Raises `EnginePausedError` while it lasts."""
        if self.lasts:
            raise EnginePausedError(said("Roku is paused, so nothing is sent."))
