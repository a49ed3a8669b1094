"""One window per home: who has it, and how a second start tells it what a person wants.

Owns the lock that says whose the home's window is, the address of the door behind which it listens, and
the knocking. `ui/doorway.py` opens the door; `app.py` claims and knocks, before Qt is loaded: a second
start is over in a moment. Why a lock and a door: docs/decisions/0029.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, Literal, cast

import msgspec

from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.engine.storage.instances import FileLock

MAX_BYTES: Final = 1_000_000
"""Of a wish on its way: a prompt of a book's length, no more."""
HEARD: Final = b"heard\n"
_LONGEST_SOCKET_BYTES: Final = 80
"""The system's limit is 104 (macOS) or 108; Qt makes the socket in a folder beside it, then moves it."""
_KNOCK_AGAIN_S: Final = 0.05
_ANSWER_WITHIN_S: Final = 5.0
_OPEN_WITHIN_S: Final = 15.0
"""A window that is just starting on a busy machine opens its door by then."""


Shown = Literal["window", "quick", "tray"]


class Wish(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person wants of the window: see it, the quick prompt with a text, or that it is in the tray.

    `workspace` is the folder for new sessions where one was named. `activation` is what the desktop gave
    the second start so that the first may come to the front.
    """

    show: Shown = "window"
    text: str = ""
    workspace: str = ""
    activation: str = ""


class SingleInstance:
    """The window of one home, seen from a process that wants to be it.

    Attributes:
        door: where the one that has it listens, "" where this system allows no such place.
    """

    def __init__(self, instances: Path, environ: Mapping[str, str]) -> None:
        self._lock = FileLock(instances / "window")
        self.door = _door(instances, environ)

    def claim(self) -> bool:
        """Become the window's process; False where another one is.

        Where the system has no such locks (some network folders) each start is its own.
        """
        try:
            return self._lock.acquire(wait=False)
        except OSError:
            self.door = ""
            return True

    def release(self) -> None:
        self._lock.release()

    def claim_or_tell(self, wish: Wish, *, within_s: float = _OPEN_WITHIN_S) -> bool:
        """True where the window is ours now, False where another process has heard the wish.

        Waits for one that is just starting, or just ending. Raises `ConfigurationError` where the other
        one does not answer.
        """
        deadline = time.monotonic() + within_s
        while not self.claim():
            if self.door and _knock(self.door, wish):
                return False
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    "Roku already runs on this home but does not answer: end that process, then start again."
                )
            time.sleep(_KNOCK_AGAIN_S)
        return True


def decode_wish(line: bytes) -> Wish | None:
    """None where it is none."""
    with contextlib.suppress(msgspec.DecodeError):
        return msgspec.json.decode(line, type=Wish)
    return None


def _door(instances: Path, environ: Mapping[str, str]) -> str:
    """In the home, which its owner alone may enter; where that path is too long, in the session's folder."""
    if sys.platform == "win32":
        return _name_of(instances)
    if _fits(instances / "door"):
        return str(instances / "door")
    runtime = environ.get("TMPDIR" if sys.platform == "darwin" else "XDG_RUNTIME_DIR", "")
    place = Path(runtime) / _name_of(instances)
    return str(place) if runtime and _fits(place) else ""


def _name_of(instances: Path) -> str:
    from hashlib import sha256  # its library takes longer to load than a start may wait for nothing

    return f"roku-desktop-{sha256(os.fsencode(instances)).hexdigest()[:32]}"


def _fits(place: Path) -> bool:
    return len(os.fsencode(place)) <= _LONGEST_SOCKET_BYTES


def _knock(door: str, wish: Wish) -> bool:
    """Whether somebody behind the door has heard it, in time.

    A pipe of Windows has no time limit, so the talk is a thread's, which a hung window may keep: it ends
    with the process.
    """
    heard = threading.Event()

    def talk() -> None:
        with contextlib.suppress(OSError), _connected(door) as stream:  # nobody there yet, or just gone
            stream.write(msgspec.json.encode(wish) + b"\n")
            stream.flush()
            if stream.readline(len(HEARD)) == HEARD:
                heard.set()

    talking = threading.Thread(target=talk, name="knock", daemon=True)
    talking.start()
    talking.join(_ANSWER_WITHIN_S)
    return heard.is_set()


def _connected(door: str) -> BinaryIO:
    if sys.platform == "win32":
        return cast("BinaryIO", open(rf"\\.\pipe\{door}", "r+b", buffering=0))  # noqa: PTH123  a pipe
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_ANSWER_WITHIN_S)
        connection.connect(door)
        return cast("BinaryIO", connection.makefile("rwb"))
