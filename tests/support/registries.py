"""A registry of providers with keys and servers at hand, for tests of what can be asked."""

from __future__ import annotations

import msgspec

from roku_desktop.engine.credential_port import KeySource
from roku_desktop.engine.errors import CredentialError
from roku_desktop.engine.ports import Clock, SystemClock
from roku_desktop.engine.providers.discovery import Discovery
from roku_desktop.engine.providers.local_servers import KINDS, ServerKind
from roku_desktop.engine.providers.registry import ProviderRegistry
from roku_desktop.engine.settings import EngineSettings, LlmSettings, NetworkSettings, Pin, ProviderSettings
from tests.support.fault_server import FaultServer


class Keys:
    """Credentials that hold what they are given; the `locked` ones can't be read."""

    def __init__(self, *, locked: bool = False, **keys: str) -> None:
        self.keys = keys
        self.locked = locked

    async def key_for(self, provider: str) -> str | None:
        if self.locked:
            raise CredentialError("The keyring is locked.")
        return self.keys.get(provider)

    async def source_of(self, provider: str) -> KeySource:
        if self.locked:
            return "unknown"
        return "environment" if provider in self.keys else "missing"

    async def advice_for(self, provider: str) -> str:
        return f"Set the variable ROKU_{provider.upper()}_API_KEY."


def engine_settings(
    *providers: ProviderSettings, pin: Pin | None = None, network: NetworkSettings | None = None
) -> EngineSettings:
    llm = LlmSettings(providers={one.name: one for one in providers}, pin=pin)
    return EngineSettings(llm=llm, network=network or NetworkSettings())


def registry(
    *providers: ProviderSettings,
    keys: Keys | None = None,
    probes: tuple[ServerKind, ...] = (),
    pin: Pin | None = None,
    clock: Clock | None = None,
) -> ProviderRegistry:
    clock = clock or SystemClock()
    return ProviderRegistry(
        settings=engine_settings(*providers, pin=pin),
        credentials=keys or Keys(),
        clock=clock,
        discovery=Discovery(clock=clock, kinds=probes, timeout_s=20.0),
    )


def mylab(server: FaultServer, **changes: object) -> ProviderSettings:
    settings = ProviderSettings(
        name="mylab",
        kind="openai-chat",
        base_url=server.openai_url,
        primary_model="qwen3",
        needs_key=False,
        configured=True,
    )
    return msgspec.structs.replace(settings, **changes)


def claude(server: FaultServer) -> ProviderSettings:
    return ProviderSettings(name="anthropic", kind="anthropic", base_url=server.url, needs_key=False)


def probe(server: FaultServer, name: str = "vllm") -> ServerKind:
    usual = next(one for one in KINDS if one.name == name)
    return msgspec.structs.replace(usual, port=server.port)
