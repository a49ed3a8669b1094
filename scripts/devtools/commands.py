"""The subcommands of `scripts/dev.py` and their help. The work is done in the modules beside it."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from devtools import debian
from devtools.checkout import WINDOWS, DevError, say, venv_program
from devtools.environment import compile_sources, prepare

USAGE_OF_RUN = """usage: dev.py run [ARGUMENT ...]

Sets everything up, then starts the program. ARGUMENTs go to roku-desktop: without any, its window
opens; `dev.py run ask "Hello"` asks in the terminal; `dev.py run -- --help` shows all it can do."""


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code; failures are told in a sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # old Windows consoles lack some signs
    try:
        if arguments and arguments[0] == "run":
            return _run(list(arguments[1:]))
        return _command(arguments)
    except DevError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def _run(arguments: list[str]) -> int:
    """Takes its arguments as they are; argparse would read the program's options as its own."""
    if arguments in (["-h"], ["--help"]):
        say(USAGE_OF_RUN)
        return 0
    if arguments[:1] == ["--"]:
        del arguments[0]
    prepare("runtime", debian.MODEL, *([debian.WINDOW] if debian.a_window_can_open() else []))
    command = [str(venv_program("roku-desktop")), *arguments]
    if not WINDOWS:
        os.execv(command[0], command)
    return _wait_for(command)


def _wait_for(command: list[str]) -> int:
    """For Windows, whose exec hands the console back before the program ends."""
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the program was told too, and ends in its own way


def _command(arguments: Sequence[str]) -> int:
    """Everything but `run`; each is imported when it is asked for, so that `run` starts quickly."""
    own, further = _split(arguments)
    options = _parser().parse_args(own)
    work = {
        "setup": _setup,
        "test": _test,
        "lint": _lint,
        "bench": _bench,
        "build": _build,
        "translate": _translate,
        "lock": _lock,
    }
    return work[options.command](options, further)


def _setup(options: argparse.Namespace, _: list[str]) -> int:
    prepare("runtime" if options.runtime_only else "dev", debian.MODEL, debian.WINDOW)
    say(f"Ready: {venv_program('roku-desktop')}")
    return 0


def _test(_: argparse.Namespace, for_pytest: list[str]) -> int:
    from devtools.checks import lint_checks, run_checks, suite_check

    prepare("dev", *debian.ALL)
    code = run_checks([*lint_checks(), suite_check(for_pytest)])
    absent = debian.missing(*debian.ALL)
    if absent:  # said before, but far above by now, and the likeliest reason for what failed
        say("\nThe suite needs Debian packages that are not there.")
        debian.remind(absent)
    return code


def _lint(_: argparse.Namespace, __: list[str]) -> int:
    from devtools.checks import lint_checks, run_checks

    prepare("dev")
    return run_checks(lint_checks())


def _bench(options: argparse.Namespace, _: list[str]) -> int:
    from devtools.checks import run_benchmarks

    prepare("dev", *debian.ALL)
    compile_sources()
    return run_benchmarks(options.names)


def _build(_: argparse.Namespace, __: list[str]) -> int:
    from devtools.packages import build

    prepare("dev")
    build()
    return 0


def _lock(options: argparse.Namespace, _: list[str]) -> int:
    from devtools.packages import lock

    prepare("dev")
    lock(upgrade=options.upgrade)
    return 0


def _translate(_: argparse.Namespace, __: list[str]) -> int:
    from devtools import texts, translations

    prepare("dev")
    missing = texts.update()
    translations.compile_outdated()
    say("\n".join([*missing, f"{len(missing)} texts have no translation."]))
    return int(bool(missing))


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is ours, and what stands behind `--` for another program."""
    words = list(arguments)
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py", description="Set up, run, check and build Roku Desktop from this checkout."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    setup = commands.add_parser("setup", help="make .venv ready, with all that development needs")
    setup.add_argument(
        "--runtime-only", action="store_true", help="install only what the program itself needs"
    )
    commands.add_parser("run", help="set everything up and start the program; see `run --help`")
    commands.add_parser(
        "test",
        help="set everything up and check everything: style, types, layer contracts, the suite",
        epilog="What stands behind -- goes to pytest: dev.py test -- tests/engine -k stream",
    )
    commands.add_parser("lint", help="style, types and layer contracts only")
    bench = commands.add_parser("bench", help="measure against the targets; results go to build/bench/")
    bench.add_argument("names", nargs="*", metavar="NAME", help="which (default: all)")
    commands.add_parser(
        "build",
        help="make sdist, wheel and the single-file program in dist/, and try them",
        description="Makes sdist and wheel in dist/ and tries the wheel in a fresh environment; then makes "
        "the single-file program for this system, without the embedded model. With it, or to build twice "
        "and compare: scripts/build_installers.py.",
    )
    commands.add_parser(
        "translate", help="bring resources/translations up to the sources; says what is not translated"
    )
    lock = commands.add_parser("lock", help="re-make the hashed requirement files from pyproject.toml")
    lock.add_argument("--upgrade", action="store_true", help="take the newest allowed versions")
    return parser
