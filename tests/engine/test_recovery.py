"""A run that can't be brought back is told, so that the objective for recovery can count it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from roku_desktop.engine import RecoveryFailed, RunNotResumableError
from roku_desktop.engine.errors import CorruptDatabaseError, QuotaExceeded
from tests.support.engines import Heard, engine_on, scripted


async def test_a_run_that_can_not_be_loaded_is_told_once_with_its_class(tmp_path: Path):
    provider = scripted([QuotaExceeded("The credit is used up.", provider="scripted")])
    async with engine_on(tmp_path, provider) as engine:
        session = await engine.create_session(tmp_path)
        failed = await (await engine.ask(session.session_id, "Hello")).result()
        with sqlite3.connect(tmp_path / "roku.db") as other:
            other.execute("UPDATE runs SET failure = '{'")
        other.close()
        heard = Heard(engine)
        with pytest.raises(CorruptDatabaseError):
            await engine.resume(failed.run_id)
    (told,) = heard
    assert isinstance(told, RecoveryFailed)
    assert (told.run_id, told.error) == (failed.run_id, "CorruptDatabaseError")


async def test_a_run_that_may_not_go_on_is_no_failure(tmp_path: Path):
    async with engine_on(tmp_path, scripted(["fine"])) as engine:
        session = await engine.create_session(tmp_path)
        done = await (await engine.ask(session.session_id, "Hello")).result()
        heard = Heard(engine)
        with pytest.raises(RunNotResumableError):
            await engine.resume(done.run_id)
    assert not any(isinstance(event, RecoveryFailed) for event in heard)
