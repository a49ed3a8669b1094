"""Follows `runtime.toml` while the program runs.

Owns when the file is looked at and which configuration is in force: a valid change is handed on, an
invalid one is reported and the last good one stays. It compares contents, not times, so editors that
replace the file by renaming, coarse clocks and network folders are all the same to it. Run as a task
by `app.py`; `reload` is called by the faces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from roku_desktop.config.configuration import Configuration
from roku_desktop.config.file import read_bytes
from roku_desktop.config.layers import load, load_content
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.engine.ports import Clock
from roku_desktop.paths import HomePaths

Outcome = Literal["unchanged", "changed", "invalid"]

_SETTLING_READS = 10


class ConfigWatcher:
    """Keeps `current` up to date.

    Attributes:
        current: the configuration in force, always a valid one.
        problem: why the file as it stands now is not in force; None = it is.
    """

    def __init__(
        self,
        paths: HomePaths,
        environ: Mapping[str, str],
        current: Configuration,
        *,
        clock: Clock,
        on_change: Callable[[Configuration], Awaitable[None]],
        on_problem: Callable[[ConfigurationError], None],
        interval_s: float = 1.0,
        settle_s: float = 0.2,
    ) -> None:
        """`interval_s`: between two looks; `settle_s`: how long a changed file must stay the same."""
        self.current = current
        self.problem: ConfigurationError | None = None
        self._paths = paths
        self._environ = dict(environ)
        self._clock = clock
        self._on_change = on_change
        self._on_problem = on_problem
        self._interval_s = interval_s
        self._settle_s = settle_s
        self._seen: bytes | str | None = None
        self._has_looked = False
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Look at the file for ever, until cancelled."""
        while True:
            await self.check()
            await self._clock.sleep(self._interval_s)

    async def check(self) -> Outcome:
        """Look once. A file whose content was judged before is not judged again."""
        async with self._turn:
            seen = await asyncio.to_thread(self._look)
            if self._has_looked and seen == self._seen:
                return "unchanged"
            return await self._judge(await self._settled(seen))

    async def reload(self) -> Configuration:
        """Judge the file now, changed or not, and return what is in force then.

        Raises `ConfigurationError` where the file is wrong; the last good configuration stays.
        """
        async with self._turn:
            await self._judge(await asyncio.to_thread(self._look))
            if self.problem is not None:
                raise self.problem
            return self.current

    def _look(self) -> bytes | str | None:
        """Return the content, None where there is no file, or the reason why it can't be read."""
        try:
            return read_bytes(self._paths.runtime_toml)
        except ConfigurationError as error:
            return str(error)

    async def _settled(self, seen: bytes | str | None) -> bytes | str | None:
        """Wait until an editor has finished: two looks in a row show the same."""
        for _ in range(_SETTLING_READS):
            if not self._has_looked:  # the first look: nobody is known to be writing
                return seen
            await self._clock.sleep(self._settle_s)
            again = await asyncio.to_thread(self._look)
            if again == seen:
                return seen
            seen = again
        return seen

    async def _judge(self, seen: bytes | str | None) -> Outcome:
        try:
            configuration = await asyncio.to_thread(self._load, seen)
        except ConfigurationError as error:
            self._remember(seen)
            self.problem = error
            self._on_problem(error)
            return "invalid"
        changed = configuration != self.current
        if changed:
            await self._on_change(configuration)
        self._remember(seen)
        self.current, self.problem = configuration, None
        return "changed" if changed else "unchanged"

    def _load(self, seen: bytes | str | None) -> Configuration:
        if isinstance(seen, str):
            raise ConfigurationError(seen)
        if seen is None:
            return load(self._paths, self._environ)
        return load_content(self._paths.runtime_toml, seen, self._environ)

    def _remember(self, seen: bytes | str | None) -> None:
        self._seen, self._has_looked = seen, True
