"""Server-sent events, decoded from bytes.

Owns the event stream format of the WHATWG HTML standard: line endings, comments, fields, blank lines.
The events do not depend on how the bytes were cut, and only CR, LF and CRLF end a line: U+2028 and
U+0085, which text splitters take for line ends, are ordinary content here. It knows no vendor, does no
I/O and decodes no UTF-8; the answer readers of `openai_chat` and `anthropic` do.

Kept fast because it runs for every token: whole blocks are found by `bytes.split`, and the two shapes
that servers really send are taken apart without looking at lines.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MAX_EVENT_BYTES: Final = 16 * 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"


class ServerSentEvent(NamedTuple):
    """One event. `event` is its name, empty where the server gave none; `data` is UTF-8 as it came."""

    event: bytes
    data: bytes


class EventTooLargeError(ValueError):
    """A single event grew past the limit; nothing of it is kept."""


class SseDecoder:
    """Turns pieces of a body into events. One decoder per answer.

    `feed` raises `EventTooLargeError` when an event is larger than `max_event_bytes`.
    """

    __slots__ = ("_held", "_held_bytes", "_max_event_bytes", "_skip_lf", "_started")

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_event_bytes = max_event_bytes
        self._held: list[bytes] = []  # an unfinished block, in pieces so that a long line is joined once
        self._held_bytes = 0
        self._skip_lf = False
        self._started = False

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """Take the next piece of the body and return the events it completes."""
        if not self._started or self._skip_lf or b"\r" in data:
            data = self._normalised(data)
        if not data:
            return []
        if self._held:
            if b"\n\n" not in data and not (data[0] == 10 and self._held[-1][-1] == 10):
                self._hold(data)
                return []
            data = b"".join((*self._held, data))
            self._held.clear()
            self._held_bytes = 0
        *blocks, rest = data.split(b"\n\n")
        if len(data) > self._max_event_bytes:
            for block in blocks:
                self._check(len(block))
        if rest:
            self._hold(rest)
        return [event for block in blocks if (event := parse_block(block)) is not None]

    def finish(self) -> list[ServerSentEvent]:
        """The body ended: return the last event if only its blank line is missing.

        The standard drops it; servers that forget the last line break are common, and an event that
        was cut in half is no valid JSON and can't pass for a whole one.
        """
        block = b"".join(self._held)
        self._held.clear()
        self._held_bytes = 0
        event = parse_block(block)
        return [] if event is None else [event]

    def _hold(self, data: bytes) -> None:
        self._held_bytes += len(data)
        # Line ends that may still turn out to be the block's end are not part of its size.
        self._check(self._held_bytes - (data[-1] == 10))
        self._held.append(data)

    def _check(self, size_bytes: int) -> None:
        if size_bytes > self._max_event_bytes:
            self._held.clear()
            self._held_bytes = 0
            raise EventTooLargeError(f"an event larger than {self._max_event_bytes} bytes")

    def _normalised(self, data: bytes) -> bytes:
        """Make every line end an LF, across pieces too, and drop a byte order mark at the start."""
        if not self._started:
            data = self._without_bom(data)
        if not data:
            return data
        if self._skip_lf:
            self._skip_lf = False
            if data[0] == 10:
                data = data[1:]
        if data.endswith(b"\r"):
            self._skip_lf = True  # the LF of a CRLF may be the next piece's first byte
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data

    def _without_bom(self, data: bytes) -> bytes:
        data = b"".join((*self._held, data))
        self._held.clear()
        self._held_bytes = 0
        if len(data) < len(_BOM) and _BOM.startswith(data):
            if data:
                self._held.append(data)
            return b""
        self._started = True
        return data.removeprefix(_BOM)


def parse_block(block: bytes) -> ServerSentEvent | None:
    """One block of lines → its event; None for comments, pings without data and empty blocks."""
    if block.startswith(b"data: ") and b"\n" not in block:
        return ServerSentEvent(b"", block[6:])
    if block.startswith(b"event: "):
        name, _, rest = block.partition(b"\n")
        if rest.startswith(b"data: ") and b"\n" not in rest:
            return ServerSentEvent(name[7:], rest[6:])
    return _parse_lines(block)


def _parse_lines(block: bytes) -> ServerSentEvent | None:
    name = b""
    data: list[bytes] = []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.removeprefix(b" ")
    # `id` and `retry` serve reconnecting, which an answer can't do; a comment has an empty field.
    return ServerSentEvent(name, b"\n".join(data)) if data else None
