"""Read: a text file as numbered lines, a window of it at a time.

Owns how a file of any size and encoding becomes a bounded answer that says what it left out. One thing
outside the workspace can be read: what a command of the same session printed (`output_folder`).
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta

from roku_desktop.engine.ports import CallContext, ToolFailure
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.arguments import Arguments
from roku_desktop.engine.tools.file_tool import FileTool, StopSignal
from roku_desktop.engine.tools.output import counted, shown_size
from roku_desktop.engine.tools.output_folder import OutputFolder
from roku_desktop.engine.tools.text import SNIFF_BYTES, LineWindow, Sniffed, codec_name, sniff
from roku_desktop.engine.tools.workspace import Location, Workspace

_CHUNK_BYTES: Final = 65_536
# How far an offset may reach into a file: a second or two of decoding.
MAX_SCAN_BYTES: Final = 256 * 1024 * 1024
# How far to read on behind the window, only to say how many lines are left.
_COUNT_BYTES: Final = 8 * 1024 * 1024


class ReadArguments(Arguments, frozen=True, kw_only=True):
    """Offset and limit count lines, as in the tools models were trained with."""

    path: Annotated[str, Meta(description="File to read, relative to the workspace.")]
    offset: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="First line to show, counted from 1. Default 1.")
    ] = None
    limit: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="Number of lines to show. Default: as many as fit into one result."),
    ] = None


class ReadTool(FileTool[ReadArguments]):
    name = "Read"
    description = (
        "Read a text file of the workspace. Lines are numbered like `cat -n`; the number and the tab behind "
        "it are not part of the file. A long file is cut, and the result says which offset goes on. "
        "Binary files are named, not shown."
    )
    arguments_type = ReadArguments

    def __init__(self, settings: ToolSettings, outputs: OutputFolder | None = None) -> None:
        super().__init__(settings)
        self._outputs = outputs

    def place(self, arguments: ReadArguments, root: Path, context: CallContext) -> Workspace:
        """The workspace; for the output of a command of the same session, the folder of outputs."""
        if self._outputs is not None and self._outputs.holds(arguments.path, context):
            return Workspace(self._outputs.path)
        return super().place(arguments, root, context)

    def answer(self, arguments: ReadArguments, workspace: Workspace, stop: StopSignal) -> str:
        location = workspace.locate(arguments.path)
        first = max(arguments.offset or 1, 1)
        window = LineWindow(first=first, most=arguments.limit, max_bytes=self.max_bytes)
        with workspace.open_file(location) as file:
            before = os.fstat(file.fileno())
            head = _read(file, SNIFF_BYTES, location)
            sniffed = sniff(head)
            if sniffed.binary:
                return _binary(location, sniffed, before.st_size)
            reached_end = _fill(window, _chunks(file, head, location, stop), sniffed.codec)
            after = os.fstat(file.fileno())
        changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
        return _answer(
            window, first, sniffed, reached_end=reached_end, changed=changed, size_bytes=after.st_size
        )


def _chunks(file: io.FileIO, head: bytes, location: Location, stop: StopSignal) -> Iterator[bytes]:
    chunk = head
    while chunk:
        yield chunk
        stop.check()
        chunk = _read(file, _CHUNK_BYTES, location)


def _read(file: io.FileIO, size_bytes: int, location: Location) -> bytes:
    """Read what is there now; a kernel file that would make us wait has nothing (O_NONBLOCK)."""
    try:
        return file.read(size_bytes) or b""
    except OSError as error:
        raise ToolFailure(f"Reading '{location.shown}' failed: {error.strerror or error}.") from error


def _fill(window: LineWindow, chunks: Iterator[bytes], codec: str) -> bool:
    """Feed the window until it is full and the rest is counted; return whether the end was reached."""
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    scanned = counting = 0
    for chunk in chunks:
        window.feed(decoder.decode(chunk))
        scanned += len(chunk)
        counting += len(chunk) if window.full else 0
        if scanned >= MAX_SCAN_BYTES or counting >= _COUNT_BYTES:
            return False
    window.feed(decoder.decode(b"", final=True))
    window.finish()
    return True


def _answer(
    window: LineWindow, first: int, sniffed: Sniffed, *, reached_end: bool, changed: bool, size_bytes: int
) -> str:
    notes = [_rest(window, first, reached_end=reached_end, size_bytes=size_bytes)]
    if sniffed.codec != "utf-8":
        notes.append(f"(Encoding: {codec_name(sniffed.codec)}.)")
    if window.crlf:
        notes.append("(Lines end in CRLF.)")
    if window.replaced:
        notes.append("(Bytes that are not valid text are shown as \ufffd.)")
    if changed:
        notes.append("(The file was changed while it was read: read it again if it matters.)")
    return "\n".join([*window.shown, *(note for note in notes if note)])


def _rest(window: LineWindow, first: int, *, reached_end: bool, size_bytes: int) -> str:
    """Say what the window does not show, and how to get it."""
    if not window.shown:
        if not reached_end:
            reach = shown_size(MAX_SCAN_BYTES)
            return f"(Line {first} lies further than {reach} into the file: find the part with Grep.)"
        if window.lines == 0:
            return "(The file is empty.)"
        return f"(The file has only {counted(window.lines, 'line')}; offset={first} lies behind its end.)"
    following = first + len(window.shown)
    notes = []
    if window.cut_line:
        notes.append(
            f"… line {window.cut_line} is cut: it is longer than one result; Grep finds places in it."
        )
    left = window.lines - following + 1
    if not reached_end:
        notes.append(
            f"… the file goes on ({shown_size(size_bytes)} in all); call Read with offset={following}."
        )
    elif left > 0:
        notes.append(f"… {counted(left, 'more line')}; call Read with offset={following}.")
    return "\n".join(notes)


def _binary(location: Location, sniffed: Sniffed, size_bytes: int) -> str:
    return f"'{location.shown}' is {sniffed.binary}, {shown_size(size_bytes)}, and is not shown as text."
