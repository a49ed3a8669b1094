"""Where the time to the first word of a turn goes. Owned by a running turn (`session.py`).

    enter → accepted → request on the wire → first byte → first words → published → painted

What lies between the wire and the first words is the network's and the model's; the rest is ours. A
server may send a first byte long before its model has a word, so our own share after the wire is
counted from the words, not from the byte.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from roku_desktop.engine.events import (
    Event,
    FirstToken,
    RequestSent,
    ResponseStarted,
    TextDelta,
    ThinkingDelta,
)


class FirstTokenWatch:
    """Notes each moment once, in seconds since the prompt was entered (`elapsed_s`)."""

    def __init__(self, elapsed_s: Callable[[], float]) -> None:
        self._elapsed_s = elapsed_s
        self._seen = FirstToken(accepted_s=elapsed_s())

    @property
    def ttft_s(self) -> float | None:
        return self._seen.first_words_s

    def seen(self) -> FirstToken:
        return self._seen

    def yielded(self, event: Event) -> None:
        """The loop has yielded this event; until the first words a retry begins anew."""
        if self._seen.first_words_s is not None:
            return
        match event:
            case RequestSent():
                first_sent_s = self._seen.first_sent_s
                self._note(sent_s=self._elapsed_s(), first_byte_s=None)
                if first_sent_s is None:
                    self._note(first_sent_s=self._seen.sent_s)
            case ResponseStarted():
                self._note(first_byte_s=self._elapsed_s())
            case TextDelta() | ThinkingDelta():
                self._note(first_words_s=self._elapsed_s())
            case _:
                pass

    def published(self, event: Event) -> None:
        """The event is on disk and was handed to the listeners."""
        if self._seen.published_s is None and isinstance(event, TextDelta | ThinkingDelta):
            self._note(published_s=self._elapsed_s())

    def painted(self) -> None:
        """A window shows the first words."""
        if self._seen.painted_s is None and self._seen.published_s is not None:
            self._note(painted_s=self._elapsed_s())

    def _note(self, **moments: float | None) -> None:
        self._seen = msgspec.structs.replace(self._seen, **moments)
