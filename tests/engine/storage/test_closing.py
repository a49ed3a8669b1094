"""Closing never fails for a reason that lies in the home: there is nobody left to tell."""

from __future__ import annotations

import shutil
from pathlib import Path

from roku_desktop.engine.storage.store import SqliteStore


async def test_a_home_that_was_removed_meanwhile_is_closed_all_the_same(home_dir: Path) -> None:
    store = await SqliteStore.open(home_dir)
    await store.create_session(workspace="/work")
    shutil.rmtree(home_dir)
    await store.aclose()


async def test_where_no_note_can_be_left_closing_goes_on_and_the_next_start_works(home_dir: Path) -> None:
    store = await SqliteStore.open(home_dir)
    session = await store.create_session(workspace="/work")
    (home_dir / "instances" / "closed-cleanly").mkdir()
    await store.aclose()
    (home_dir / "instances" / "closed-cleanly").rmdir()
    again = await SqliteStore.open(home_dir)
    assert (await again.session(session.session_id)).session_id == session.session_id
    await again.aclose()
