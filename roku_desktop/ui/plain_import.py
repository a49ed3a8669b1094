"""Takes back PySide's wrapper around `import`. Called by `app.py` before anything of the window is loaded.

PySide replaces `builtins.__import__` by a Python function that looks at every import of the process
for `from __feature__ import …`, which this program does not use. That costs a twentieth of the start,
and something at each import for ever after.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  # whose import replaces it


def restore_plain_import() -> None:
    original = getattr(builtins, "__orig_import__", None)  # where PySide keeps what it replaced
    if original is not None:
        builtins.__import__ = original
