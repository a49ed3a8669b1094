"""The embedded default model as a provider: it answers without a key and without a network.

Owns what is special about a very small model: it starts with its first use, it is restarted if it
died, it can't call tools, and it reads only the newest part of a conversation. The child process is
`model_process`'s, the wire format that of any OpenAI-compatible server. Built by the registry.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from itertools import accumulate
from typing import Final, assert_never

import msgspec

from roku_desktop.engine.errors import ConnectionFailed, ContextWindowExceeded, InvalidRequest
from roku_desktop.engine.messages import AssistantMessage, Message, TextPart, ToolMessage, UserMessage
from roku_desktop.engine.ports import (
    ChatRequest,
    ModelInfo,
    Provider,
    ProviderItem,
    RequestOnWire,
    SystemPrompt,
)
from roku_desktop.engine.providers.images import NO_IMAGES, text_beside
from roku_desktop.engine.providers.model_process import CONTEXT_TOKENS, ModelProcess, server_command
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import EMBEDDED_MODEL, EMBEDDED_PROVIDER, ProviderSettings

Connect = Callable[[ProviderSettings, str], Provider]
"""Builds a provider for an OpenAI-compatible server from its settings and its key."""

_SYSTEM: Final = SystemPrompt(stable="You are a helpful assistant named Roku.")
"""Of five wordings tried, the one with the most right answers; a longer one only confuses it."""

_MAX_OUTPUT_TOKENS: Final = 1024
_HISTORY_TOKENS: Final = CONTEXT_TOKENS - _MAX_OUTPUT_TOKENS - 72  # the rest is for the system prompt
_TOKENS_AROUND_A_MESSAGE: Final = 8


class EmbeddedProvider:
    """`Provider` on top of a child process of its own, shared by all its requests."""

    def __init__(self, *, connect: Connect, command: Sequence[str] | None = None) -> None:
        self._connect = connect
        self._command = tuple(command or server_command())
        self._server: _Server | None = None
        self._closed = False

    @property
    def name(self) -> str:
        return EMBEDDED_PROVIDER

    @property
    def pid(self) -> int | None:
        """The child's process id; None before the first use."""
        return self._server.process.pid if self._server else None

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]:
        """Answer from the newest messages that fit.

        Before anything was answered, a child that turns out to be dead is replaced once, and a
        history that still does not fit is halved until only the newest message is left.
        """
        if request.model != EMBEDDED_MODEL:
            raise InvalidRequest(
                said(
                    "The built-in provider has one model, {only}, and not {model!r}.",
                    only=EMBEDDED_MODEL,
                    model=request.model,
                ),
                provider=EMBEDDED_PROVIDER,
                model=request.model,
            )
        history_tokens, may_restart, announced = _HISTORY_TOKENS, True, False
        while True:
            fitted = _fit(request, history_tokens)
            server = await self._running()
            try:
                wire = await server.wire()
                async with aclosing(wire.stream(fitted)) as items:
                    async for item in items:
                        if not (announced and isinstance(item, RequestOnWire)):
                            yield item
                        announced = True
            except ContextWindowExceeded as error:
                if len(fitted.messages) == 1:
                    raise _too_long(error) from error
                history_tokens //= 2
            except ConnectionFailed:
                await server.aclose()
                if not may_restart or self._closed:
                    raise
                may_restart = False
            else:
                return

    async def list_models(self) -> list[ModelInfo]:
        model = ModelInfo(
            model=EMBEDDED_MODEL,
            provider=EMBEDDED_PROVIDER,
            context_window_tokens=CONTEXT_TOKENS,
            supports_tools=False,
            supports_images=False,
        )
        return [model]

    async def aclose(self) -> None:
        """End the child and wait until it is gone; answers under way break off."""
        self._closed = True
        if self._server is not None:
            await self._server.aclose()

    async def _running(self) -> _Server:
        """The server to ask. Until the new one is in place nothing waits, so two first uses share it."""
        if self._closed:
            raise ConnectionFailed(
                said("The built-in model has been shut down."),
                provider=EMBEDDED_PROVIDER,
                model=EMBEDDED_MODEL,
            )
        server = self._server
        if server is not None and not server.process.ended:
            return server
        self._server = _Server(ModelProcess(command=self._command), self._connect)
        fresh = self._server
        if server is not None:
            await server.aclose()
        return fresh


