"""A workspace on disk with a secret beside it, and a way to call a tool as a model does."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.catalogue import ToolCatalogue, standard_catalogue
from tests.support.calls import CONTEXT

SECRET = "the secret outside"

Ask = Callable[..., Awaitable[str]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace; `outside/secret.txt` lies beside it."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    return folder


@pytest.fixture
def settings() -> ToolSettings:
    return ToolSettings()


@pytest.fixture
def catalogue(settings: ToolSettings) -> ToolCatalogue:
    return standard_catalogue(settings)


@pytest.fixture
def ask(catalogue: ToolCatalogue, workspace: Path) -> Ask:
    """`await ask("Read", path="a.txt")` returns the text, or raises what the tool raised."""

    async def ask_tool(tool_name: str, /, **arguments: Any) -> str:
        tool = catalogue.get(tool_name)
        assert tool is not None
        text = json.dumps(arguments).encode()
        tool.validate(text)
        return await tool.run(text, workspace, CONTEXT)

    return ask_tool
