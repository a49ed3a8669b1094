"""The kinds of model servers that run on a person's own machines, and what each tells of its models.

Owns the questions that prove a kind (a port or a name proves nothing) and the reading of its own
interfaces: models, context windows, tools, images. Nothing is changed at a server and no key is sent.
Called by `discovery`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from roku_desktop.engine.ports import ModelInfo

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

_MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
_NUM_CTX: Final = re.compile(r"^num_ctx\s+(\d+)\s*$", re.MULTILINE)


class NotThatServerError(Exception):
    """Something else listens there."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What an Ollama told of one model; its digest changes whenever any of it does."""

    context_window_tokens: int | None
    capabilities: tuple[str, ...] | None


class ServerQuestions:
    """One address that is being asked.

    `remembered` keeps what never changes from one search to the next. `get` and `post` raise httpx's
    and msgspec's errors, and `NotThatServerError` for any status but 200.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        name: str,
        address: str,
        detail_timeout_s: float,
        remembered: MutableMapping[str, Facts],
    ) -> None:
        self.name = name
        self.address = address
        self.remembered = remembered
        self._client = client
        self._detail_timeout_s = detail_timeout_s

    async def get(self, path: str, answer: type[T]) -> T:
        return await self._ask("GET", path, answer)

    async def post(self, path: str, question: object, answer: type[T]) -> T:
        return await self._ask("POST", path, answer, content=msgspec.json.encode(question))

    async def detail(self, asking: Coroutine[Any, Any, T]) -> T | None:
        """An answer that is good to have; None if it does not come soon, or makes no sense."""
        try:
            async with asyncio.timeout(self._detail_timeout_s):
                return await asking
        except no_answer():
            return None

    async def _ask(self, method: str, path: str, answer: type[T], content: bytes | None = None) -> T:
        """Fetch one JSON document of a size a list of models can have."""
        async with self._client.stream(method, self.address + path, content=content) as response:
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


def no_answer() -> tuple[type[Exception], ...]:
    """How silence, strangers and liars show themselves."""
    import httpx

    # RecursionError: JSON that is nested without end.
    return (
        TimeoutError,
        httpx.HTTPError,
        httpx.InvalidURL,
        msgspec.DecodeError,
        UnicodeError,
        RecursionError,
        NotThatServerError,
    )


class ServerKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of server, the loopback port where it usually listens, and the question that proves it.

    `ask` returns its models, and raises `NotThatServerError` if the answer is not that server's.
    """

    name: str
    port: int
    ask: Callable[[ServerQuestions], Awaitable[list[ModelInfo]]]


class _OllamaModel(msgspec.Struct):
    name: str
    digest: str
    capabilities: list[str] | None = None  # told by newer versions only


class _OllamaTags(msgspec.Struct):
    models: list[_OllamaModel]


class _OllamaVersion(msgspec.Struct):
    version: str


class _OllamaShown(msgspec.Struct):
    parameters: str = ""
    capabilities: list[str] | None = None
    model_info: dict[str, Any] | None = None


class _OllamaLoaded(msgspec.Struct):
    digest: str
    context_length: int | None = None


class _OllamaRunning(msgspec.Struct):
    models: list[_OllamaLoaded]


async def _ask_ollama(server: ServerQuestions) -> list[ModelInfo]:
    """A loaded model's window is what it was loaded with, which may be far less than it could have."""
    await server.get("/api/version", _OllamaVersion)
    tags = await server.get("/api/tags", _OllamaTags)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(server.detail(server.get("/api/ps", _OllamaRunning)))
        asked = [(model, group.create_task(_facts_of(server, model))) for model in tags.models]
    loaded = running.result()
    windows = {one.digest: one.context_length for one in loaded.models} if loaded else {}
    listed = []
    for model, facts in asked:
        known = facts.result()
        can = known.capabilities if known and known.capabilities is not None else model.capabilities
        chats = "completion" in can if can is not None else "embed" not in model.name
        if chats:
            listed.append(
                server.model(
                    model.name,
                    context_window_tokens=windows.get(model.digest)
                    or (known.context_window_tokens if known else None),
                    supports_tools=None if can is None else "tools" in can,
                    supports_images=None if can is None else "vision" in can,
                )
            )
    return listed


