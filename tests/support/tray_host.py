"""A tray on the test's screen: trayer, which takes icons as panels on X11 do. Used by tests/ui."""

from __future__ import annotations

import subprocess
from typing import Self


class TrayHost:
    """Started by `with`, or by `start` and `end` where a panel is to be restarted."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        command = ["trayer", "--edge", "top", "--align", "right", "--widthtype", "request", "--height", "32"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None
