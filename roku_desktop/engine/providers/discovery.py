"""Servers of models on this machine: Ollama, LM Studio, llama.cpp, vLLM at their usual ports.

Owns the search and what is remembered of it. A port proves nothing: each kind is known by its own answer
(`local_servers`), and anything else is left alone. Only loopback is searched, and no key is sent. The
registry calls `servers()`, and `models_at()` for a local server whose address a person gave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from roku_desktop.engine.ports import Clock, ModelInfo
from roku_desktop.engine.providers.local_servers import (
    KINDS,
    Facts,
    ServerKind,
    ServerQuestions,
    no_answer,
)
from roku_desktop.engine.settings import LOCAL_RESILIENCE, ProviderSettings

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S: Final = 0.5
_REMEMBERED_S: Final = 10.0


class LocalServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server that was found: how to reach it, and what it can run (empty = nothing installed)."""

    settings: ProviderSettings
    models: tuple[ModelInfo, ...]


class Discovery:
    """Asks the usual ports, all at once, at most every ten seconds."""

    def __init__(
        self, *, clock: Clock, kinds: Sequence[ServerKind] = KINDS, timeout_s: float = _TIMEOUT_S
    ) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._kinds = tuple(kinds)
        self._lock = asyncio.Lock()
        self._facts: dict[str, Facts] = {}
        self._found: tuple[LocalServer, ...] = ()
        self._found_without: frozenset[int] | None = None  # the ports left out then; None = never asked
        self._found_at_s = 0.0

    async def servers(self, *, except_ports: Collection[int] = ()) -> tuple[LocalServer, ...]:
        """Return what answers within half a second, in the order of the kinds; raises nothing.

        `except_ports` are not asked: those of servers that are configured already.
        """
        skipped = frozenset(except_ports)
        async with self._lock:
            age_s = self._clock.monotonic() - self._found_at_s
            if self._found_without != skipped or age_s >= _REMEMBERED_S:
                self._found = await self._search(skipped)
                self._found_without, self._found_at_s = skipped, self._clock.monotonic()
            return self._found

    async def models_at(self, name: str, base_url: str) -> list[ModelInfo] | None:
        """What a server at that address tells in its own way; None if it is none of the kinds.

        Only plain http: what stands behind TLS is asked through its provider.
        """
        if not base_url.startswith("http://"):
            return None
        address = base_url.rstrip("/").removesuffix("/v1")
        async with await asyncio.to_thread(_plain_client) as client:
            for kind in self._kinds:
                server = self._questions(client, name, address)
                if (models := await self._asked(kind, server)) is not None:
                    return models
        return None

    async def _search(self, skipped: Collection[int]) -> tuple[LocalServer, ...]:
        asked = [kind for kind in self._kinds if kind.port not in skipped]
        async with await asyncio.to_thread(_plain_client) as client, asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._server(client, kind)) for kind in asked]
        return tuple(server for task in tasks if (server := task.result()) is not None)

    async def _server(self, client: httpx.AsyncClient, kind: ServerKind) -> LocalServer | None:
        """Return the server if it is what its port suggests; None for silence, strangers and liars."""
        server = self._questions(client, kind.name, f"http://127.0.0.1:{kind.port}")
        models = await self._asked(kind, server)
        if models is None:
            return None
        settings = ProviderSettings(
            name=kind.name,
            kind="local",
            base_url=f"{server.address}/v1",
            primary_model=models[0].model if models else "",
            needs_key=False,
            resilience=LOCAL_RESILIENCE,
        )
        return LocalServer(settings=settings, models=tuple(models))

    async def _asked(self, kind: ServerKind, server: ServerQuestions) -> list[ModelInfo] | None:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await kind.ask(server)
        except no_answer():
            return None

    def _questions(self, client: httpx.AsyncClient, name: str, address: str) -> ServerQuestions:
        return ServerQuestions(
            client,
            name=name,
            address=address,
            detail_timeout_s=self._timeout_s / 2,
            remembered=self._facts,
        )


def _plain_client() -> httpx.AsyncClient:
    """A client for plain HTTP close by: no proxy, and no trust store to load."""
    import ssl

    from roku_desktop.engine.providers.http_library import load_httpx

    load_httpx()
    import httpx

    trusts_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(verify=trusts_nobody, trust_env=False)