async def _facts_of(server: ServerQuestions, model: _OllamaModel) -> Facts | None:
    if model.digest in server.remembered:
        return server.remembered[model.digest]
    shown = await server.detail(server.post("/api/show", {"model": model.name}, _OllamaShown))
    if shown is None:
        return None
    facts = server.remembered[model.digest] = Facts(
        context_window_tokens=_ollama_window(shown),
        capabilities=None if shown.capabilities is None else tuple(shown.capabilities),
    )
    return facts


def _ollama_window(shown: _OllamaShown) -> int | None:
    """What its Modelfile sets, else what the model was made for."""
    if match := _NUM_CTX.search(shown.parameters):
        return int(match[1])
    lengths = [
        value
        for key, value in (shown.model_info or {}).items()
        if key.endswith(".context_length") and isinstance(value, int)
    ]
    return lengths[0] if lengths else None


class _LmStudioModel(msgspec.Struct):
    id: str
    type: str
    compatibility_type: str
    max_context_length: int | None = None
    loaded_context_length: int | None = None
    capabilities: list[str] | None = None


class _LmStudioModels(msgspec.Struct):
    data: list[_LmStudioModel]


async def _ask_lmstudio(server: ServerQuestions) -> list[ModelInfo]:
    """Its own REST interface, because its OpenAI one says nothing that another could not say."""
    listed = await server.get("/api/v0/models", _LmStudioModels)
    if not listed.data:
        raise NotThatServerError  # an empty list proves nothing
    return [
        server.model(
            one.id,
            context_window_tokens=one.loaded_context_length or one.max_context_length,
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


class _LlamaSettings(msgspec.Struct):
    n_ctx: int | None = None


class _LlamaModalities(msgspec.Struct):
    vision: bool | None = None


class _LlamaTemplate(msgspec.Struct):
    supports_tools: bool | None = None


class _LlamaProps(msgspec.Struct):
    default_generation_settings: _LlamaSettings | None = None
    modalities: _LlamaModalities | None = None
    chat_template_caps: _LlamaTemplate | None = None  # told by newer versions only


async def _owned(server: ServerQuestions, owner: str) -> list[_OwnedModel]:
    listed = await server.get("/v1/models", _OwnedModels)
    if not listed.data or any(one.owned_by != owner for one in listed.data):
        raise NotThatServerError
    return listed.data


async def _ask_llamacpp(server: ServerQuestions) -> list[ModelInfo]:
    """The window of one slot counts; `n_ctx_train` is only what the model was made for."""
    listed = await _owned(server, "llamacpp")
    props = await server.detail(server.get("/props", _LlamaProps)) or _LlamaProps()
    slot = props.default_generation_settings
    models = []
    for one in listed:
        meta = one.meta or _OwnedMeta()
        models.append(
            server.model(
                one.id,
                context_window_tokens=(slot and slot.n_ctx) or meta.n_ctx or meta.n_ctx_train,
                supports_tools=props.chat_template_caps and props.chat_template_caps.supports_tools,
                supports_images=props.modalities and props.modalities.vision,
            )
        )
    return models


async def _ask_vllm(server: ServerQuestions) -> list[ModelInfo]:
    listed = await _owned(server, "vllm")
    return [server.model(one.id, context_window_tokens=one.max_model_len) for one in listed]


KINDS: Final = (
    ServerKind(name="ollama", port=11434, ask=_ask_ollama),
    ServerKind(name="lmstudio", port=1234, ask=_ask_lmstudio),
    ServerKind(name="llamacpp", port=8080, ask=_ask_llamacpp),
    ServerKind(name="vllm", port=8000, ask=_ask_vllm),
)
