"""What all providers behind HTTP share: one request, streamed, from the port to the wire and back.

Owns the order of a stream (on the wire, first byte, chunks, one answer), the checks of the answer's
head, and the ending. A vendor's format stands in a subclass (`openai_chat`, `anthropic`) and in its
`answer_reader`; bytes and timers in `exchange`. Nothing is retried here: `routing/` does that.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

import msgspec

from roku_desktop import __version__
from roku_desktop.engine.errors import (
    AuthenticationFailed,
    MalformedResponse,
    ProviderError,
    StreamInterrupted,
)
from roku_desktop.engine.ports import (
    Answer,
    ChatRequest,
    FirstByte,
    ModelInfo,
    ProviderItem,
    RequestOnWire,
)
from roku_desktop.engine.providers.answer_reader import (
    AnswerReader,
    NotTheProtocolError,
    WireErrorEvent,
    looks_like_events,
    names_an_error,
    opens_a_document,
)
from roku_desktop.engine.providers.sse import EventTooLargeError, SseDecoder
from roku_desktop.engine.providers.thinking import patience_s
from roku_desktop.engine.providers.transport import Transport, can_decode, header_value
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import NetworkSettings, Resilience

if TYPE_CHECKING:
    import httpx

    from roku_desktop.engine.providers.exchange import Exchange

MAX_ERROR_BODY_BYTES: Final = 64 * 1024
MAX_LIST_BYTES: Final = 16 * 1024 * 1024
# How long a finished answer may take to end its framing before the connection is given up.
DRAIN_GRACE_S: Final = 0.1

# 201 and 202 come from frameworks that give every POST such a status.
_ANSWERED: Final = frozenset({200, 201, 202, 203})


class HttpProvider(ABC):
    """A `Provider` over HTTP. Subclasses say how their vendor writes things.

    `api_key` None: the server wants none. `direct`: no proxy, for servers of this computer.
    """

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        api_key: str | None = None,
        limits: Resilience | None = None,
        network: NetworkSettings | None = None,
        max_output_tokens: int | None = None,
        direct: bool = False,
    ) -> None:
        self._name = name
        self._base_url = base_url.strip().rstrip("/")
        self._api_key = api_key.strip() if api_key else None
        self._max_output_tokens = max_output_tokens
        self._transport = Transport(
            provider=name,
            base_url=self._base_url,
            network=network or NetworkSettings(),
            limits=limits or Resilience(),
            direct=direct,
        )

    @property
    def name(self) -> str:
        return self._name

    @abstractmethod
    def _chat_url(self) -> str: ...

    @abstractmethod
    def _models_url(self) -> str: ...

    def _key_url(self) -> str:
        """What tells whether the key is right, where `_models_url` answers anybody."""
        return ""

    def _is_unversioned(self) -> bool:
        """Whether the base URL lacks a version that servers of this wire mostly want there."""
        return False

    @abstractmethod
    def _auth_headers(self, api_key: str) -> dict[str, str]: ...

    @abstractmethod
    def _body(self, request: ChatRequest) -> bytes: ...

    @abstractmethod
    def _reader(self) -> AnswerReader: ...

    @abstractmethod
    def _models(self, body: bytes) -> list[ModelInfo]: ...

    def _at(self, path: str, query: str = "") -> str:
        """The address of `path` below the base URL, which may have a query of its own (Azure's version).

        A `/v1` that stands in both is one.
        """
        base, _, own_query = self._base_url.partition("?")
        base = base.rstrip("/")
        if path.startswith("/v1/"):
            base = base.removesuffix("/v1")
        asked = "&".join(part for part in (own_query, query) if part)
        return f"{base}{path}?{asked}" if asked else f"{base}{path}"

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]:
        """Ask once; see `ports.Provider`. Close the iterator to close the connection."""
        try:
            headers = self._headers() | {"accept": "text/event-stream", "content-type": "application/json"}
            if request.traceparent:
                headers["traceparent"] = request.traceparent
            sending = self._transport.exchange(
                "POST",
                self._chat_url(),
                headers=headers,
                content=self._body(request),
                patience_s=patience_s(request.thinking_budget_tokens),
            )
            async with sending as exchange:
                await exchange.sent()
                yield RequestOnWire()
                await self._check_head(exchange, request.model)
                async with aclosing(self._items(exchange, request.model)) as items:
                    async for item in items:
                        yield item
        except ProviderError as error:
            error.model = request.model
            raise

    async def list_models(self) -> list[ModelInfo]:
        """The models this provider offers now. Errors as in `stream`, also for a key that is not right."""
        if self._api_key is not None and (key_url := self._key_url()):
            await self._got(key_url)
        try:
            return self._models(await self._got(self._models_url()))
        except (msgspec.DecodeError, UnicodeError):
            raise self._malformed(
                said("{provider} did not answer with a list of models.", provider=self._name)
            ) from None

    async def _got(self, url: str) -> bytes:
        async with self._transport.exchange("GET", url, headers=self._headers()) as exchange:
            head = await exchange.head()
            if head.status_code != 200:
                raise self._refusal(head, await read_up_to(exchange, MAX_ERROR_BODY_BYTES), "")
            return await read_up_to(exchange, MAX_LIST_BYTES)

    async def aclose(self) -> None:
        await self._transport.aclose()

    def _headers(self) -> dict[str, str]:
        common = {"user-agent": f"roku-desktop/{__version__}", "accept-encoding": "identity"}
        if self._api_key is None:
            return common
        if header_value(self._api_key) is None:
            raise AuthenticationFailed(
                said(
                    "The API key of {provider} has characters that no key has; enter it again.",
                    provider=self._name,
                ),
                provider=self._name,
            )
        return common | self._auth_headers(self._api_key)

    async def _check_head(self, exchange: Exchange, model: str) -> None:
        """Some servers label their stream as anything, or not at all: its content decides."""
        head = await exchange.head()
        if head.status_code not in _ANSWERED:
            raise self._refusal(head, await read_up_to(exchange, MAX_ERROR_BODY_BYTES), model)
        if head.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/html":
            raise self._malformed(
                said("{provider} answered with a web page instead of a model's answer.", provider=self._name)
            )
        encoding = head.headers.get("content-encoding", "identity").lower()
        if not can_decode(encoding):
            raise self._malformed(
                said(
                    "{provider} compressed its answer ({encoding}), which nobody asked for; switch that off "
                    "at the server or at the proxy before it.",
                    provider=self._name,
                    encoding=encoding,
                )
            )

    async def _items(self, exchange: Exchange, model: str) -> AsyncGenerator[ProviderItem, None]:
        reader, decoder = self._reader(), SseDecoder()
        opening = b""
        while not reader.done:
            data = await exchange.read()
            if data and not opening:
                opening = data
                yield FirstByte()
            if data is opening and opens_a_document(opening):
                failed = self._take_whole(reader, data + await read_up_to(exchange, MAX_LIST_BYTES), model)
                data = b""  # it was all
            else:
                failed = self._take(reader, decoder, data, model)
            for chunk in reader.shown.fresh():
                yield chunk
            if failed is not None:
                raise failed
            if not data:
                break
            if reader.progressed:
                reader.progressed = False
                exchange.progressed()
        if not (reader.done or reader.may_end()):
            raise self._incomplete(opening, model)
        await exchange.drain(DRAIN_GRACE_S)
        yield Answer(reader.answer(self._name, model))

    def _take(
        self, reader: AnswerReader, decoder: SseDecoder, data: bytes, model: str
    ) -> ProviderError | None:
        """Read what one network read brought; no data = the end of the body.

        An error is returned and not raised, because what came before it is to be shown first.
        """
        try:
            reader.read(decoder.feed(data) if data else decoder.finish())
        except WireErrorEvent as event:
            return self._error_in_stream(event.data, model)
        except EventTooLargeError:
            return self._malformed(
                said("{provider} sends a single event that is too large to be one.", provider=self._name)
            )
        except NotTheProtocolError:
            if data:  # else the last event was cut in half
                return self._malformed(
                    said("{provider} sent an event that is not of its protocol.", provider=self._name)
                )
        return None

    def _take_whole(self, reader: AnswerReader, document: bytes, model: str) -> ProviderError | None:
        """Read an answer that came at once although a stream was asked for, as some gateways do."""
        try:
            if not names_an_error(document):
                reader.read_whole(document)
        except (WireErrorEvent, NotTheProtocolError, msgspec.DecodeError, UnicodeError):
            return self._unstreamed(document, model)
        return None if reader.done or reader.may_end() else self._unstreamed(document, model)

    def _incomplete(self, opening: bytes, model: str) -> ProviderError:
        """Why a body that ended is no answer; `opening` is how it began."""
        if opening and not looks_like_events(opening):
            return self._unstreamed(opening, model)
        return StreamInterrupted(
            said("{provider} ended its answer before it was complete.", provider=self._name),
            provider=self._name,
        )

    def _refusal(self, head: httpx.Response, body: bytes, model: str) -> ProviderError:
        from roku_desktop.engine.providers.failures import Redactor, error_from_response

        return error_from_response(
            provider=self._name,
            model=model,
            status=head.status_code,
            headers=head.headers,
            body=body,
            now=time.time(),
            redactor=Redactor(self._api_key),
            unversioned=self._is_unversioned(),
        )

    def _error_in_stream(self, body: bytes, model: str) -> ProviderError:
        from roku_desktop.engine.providers.failures import Redactor, error_from_event

        return error_from_event(provider=self._name, model=model, body=body, redactor=Redactor(self._api_key))

    def _unstreamed(self, body: bytes, model: str) -> ProviderError:
        """Status 200 and no stream where one was asked for: an error in disguise, or another protocol."""
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeError):
            value = None
        if isinstance(value, list) and value:
            value = value[0]  # Google's way
        if isinstance(value, dict) and value.get("error"):
            return self._error_in_stream(body, model)
        return self._malformed(
            said("{provider} answered with something that is not a stream of events.", provider=self._name)
        )

    def _malformed(self, sentence: str) -> MalformedResponse:
        return MalformedResponse(sentence, provider=self._name)


async def read_up_to(exchange: Exchange, limit_bytes: int) -> bytes:
    """The body, or as much of it as the limit allows."""
    pieces: list[bytes] = []
    size_bytes = 0
    while size_bytes < limit_bytes and (piece := await exchange.read()):
        pieces.append(piece)
        size_bytes += len(piece)
        exchange.progressed()
    return b"".join(pieces)[:limit_bytes]
