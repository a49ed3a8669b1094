"""The screen that window tests draw on.

Owns: on Linux, one Xvfb with a window manager for the whole test session; pictures of its screen.
On macOS and Windows the native display is used and there is nothing to start. Does not decide
which tests need a screen: `tests/conftest.py` does, and it is the only caller besides tests that
start the program themselves (`PictureTaker` through the `screenshot` fixture).
"""

from __future__ import annotations

import os
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Self

SCREEN = "1400x900x24"
# A cold Xvfb takes 0.3 s; ten seconds means it will never come.
START_TIMEOUT_S = 10.0


class DisplayMissingError(Exception):
    """Xvfb or the window manager can't be started; the message says what to install."""


class VirtualDisplay:
    """Xvfb and openbox, started by `with` and ended with it.

    Attributes: `name` is the value for DISPLAY, for example ":99".
    """

    def __init__(self) -> None:
        self.name = ""
        self._folder = Path(tempfile.mkdtemp(prefix="display-"))
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        try:
            self.name = self._start_server()
            self._start_window_manager()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # The window manager goes first: it would complain about the lost screen.
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(START_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def take_picture(self, path: Path) -> None:
        """Write what the whole screen shows, window frames included, as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png_of_xwd((self._folder / "Xvfb_screen0").read_bytes()))

    def _start_server(self) -> str:
        """The server picks a free number itself, so that parallel runs never collide."""
        reading, writing = os.pipe()
        try:
            command = [_program("Xvfb"), "-displayfd", str(writing), "-screen", "0", SCREEN]
            command += ["-fbdir", str(self._folder), "-nolisten", "tcp", "-noreset"]
            self._spawn(command, pass_fds=(writing,))
        finally:
            os.close(writing)
        try:
            number = _line_from(reading).strip()
        finally:
            os.close(reading)
        if not number:
            raise DisplayMissingError(f"Xvfb did not start: {self._complaint()}")
        return f":{number.decode()}"

    def _start_window_manager(self) -> None:
        """openbox runs its start-up command when it is ready to manage windows: that is the signal."""
        fifo = self._folder / "window-manager-ready"
        os.mkfifo(fifo)
        reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        try:
            command = [_program("openbox"), "--sm-disable", "--startup", f"sh -c 'echo ready > {fifo}'"]
            self._spawn(command, env={**os.environ, "DISPLAY": self.name})
            if not _line_from(reading):
                raise DisplayMissingError(f"openbox did not start: {self._complaint()}")
        finally:
            os.close(reading)

    def _spawn(
        self, command: list[str], *, pass_fds: tuple[int, ...] = (), env: dict[str, str] | None = None
    ) -> None:
        """Start a program that also ends when this process is killed before it can end it itself."""
        if shutil.which("setpriv"):  # util-linux, on every Debian
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        with (self._folder / "log").open("ab") as log:
            self._processes.append(
                subprocess.Popen(
                    command, pass_fds=pass_fds, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            )

    def _complaint(self) -> str:
        return (self._folder / "log").read_text(errors="replace").strip()[-500:] or "it said nothing"


class PictureTaker:
    """Saves pictures of the screen into the folder a person asked for, and does nothing otherwise.

    Tests call it where a picture would help someone to judge the window.
    """

    def __init__(self, folder: Path | None, display: VirtualDisplay | None) -> None:
        self._folder = folder
        self._display = display

    def __call__(self, name: str) -> Path | None:
        """Save `<name>.png`; returns its path, or None where no folder was asked for."""
        if self._folder is None:
            return None
        path = self._folder / f"{name}.png"
        if self._display is not None:
            self._display.take_picture(path)
        else:
            _grab_native_screen(path)
        return path


def png_of_xwd(dump: bytes) -> bytes:
    """Turn an X window dump of 32 bits per pixel, as Xvfb keeps its screen, into a PNG.

    The header is 25 big-endian words (X11/XWDFile.h); colours follow it, 12 bytes each.
    """
    words = struct.unpack(">25I", dump[:100])
    header_size, width, height, bits_per_pixel = words[0], words[4], words[5], words[11]
    bytes_per_line, colours = words[12], words[19]
    if bits_per_pixel != 32:
        raise ValueError(f"The screen has {bits_per_pixel} bits per pixel; only 32 can be read.")
    start = header_size + 12 * colours
    rows = bytearray()
    for y in range(height):
        line = dump[start + y * bytes_per_line :][: width * 4]
        rgb = bytearray(width * 3)
        rgb[0::3], rgb[1::3], rgb[2::3] = line[2::4], line[1::4], line[0::4]
        rows += b"\0" + rgb
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _line_from(descriptor: int) -> bytes:
    """One line, or nothing if it does not come in time or the writer ended without one."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([descriptor], [], [], START_TIMEOUT_S)[0]:
            return b""
        piece = os.read(descriptor, 64)
        if not piece:
            return b""
        line += piece
    return line


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DisplayMissingError(
            f"{name} is missing, so the window tests can't run. `python3 scripts/dev.py test` installs it, "
            "or prints the command that does."
        )
    return found


def _grab_native_screen(path: Path) -> None:
    from PySide6.QtGui import QGuiApplication

    path.parent.mkdir(parents=True, exist_ok=True)
    if not QGuiApplication.primaryScreen().grabWindow(0).save(str(path)):
        raise DisplayMissingError(f"No picture could be taken of the {sys.platform} screen.")
