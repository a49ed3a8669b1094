"""Write and Edit: a whole new content for a file, or an exact replacement within it.

Owns what a change is and how it is told; `file_text` keeps encodings, `replacement` the disk. A file
is only ever reached by its real path: one that leads through a symbolic link is refused with the path
to name instead, so that what is approved is where it happens.
"""

from __future__ import annotations

import asyncio
import hashlib
from abc import abstractmethod
from pathlib import Path
from typing import Annotated, Final, Generic, TypeVar

import msgspec
from msgspec import Meta

from roku_desktop.engine.execution import Execution, FileIdentity, Preview, Scope
from roku_desktop.engine.ports import CallContext, ToolFailure, ToolRefusal
from roku_desktop.engine.tools.arguments import Arguments, decode
from roku_desktop.engine.tools.changing_tool import ApprovedTool
from roku_desktop.engine.tools.differences import unified
from roku_desktop.engine.tools.file_text import FileText, replaced
from roku_desktop.engine.tools.output import counted, shown_size
from roku_desktop.engine.tools.replacement import MAX_CHANGED_BYTES, content_of, replace_file
from roku_desktop.engine.tools.workspace import Location, Workspace

_PATH: Final = Meta(description="File to change, relative to the workspace.")


class PathArguments(Arguments, frozen=True, kw_only=True):
    path: Annotated[str, _PATH]


class WriteArguments(PathArguments, frozen=True, kw_only=True):
    content: Annotated[str, Meta(description="The whole new content of the file.")]


class EditArguments(PathArguments, frozen=True, kw_only=True):
    old_string: Annotated[
        str, Meta(description="Text to replace, exactly as it is in the file; unique unless replace_all.")
    ]
    new_string: Annotated[str, Meta(description="Text to put in its place.")]
    replace_all: Annotated[bool | None, Meta(description="Replace every occurrence. Default false.")] = None


PathArgumentsT = TypeVar("PathArgumentsT", bound=PathArguments)


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of one file; `before` is None for a new one."""

    workspace: Workspace
    location: Location
    before: FileText | None
    after: FileText
    old_data: bytes | None

    def execution(self, tool: str) -> Execution:
        root, path = self.workspace.root, self.workspace.absolute(self.location)
        identity = FileIdentity(
            path=path,
            real_path=path,
            kind="missing" if self.old_data is None else "file",
            sha256="" if self.old_data is None else hashlib.sha256(self.old_data).hexdigest(),
        )
        return Execution(
            tool=tool,
            mode="in_process",
            action="write",
            cwd=root,
            scope=Scope(root=root, writes=(path,)),
            # What is shown may stand for bytes that are no text, so the bytes themselves are named too.
            argv=(
                f"path={path}",
                f"encoding={self.after.codec}",
                f"sha256={hashlib.sha256(self.after.data()).hexdigest()}",
            ),
            content=self.after.text.encode("utf-8", "backslashreplace").decode(),
            depends_on=(identity,),
        )


class _ChangingFileTool(ApprovedTool[PathArgumentsT], Generic[PathArgumentsT]):
    """What Write and Edit share: all but what the file will hold."""

    async def execution(self, arguments: bytes, workspace: Path) -> Execution:
        return await asyncio.to_thread(lambda: self._change(arguments, workspace).execution(self.name))

    async def preview(self, execution: Execution, arguments: bytes, workspace: Path) -> Preview:
        return await asyncio.to_thread(self._preview, arguments, workspace)

    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str:
        # A cancel leaves the thread to its end: a change is whole or did not happen.
        return await asyncio.to_thread(self._perform, execution, arguments, workspace)

    @abstractmethod
    def changed(self, arguments: PathArgumentsT, before: FileText | None, shown: str) -> FileText:
        """Return the new text, or raise `ToolFailure`."""

    def _change(self, arguments: bytes, root: Path) -> _Change:
        values = decode(arguments, self.arguments_type)
        workspace = Workspace(root)
        location = _direct(workspace, values.path)
        old_data = content_of(workspace, location)
        before = None if old_data is None else FileText.read(old_data, location.shown)
        after = self.changed(values, before, location.shown)
        if len(after.data()) > MAX_CHANGED_BYTES:
            raise ToolFailure(f"The file would be larger than {shown_size(MAX_CHANGED_BYTES)}: write less.")
        return _Change(workspace=workspace, location=location, before=before, after=after, old_data=old_data)

    def _preview(self, arguments: bytes, root: Path) -> Preview:
        change = self._change(arguments, root)
        shown = change.location.shown
        before = "" if change.before is None else change.before.text
        verb = "Create" if change.before is None else self.name
        return Preview(kind="diff", title=f"{verb} {shown}", text=unified(before, change.after.text, shown))

    def _perform(self, execution: Execution, arguments: bytes, root: Path) -> str:
        change = self._change(arguments, root)
        if change.execution(self.name) != execution:
            raise ToolFailure(f"'{change.location.shown}' was changed meanwhile and was left as it is.")
        replace_file(change.workspace, change.location, change.after.data(), before=change.old_data)
        shown = change.location.shown
        lines = counted(len(change.after.text.splitlines()), "line")
        if change.before is None:
            return f"Created '{shown}' ({lines})."
        return f"{'Replaced' if self.name == 'Write' else 'Edited'} '{shown}' (now {lines})."


class WriteTool(_ChangingFileTool[WriteArguments]):
    name = "Write"
    description = (
        "Write a text file of the workspace as a whole; folders that are missing are made. An existing file "
        "is replaced and keeps its encoding, line endings and rights. For a part of a file use Edit."
    )
    arguments_type = WriteArguments

    def changed(self, arguments: WriteArguments, before: FileText | None, shown: str) -> FileText:
        if before is None:
            return FileText(text=arguments.content)
        after = before.with_text(before.adapted(arguments.content))
        if after == before:
            raise ToolFailure(f"'{shown}' holds exactly this already: nothing would change.")
        return after


class EditTool(_ChangingFileTool[EditArguments]):
    name = "Edit"
    description = (
        "Replace an exact piece of text in a file of the workspace. old_string must be in the file once, "
        "with its indentation and without line numbers, unless replace_all is set."
    )
    arguments_type = EditArguments

    def changed(self, arguments: EditArguments, before: FileText | None, shown: str) -> FileText:
        if before is None:
            raise ToolFailure(f"There is no '{shown}' in the workspace: use Write to create it.")
        every = bool(arguments.replace_all)
        return replaced(before, arguments.old_string, arguments.new_string, every=every, shown=shown)


def _direct(workspace: Workspace, path: str) -> Location:
    """Locate a file that may be new, refusing links on the way."""
    location = workspace.locate(path)
    if not location.parts:
        raise ToolFailure("The path names the workspace itself, which is a folder: name a file in it.")
    if path.endswith(("/", "\\")):
        raise ToolFailure(f"'{location.shown}/' names a folder: name a file.")
    if not workspace.is_direct(path, location):
        raise ToolRefusal(f"The path leads through a symbolic link: name '{location.shown}' instead.")
    return location
