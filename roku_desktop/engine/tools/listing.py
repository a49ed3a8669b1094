"""ListDir and Inspect: what is in a folder, and what one file or folder is, without its content."""

from __future__ import annotations

import datetime as dt
import os
import stat
from typing import Annotated

from msgspec import Meta

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.arguments import Arguments
from roku_desktop.engine.tools.file_tool import FileTool, StopSignal
from roku_desktop.engine.tools.output import BoundedLines, counted, shown_name, shown_size
from roku_desktop.engine.tools.text import SNIFF_BYTES, codec_name, sniff
from roku_desktop.engine.tools.walk import require_folder
from roku_desktop.engine.tools.workspace import Entry, Location, Workspace, kind_of, kind_words


class ListDirArguments(Arguments, frozen=True, kw_only=True):
    path: Annotated[str, Meta(description="Folder to list, relative to the workspace; '.' is the workspace.")]


class ListDirTool(FileTool[ListDirArguments]):
    name = "ListDir"
    description = (
        "List a folder of the workspace, by name: folders end in '/', files show their size, "
        "links show '-> target'. Hidden entries are listed too. Use Glob for many folders at once."
    )
    arguments_type = ListDirArguments

    def answer(self, arguments: ListDirArguments, workspace: Workspace, stop: StopSignal) -> str:
        location = workspace.locate(arguments.path or ".")
        require_folder(workspace, location)
        scanned = max(self.settings.max_descendant_scan_entries, self.settings.max_dir_entries)
        entries, more = workspace.entries(location, limit=scanned)
        lines = BoundedLines(max_lines=self.settings.max_dir_entries, max_bytes=self.max_bytes)
        for entry in entries:
            stop.check()
            # An entry that is not shown needs no look at the disk.
            lines.add(_line(entry, workspace) if lines.free_lines else "")
        if not entries:
            return "(The folder is empty.)"
        return lines.text(_omitted(lines.omitted, more=more))


class InspectArguments(Arguments, frozen=True, kw_only=True):
    path: Annotated[str, Meta(description="File or folder to look at, relative to the workspace.")]


class InspectTool(FileTool[InspectArguments]):
    name = "Inspect"
    description = (
        "Show what a file or folder of the workspace is: kind, size, time of change, permissions; "
        "for a file its type and text encoding, for a folder the number of its entries."
    )
    arguments_type = InspectArguments

    def answer(self, arguments: InspectArguments, workspace: Workspace, stop: StopSignal) -> str:
        location = workspace.locate(arguments.path or ".")
        status = workspace.status(location)
        stop.check()
        facts = [f"path: {location.shown}"]
        match kind_of(status):
            case "folder":
                facts += self._folder_facts(location, workspace)
            case "file":
                facts += _file_facts(location, workspace, status)
            case _:
                facts.append(f"kind: {kind_words(status)}")
        facts.append(f"changed: {_time(status.st_mtime)}")
        facts.append(f"permissions: {stat.filemode(status.st_mode)}")
        return "\n".join(facts)

    def _folder_facts(self, location: Location, workspace: Workspace) -> list[str]:
        entries, more = workspace.entries(location, limit=self.settings.max_descendant_scan_entries)
        folders = sum(entry.kind == "folder" for entry in entries)
        number = f"more than {len(entries)} entries" if more else counted(len(entries), "entry", "entries")
        return [
            "kind: folder",
            f"content: {number}, {folders} of them folders" if entries else "content: empty",
        ]


def _file_facts(location: Location, workspace: Workspace, status: os.stat_result) -> list[str]:
    facts = ["kind: file", f"size: {shown_size(status.st_size)}"]
    try:
        with workspace.open_file(location) as file:
            head = file.read(SNIFF_BYTES) or b""
    except (ToolFailure, OSError) as error:
        return [*facts, f"type: unknown ({error})"]
    sniffed = sniff(head)
    if sniffed.binary:
        return [*facts, f"type: {sniffed.binary}"]
    endings = "CRLF" if b"\r\n" in head or b"\r\x00\n" in head else "LF"
    facts.append(
        f"type: text, {codec_name(sniffed.codec)}, lines end in {endings}" if head else "type: empty"
    )
    return facts


def _time(seconds: float) -> str:
    try:
        return f"{dt.datetime.fromtimestamp(seconds, tz=dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return "unknown"  # file systems keep years that datetime does not


def _line(entry: Entry, workspace: Workspace) -> str:
    name = shown_name(entry.name)
    match entry.kind:
        case "folder":
            return f"{name}/"
        case "link":
            return f"{name} -> {shown_name(workspace.link_target(entry.location)) or '?'}"
        case "file":
            return f"{name}  {_size(entry, workspace)}"
        case "other":
            return f"{name}  (not a regular file)"


def _size(entry: Entry, workspace: Workspace) -> str:
    try:
        return shown_size(workspace.status(entry.location).st_size)
    except ToolFailure:
        return "?"


def _omitted(omitted: int, *, more: bool) -> str:
    if not omitted and not more:
        return ""
    number = f"more than {omitted} more entries" if more else counted(omitted, "more entry", "more entries")
    return f"… {number}; use Glob or Find with a pattern to see the ones you need."
