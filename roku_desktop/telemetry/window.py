"""The windows of time that figures are given for."""

from __future__ import annotations

from typing import Final, Literal, get_args

Window = Literal["1h", "24h", "7d", "28d"]
WINDOWS: Final[tuple[Window, ...]] = get_args(Window)
WINDOW_S: Final[dict[Window, float]] = {"1h": 3_600, "24h": 86_400, "7d": 7 * 86_400, "28d": 28 * 86_400}
