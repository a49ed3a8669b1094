"""The program at rest against a Chromium window that shows an empty page: memory of the whole process trees.

Our idle window takes at most 0.3 times what Chromium's app window takes, and once it was closed into the
tray at most 0.4 times. Both are proportional set sizes, so that what several processes share counts once.
For Linux, where a Chromium is installed; elsewhere it says so and measures nothing.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.harness import Report
from tests.benchmarks.stream_server import stream_server
from tests.support.display import VirtualDisplay
from tests.support.tray_host import TrayHost

ROUNDS = 3
AT_REST_S = 3
"""As long as that, from second to second, the memory has to stay the same."""
STAYS_WITHIN_MB = 1.0
REST_WITHIN_S = 60
NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None or not sys.platform.startswith("linux"):
        print("Nothing was compared with Chromium, because none is installed on this system.")
        return 0
    with stream_server(chunks=5) as server, VirtualDisplay() as display:
        env = {**os.environ, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
        os.environ["DISPLAY"] = display.name  # for the panel that takes icons
        with TrayHost():
            home = server.home()
            rounds = [(*_our_memory_mb(home, env), _chromium_memory_mb(browser, env)) for _ in range(ROUNDS)]
    window, hidden, chromium = (list(figures) for figures in zip(*rounds, strict=True))
    report = Report("chromium")
    against = "Chromium, an empty page"
    report.compare("idle window", (window, chromium), unit="MB", at_most=0.3, against=against)
    report.compare("hidden in the tray", (hidden, chromium), unit="MB", at_most=0.4, against=against)
    return report.finish()


def _our_memory_mb(home: Path, env: Mapping[str, str]) -> tuple[float, float]:
    """While the window is idle, and after it was closed into the tray."""
    command = [str(Path(sys.executable).with_name("roku-desktop")), "--home", str(home), "gui"]
    with running(command, env) as process:
        window = at_rest_mb(process)
        shown = visible_windows(process, env)
        main = shown[0]  # the others are the icon's
        subprocess.run(["xdotool", "windowactivate", "--sync", main, "key", "alt+F4"], env=env, check=True)
        hidden = at_rest_mb(process)
        if main in visible_windows(process, env):
            raise RuntimeError("The window did not close into the tray.")
        return window, hidden


def visible_windows(process: subprocess.Popen[bytes], env: Mapping[str, str]) -> list[str]:
    command = ["xdotool", "search", "--onlyvisible", "--pid", str(process.pid), "--name", "Roku"]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.split()


def _chromium_memory_mb(browser: str, env: Mapping[str, str]) -> float:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, "--app=about:blank", "--no-first-run", f"--user-data-dir={profile}"]
        if os.geteuid() == 0:  # its sandbox refuses root
            command.append("--no-sandbox")
        with running(command, env) as process:
            return at_rest_mb(process)


@contextlib.contextmanager
def running(command: list[str], env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def at_rest_mb(process: subprocess.Popen[bytes]) -> float:
    """Of the process and all below it, in 10^6 bytes, once that has stopped changing."""
    read: list[float] = []
    for _ in range(REST_WITHIN_S):
        time.sleep(1)
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}.")
        read.append(sum(map(_proportional_mb, process_tree(process.pid))))
        last = read[-AT_REST_S - 1 :]
        if len(last) > AT_REST_S and max(last) - min(last) <= STAYS_WITHIN_MB:
            return read[-1]
    raise RuntimeError(f"{process.args!r} did not come to rest; its memory in MB was {read}.")


def process_tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from process_tree(int(child))


def _proportional_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    kib = next(line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(kib) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
