"""A home for each test, and a store on it that is closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from roku_desktop.engine.storage.store import SqliteStore


@pytest.fixture
def home_dir(tmp_path: Path) -> Path:
    """Not made yet: the store does that."""
    return tmp_path / "home"


@pytest.fixture
async def store(home_dir: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(home_dir)
    yield store
    await store.aclose()


@pytest.fixture
async def session_id(store: SqliteStore) -> str:
    return (await store.create_session(workspace="/work")).session_id
