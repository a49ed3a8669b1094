"""From a history that is too long to the compaction that shortens it: how much, and into what text.

Owns the shares of the room that the parts of a compaction get, and the must-survive check with its one
repair: before a text replaces anything, every fact is looked for in it; what is missing is put in as it was
said; and a text that has no room for that gives way to the program's own digest
(docs/decisions/0028). Pure; called by `turn_context.py` and `compacting.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from roku_desktop.engine.compactions import (
    Compaction,
    CompactionLayer,
    CompactionOutcome,
    Fact,
    SessionDigest,
)
from roku_desktop.engine.context.cutting import place_to_cut
from roku_desktop.engine.context.digest import composed, story, with_facts
from roku_desktop.engine.context.estimate import MessageSizes, text_tokens
from roku_desktop.engine.context.facts import fact_tokens, facts_of, fitting, lost, merged
from roku_desktop.engine.context.view import Room, View, newest_prompt, view_of
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.messages import AssistantMessage, Message

_AFTER: Final = 0.45
"""How much of the room a shortened conversation may take: what is left is what it can grow."""
_LEAST_TAIL: Final = 0.12
_MOST_TAIL: Final = 0.25
"""Of the room: what stays as it is."""
_FACTS: Final = 0.25
_STORY: Final = 0.06
_MAX_FACTS_TOKENS: Final = 6_000
_MAX_STORY_TOKENS: Final = 2_000
_SUMMARY: Final = 0.12
_MAX_SUMMARY_TOKENS: Final = 2_000
_HEADINGS_TOKENS: Final = 200


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """What is going to be shortened: the first `covers` messages, `new` of them for the first time.

    `facts` are what may not be lost there, `dropped` counts those for which there is no room.
    """

    covers: int
    new: tuple[Message, ...]
    facts: tuple[Fact, ...]
    dropped: int
    tokens_before: int


class Shortening:
    """One history that is about to be shortened; each layer makes its compaction of it."""

    def __init__(self, history: Sequence[Message], cut: Cut, room: Room, sizes: MessageSizes) -> None:
        self.cut = cut
        self._history = history
        self._room = room
        self._sizes = sizes
        self._story_tokens = min(int(room.tokens * _STORY), _MAX_STORY_TOKENS)
        self.summary_tokens = min(int(room.tokens * _SUMMARY), _MAX_SUMMARY_TOKENS)

    @classmethod
    def of(
        cls,
        history: Sequence[Message],
        before: Compaction | None,
        view: View,
        room: Room,
        sizes: MessageSizes,
    ) -> Shortening | None:
        """Find where to cut, and what may not be lost there; None where nothing is left to shorten.

        `view` is what is sent of the history now, with the compaction `before`.
        """
        covered = before.covers if before else 0
        text_tokens_before = text_tokens(before.text) if before else 0
        tail = min(max(_AFTER - _STORY - text_tokens_before / room.tokens, _LEAST_TAIL), _MOST_TAIL)
        keep_tokens = min(view.tokens // 2, int(room.tokens * tail))
        covers = place_to_cut(history, covered, keep_tokens, sizes)
        if not covers:
            return None
        new = tuple(history[covered:covers])
        found = merged(before.facts if before else (), facts_of(new), new)
        kept = fitting(found, min(int(room.tokens * _FACTS), _MAX_FACTS_TOKENS))
        cut = Cut(
            covers=covers,
            new=new,
            facts=tuple(kept),
            dropped=len(found) - len(kept),
            tokens_before=view.tokens,
        )
        return cls(history, cut, room, sizes)

    def collapsed(self) -> Compaction:
        """Layer 1, and what every other layer falls back on: the digest that needs no model."""
        told = story(self._history[: self.cut.covers], self._story_tokens)
        text = composed(self.cut.covers, with_facts(self.cut.facts), told)
        return self._compaction("collapse", "kept", text)

    def spliced(self, digest: SessionDigest) -> Compaction | None:
        """Layer 2: a summary that is there already, and in lines what it doesn't know yet."""
        since = story(self._history[digest.covers : self.cut.covers], self._story_tokens // 2)
        text = composed(self.cut.covers, with_facts(self.cut.facts), _summary(digest.text), since)
        return self._checked("splice", text)

    def summarised(self, answer: AssistantMessage) -> Compaction | None:
        """Layer 3b: what a model wrote; None where it can't take the place of what it summarises."""
        return self._checked("summary", composed(self.cut.covers, _summary(answer.text)))

    def _checked(self, layer: CompactionLayer, text: str) -> Compaction | None:
        """The check before a text replaces anything; repaired once, else None."""
        missing = lost(self.cut.facts, text)
        outcome: CompactionOutcome = "repaired" if missing else "kept"
        if missing:
            text = f"{text}\n\n{with_facts(missing)}"
        facts_tokens = sum(map(fact_tokens, self.cut.facts))
        allowed = self.summary_tokens + facts_tokens + self._story_tokens + _HEADINGS_TOKENS
        if lost(self.cut.facts, text) or text_tokens(text) > allowed:
            return None
        compaction = self._compaction(layer, outcome, text)
        return compaction if compaction.tokens_after < compaction.tokens_before else None

    def _compaction(self, layer: CompactionLayer, outcome: CompactionOutcome, text: str) -> Compaction:
        prompt = newest_prompt(self._history)
        compaction = Compaction(
            compaction_id=new_id("cmp"),
            layer=layer,
            covers=self.cut.covers,
            text=text,
            prompt=prompt if prompt < self.cut.covers else -1,
            facts=self.cut.facts,
            tokens_before=self.cut.tokens_before,
            outcome=outcome,
            lost=self.cut.dropped,
        )
        after = view_of(self._history, compaction, self._room, self._sizes).tokens
        return msgspec.structs.replace(compaction, tokens_after=after)


def _summary(text: str) -> str:
    return f"## Summary\n{text.strip()}" if text.strip() else ""
