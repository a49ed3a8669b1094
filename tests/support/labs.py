"""Providers with trouble, and an engine whose time takes none: for tests of retry, breaker and failover."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from roku_desktop.engine import Engine, ModelChoice, ModelInfo, Pin, TurnFinished
from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.ports import Clock, Price
from roku_desktop.engine.providers.scripted import ScriptedAnswer, ScriptedProvider, Step
from roku_desktop.engine.settings import EngineSettings, LlmSettings, ProviderSettings, Resilience
from tests.support.clocks import HeldClock
from tests.support.engines import engine_on


class Lab(ScriptedProvider):
    """A scripted provider that says what its models can do. An error in a script ends that answer."""

    def __init__(
        self,
        name: str,
        *answers: str | ProviderError | tuple[Step, ...],
        tools: bool | None = None,
        window_tokens: int | None = None,
    ) -> None:
        steps = [answer if isinstance(answer, tuple) else (answer,) for answer in answers or ("Hello.",)]
        super().__init__(
            [ScriptedAnswer(steps=each) for each in steps], name=name, models=(f"{name}-1", f"{name}-2")
        )
        self._tools = tools
        self._window_tokens = window_tokens

    async def list_models(self) -> list[ModelInfo]:
        return [
            msgspec.structs.replace(
                info, supports_tools=self._tools, context_window_tokens=self._window_tokens
            )
            for info in await super().list_models()
        ]


def configured(name: str, **more: Any) -> ProviderSettings:
    fields: dict[str, Any] = {
        "kind": "openai-chat",
        "primary_model": f"{name}-1",
        "needs_key": False,
        "configured": True,
    }
    return ProviderSettings(name=name, **(fields | more))


def settings_of(
    *providers: ProviderSettings, pin: Pin | None = None, resilience: Resilience | None = None, **more: Any
) -> EngineSettings:
    """Settings with these providers, the first being the default; one resilience for all, if given."""
    if resilience is not None:
        providers = tuple(msgspec.structs.replace(each, resilience=resilience) for each in providers)
    return EngineSettings(llm=LlmSettings(providers={each.name: each for each in providers}, pin=pin), **more)


@asynccontextmanager
async def engine_of(
    home: Path,
    *labs: Lab,
    settings: EngineSettings | None = None,
    clock: Clock | None = None,
    price: Price | None = None,
    locked: Collection[str] = (),
) -> AsyncIterator[Engine]:
    """The engine with these providers; `locked` ones lack their key. Waits take no time and aren't spread."""
    settings = settings or settings_of(*(configured(lab.name) for lab in labs))
    async with engine_on(
        home,
        *labs,
        settings=settings,
        clock=clock or HeldClock(),
        spread=no_spread,
        price=price,
        locked=locked,
    ) as engine:
        yield engine


def no_spread(low: float, high: float) -> float:
    """The nominal wait: the middle of a backoff's range, the lower end of a server's own."""
    return 1.0


async def say(
    engine: Engine, prompt: str = "Hello", *, session_id: str = "", choice: ModelChoice | None = None
) -> TurnFinished:
    """One whole turn, in a new session unless one is named."""
    session_id = session_id or (await engine.create_session(Path.cwd())).session_id
    turn = await engine.ask(session_id, prompt, choice=choice or ModelChoice())
    return await turn.result()
