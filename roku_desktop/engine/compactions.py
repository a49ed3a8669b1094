"""What becomes of a conversation that grows: the values of a compaction, and the events that tell of it.

A compaction changes what is sent, never what is stored: it says that the first `covers` messages of a
session are sent as its `text`. `context/` makes them, `storage/` keeps them, the faces and telemetry hear
the events. Part of the vocabulary, like `messages.py` and `events.py`.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from roku_desktop.engine.errors import Failure
from roku_desktop.engine.event_base import EventBase
from roku_desktop.engine.messages import Usage, UserMessage, Value

FactKind = Literal["task", "decision", "path", "identifier", "number"]
CompactionLayer = Literal["collapse", "splice", "summary", "reactive"]
CompactionOutcome = Literal["kept", "repaired", "mechanical"]
CompactionCause = Literal["pressure", "exceeded", "person"]
CacheCulprit = Literal["system", "tools", "model"]


class Fact(Value, frozen=True, kw_only=True):
    """Something that may not be lost, as it was said. It is still there where all `keys` are found."""

    kind: FactKind
    text: str
    keys: tuple[str, ...]


class Compaction(msgspec.Struct, frozen=True, kw_only=True):
    """The first `covers` messages of a session are sent as `text`.

    `prompt` is the place among them of one that is sent as it was said: the answer to it was still being
    found when it was covered; -1 = none.
    `outcome`: the text `kept` everything, was `repaired`, or had to be made by the program instead
    (`mechanical`). `lost` counts facts for which there was no room. `provider` and `model` are empty
    where no model wrote it. Tokens are estimates of all that is sent of the conversation.
    """

    compaction_id: str
    layer: CompactionLayer
    covers: int
    text: str
    prompt: int = -1
    facts: tuple[Fact, ...] = ()
    tokens_before: int = 0
    tokens_after: int = 0
    outcome: CompactionOutcome = "kept"
    lost: int = 0
    provider: str = ""
    model: str = ""
    usage: Usage = Usage()

    @property
    def tokens_freed(self) -> int:
        return max(self.tokens_before - self.tokens_after, 0)


class SessionDigest(msgspec.Struct, frozen=True, kw_only=True):
    """A summary that a model wrote ahead of need, of a session's first `covers` messages."""

    covers: int
    text: str


class ContextRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a session's context: the newest compaction, the summary written ahead of need,
    and by (provider, model) what was estimated and what was counted, oldest first."""

    compaction: Compaction | None = None
    digest: SessionDigest | None = None
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}

    @property
    def newest_pairs(self) -> list[tuple[int, int]]:
        """Those of the model that answered last."""
        return next(reversed(self.pairs.values()), [])


class ContextEvent(EventBase, frozen=True, kw_only=True):
    """Base of what is told about the context; `step` is the one that is about to be asked, 0 = none."""

    step: int = 0


class MicrocompactRan(ContextEvent, frozen=True, kw_only=True):
    """Layer 0: results of older tool calls are sent as a line each from now on."""

    results: int
    tokens_freed: int


class MidCompactLayer1Ran(ContextEvent, frozen=True, kw_only=True):
    """Layer 1: the older half is sent as a digest that the program made."""

    compaction: Compaction
    duration_s: float = 0.0


class MidCompactLayer2Ran(ContextEvent, frozen=True, kw_only=True):
    """Layer 2: the older half is sent as the summary that was written ahead of need."""

    compaction: Compaction
    duration_s: float = 0.0


class CompactTriggered(ContextEvent, frozen=True, kw_only=True):
    """A summary is about to be made: by a model, unless that was given up for a while."""

    tokens: int
    window_tokens: int
    cause: CompactionCause = "pressure"


class ReactiveCompactTriggered(ContextEvent, frozen=True, kw_only=True):
    """Layer 4: the provider said that the window is exceeded; it will be asked once more, with less."""

    tokens: int
    window_tokens: int


class CompactComplete(ContextEvent, frozen=True, kw_only=True):
    """What was triggered is done. `failure` is why a model did not write it, if one was asked."""

    compaction: Compaction
    duration_s: float
    cost_usd: float | None = 0.0
    failure: Failure | None = None


class DigestWritten(ContextEvent, frozen=True, kw_only=True):
    """A model wrote a session's summary ahead of need, while nothing else was to do."""

    digest: SessionDigest
    provider: str
    model: str
    usage: Usage
    cost_usd: float | None = 0.0


class AutoCompactCircuitBreakerTripped(ContextEvent, frozen=True, kw_only=True):
    """Models failed to summarise so often that none is asked `until` (Unix seconds)."""

    failures: int
    until: float


class CacheBreakDetected(ContextEvent, frozen=True, kw_only=True):
    """The provider read much less from its cache than before, and no compaction explains it.

    `changed`: what is different in the request; empty where it is the same (the cache has expired).
    """

    provider: str
    model: str
    cached_before: int
    cached_now: int
    changed: tuple[CacheCulprit, ...] = ()


GO_ON: Final = (
    "Your answer reached the limit of its length. Go on exactly where it stopped, and repeat nothing of it."
)
SMALLER: Final = (
    "Your answer reached the limit of its length before it said or did anything. Take smaller steps: think "
    "less at once, and write long files in parts."
)


class OutputSlotEscalated(ContextEvent, frozen=True, kw_only=True):
    """The answer reached the limit of its length; the model is asked to go on with `message`."""

    message: UserMessage
    continuations: int


def asks_for_the_rest(message: UserMessage) -> bool:
    """Whether it is the program that asks here, because the answer before it was cut by its limit."""
    return message.origin == "runtime" and message.text in (GO_ON, SMALLER)
