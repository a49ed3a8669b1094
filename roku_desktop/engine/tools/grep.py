"""Grep: lines that match a regular expression, in one file or in all files below a folder.

Owns which files are searched and how the matches are shown; matching itself is the `matcher`'s.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Annotated, Final

from msgspec import Meta

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.arguments import Arguments
from roku_desktop.engine.tools.file_tool import FileTool, StopSignal
from roku_desktop.engine.tools.matcher import Matcher, OutOfTime, worker_command
from roku_desktop.engine.tools.output import BoundedLines, counted
from roku_desktop.engine.tools.patterns import GlobPattern
from roku_desktop.engine.tools.text import SNIFF_BYTES, sniff, whole_lines
from roku_desktop.engine.tools.walk import IGNORED_SAID, Walk
from roku_desktop.engine.tools.workspace import Entry, Location, Workspace, kind_of

TIME_LIMIT_S: Final = 10.0
_CHUNK_BYTES: Final = 1024 * 1024
_MAX_LINE_BYTES: Final = 8 * 1024 * 1024


class GrepArguments(Arguments, frozen=True, kw_only=True):
    pattern: Annotated[
        str,
        Meta(description="Regular expression of Python's `re`, searched in each line. (?i) ignores case."),
    ]
    path: Annotated[
        str | None,
        Meta(description="File or folder to search, relative to the workspace. Default: all of it."),
    ] = None
    glob: Annotated[
        str | None, Meta(description="Only files that match, such as '*.py' (every depth) or 'src/**/*.ts'.")
    ] = None


class GrepTool(FileTool[GrepArguments]):
    """`time_limit_s` bounds one call as a whole; what was found until then is the answer."""

    name = "Grep"
    description = (
        "Search the text files of the workspace for a regular expression. Matches are shown as "
        f"'path:line: text'. {IGNORED_SAID}"
    )
    arguments_type = GrepArguments

    def __init__(
        self, settings: ToolSettings, *, time_limit_s: float = TIME_LIMIT_S, command: tuple[str, ...] = ()
    ) -> None:
        super().__init__(settings)
        self._time_limit_s = time_limit_s
        self._command = command or worker_command()

    def answer(self, arguments: GrepArguments, workspace: Workspace, stop: StopSignal) -> str:
        start = workspace.locate(arguments.path or ".")
        glob = _file_glob(arguments.glob)
        walk = Walk(
            workspace,
            start,
            max_entries=self.settings.max_descendant_scan_entries,
            stop=stop,
            enters=glob.may_match_below,
        )
        lines = BoundedLines(max_lines=self.settings.max_glob_matches, max_bytes=self.max_bytes)
        search = _Search(workspace, lines)
        with Matcher(self._command, arguments.pattern, time_limit_s=self._time_limit_s, stop=stop) as matcher:
            if kind_of(workspace.status(start)) == "folder":
                search.files((e.location for e in walk if _searched(e, walk, glob)), matcher)
            else:
                search.one_file(start, matcher)
        return search.text(walk.notes())


class _Search:
    """Runs files through the matcher and keeps what to tell about them."""

    def __init__(self, workspace: Workspace, lines: BoundedLines) -> None:
        self._workspace = workspace
        self._lines = lines
        self._files = 0
        self._unread = 0
        self._end = ""

    def files(self, locations: Iterable[Location], matcher: Matcher) -> None:
        """Search one file after the other until there are enough matches or the time is up."""
        for location in locations:
            try:
                file = self._workspace.open_file(location)
            except ToolFailure:
                self._unread += 1
                continue
            with file:
                try:
                    self._search(location, file, matcher)
                except OSError:
                    self._unread += 1
            if self._end:
                return

    def one_file(self, location: Location, matcher: Matcher) -> None:
        """Search a file that was named. Raises `ToolFailure` if it is not a text that can be read."""
        with self._workspace.open_file(location) as file:
            try:
                self._search(location, file, matcher)
            except OSError as error:
                raise ToolFailure(f"Reading '{location.shown}' failed: {error.strerror or error}.") from error
        if not self._files:
            raise ToolFailure(f"'{location.shown}' is not a text file.")

    def text(self, notes: str) -> str:
        unread = f"({counted(self._unread, 'file')} could not be read.)" if self._unread else ""
        nothing = "" if len(self._lines) else f"(No line matches in {counted(self._files, 'text file')}.)"
        return self._lines.text(nothing, self._end, unread, notes)

    def _search(self, location: Location, file: io.FileIO, matcher: Matcher) -> None:
        """Search one open file; OSError means that reading it failed."""
        head = file.read(SNIFF_BYTES) or b""
        codec = sniff(head).codec
        if not codec:
            return
        self._files += 1
        for lines_before, piece in whole_lines(_chunks(file, head), codec, max_bytes=_MAX_LINE_BYTES):
            try:
                matches, more = matcher.search(piece, most=self._lines.free_lines)
            except OutOfTime as error:
                self._end = (
                    f"(Stopped in '{location.shown}': {error} Use a simpler pattern, a path or a glob.)"
                )
                return
            for number, text in matches:
                self._lines.add(f"{location.shown}:{lines_before + number}: {text}")
            if more or self._lines.full:
                found = counted(len(self._lines), "matching line")
                self._end = f"(Stopped after {found}: narrow the pattern, the path or the glob.)"
                return


def _chunks(file: io.FileIO, head: bytes) -> Iterator[bytes]:
    chunk = head
    while chunk:
        yield chunk
        chunk = file.read(_CHUNK_BYTES) or b""


def _file_glob(pattern: str | None) -> GlobPattern:
    """Make the filter of files; a pattern without a slash means a name at any depth."""
    if not pattern:
        return GlobPattern("**")
    return GlobPattern(pattern if "/" in pattern else f"**/{pattern}")


def _searched(entry: Entry, walk: Walk, glob: GlobPattern) -> bool:
    return entry.kind == "file" and glob.matches(walk.below(entry))
