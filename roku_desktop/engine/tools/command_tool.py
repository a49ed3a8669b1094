"""The base of the tools that start a program: Shell and Python.

Owns what they share: time limits, the environment, running the process tree, and how its output and
its end are told. Each says how its arguments become a program with its words. Whether a command may
run is read from its text by `approval.shell`; the tree is held by `processes`.
"""

from __future__ import annotations

import asyncio
import os
from abc import abstractmethod
from pathlib import Path
from typing import Annotated, Final, Generic, TypeVar

import msgspec
from msgspec import Meta

from roku_desktop.engine.execution import ActionClass, Execution, FileIdentity, Mode, Scope, identity_of
from roku_desktop.engine.ports import CallContext, ToolFailure
from roku_desktop.engine.processes.child import Command, Ending, Keep, Output, run
from roku_desktop.engine.processes.environment import policy_in_words, scrubbed
from roku_desktop.engine.processes.record import last_known
from roku_desktop.engine.processes.words import ending_in_words
from roku_desktop.engine.settings import HARD_MAX_READ_BYTES, ToolSettings
from roku_desktop.engine.tools.arguments import Arguments, decode
from roku_desktop.engine.tools.changing_tool import ApprovedTool
from roku_desktop.engine.tools.output import NOTES_BYTES, shown_size
from roku_desktop.engine.tools.output_folder import OutputFolder

MAX_TEXT_BYTES: Final = 12_000 if os.name == "nt" else 100_000
"""Of a command or code, which travels as one argument: Linux takes 128 KiB, Windows 32 767 characters."""

MAX_FILES: Final = 64
ENDS_WITH_THE_CALL: Final = (
    "It gets no input, and all that it starts, also in the background, ends with the call."
)

TimeoutMs = Annotated[
    Annotated[int, Meta(ge=1)] | None,
    Meta(description="Time limit in milliseconds. Default 30000, at most 600000 unless configured."),
]


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """What would be started, with what it depends on: absolute paths of code, program and folder."""

    mode: Mode
    action: ActionClass
    root: str
    cwd: str
    argv: tuple[str, ...]
    text: str
    depends_on: tuple[str, ...]
    writes: tuple[str, ...] = ()
    timeout_ms: int | None = None


CommandArgumentsT = TypeVar("CommandArgumentsT", bound=Arguments)


