"""What reads one answer, whichever wire it comes on: the contract, what was shown, what is no answer.

Owns the text and thinking of an answer in their order, the lenient decoding of one event, and how a body
that is no event stream is told from one. The readers are in the modules of the wires; `chat` drives them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

import msgspec

from roku_desktop.engine.messages import AssistantMessage
from roku_desktop.engine.ports import TextChunk, ThinkingChunk
from roku_desktop.engine.providers.sse import ServerSentEvent

Chunk = TextChunk | ThinkingChunk
T = TypeVar("T")


class Shown:
    """The text and thinking of an answer, in order, neighbours of one kind joined.

    `fresh` gives what came since its last call (one item for a network read), `all` everything.
    """

    __slots__ = ("_kept", "_kind", "_pieces", "_ready")

    def __init__(self) -> None:
        self._kind: type[Chunk] = TextChunk
        self._pieces: list[str] = []
        self._ready: list[Chunk] = []
        self._kept: list[tuple[type[Chunk], list[str]]] = []

    def text(self, piece: str) -> None:
        if self._kind is not TextChunk:
            self._close_run(TextChunk)
        self._pieces.append(piece)

    def thinking(self, piece: str) -> None:
        if self._kind is not ThinkingChunk:
            self._close_run(ThinkingChunk)
        self._pieces.append(piece)

    def fresh(self) -> list[Chunk]:
        self._close_run(self._kind)
        ready, self._ready = self._ready, []
        return ready

    def all(self) -> list[Chunk]:
        return [kind("".join(pieces)) for kind, pieces in self._kept]

    def _close_run(self, next_kind: type[Chunk]) -> None:
        if self._pieces:
            text = "".join(self._pieces)
            self._ready.append(self._kind(text))
            if self._kept and self._kept[-1][0] is self._kind:
                self._kept[-1][1].append(text)
            else:
                self._kept.append((self._kind, [text]))
            self._pieces.clear()
        self._kind = next_kind


class AnswerReader(Protocol):
    """Collects one answer from its events. `done` once the terminal event was seen.

    `read` takes events in: what can be shown of them stands in `shown`, also when it raises;
    `progressed` says whether they held anything but pings. An error event is raised as
    `WireErrorEvent`, an event that is not the protocol as `NotTheProtocolError`. `read_whole` takes an
    answer that came as one JSON document.
    """

    done: bool
    progressed: bool
    shown: Shown

    def read(self, events: Iterable[ServerSentEvent]) -> None: ...

    def read_whole(self, document: bytes) -> None: ...

    def may_end(self) -> bool:
        """Whether a clean end of the body at this place is a complete answer."""
        ...

    def answer(self, provider: str, model: str) -> AssistantMessage: ...


class WireErrorEvent(Exception):
    """The server reported an error inside its stream; `data` is what it said, mostly JSON."""

    def __init__(self, data: bytes) -> None:
        super().__init__("error event")
        self.data = data


class NotTheProtocolError(ValueError):
    """An event that the configured protocol does not have."""


class WireMaybeError(msgspec.Struct, gc=False):
    """A document that may be an error in disguise."""

    error: Any = None


def names_an_error(document: bytes) -> bool:
    """Raises `msgspec.DecodeError` for what is no JSON object."""
    return msgspec.json.decode(document, type=WireMaybeError).error is not None


def opens_a_document(opening: bytes) -> bool:
    """Whether a body begins as JSON; no line of an event stream does."""
    return opening.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def looks_like_events(opening: bytes) -> bool:
    """Whether a body may be an event stream, however early it was cut."""
    opening = opening.lstrip(b"\xef\xbb\xbf\r\n")
    return any(
        opening.startswith(field) or field.startswith(opening)
        for field in (b"data:", b"event:", b":", b"id:", b"retry:")
    )


def decoded(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    """Decode an event; raise `NotTheProtocolError`. One without any data keeps the line open: a ping.

    Servers cut a token's bytes in the middle of a character, or escape half a surrogate pair. One such
    character must not cost the whole answer: it becomes a replacement mark.
    """
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError):
        if not data or data.isspace():
            return decoder.decode(b'{"type":"ping"}')
    try:
        value = json.loads(data.decode("utf-8", "replace"), strict=False)
        return decoder.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:  # msgspec's and json's errors are ValueErrors
        raise NotTheProtocolError from error