class _Server:
    """A child and the one client that speaks to it."""

    def __init__(self, process: ModelProcess, connect: Connect) -> None:
        self.process = process
        self._connect = connect
        self._wire: Provider | None = None

    async def wire(self) -> Provider:
        address = await self.process.address()
        if self._wire is None:
            settings = ProviderSettings(
                name=EMBEDDED_PROVIDER,
                kind="local",
                base_url=f"{address}/v1",
                primary_model=EMBEDDED_MODEL,
                needs_key=False,
            )
            self._wire = self._connect(settings, self.process.key)
        return self._wire

    async def aclose(self) -> None:
        try:
            if self._wire is not None:
                await self._wire.aclose()
        finally:
            await self.process.stop()


def _fit(request: ChatRequest, history_tokens: int) -> ChatRequest:
    """Return what the model can read: no tools, a short system prompt, the newest messages.

    Old messages are left out half a budget at a time. Were it one by one, each request would begin
    differently, and the child would have to read all of it anew (20 s) where it now remembers.
    """
    plain = [_plain(message) for message in request.messages]
    sizes = [_estimated_tokens(text) for _message, text in plain]
    half = max(history_tokens // 2, 1)
    left_out = max(0, -((history_tokens - sum(sizes)) // half)) * half
    starts = accumulate(sizes, initial=0)
    kept = [
        message for (message, text), start in zip(plain, starts, strict=False) if text and start >= left_out
    ]
    kept = kept or [plain[-1][0]]
    while len(kept) > 1 and not isinstance(kept[0], UserMessage):
        del kept[0]  # a conversation starts with a question
    return ChatRequest(
        model=EMBEDDED_MODEL,
        system=_SYSTEM,
        messages=tuple(kept),
        max_output_tokens=min(request.max_output_tokens or _MAX_OUTPUT_TOKENS, _MAX_OUTPUT_TOKENS),
    )


def _plain(message: Message) -> tuple[Message, str]:
    """Return the message without calls, thinking and tool results, and its text.

    Tools may have run while another model answered; what they found is told as text.
    """
    match message:
        case UserMessage():
            text = text_beside(message, NO_IMAGES)
            return UserMessage(text=text, origin=message.origin), text
        case AssistantMessage():
            return msgspec.structs.replace(message, parts=(TextPart(text=message.text),)), message.text
        case ToolMessage():
            text = "\n\n".join(f"Result of {one.name}:\n{one.content}" for one in message.results)
            return UserMessage(text=text, origin="runtime"), text
        case _:
            assert_never(message)


def _estimated_tokens(text: str) -> int:
    """Rather more than less: a token is 3 ASCII bytes or 1.5 others.

    Measured with this model's tokenizer: English 3.3 bytes, code 4.0, German 2.4, Russian 2.4,
    Chinese 1.5; digits 1.0, which is what the halving in `stream` is for.
    """
    size_bytes = len(text.encode(errors="surrogatepass"))
    ascii_bytes = sum(char < "\x80" for char in text)
    return (2 * size_bytes - ascii_bytes) // 3 + _TOKENS_AROUND_A_MESSAGE


def _too_long(error: ContextWindowExceeded) -> ContextWindowExceeded:
    return ContextWindowExceeded(
        said("The message is too long for the built-in model, which reads about 2,500 words at most."),
        provider=EMBEDDED_PROVIDER,
        model=EMBEDDED_MODEL,
        status=error.status,
        provider_says=error.provider_says,
    )
