"""Whatever is done to a command's text: nothing but plain words is safe, and destruction never becomes it."""

from __future__ import annotations

import base64
import random
import shlex
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from roku_desktop.engine.approval.shell.policy import FAULT, ShellPolicy
from tests.support.shell_corpus import commands, workspace_in
from tests.support.shell_mutations import MARKS, mutated

TAKES_TEXT = {
    "echo",
    "printf",
    "true",
    "false",
    "basename",
    "dirname",
    "date",
    "grep",
    "which",
    "stat",
    "sed",
    "find",
    "id",
    "groups",
}
"""Their words may be anything; what they show is for the fuzzer, which runs them."""
WRAPPINGS = [
    "{}",
    "bash -c {q}",
    "sh -c {q}",
    "sudo {}",
    "env A=1 {}",
    "nohup {} &",
    "timeout 5 bash -c {q}",
    "eval {q}",
    "ssh host {q}",
    "( {} )",
    "{{ {}; }}",
    "ls && {}",
    "ls\n{}",
    "echo $( {} )",
    "f() {{ {}; }}; f",
    "if true; then {}; fi",
    "python3 -c {py}",
    "bash <<'EOF'\n{}\nEOF",
    "echo {q} | sh",
]
DESTRUCTION = [
    "rm -rf /",
    "rm -rf ~",
    "find / -delete",
    "dd if=/dev/zero of=/dev/sda",
    "mkfs.ext4 /dev/sda1",
    ":(){ :|:& };:",
    "cd / && rm -rf *",
    "cat /dev/zero > /dev/sda",
    "mv /* /dev/null",
    "shred -n 3 /dev/sda",
]

BENT = [
    *commands("safe"),
    *(f"{safe}; {bad}" for safe, bad in zip(commands("safe"), DESTRUCTION, strict=False)),
]

seeds = st.integers(min_value=0, max_value=2**32)
quick = settings(max_examples=200, deadline=None)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_in(tmp_path_factory.mktemp("shell"))


@pytest.fixture(scope="module")
def policy(workspace: Path) -> ShellPolicy:
    return ShellPolicy(workspace, environ={"PATH": "/usr/local/bin:/usr/bin:/bin"}, windows=False)


@quick
@given(seed=seeds)
def test_what_is_safe_is_run_with_the_words_that_a_shell_would_see(
    policy: ShellPolicy, workspace: Path, seed: int
):
    source = random.Random(seed)
    for _ in range(5):
        command = mutated(source, BENT)
        verdict = policy.classify(command)
        assert verdict.reason != FAULT, command
        if verdict.tier == "safe":
            assert shlex.split(command) == list(verdict.argv), command
            words = verdict.argv[1:] if verdict.argv[0] not in TAKES_TEXT else ()
            assert not [word for word in words if is_elsewhere(workspace, word)], command


@quick
@given(data=st.data())
def test_wrapped_destruction_is_denied(policy: ShellPolicy, data: st.DataObject):
    command = data.draw(st.sampled_from(DESTRUCTION))
    for _ in range(data.draw(st.integers(0, 3))):
        command = wrapped(command, data.draw(st.sampled_from(WRAPPINGS)))
    assert policy.classify(command).tier == "denied", command


@quick
@example(text="{\U0010cb79")  # at which the grammar's scanner reads beyond its table, if it is let
@given(text=st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=3)), max_size=60).map("".join))
def test_any_text_is_answered(policy: ShellPolicy, text: str):
    assert policy.classify(text).reason not in ("", FAULT), text


def is_elsewhere(workspace: Path, word: str) -> bool:
    """Whether a word is the path of something outside, secret, or no file."""
    place = (workspace / word).resolve()
    return not place.is_relative_to(workspace) or place.is_fifo() or place.name in {".env", ".ssh", "id_rsa"}


def wrapped(command: str, wrapping: str) -> str:
    return (
        wrapping.replace("{q}", shlex.quote(command))
        .replace("{py}", shlex.quote(f"import os; os.system({command!r})"))
        .replace("{{", "{")
        .replace("}}", "}")
        .replace("{}", command)
    )


WINDOWS_DESTRUCTION = [
    "rd /s /q C:\\",
    "del /f /s /q C:\\*",
    "format c: /q /y",
    "Remove-Item -Recurse -Force C:\\",
    "ri -r -fo $env:USERPROFILE",
    "Get-ChildItem C:\\ -Recurse | Remove-Item -Recurse -Force",
    "Clear-Disk -Number 0 -RemoveData",
    "robocopy C:\\empty C:\\ /MIR",
]
WINDOWS_WRAPPINGS = [
    "{}",
    "cmd /c {}",
    'cmd.exe /k "{}"',
    "powershell -NoProfile -Command {}",
    'pwsh -c "{}"',
    "echo hi & {}",
    "dir; {}",
    "if ($true) {{ {} }}",
    "iex '{}'",
    "cd x && {}",
    "powershell -enc {encoded}",
]


@given(
    destruction=st.sampled_from(WINDOWS_DESTRUCTION),
    wrapping=st.sampled_from(WINDOWS_WRAPPINGS),
    mark=st.sampled_from(["", "^", "`"]),
    seed=st.integers(0, 1_000_000),
)
def test_destruction_in_the_words_of_windows_is_denied_however_it_is_written(
    policy: ShellPolicy, destruction: str, wrapping: str, mark: str, seed: int
):
    source = random.Random(seed)
    bent = "".join(
        source.choice(["", "", mark]) + source.choice([char.lower(), char.upper()])
        if char.isalpha() and at and destruction[at - 1].isalpha()
        else char
        for at, char in enumerate(destruction)
    )
    encoded = base64.b64encode(destruction.encode("utf-16-le")).decode()
    assert policy.classify(wrapping.format(bent, encoded=encoded)).tier == "denied"


@settings(max_examples=40, deadline=None)
@given(alias=st.from_regex(r"[a-z_]{1,12}", fullmatch=True))
@pytest.mark.parametrize(
    "program",
    [
        "from shutil import rmtree as {}; {}('/')",
        "import shutil; {} = shutil.rmtree; {}('/home')",
    ],
)
def test_a_deletion_is_known_under_every_name(policy: ShellPolicy, program: str, alias: str):
    assert policy.classify(f'python3 -c "{program.format(alias, alias)}"').tier == "denied"
