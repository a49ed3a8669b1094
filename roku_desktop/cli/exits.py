"""The exit codes that scripts rely on; `failures` decides which error has which."""

from __future__ import annotations

DONE = 0
BUG = 1
USAGE = 2
PARKED = 3
PROVIDER = 4
STORAGE = 5
INTERRUPTED = 130
