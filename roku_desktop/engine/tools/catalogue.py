"""The tools that stand ready, by name.

Owns which tools there are and the order in which models see them. Called by the loop (specs) and by
the dispatcher (one tool). Built once per configuration.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from roku_desktop.engine.disk_room import DiskRoom
from roku_desktop.engine.ports import Tool, ToolSpec
from roku_desktop.engine.settings import ToolSettings


class ToolCatalogue:
    """Tools by name, in the order given; two of one name are a bug and raise ValueError."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in tools:
            if tool.spec.name in self._tools:
                raise ValueError(f"two tools are named {tool.spec.name}")
            self._tools[tool.spec.name] = tool
        self._specs = tuple(tool.spec for tool in self._tools.values())

    def plus(self, tool: Tool) -> ToolCatalogue:
        """The same tools and one more, at the end."""
        return ToolCatalogue([*self._tools.values(), tool])

    def specs(self) -> tuple[ToolSpec, ...]:
        """Return what a model is told: always the same order, always the same bytes."""
        return self._specs

    def get(self, name: str) -> Tool | None:
        return self._tools.get(name)

    def usable_names(self) -> tuple[str, ...]:
        """Return the tools that run without an approval."""
        return tuple(name for name, tool in self._tools.items() if tool.read_only)


def standard_catalogue(
    settings: ToolSettings, output_folder: Path | None = None, room: DiskRoom | None = None
) -> ToolCatalogue:
    """Return the catalogue of the product: the read-only tools, then those that need an approval.

    `output_folder` is where commands leave what is too long for a result; without it, and
    where the disk has no `room`, the rest is lost.
    """
    from roku_desktop.engine.tools.grep import GrepTool
    from roku_desktop.engine.tools.listing import InspectTool, ListDirTool
    from roku_desktop.engine.tools.output_folder import OutputFolder
    from roku_desktop.engine.tools.python_code import PythonTool
    from roku_desktop.engine.tools.read import ReadTool
    from roku_desktop.engine.tools.search import FindTool, GlobTool
    from roku_desktop.engine.tools.shell import ShellTool
    from roku_desktop.engine.tools.table import TablePreviewTool, TableSchemaTool
    from roku_desktop.engine.tools.web_fetch import WebFetchTool
    from roku_desktop.engine.tools.write import EditTool, WriteTool

    outputs = OutputFolder(output_folder, room) if output_folder else None
    return ToolCatalogue(
        [
            ReadTool(settings, outputs),
            ListDirTool(settings),
            GlobTool(settings),
            GrepTool(settings),
            FindTool(settings),
            InspectTool(settings),
            TablePreviewTool(settings),
            TableSchemaTool(settings),
            WriteTool(),
            EditTool(),
            WebFetchTool(),
            ShellTool(settings, outputs),
            PythonTool(settings, outputs),
        ]
    )
