"""Servers of models on this machine: Ollama, LM Studio, llama.cpp, vLLM at their usual ports.

Owns the questions that tell what really listens there. A port proves nothing: each kind is known by
its own answer, and anything else is left alone. Only loopback is asked, only with GET, and no key is
sent. The registry calls `servers()`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from roku_desktop.engine.ports import Clock, ModelInfo
from roku_desktop.engine.settings import LOCAL_RESILIENCE, ProviderSettings

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

_TIMEOUT_S: Final = 0.5
_REMEMBERED_S: Final = 10.0
_MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024


class LocalServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server that was found: how to reach it, and what it can run (empty = nothing installed)."""

    settings: ProviderSettings
    models: tuple[ModelInfo, ...]


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of server, the loopback port where it usually listens, and the question that proves it.

    `ask` returns its models, and raises `NotThatServerError` if the answer is not that server's.
    """

    name: str
    port: int
    ask: Callable[[ProbedServer], Awaitable[list[ModelInfo]]]


class NotThatServerError(Exception):
    """Something else listens there."""


class Discovery:
    """Asks the usual ports, all at once, at most every ten seconds."""

    def __init__(
        self, *, clock: Clock, probes: Sequence[Probe] | None = None, timeout_s: float = _TIMEOUT_S
    ) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._probes = tuple(USUAL_PROBES if probes is None else probes)
        self._lock = asyncio.Lock()
        self._found: tuple[LocalServer, ...] = ()
        self._found_without: frozenset[int] | None = None  # the ports left out then; None = never asked
        self._found_at_s = 0.0

    async def servers(self, *, except_ports: Collection[int] = ()) -> tuple[LocalServer, ...]:
        """Return what answers within half a second, in the order of the probes; raises nothing.

        `except_ports` are not asked: those of servers that are configured already.
        """
        skipped = frozenset(except_ports)
        async with self._lock:
            age_s = self._clock.monotonic() - self._found_at_s
            if self._found_without != skipped or age_s >= _REMEMBERED_S:
                self._found = await self._search(skipped)
                self._found_without, self._found_at_s = skipped, self._clock.monotonic()
            return self._found

    async def _search(self, skipped: Collection[int]) -> tuple[LocalServer, ...]:
        asked = [probe for probe in self._probes if probe.port not in skipped]
        async with await asyncio.to_thread(_plain_client) as client, asyncio.TaskGroup() as group:
            tasks = [group.create_task(_run_probe(client, one, self._timeout_s)) for one in asked]
        return tuple(server for task in tasks if (server := task.result()) is not None)


def _plain_client() -> httpx.AsyncClient:
    """A client for plain HTTP on loopback: no proxy, and no trust store to load."""
    import ssl

    import httpx

    trusts_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(verify=trusts_nobody, trust_env=False)


async def _run_probe(client: httpx.AsyncClient, probe: Probe, timeout_s: float) -> LocalServer | None:
    """Return the server if it is what its port suggests; None for silence, strangers and liars."""
    import httpx

    server = ProbedServer(client, name=probe.name, address=f"http://127.0.0.1:{probe.port}")
    try:
        async with asyncio.timeout(timeout_s):
            models = await probe.ask(server)
    # RecursionError: JSON that is nested without end.
    except (
        TimeoutError,
        httpx.HTTPError,
        msgspec.DecodeError,
        UnicodeError,
        RecursionError,
        NotThatServerError,
    ):
        return None
    settings = ProviderSettings(
        name=probe.name,
        kind="local",
        base_url=f"{server.address}/v1",
        primary_model=models[0].model if models else "",
        needs_key=False,
        resilience=LOCAL_RESILIENCE,
    )
    return LocalServer(settings=settings, models=tuple(models))


class ProbedServer:
    """One address that is being asked."""

    def __init__(self, client: httpx.AsyncClient, *, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self._client = client

    async def get(self, path: str, answer: type[T]) -> T:
        """Fetch one JSON document of a size a list of models can have."""
        async with self._client.stream("GET", self.address + path) as response:
            if response.status_code != 200:
                raise NotThatServerError
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_ANSWER_BYTES:
                    raise NotThatServerError
        return msgspec.json.decode(body, type=answer)

    def model(self, model: str, **known: Any) -> ModelInfo:
        return ModelInfo(model=model, provider=self.name, **known)


class _OllamaModel(msgspec.Struct):
    name: str
    digest: str
    capabilities: list[str] | None = None  # told by newer versions only


class _OllamaTags(msgspec.Struct):
    models: list[_OllamaModel]


class _OllamaVersion(msgspec.Struct):
    version: str


async def _ask_ollama(server: ProbedServer) -> list[ModelInfo]:
    await server.get("/api/version", _OllamaVersion)
    tags = await server.get("/api/tags", _OllamaTags)
    return [
        server.model(
            one.name, supports_tools=None if one.capabilities is None else "tools" in one.capabilities
        )
        for one in tags.models
        if (one.capabilities is None and "embed" not in one.name) or "completion" in (one.capabilities or ())
    ]


class _LmStudioModel(msgspec.Struct):
    id: str
    type: str
    compatibility_type: str
    max_context_length: int | None = None
    capabilities: list[str] | None = None


class _LmStudioModels(msgspec.Struct):
    data: list[_LmStudioModel]


async def _ask_lmstudio(server: ProbedServer) -> list[ModelInfo]:
    """Its own REST interface, because its OpenAI one says nothing that another could not say."""
    listed = await server.get("/api/v0/models", _LmStudioModels)
    if not listed.data:
        raise NotThatServerError  # an empty list proves nothing
    return [
        server.model(
            one.id,
            context_window_tokens=one.max_context_length,
            supports_tools=None if one.capabilities is None else "tool_use" in one.capabilities,
            supports_images=one.type == "vlm",
        )
        for one in listed.data
        if one.type in ("llm", "vlm")
    ]


class _OwnedMeta(msgspec.Struct):
    n_ctx: int | None = None
    n_ctx_train: int | None = None


class _OwnedModel(msgspec.Struct):
    id: str
    owned_by: str
    max_model_len: int | None = None  # vLLM
    meta: _OwnedMeta | None = None  # llama.cpp


class _OwnedModels(msgspec.Struct):
    data: list[_OwnedModel]


async def _ask_by_owner(server: ProbedServer, owner: str) -> list[ModelInfo]:
    listed = await server.get("/v1/models", _OwnedModels)
    if not listed.data or any(one.owned_by != owner for one in listed.data):
        raise NotThatServerError
    models = []
    for one in listed.data:
        meta = one.meta or _OwnedMeta()
        window = one.max_model_len or meta.n_ctx or meta.n_ctx_train
        models.append(server.model(one.id, context_window_tokens=window))
    return models


async def _ask_llamacpp(server: ProbedServer) -> list[ModelInfo]:
    return await _ask_by_owner(server, "llamacpp")


async def _ask_vllm(server: ProbedServer) -> list[ModelInfo]:
    return await _ask_by_owner(server, "vllm")


USUAL_PROBES: Final = (
    Probe(name="ollama", port=11434, ask=_ask_ollama),
    Probe(name="lmstudio", port=1234, ask=_ask_lmstudio),
    Probe(name="llamacpp", port=8080, ask=_ask_llamacpp),
    Probe(name="vllm", port=8000, ask=_ask_vllm),
)
