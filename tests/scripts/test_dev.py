"""`scripts/dev.py`: the one command that a person with a fresh clone has."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from devtools.checks import run_checks, suite_check
from devtools.commands import main

ROOT = Path(__file__).resolve().parents[2]

only_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="the stand-in for the program is a shell script, and python a link"
)

# A checkout elsewhere computes its own digest: paths and files decide it.
REMEMBER_SETUP = """
import json
from devtools import checkout, environment
stamp = {"kind": "runtime", "root": str(checkout.ROOT), "digest": environment._digest("runtime")}
environment.STAMP.write_text(json.dumps(stamp))
"""


def run(program: Sequence[str | Path], *, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"} | variables
    environment.pop("DISPLAY", None)
    return subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def ready_checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with spaces, set up with a program that tells what it was given."""
    checkout = tmp_path / "my roku desktop"
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, checkout / name)
    shutil.copy(ROOT / "pyproject.toml", checkout)
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    program = binaries / "roku-desktop"
    program.write_text('#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\nexit 4\n')
    program.chmod(0o755)
    scripts = str(checkout / "scripts")
    remembered = run([sys.executable, "-c", REMEMBER_SETUP], folder=checkout, PYTHONPATH=scripts)
    assert remembered.returncode == 0, remembered.stderr
    return checkout


@only_posix
@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        ([], []),
        (["ask", "two words", "--json"], ["ask", "two words", "--json"]),
        (["--home", "x"], ["--home", "x"]),
        (["--", "--help"], ["--help"]),
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_a_second_run_starts_the_program_with_its_arguments_and_exit_code(
    ready_checkout: Path, tmp_path: Path, given: list[str], passed_on: list[str]
):
    done = run([sys.executable, ready_checkout / "scripts" / "dev.py", "run", *given], folder=tmp_path)
    assert done.stdout.splitlines() == [f"<{word}>" for word in passed_on]
    assert (done.returncode, done.stderr) == (4, "")


def test_an_older_python_is_told_what_is_needed():
    program = (
        "import runpy, sys\nsys.version_info = (3, 9, 2, 'final', 0)\n"
        "runpy.run_path('scripts/dev.py', run_name='__main__')\n"
    )
    done = run([sys.executable, "-c", program], folder=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith("Roku Desktop needs Python 3.11 or newer, and this is Python 3.9.")


def test_an_older_python_can_read_the_file_that_tells_it():
    source = (ROOT / "scripts" / "dev.py").read_text(encoding="ascii")
    ast.parse(source, feature_version=(3, 4))


@only_posix
def test_without_pip_and_network_a_sentence_says_what_to_do(ready_checkout: Path):
    shutil.rmtree(ready_checkout / ".venv")
    variables = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PATH": "/nowhere"}
    done = run([sys.executable, "scripts/dev.py", "setup"], folder=ready_checkout, **variables)
    assert done.returncode == 1
    assert "pip could not fetch uv. Check the network" in done.stderr
    assert "Traceback" not in done.stderr


@only_posix
def test_a_folder_that_is_no_environment_is_left_alone(ready_checkout: Path):
    (ready_checkout / ".venv" / "setup.json").unlink()
    (ready_checkout / ".venv" / "bin" / "python").unlink()
    own_uv = ready_checkout / ".tools" / _locked_uv() / "bin" / "uv"
    own_uv.parent.mkdir(parents=True)
    own_uv.write_text("")
    done = run([sys.executable, "scripts/dev.py", "setup"], folder=ready_checkout, PATH="/nowhere")
    assert done.returncode == 1
    assert "is not a Python environment; move it away" in done.stderr
    assert (ready_checkout / ".venv" / "bin" / "roku-desktop").exists()


def _locked_uv() -> str:
    return (ROOT / "requirements" / "uv.txt").read_text(encoding="utf-8").split()[0].replace("==", "-")


def test_all_checks_run_and_one_failure_fails_the_whole(capfd: pytest.CaptureFixture[str]):
    exits = [[sys.executable, "-c", f"print('ran {code}'); raise SystemExit({code})"] for code in (0, 5, 0)]
    code = run_checks([(f"check{number}", list(command)) for number, command in enumerate(exits)])
    shown = capfd.readouterr().out
    assert code == 1
    assert shown.count("ran 0") >= 2
    assert "FAILED (exit code 5)" in shown


def test_a_suite_that_ran_no_test_fails(tmp_path: Path):
    empty = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    assert run_checks([("suite", list(empty))]) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the others have one desktop for all windows")
def test_all_tests_have_a_worker_for_each_core_and_named_ones_a_debugger_may_stop_in():
    assert "logical" in suite_check([])[1]
    assert suite_check(["-k", "stream", "--pdb"])[1][3:] == ["-k", "stream", "--pdb"]


def test_ci_calls_the_command_of_the_readme():
    assert "exec python3 scripts/dev.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 scripts/dev.py test" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["setup", "test", "lint", "bench", "build", "lock"])
def test_each_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"dev.py {command}" in capsys.readouterr().out


def test_run_explains_itself_without_starting_anything(capsys: pytest.CaptureFixture[str]):
    assert main(["run", "--help"]) == 0
    assert "dev.py run [ARGUMENT ...]" in capsys.readouterr().out
