"""The single file against the same program with PyInstaller's default contents: size and start.

At most 0.6 times the size, and 0.6 times the time from spawn to "the first prompt could be typed and
sent" in a window on an X server of its own. Both are built where they aren't built yet from the
present sources, half a minute each. `--version` shows what a start of the command line costs.
"""

import sys
from pathlib import Path

from devtools.single_file import Flavour, built_for_comparison

from tests.benchmarks.harness import Report, paired, program
from tests.benchmarks.stream_server import stream_server
from tests.support.display import VirtualDisplay


def main() -> int:
    lean = built_for_comparison(Flavour())
    default = built_for_comparison(Flavour(contents="default"))
    report = Report("single_file")
    against = "default contents"
    sizes = ([lean.stat().st_size / 1e6], [default.stat().st_size / 1e6])
    report.compare("size", sizes, unit="MB", at_most=0.6, against=against)
    with stream_server(chunks=5) as server, VirtualDisplay() as display:
        arguments: list[str | Path] = ["--home", server.home(), "gui", "--exit-when-ready"]
        env = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
        windows = paired(
            program([lean, *arguments], env=env), program([default, *arguments], env=env), rounds=9
        )
    report.compare("start to first prompt ready", windows.wall(), unit="ms", at_most=0.6, against=against)
    versions = paired(program([lean, "--version"]), program([default, "--version"]), rounds=5)
    report.compare("--version", versions.wall(), unit="ms", at_most=1.0, against=against)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
