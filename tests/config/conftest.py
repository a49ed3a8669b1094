"""A configuration file to write and load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from roku_desktop.config import Configuration, load
from roku_desktop.paths import HomePaths


@pytest.fixture
def paths(tmp_path: Path) -> HomePaths:
    (tmp_path / "roku").mkdir()
    return HomePaths.locate({}, home=str(tmp_path / "roku"))


@pytest.fixture
def configured(paths: HomePaths) -> Callable[..., Configuration]:
    """`configured(text, VARIABLE=value)` writes the home's runtime.toml and loads it."""

    def write_and_load(text: str | bytes, **environ: str) -> Configuration:
        paths.runtime_toml.write_bytes(text.encode() if isinstance(text, str) else text)
        return load(paths, environ)

    return write_and_load
