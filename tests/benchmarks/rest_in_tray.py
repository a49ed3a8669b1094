"""The program closed into the tray and left alone: what it costs whoever leaves it there.

At most 0.3 % of one core, with everything below it, and memory within 10 % of what it was when it was
closed. For Linux; `python -m tests.benchmarks.rest_in_tray [MINUTES]`, 20 unless told.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.bench_chromium import at_rest_mb, process_tree, running, visible_windows
from tests.benchmarks.stream_server import stream_server
from tests.support.display import VirtualDisplay
from tests.support.tray_host import TrayHost

MINUTES = 20
LOOKS_EVERY_S = 60
CPU_AT_MOST = 0.003
GROWS_AT_MOST = 1.10


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with stream_server(chunks=5) as server, VirtualDisplay() as display:
        env = {**os.environ, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
        os.environ["DISPLAY"] = display.name  # for the panel that takes icons
        program = str(Path(sys.executable).with_name("roku-desktop"))
        with TrayHost(), running([program, "--home", str(server.home()), "gui"], env) as process:
            at_rest_mb(process)
            main_window = visible_windows(process, env)[0]
            subprocess.run(
                ["xdotool", "windowactivate", "--sync", main_window, "key", "alt+F4"], env=env, check=True
            )
            at_rest_mb(process)
            if main_window in visible_windows(process, env):
                raise RuntimeError("The window did not close into the tray.")
            return _watch(process.pid, minutes)


def _watch(pid: int, minutes: float) -> int:
    began, used, first_mb = time.monotonic(), _cpu_s(pid), _resident_mb(pid)
    share, now_mb = 0.0, first_mb
    while (spent_s := time.monotonic() - began) < minutes * 60:
        time.sleep(min(LOOKS_EVERY_S, minutes * 60 - spent_s))
        share = (_cpu_s(pid) - used) / (time.monotonic() - began)
        now_mb = _resident_mb(pid)
        print(f"{(time.monotonic() - began) / 60:5.1f} min  {share:.3%} CPU  {now_mb:.1f} MB", flush=True)
    kept = share <= CPU_AT_MOST and now_mb <= first_mb * GROWS_AT_MOST
    print(f"{share:.3%} of a core, from {first_mb:.1f} to {now_mb:.1f} MB: {'kept' if kept else 'NOT kept'}")
    return 0 if kept else 1


def _cpu_s(pid: int) -> float:
    """Of the process and all that runs below it."""
    ticks = 0
    for one in process_tree(pid):
        fields = (
            Path(f"/proc/{one}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kib) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
