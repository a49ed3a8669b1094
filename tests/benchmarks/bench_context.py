"""What a step of a long conversation costs before the model is asked: the estimate, and what is sent.

A history of 200 000 tokens is estimated in at most 5 ms, and its view with older results as lines (layer
0) and a digest of the older half (layer 1) is made in at most 10 ms. These are times and not ratios: what
is measured is arithmetic alone, the best of many runs.
"""

import sys
import time
from collections.abc import Callable

from roku_desktop.engine.context.estimate import MessageSizes, history_tokens
from roku_desktop.engine.context.shortening import Shortening
from roku_desktop.engine.context.view import Room, view_of
from roku_desktop.engine.messages import Message
from tests.support.long_talk import LongTalk

TOKENS = 200_000
TARGETS_MS = {"estimate": 5.0, "estimate, measured before": 1.0, "layers 0 and 1": 10.0}
RUNS = 30


def long_history() -> list[Message]:
    history: list[Message] = []
    turns = iter(LongTalk(seed=1, turns=2_000).turns)
    while history_tokens(history) < TOKENS:
        history += [message for piece in next(turns).messages() for message in piece]
    return history


def best_ms(measure: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        measure()
        times.append(time.perf_counter() - began)
    return min(times) * 1_000


def main() -> int:
    history = long_history()
    room = Room(tokens=TOKENS, shape=TOKENS)
    known = MessageSizes()
    known.total(history)

    def layers() -> None:
        view = view_of(history, None, room, known)
        shortening = Shortening.of(history, None, view, room=room, sizes=known)
        assert shortening is not None
        assert shortening.collapsed().tokens_after < TOKENS / 2

    found = {
        "estimate": best_ms(lambda: history_tokens(history)),
        "estimate, measured before": best_ms(lambda: known.total(history)),
        "layers 0 and 1": best_ms(layers),
    }
    for name, took_ms in found.items():
        verdict = "ok" if took_ms <= TARGETS_MS[name] else "MISSED"
        print(f"{name:28} {took_ms:8.2f} ms   target {TARGETS_MS[name]:5.1f} ms   {verdict}")
    return int(any(found[name] > TARGETS_MS[name] for name in found))


if __name__ == "__main__":
    sys.exit(main())
