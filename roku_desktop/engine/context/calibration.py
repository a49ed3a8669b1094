"""What providers counted against what was estimated: the factor that corrects the next estimate. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

PAIRS_KEPT: Final = 8
MIN_SCALE: Final = 0.5
MAX_SCALE: Final = 2.0

Pair = tuple[int, int]
"""(estimated, counted) tokens of one request."""


class Calibration:
    """One model's, in one session: languages differ between sessions, tokenizers between models."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self._pairs = deque((pair for pair in pairs if min(pair) > 0), maxlen=PAIRS_KEPT)

    def add(self, estimated: int, counted: int) -> None:
        """Learn from an answer; a provider that counts nothing teaches nothing."""
        if estimated > 0 and counted > 0:
            self._pairs.append((estimated, counted))

    @property
    def scale(self) -> float:
        """Long requests weigh more: it is for them that it matters."""
        if not self._pairs:
            return 1.0
        ratio = sum(counted for _, counted in self._pairs) / sum(estimated for estimated, _ in self._pairs)
        return min(max(ratio, MIN_SCALE), MAX_SCALE)

    def tokens(self, estimated: int) -> int:
        return round(estimated * self.scale)
