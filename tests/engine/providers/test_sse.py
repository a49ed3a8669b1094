"""The event stream format: the same events however the bytes were cut (promise 8)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.providers.sse import EventTooLargeError, ServerSentEvent, SseDecoder

NASTY = [
    b"data: one\n\ndata: two\n\n",
    b"\xef\xbb\xbfdata: after a byte order mark\n\n",
    b"\xef\xbbdata: half a byte order mark\n\ndata: x\n\n",
    b"data: crlf\r\n\r\ndata: two\r\n\r\n",
    b"data: cr\r\rdata: two\r\r",
    b"data: mixed\r\n\ndata: two\n\r\ndata: three\r\r\n\n\r\rdata: four\n\n",
    b'event: named\ndata: {"a": 1}\n\n',
    b'data: {"a": 1}\nevent: name last\n\n',
    b"data: a\ndata:  b\ndata:c\ndata\n\n",
    b": comment\n\n: another\ndata: x\n\n:\n\n",
    b"event: ping\n\ndata: after a nameless ping\n\n",
    b"id: 7\nretry: 10\nunknown: field\ndata: x\n\n",
    'data: {"text": "\u2028 \u2029 \u0085 \x0b \x0c \x1c ü 😀"}\n\n'.encode(),
    b"data: \xff\xfe invalid utf-8 \xe2\x82\n\n",
    b"\n\n\n\ndata: after blank lines\n\n\n\n\ndata: x\n\n",
    b"data:\n\ndata: \n\ndata: x\n\n",
    b"data: [DONE]\n\n",
    b"data: no end",
    b"data: no blank line\n",
    b"data: no blank line\r",
    b"",
]  # fmt: skip


def decode(pieces: Iterable[bytes]) -> list[ServerSentEvent]:
    decoder = SseDecoder()
    return [event for piece in pieces for event in decoder.feed(piece)] + decoder.finish()


def by_the_standard(stream: bytes) -> list[ServerSentEvent]:
    """The algorithm of the WHATWG standard, byte by byte and slowly."""
    lines, line, previous = [], b"", b""
    for char in (bytes([byte]) for byte in stream.removeprefix(b"\xef\xbb\xbf")):
        if char == b"\n" and previous == b"\r":
            pass
        elif char in b"\r\n":
            lines.append(line)
            line = b""
        else:
            line += char
        previous = char
    events, name = [], b""
    data: list[bytes] = []
    for one in [*lines, line, b""]:  # lenient at the end: an unfinished last event counts
        field, _, value = one.partition(b":")
        value = value[1:] if value.startswith(b" ") else value
        if not one:
            if data:
                events.append(ServerSentEvent(name, b"\n".join(data)))
            name, data = b"", []
        elif field == b"event":
            name = value
        elif field == b"data":
            data.append(value)
    return events


@pytest.mark.parametrize("stream", NASTY)
def test_the_events_are_those_of_the_standard(stream: bytes) -> None:
    assert decode([stream]) == by_the_standard(stream)


@pytest.mark.parametrize("stream", NASTY)
def test_every_split_in_two_gives_the_same_events(stream: bytes) -> None:
    for place in range(len(stream) + 1):
        assert decode([stream[:place], stream[place:]]) == decode([stream])


@pytest.mark.parametrize("stream", NASTY)
def test_byte_by_byte_gives_the_same_events(stream: bytes) -> None:
    assert decode(stream[i : i + 1] for i in range(len(stream))) == decode([stream])


LINES = st.sampled_from(
    [b"data: ", b"data:", b"event: ", b":", b"id: 1", b"x", "ü\u2028".encode(), b"", b"\xff"]
)
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n"])
STREAMS = st.lists(st.tuples(LINES, LINES, ENDS).map(b"".join), max_size=12).map(b"".join)


@given(stream=STREAMS | st.binary(max_size=60), data=st.data())
def test_any_cutting_gives_the_events_of_the_standard(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert decode(pieces) == by_the_standard(stream)


def test_line_separators_of_unicode_are_content() -> None:
    text = 'data: {"text": "a\u2028b\u0085c"}\n\n'.encode()
    assert [event.data for event in decode([text])] == [text[6:-2]]


def test_the_largest_event_is_read_and_a_larger_one_refused() -> None:
    fits = SseDecoder(max_event_bytes=100)
    assert len(fits.feed(b"data: " + b"x" * 94 + b"\n\n")) == 1
    with pytest.raises(EventTooLargeError):
        fits.feed(b"data: " + b"x" * 95 + b"\n\n")


@pytest.mark.parametrize("size", [1, 7, 64])
def test_the_limit_holds_for_an_event_in_pieces(size: int) -> None:
    def fed(event: bytes) -> int:
        decoder = SseDecoder(max_event_bytes=100)
        return sum(len(decoder.feed(event[i : i + size])) for i in range(0, len(event), size))

    assert fed(b"data: " + b"x" * 94 + b"\n\n") == 1
    with pytest.raises(EventTooLargeError):
        fed(b"data: " + b"x" * 95 + b"\n\n")


def test_many_events_in_one_piece_may_be_larger_than_the_limit_together() -> None:
    decoder = SseDecoder(max_event_bytes=100)
    assert len(decoder.feed(b"data: x\n\n" * 100)) == 100


def test_a_refused_event_leaves_nothing_behind() -> None:
    decoder = SseDecoder(max_event_bytes=10)
    with pytest.raises(EventTooLargeError):
        decoder.feed(b"data: " + b"x" * 100)
    assert decoder.finish() == []
