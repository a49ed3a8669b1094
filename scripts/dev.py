"""Everything a person or a machine does with this checkout, in one command: see --help.

Works with Python 3.11 and pip alone, from any folder. This file only makes sure that the Python is
new enough, so it has to be readable for the oldest ones; the work is in `devtools/`.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is what this line is for
    sys.exit(
        "Roku Desktop needs Python 3.11 or newer, and this is Python %d.%d. "  # noqa: UP031 - readable for any Python
        "Install a newer one and run it with that: python3.11 scripts/dev.py" % sys.version_info[:2]
    )

from devtools.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
