"""Identifiers that sort by time: 48 bits of Unix milliseconds, then 48 random bits, in hex.

Called by the session and by storage. Sorting them sorts by creation, which keeps index pages warm.
"""

from __future__ import annotations

import os
import time


def new_id(prefix: str) -> str:
    """Return for instance `run_0192f3c4a1b2d3e4f5a6b7c8`; unique across processes and machines."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{os.urandom(6).hex()}"
