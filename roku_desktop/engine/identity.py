"""Identifiers that sort by time: 48 bits of Unix milliseconds, then 48 random bits, in hex.

Called by the session and by storage. Sorting them sorts by creation, which keeps index pages warm.
"""

from __future__ import annotations

import os
import time


def new_id(prefix: str) -> str:
    """Return for instance `run_0192f3c4a1b2d3e4f5a6b7c8`; unique across processes and machines."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{os.urandom(6).hex()}"


def new_run_id(parent_run_id: str = "") -> str:
    """A sub-agent's run names the one it works for, so that its trace is known wherever the id is."""
    return ".".join(filter(None, (new_id("run"), parent_run_id)))


def leading_run_of(run_id: str) -> str:
    """The run that a person began: the parent of a sub-agent's, any other itself."""
    return run_id.rpartition(".")[2]