class CommandTool(ApprovedTool[CommandArgumentsT], Generic[CommandArgumentsT]):
    """One tool that starts a program; `outputs` is where what is too long for a result goes."""

    def __init__(self, settings: ToolSettings, outputs: OutputFolder | None = None) -> None:
        self._settings = settings
        self._outputs = outputs
        self._max_bytes = min(settings.default_max_bytes, HARD_MAX_READ_BYTES)

    @abstractmethod
    def start_of(self, arguments: CommandArgumentsT, root: Path) -> Start:
        """Return what would be started now, or raise `ToolFailure`. Blocking."""

    async def execution(self, arguments: bytes, workspace: Path) -> Execution:
        return await asyncio.to_thread(self._execution, decode(arguments, self.arguments_type), workspace)

    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str:
        also = self._settings.shell_environment
        recorded = self._outputs is not None and context.approval_id
        command = Command(
            argv=(execution.program, *execution.argv[1:]),
            cwd=execution.cwd,
            environment=scrubbed(os.environ, also=also, traceparent=context.traceparent),
            timeout_s=execution.timeout_ms / 1000,
            record=str(self._outputs.record(context.approval_id)) if self._outputs and recorded else "",
        )
        keep = Keep(
            size_bytes=self._room_bytes, whole=self._outputs.new_file(context) if self._outputs else None
        )
        try:
            ending, output = await run(command, keep)
        except OSError as error:
            raise ToolFailure(f"It could not be started: {error.strerror or error}.") from error
        told = _told(ending, output, self._room_bytes, execution.timeout_ms)
        if ending.end == "exited" and ending.code >= 0:
            return told  # also where the status says no: a test that fails has run as it should
        raise ToolFailure(told)

    def last_known(self, approval_id: str) -> str:
        """How the command of that approval ended, a clause; empty where nothing is known."""
        return last_known(self._outputs.record(approval_id)) if self._outputs else ""

    @property
    def _room_bytes(self) -> int:
        return max(self._max_bytes - NOTES_BYTES, self._max_bytes // 2)

    def _execution(self, arguments: CommandArgumentsT, root: Path) -> Execution:
        start = self.start_of(arguments, root)
        limit_ms = start.timeout_ms or self._settings.shell_default_timeout_ms
        return Execution(
            tool=self.name,
            mode=start.mode,
            action=start.action,
            cwd=start.cwd,
            scope=Scope(root=start.root, writes=start.writes),
            program=start.argv[0],
            argv=start.argv,
            environment=(
                policy_in_words(self._settings.shell_environment),
                f"PATH={os.environ.get('PATH', '')}",
            ),
            content=start.text,
            timeout_ms=min(limit_ms, self._settings.shell_max_timeout_ms),
            depends_on=_identities((start.argv[0], start.cwd, *start.depends_on)),
        )


def check_text(text: str) -> None:
    """Raise `ToolFailure` where a command or code can't be handed to a program."""
    try:
        size_bytes = len(text.encode())
    except UnicodeEncodeError:
        raise ToolFailure("The text holds half of a surrogate pair, which no program takes.") from None
    if "\0" in text:
        raise ToolFailure("The text holds a NUL character, which no program takes.")
    if size_bytes > MAX_TEXT_BYTES:
        raise ToolFailure(
            f"The text has {shown_size(size_bytes)}, the limit is {shown_size(MAX_TEXT_BYTES)}: "
            "write it into a file and run that."
        )


def _identities(paths: tuple[str, ...]) -> tuple[FileIdentity, ...]:
    named = tuple(dict.fromkeys(paths))
    if len(named) > MAX_FILES:
        raise ToolFailure(f"It names more than {MAX_FILES} files and programs: put it into a script.")
    return tuple(_identity(Path(path)) for path in named)


def _identity(path: Path) -> FileIdentity:
    """As `identity_of`; what may be run but not read is known by its size, time and inode."""
    try:
        return identity_of(path)
    except PermissionError:
        real = Path(os.path.realpath(path))
        try:
            found = real.stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        return FileIdentity(
            path=str(path),
            real_path=str(real),
            kind="file",
            size_bytes=found.st_size,
            mtime_ns=found.st_mtime_ns,
            inode=found.st_ino,
        )
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ToolFailure:
    return ToolFailure(f"'{path}', which it names, can't be looked at: {error.strerror or error}.")


def _told(ending: Ending, output: Output, room_bytes: int, timeout_ms: int) -> str:
    """The output, shortened in its middle, and below it how the command ended."""
    notes = []
    if output.whole is not None:
        part = "all of it" if output.whole_bytes >= _printed_bytes(output) else "its beginning"
        notes.append(f"(It printed {shown_size(_printed_bytes(output))}; Read shows {part}: {output.whole})")
    said = ending_in_words(ending)
    limit = f" of {timeout_ms} ms" if ending.end == "timed_out" else ""
    notes.append(f"({said[0].upper()}{said[1:]}{limit}.)")
    return "\n".join([_shown(output, room_bytes), *notes])


def _printed_bytes(output: Output) -> int:
    return len(output.head) + len(output.tail) + output.omitted_bytes


def _shown(output: Output, room_bytes: int) -> str:
    if not output.omitted_bytes:
        text = _text(output.head + output.tail)
        if len(text.encode()) <= room_bytes:
            return text.rstrip("\n") or "(It printed nothing.)"
    half_bytes = room_bytes // 2 - 50
    head = _text(output.head).encode()[:half_bytes].decode("utf-8", "ignore")
    tail = _text(output.tail).encode()[-half_bytes:].decode("utf-8", "ignore")
    left_out = f"… {shown_size(output.omitted_bytes)} left out …" if output.omitted_bytes else "… left out …"
    return "\n".join([head.rstrip("\n"), left_out, tail.strip("\n")])


def _text(data: bytes) -> str:
    """Bytes that are no text, and NUL, which no result can hold, become replacement characters."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd").replace("\r\n", "\n")
