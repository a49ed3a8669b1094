"""How long this program has been starting: from the creation of its process until now.

Asked once, by `app.py`, when the first prompt can be typed.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def process_age_s() -> float | None:
    """Seconds since the process was created, to a hundredth; None where the system does not say.

    A single-file program is created twice: by whoever starts it, and again when it has unpacked
    itself. It is as old as the first of the two.
    """
    process = os.getppid() if getattr(sys, "frozen", False) and _unpacked_by_parent() else os.getpid()
    match sys.platform:
        case "linux":
            return _age_on_linux(process)
        case "win32":
            return _age_on_windows()
        case _:
            return None


def _unpacked_by_parent() -> bool:
    """Whether the parent is the same program, which unpacked it and waits for it."""
    try:
        return Path(f"/proc/{os.getppid()}/exe").readlink() == Path("/proc/self/exe").readlink()
    except OSError:
        return False


def _age_on_linux(process: int) -> float | None:
    """Field 22 of `/proc/<pid>/stat` (proc(5)): clock ticks between the boot and the process."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    began_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return max(time.clock_gettime(time.CLOCK_BOOTTIME) - began_s, 0.0)


def _age_on_windows() -> float | None:
    import ctypes

    kernel32 = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]  # there only
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    times = [ctypes.c_ulonglong() for _ in range(4)]  # created, ended, kernel, user: 100 ns since 1601
    handle = ctypes.c_void_p(kernel32.GetCurrentProcess())
    if not kernel32.GetProcessTimes(handle, *(ctypes.byref(one) for one in times)):
        return None
    return max(time.time() - (times[0].value / 1e7 - 11_644_473_600), 0.0)
