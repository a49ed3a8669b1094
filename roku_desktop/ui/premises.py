"""Where the program runs, as far as its window has to know. Built by `app.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from roku_desktop.last_end import LastEnd
    from roku_desktop.login_start import LoginStart


class Premises(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing of it is there for a window that only measures its start.

    `door` is where a second start of the home is listened to, `login_start` the entry that starts the
    program with the person's session, `last_end` how its last process ended.
    """

    door: str = ""
    login_start: LoginStart | None = None
    last_end: LastEnd | None = None
