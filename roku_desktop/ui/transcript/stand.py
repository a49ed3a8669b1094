"""Where reading an answer stands, between two of its sections.

Pure; kept by `entries.py`, moved by `sections.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from roku_desktop.ui.transcript.markdown_lines import Fence


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """What reading has come to: the open code block, what was drawn last ("" before anything),
    whether a blank line followed it, whether the next text goes on in a line that was cut.

    `table`: where a table goes on behind a cut, its first lines.
    """

    fence: Fence | None = None
    last_kind: str = ""
    after_blank: bool = False
    inside_line: bool = False
    table: tuple[str, ...] = ()


START: Final = Stand()
