"""Full-text search over what people and models wrote: the index's words, the query, the snippets.

FTS5's `unicode61` tokenizer takes a run of letters for one word, which in Chinese is a whole
sentence. So CJK characters are set apart with spaces before they are indexed, and a word of the
query is asked for as the phrase of its characters: two characters find what contains them side by
side. Why not the trigram tokenizer, and the figures: docs/decisions/0003.

Hits come newest first and are not ranked: ranking reads every hit of a common word before the first
one is known. What a person types is never FTS syntax. Called by `sessions.py` (writing) and `store.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from roku_desktop.engine.records import SearchHit
from roku_desktop.engine.storage.codec import decode_message, text_to_find

MAX_WORDS: Final = 32
MIN_BEGINNING_LENGTH: Final = 3
SNIPPET_LENGTH: Final = 160
LEAD_LENGTH: Final = 40
# Where the words stand in a huge message is looked for this far; beyond it the hit has no highlight.
LOOKED_THROUGH_LENGTH: Final = 200_000

# Radicals, kana, bopomofo, ideographs with all extensions, Hangul syllables, half-width kana.
_CJK: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_SEAM: Final = rf"(?<=[{_CJK}])(?=\S)|(?<=\S)(?=[{_CJK}])"
_TOKEN: Final = rf"[{_CJK}]|[^\W_{_CJK}]+"

_QUERY: Final = """
SELECT messages.message_id, messages.session_id, sessions.title, messages.position, messages.role,
       messages.created_at, messages.body
FROM (SELECT rowid FROM message_search WHERE message_search MATCH ? ORDER BY rowid DESC LIMIT ?) AS hits
JOIN messages ON messages.message_id = hits.rowid
JOIN sessions ON sessions.session_id = messages.session_id AND sessions.parent_run_id = ''
ORDER BY messages.message_id DESC
"""


def indexed(text: str) -> str:
    """The text as the index holds it: a space on either side of each CJK character."""
    return text if text.isascii() else re.sub(_SEAM, " ", text)


def search(db: Any, text: str, limit: int) -> list[SearchHit]:
    """Messages that contain every word of `text`, newest first.

    The last word may be the beginning of one, so that searching keeps up with typing.
    """
    words = words_of(text)
    if not words:
        return []
    unfinished = _may_go_on(text, words[-1])
    rows = db.execute_sql(_QUERY, (expression(words) + "*" * unfinished, limit)).fetchall()
    marker = _Marker(words, unfinished=unfinished)
    return [_hit(row, marker) for row in rows]


def words_of(text: str) -> list[str]:
    """Words that hold a letter or digit; punctuation alone can't be found and is left out."""
    sound = text.encode(errors="replace").decode()  # half a surrogate pair can't be asked for
    words = sound.replace("\0", " ").split()
    return [word for word in words if re.search(_TOKEN, word)][:MAX_WORDS]


def tokens_of(text: str) -> list[str]:
    """The words of a text as the index holds them: no case, no accents, each CJK character for itself."""
    return re.findall(_TOKEN, text.lower() if text.isascii() else text.translate(_Folding()).lower())


def _may_go_on(text: str, last_word: str) -> bool:
    """Whether the last word is still being typed: no space follows it, and it ends in enough letters.

    Fewer letters begin too many words to be collected in time.
    """
    tokens = re.findall(_TOKEN, last_word)
    return text.endswith(last_word) and len(tokens[-1]) >= MIN_BEGINNING_LENGTH and last_word[-1].isalnum()


def expression(words: Sequence[str]) -> str:
    """Each word in double quotes, where FTS5 knows no syntax; side by side they are all wanted."""
    return " ".join('"' + indexed(word).replace('"', " ") + '"' for word in words)


def _hit(row: Sequence[Any], marker: _Marker) -> SearchHit:
    message_id, session_id, title, position, role, created_at, body = row
    snippet, highlights = marker.snippet(text_to_find(decode_message(body)))
    return SearchHit(
        session_id=session_id,
        session_title=title,
        message_id=message_id,
        position=position,
        role=role,
        created_at=created_at,
        snippet=snippet,
        highlights=highlights,
    )


class _Marker:
    """Finds the words again in the text of a hit, as the tokenizer saw them: no case, no accents."""

    def __init__(self, words: Sequence[str], *, unfinished: bool) -> None:
        self._fold = _Folding()
        patterns = [self._word_pattern(word) for word in words[:-1]]
        patterns.append(self._word_pattern(words[-1], unfinished=unfinished))
        self._pattern = re.compile("|".join(patterns))

    def snippet(self, text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The neighbourhood of the first hit in one line, and where the words stand in it."""
        looked_through = self._folded(text[:LOOKED_THROUGH_LENGTH])
        first = self._pattern.search(looked_through)
        start = max(0, first.start() - LEAD_LENGTH) if first else 0
        start = _start_of_word(text, start)
        end = min(len(text), start + SNIPPET_LENGTH)
        before = "…" if start else ""
        shift = len(before) - start
        marks = tuple(
            (found.start() + shift, found.end() + shift)
            for found in self._pattern.finditer(looked_through, start, end)
        )
        after = "…" if end < len(text) else ""
        return before + re.sub(r"\s", " ", text[start:end]) + after, marks

    def _word_pattern(self, word: str, *, unfinished: bool = False) -> str:
        tokens = re.findall(_TOKEN, self._folded(word))
        inner = r"[\W_]*".join(re.escape(token) for token in tokens)
        # A word in Latin letters must stand alone; next to a CJK character it does.
        before = "" if is_cjk(tokens[0]) else rf"(?<![^\W_{_CJK}])"
        after = "" if is_cjk(tokens[-1]) or unfinished else rf"(?![^\W_{_CJK}])"
        return before + inner + after

    def _folded(self, text: str) -> str:
        return text.lower() if text.isascii() else text.translate(self._fold)


class _Folding(dict[int, str]):
    """Lower case without accents, character by character, so that positions stay what they are."""

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFD", chr(code))
        plain = parts[0] if all(unicodedata.combining(mark) for mark in parts[1:]) else chr(code)
        lower = plain.lower()
        self[code] = lower if len(lower) == 1 else plain
        return self[code]


def is_cjk(token: str) -> bool:
    return re.match(f"[{_CJK}]", token) is not None


def _start_of_word(text: str, start: int) -> int:
    """Move on to the next word if `start` cut one, unless it is very long (or CJK)."""
    if start == 0:
        return 0
    space = text.find(" ", start, start + 15)
    return start if space < 0 else space + 1
