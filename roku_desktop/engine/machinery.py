"""What answers prompts, put together: routing, the choice of models, the running turns.

The service makes it when it is first needed: a window can be shown, typed in and closed without, and
its twenty modules are a tenth of a start.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from roku_desktop.engine.context.windows import ContextWindows
from roku_desktop.engine.events import Event, TurnFinished
from roku_desktop.engine.images.folder import ImageFolder
from roku_desktop.engine.memory.memories import Memories
from roku_desktop.engine.memory_ports import MemoryService
from roku_desktop.engine.ports import Clock, Price, Providers, Store
from roku_desktop.engine.records import Instructions
from roku_desktop.engine.routing.chooser import ModelChooser
from roku_desktop.engine.routing.pause import Pause
from roku_desktop.engine.routing.retry import Spread
from roku_desktop.engine.routing.router import Router
from roku_desktop.engine.routing.sight import Sight
from roku_desktop.engine.settings import EngineSettings, MemorySettings, ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from roku_desktop.engine.turns import Turns

if TYPE_CHECKING:
    from roku_desktop.engine.approvals import Approvals
    from roku_desktop.engine.compacting import Compacting
    from roku_desktop.engine.memory.write_back import WriteBack


class Machinery:
    """Shared by all sessions of a process.

    Attributes:
        pause, router, chooser, windows, turns, compacting, approvals, memories: its parts.
    """

    def __init__(
        self,
        settings: EngineSettings,
        *,
        store: Store,
        providers: Providers,
        clock: Clock,
        price: Price,
        publish: Callable[[Event], None],
        spread: Spread | None,
        tools: Callable[[ToolSettings], ToolCatalogue],
        memory_service: Callable[[MemorySettings], MemoryService | None],
        instructions: Callable[[Path], tuple[Instructions, ...]],
        images: ImageFolder | None,
    ) -> None:
        self._publish = publish
        self._store = store
        self._clock = clock
        self._price = price
        self.pause = Pause()
        self.router = Router(
            settings,
            store=store,
            providers=providers,
            clock=clock,
            price=price,
            publish=publish,
            spread=spread or random.uniform,
            pause=self.pause,
            sight=Sight(providers, images),
        )
        self.chooser = ModelChooser(settings.llm, store=store, providers=providers, router=self.router)
        self.windows = ContextWindows(settings, providers)
        self.memories = Memories(
            store.memories, clock, settings.memory, publish, memory_service=memory_service
        )
        self.turns = Turns(
            settings,
            store=store,
            chooser=self.chooser,
            router=self.router,
            clock=clock,
            price=price,
            publish=self._published,
            tools=tools,
            pause=self.pause,
            windows=self.windows,
            memories=self.memories,
            instructions=instructions,
        )

    @cached_property
    def compacting(self) -> Compacting:
        """Made when a first turn has ended, or by hand: none of it is needed for a first word."""
        from roku_desktop.engine.compacting import Compacting

        return Compacting(
            self.turns,
            store=self._store,
            chooser=self.chooser,
            router=self.router,
            clock=self._clock,
            price=self._price,
            publish=self._publish,
        )

    @cached_property
    def write_back(self) -> WriteBack:
        """Made where it is wanted (`runtime.memory.write_back`)."""
        from roku_desktop.engine.memory.write_back import WriteBack

        return WriteBack(self.memories, self._store)

    @cached_property
    def approvals(self) -> Approvals:
        from roku_desktop.engine.approvals import Approvals

        return Approvals(self._store, self.turns, self.turns.gate, self._clock, self._publish)

    async def aclose(self) -> None:
        """Stop every turn as `interrupted` and wait until all is stored."""
        await self.turns.aclose()
        if "compacting" in self.__dict__:
            await self.compacting.aclose()
        if "write_back" in self.__dict__:
            await self.write_back.aclose()

    def _published(self, event: Event) -> None:
        self._publish(event)
        if "compacting" in self.__dict__ or isinstance(event, TurnFinished):
            self.compacting.hear(event)
        if self.memories.writes_back:
            self.write_back.hear(event)

    def use(self, settings: EngineSettings) -> None:
        """Begin later turns with these settings."""
        self.chooser.settings = settings.llm
        self.router.settings = settings
        self.windows.settings = settings
        self.turns.use(settings)
        self.memories.use(settings.memory)
