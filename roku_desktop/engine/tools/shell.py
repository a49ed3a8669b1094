"""Shell: a command, run as a process tree that ends with the call.

Owns how a command's text becomes a program with its words: without any shell where it is one plain
command, else by bash (on Windows PowerShell), and what of the disk is approved with it.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from roku_desktop.engine.approval.risk import Risk, risk_of
from roku_desktop.engine.execution import Execution, Preview
from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.sentences import said
from roku_desktop.engine.tools.arguments import Arguments, decode
from roku_desktop.engine.tools.command_tool import (
    ENDS_WITH_THE_CALL,
    CommandTool,
    Start,
    TimeoutMs,
    check_text,
)
from roku_desktop.engine.tools.workspace import Workspace

if TYPE_CHECKING:  # brings a parser, which only a command needs
    from roku_desktop.engine.approval.shell.policy import ShellPolicy, ShellVerdict

_SHELLS: Final = ("/bin/bash", "/usr/bin/bash", "/run/current-system/sw/bin/bash", "/bin/sh")
_POWERSHELL: Final = r"System32\WindowsPowerShell\v1.0\powershell.exe"
_POWERSHELL_SETUP: Final = (
    "$ProgressPreference='SilentlyContinue';[Console]::OutputEncoding=[Text.UTF8Encoding]::new();"
)
_WINDOWS_CODE: Final = re.compile(
    r"[^\s\"'&|;<>()]+\.(?:ps1|psm1|bat|cmd|vbs|js|py|exe|com)\b", re.IGNORECASE
)


class ShellArguments(Arguments, frozen=True, kw_only=True):
    command: Annotated[str, Meta(description="Command for bash (on Windows for PowerShell).")]
    cwd: Annotated[
        str | None, Meta(description="Folder to run it in, relative to the workspace. Default: its root.")
    ] = None
    timeout_ms: TimeoutMs = None


class ShellTool(CommandTool[ShellArguments]):
    name = "Shell"
    description = (
        "Run a command in the workspace and return what it prints, both streams together, and how it ended. "
        f"{ENDS_WITH_THE_CALL} To read or search files use the other tools, which need no approval."
    )
    arguments_type = ShellArguments

    async def risk(self, arguments: bytes, workspace: Path) -> Risk:
        values = decode(arguments, ShellArguments)
        verdict = await asyncio.to_thread(_classified, values.command, workspace)
        if verdict.tier == "safe" and not _at_root(values, workspace):
            return Risk(tier="requires_approval", reason=said("It runs in a folder within the workspace."))
        return risk_of(verdict)

    async def preview(self, execution: Execution, arguments: bytes, workspace: Path) -> Preview:
        return Preview(kind="command", title=f"Run in {execution.cwd}", text=execution.content)

    def start_of(self, arguments: ShellArguments, root: Path) -> Start:
        command = arguments.command
        check_text(command)
        if not command.strip():
            raise ToolFailure("The command is empty.")
        place = Workspace(root)
        location = place.locate(arguments.cwd or ".")
        cwd = place.absolute(location)
        if not Path(cwd).is_dir():
            raise ToolFailure(f"`cwd` names no folder: '{location.shown}'.")
        base = Start(
            mode="shell",
            action="exec",
            root=place.root,
            cwd=cwd,
            argv=(),
            text=command,
            depends_on=(),
            timeout_ms=arguments.timeout_ms,
        )
        if os.name == "nt":
            return msgspec.structs.replace(
                base, argv=_powershell(command), depends_on=tuple(_windows_files(command, cwd))
            )
        proof = _policy(root).proof_of(command)  # `risk` has searched the text for what is denied
        if not proof.doubt and _at_root(arguments, root):
            return msgspec.structs.replace(
                base, mode="direct", action="read", argv=(proof.program, *proof.argv[1:])
            )
        return _read(base, command, cwd)


def _at_root(arguments: ShellArguments, root: Path) -> bool:
    """Whether it runs where a verdict counts paths from."""
    try:
        return not Workspace(root).locate(arguments.cwd or ".").parts
    except ToolFailure:
        return False


def _classified(command: str, root: Path) -> ShellVerdict:
    return _policy(root).classify(command)


def _policy(root: Path) -> ShellPolicy:
    from roku_desktop.engine.approval.shell.policy import ShellPolicy

    return ShellPolicy(root)


def _read(base: Start, command: str, cwd: str) -> Start:
    """Start one plain command by itself, everything else by the shell."""
    from roku_desktop.engine.approval.shell.reading import read_command

    reading = read_command(command, cwd, os.environ.get("PATH", os.defpath))
    direct = bool(reading.program) and _is_executable_format(reading.program)
    shell = next((path for path in _SHELLS if Path(path).exists()), "")
    if not direct and not shell:
        raise ToolFailure("This system has no bash and no sh, so only plain commands can be run.")
    return msgspec.structs.replace(
        base,
        mode="direct" if direct else "shell",
        argv=(reading.program, *reading.plain[1:]) if direct else (shell, "-c", command),
        depends_on=(*reading.programs, *reading.files),
        writes=reading.writes,
    )


def _is_executable_format(program: str) -> bool:
    """Whether the system starts it; a script without its first line `#!` is for the shell to run."""
    try:
        with Path(program).open("rb") as file:
            head = file.read(256)
    except OSError:
        return True  # it may be run but not read, which scripts can't
    return head.startswith(b"#!") or b"\0" in head


def _powershell(command: str) -> tuple[str, ...]:
    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), _POWERSHELL)
    encoded = base64.b64encode((_POWERSHELL_SETUP + command).encode("utf-16-le")).decode()  # needs no quoting
    options = ("-NoLogo", "-NoProfile", "-NonInteractive", "-OutputFormat", "Text", "-EncodedCommand")
    return (str(program), *options, encoded)


def _windows_files(command: str, cwd: str) -> Iterator[str]:
    for name in _WINDOWS_CODE.findall(command):
        path = Path(cwd, name)
        if path.is_file():
            yield str(path)
