"""Glob and Find: files by the pattern of their path, files and folders by their name."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.arguments import Arguments
from roku_desktop.engine.tools.file_tool import FileTool, StopSignal
from roku_desktop.engine.tools.output import BoundedLines
from roku_desktop.engine.tools.patterns import GlobPattern
from roku_desktop.engine.tools.walk import IGNORED_SAID, Walk
from roku_desktop.engine.tools.workspace import Entry, Workspace

_WILDCARDS: Final = frozenset("*?[{")
_FOLDER_SAID: Final = "Folder to search in, relative to the workspace. Default: all of it."


class GlobArguments(Arguments, frozen=True, kw_only=True):
    pattern: Annotated[
        str, Meta(description="Pattern of the path below the folder, such as '**/*.py' or 'src/*.{ts,tsx}'.")
    ]
    path: Annotated[str | None, Meta(description=_FOLDER_SAID)] = None


class GlobTool(FileTool[GlobArguments]):
    name = "Glob"
    description = (
        "List the files of the workspace whose path matches a pattern. '*' stays within one folder, '**' "
        f"spans any number: '*.py' looks only in the folder itself, '**/*.py' at every depth. {IGNORED_SAID}"
    )
    arguments_type = GlobArguments

    def answer(self, arguments: GlobArguments, workspace: Workspace, stop: StopSignal) -> str:
        pattern = GlobPattern(arguments.pattern)
        walk = Walk(
            workspace,
            workspace.locate(arguments.path or "."),
            max_entries=self.settings.max_descendant_scan_entries,
            stop=stop,
            enters=pattern.may_match_below,
        )
        found: list[Entry] = []
        more = False
        for entry in walk:
            if entry.kind == "folder" or not pattern.matches(walk.below(entry)):
                continue
            if more := len(found) == self.settings.max_glob_matches:
                break
            found.append(entry)
        return _listed(found, walk, more=more, max_bytes=self.max_bytes, nothing="No file matches.")


class FindArguments(Arguments, frozen=True, kw_only=True):
    name: Annotated[
        str,
        Meta(
            description="Part of the name, such as 'config', or a pattern, such as '*.toml'. Case is ignored."
        ),
    ]
    path: Annotated[str | None, Meta(description=_FOLDER_SAID)] = None


class FindTool(FileTool[FindArguments]):
    name = "Find"
    description = (
        "Find files and folders of the workspace by name, at every depth. Looks at names only, not at "
        f"paths (use Glob) or content (use Grep). {IGNORED_SAID}"
    )
    arguments_type = FindArguments

    def answer(self, arguments: FindArguments, workspace: Workspace, stop: StopSignal) -> str:
        name = arguments.name.strip().rstrip("/")
        if not name or "/" in name:
            raise ToolFailure("`name` must be a name or a part of one, without '/'. Use Glob for paths.")
        pattern = GlobPattern(name if _WILDCARDS & set(name) else f"*{name}*", ignore_case=True)
        walk = Walk(
            workspace,
            workspace.locate(arguments.path or "."),
            max_entries=self.settings.max_descendant_scan_entries,
            stop=stop,
        )
        found: list[Entry] = []
        more = False
        for entry in walk:
            if not pattern.matches((entry.name,)):
                continue
            if more := len(found) == self.settings.max_glob_matches:
                break
            found.append(entry)
        return _listed(found, walk, more=more, max_bytes=self.max_bytes, nothing="Nothing has such a name.")


def _listed(found: list[Entry], walk: Walk, *, more: bool, max_bytes: int, nothing: str) -> str:
    """Write what was found by path, and say what was not looked at."""
    if not found:
        return "\n".join(filter(None, [f"({nothing})", walk.notes()]))
    lines = BoundedLines(max_lines=len(found), max_bytes=max_bytes)
    for entry in sorted(found, key=lambda entry: entry.location.parts):
        lines.add(entry.location.shown + ("/" if entry.kind == "folder" else ""))
    cut = (
        f"(Stopped at {len(lines)} matches: narrow the pattern or the path.)" if more or lines.omitted else ""
    )
    return lines.text(cut, walk.notes())
