"""A person's first ten minutes, in both languages and both colours, with a picture of every step.

    python -m tests.benchmarks.first_minutes [FOLDER] [--language en|zh_CN] [--scheme light|dark]

The pictures are for a person to look at: what is clipped, untranslated or ugly is found by looking. FOLDER
is `build/first-minutes` unless named. For Linux: Xvfb, openbox, trayer, xdotool, dbus-daemon.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from devtools.translations import compile_outdated

from tests.support.display import VirtualDisplay
from tests.support.first_minutes import ROOT, FirstMinutes, Scheme, walk
from tests.support.first_minutes_words import Language
from tests.support.isolation import private_names
from tests.support.secret_service import SecretService
from tests.support.tray_host import TrayHost


def walked(pictures: Path, language: Language, scheme: Scheme) -> float:
    """Walk once on a screen of its own; returns how long it took, in seconds."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, VirtualDisplay() as display:
        folder = Path(name)
        os.environ["DISPLAY"] = display.name
        environment = {key: os.environ[key] for key in os.environ.keys() - set(private_names(os.environ))}
        environment["XDG_RUNTIME_DIR"] = name
        with TrayHost(), SecretService(folder) as keyring:
            environment["DBUS_SESSION_BUS_ADDRESS"] = keyring.address
            number = 0

            def keep(step: str) -> None:
                nonlocal number
                number += 1
                display.take_picture(pictures / f"{language}-{scheme}" / f"{number:02}-{step}.png")

            walk(FirstMinutes(folder, environment, language=language, scheme=scheme, picture=keep))
    return time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "first-minutes")
    parser.add_argument("--language", choices=("en", "zh_CN"), action="append")
    parser.add_argument("--scheme", choices=("light", "dark"), action="append")
    options = parser.parse_args()
    compile_outdated()
    for language in options.language or ("en", "zh_CN"):
        for scheme in options.scheme or ("light", "dark"):
            took_s = walked(options.folder, language, scheme)
            sys.stdout.write(f"{language} {scheme}: {took_s:.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
