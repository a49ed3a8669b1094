"""`roku-desktop --help` against `python -c pass`: at most 4 times the wall time.

The help is what people try first, and it shows that start-up imports nothing it does not need.
"""

import sys
from pathlib import Path

from tests.benchmarks.harness import Report, paired, program


def main() -> int:
    roku_desktop = Path(sys.executable).with_name("roku-desktop")
    pair = paired(program([roku_desktop, "--help"]), program([sys.executable, "-c", "pass"]), rounds=20)
    report = Report("help")
    report.compare("--help, wall", pair.wall(), unit="ms", at_most=4.0, against="python -c pass")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
