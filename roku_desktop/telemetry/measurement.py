"""One value of one instrument: what the recorder makes of events, and all that leaves it.

The same measurements go to the rows on disk, to the process's own cells and to the exporters, so they
agree to the last count. Pure values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from roku_desktop.telemetry.instruments import Instrument

Attributes = tuple[tuple[str, str], ...]
"""Names and values, sorted by name; what is unknown is left out, never empty."""


MAX_CHARS: Final = 128
"""Of a value that comes from outside, such as a model's name; the longest that services have are 90."""
UNKNOWN_TOOL: Final = "unknown"
"""Instead of a name that a model made up: it would be one more series each time, and text of a model."""

KnowsTool = Callable[[str], bool]


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is what a counter grows by, what a gauge is now, or one sample of a histogram.

    `at` is Unix seconds.
    """

    instrument: Instrument
    at: float
    value: float
    attributes: Attributes = ()


def attributes_of(named: Mapping[str, str | int | None]) -> Attributes:
    """Sort, and drop what is unknown (None and empty)."""
    return tuple(
        sorted((name, str(value)[:MAX_CHARS]) for name, value in named.items() if value not in (None, ""))
    )
