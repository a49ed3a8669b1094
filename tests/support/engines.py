"""The real engine on a real database, with providers that are scripted in code instead of a network.

Called by the tests of the engine and of the window.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from roku_desktop.engine import Engine, Event, ModelInfo, ProviderStatus, Usage
from roku_desktop.engine.context.instructions import read_instructions
from roku_desktop.engine.errors import AuthenticationFailed, NoEligibleModel
from roku_desktop.engine.images.folder import ImageFolder
from roku_desktop.engine.ports import Clock, Price, Provider, Store, SystemClock
from roku_desktop.engine.providers.scripted import ScriptedAnswer, ScriptedProvider
from roku_desktop.engine.routing.retry import Spread
from roku_desktop.engine.settings import EngineSettings, LlmSettings, ProviderSettings, ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue, standard_catalogue


def settings_for(*names: str) -> EngineSettings:
    """Settings in which these providers are configured, the first one being the default."""
    providers = {
        name: ProviderSettings(
            name=name, kind="openai-chat", primary_model=f"{name}-1", needs_key=False, configured=True
        )
        for name in names
    }
    return EngineSettings(llm=LlmSettings(providers=providers))


class ProvidersAtHand:
    """Implements `ports.Providers` over providers that exist already; `locked` ones lack their key.

    Attributes:
        settings: the newest settings it was given.
    """

    def __init__(self, *providers: Provider, locked: Collection[str] = ()) -> None:
        self._locked = locked
        self._providers = {provider.name: provider for provider in providers}
        self.settings: EngineSettings | None = None

    async def provider(self, name: str) -> Provider:
        if name not in self._providers:
            raise NoEligibleModel(f"There is no provider called {name!r}.", provider=name)
        if name in self._locked:
            raise AuthenticationFailed(f"{name} needs an API key.", provider=name)
        return self._providers[name]

    async def statuses(self, *, discover: bool = True) -> list[ProviderStatus]:
        return [
            ProviderStatus(
                name=name,
                kind="openai-chat",
                base_url="",
                origin="configured",
                key="not needed",
                primary_model=f"{name}-1",
            )
            for name in self._providers
        ]

    async def models(self, name: str, *, anew: bool = False) -> list[ModelInfo]:
        return await (await self.provider(name)).list_models()

    async def listed_window(self, name: str, model: str) -> int | None:
        return None

    async def reconfigure(self, settings: EngineSettings) -> None:
        self.settings = settings

    async def aclose(self) -> None:
        for provider in self._providers.values():
            await provider.aclose()


async def free_of_charge(provider: str, model: str, usage: Usage) -> float | None:
    return 0.0


@asynccontextmanager
async def engine_on(
    home: Path,
    *providers: Provider,
    settings: EngineSettings | None = None,
    clock: Clock | None = None,
    spread: Spread = random.uniform,
    price: Price | None = None,
    locked: Collection[str] = (),
    through: Callable[[Store], Store] = lambda store: store,
    tools: Callable[[ToolSettings], ToolCatalogue] = standard_catalogue,
) -> AsyncIterator[Engine]:
    """The engine on that home, recovered as at a start of the app, closed at the end of the block.

    `through` may put something between the engine and its store.
    """
    from roku_desktop.engine.storage.store import SqliteStore

    clock = clock or SystemClock()
    engine = Engine(
        settings=settings or settings_for(*(provider.name for provider in providers)),
        store=through(await SqliteStore.open(home, clock=clock)),
        providers=ProvidersAtHand(*providers, locked=locked),
        clock=clock,
        price=price or free_of_charge,
        spread=spread,
        tools=tools,
        instructions=partial(read_instructions, None),
        images=partial(ImageFolder, home / "images"),
    )
    try:
        await engine.start()
        yield engine
    finally:
        await engine.aclose()


def scripted(*answers: Sequence[object], name: str = "scripted") -> ScriptedProvider:
    """A provider whose n-th answer has these steps."""
    return ScriptedProvider(
        [ScriptedAnswer(steps=tuple(steps)) for steps in answers],  # type: ignore[arg-type]  # checked there
        name=name,
        models=(f"{name}-1",),
    )


class Heard(list[Event]):
    """All events of an engine, as a listener heard them."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        engine.subscribe(self.append)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self]
