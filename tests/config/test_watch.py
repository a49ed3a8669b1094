"""The file is followed while the program runs, and the last good configuration stays in force."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable

import pytest

from roku_desktop.config import Configuration, ConfigWatcher, load
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.engine.ports import SystemClock
from roku_desktop.paths import HomePaths

GOOD = "[runtime.loop]\ninitial_step_budget = {}\n"


class HeldClock(SystemClock):
    """Sleeping takes no time: it runs what a test wants to happen meanwhile."""

    def __init__(self) -> None:
        self.slept_s: list[float] = []
        self.meanwhile: list[Callable[[], object]] = []

    async def sleep(self, delay_s: float) -> None:
        self.slept_s.append(delay_s)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        await asyncio.sleep(0)


class Follower:
    """A watcher over a home, and what it reported."""

    def __init__(self, paths: HomePaths, current: Configuration | None = None) -> None:
        self.paths = paths
        self.clock = HeldClock()
        self.changes: list[Configuration] = []
        self.problems: list[str] = []
        self.react: Callable[[Configuration], Awaitable[None]] | None = None
        self.watcher = ConfigWatcher(
            paths,
            {},
            current or load(paths, {}),
            clock=self.clock,
            on_change=self._changed,
            on_problem=lambda error: self.problems.append(str(error)),
        )

    async def _changed(self, configuration: Configuration) -> None:
        if self.react:
            await self.react(configuration)
        self.changes.append(configuration)

    def write(self, text: str) -> None:
        self.paths.runtime_toml.write_text(text)

    @property
    def steps(self) -> int:
        return self.watcher.current.settings.loop.initial_step_budget


@pytest.fixture
def follower(paths: HomePaths) -> Follower:
    paths.runtime_toml.write_text(GOOD.format(1))
    return Follower(paths)


async def test_a_valid_change_is_handed_on_once(follower: Follower) -> None:
    assert await follower.watcher.check() == "unchanged"
    follower.write(GOOD.format(2))
    assert await follower.watcher.check() == "changed"
    assert await follower.watcher.check() == "unchanged"
    assert [change.settings.loop.initial_step_budget for change in follower.changes] == [2]
    assert follower.steps == 2


async def test_an_invalid_change_is_reported_once_and_the_last_good_one_stays(follower: Follower) -> None:
    await follower.watcher.check()
    follower.write("[runtime.loop]\ninitial_step_budget = 'x'\n")
    assert await follower.watcher.check() == "invalid"
    assert await follower.watcher.check() == "unchanged"
    assert follower.steps == 1
    assert follower.changes == []
    assert len(follower.problems) == 1
    assert "line 2, column 23" in follower.problems[0]
    assert str(follower.watcher.problem) == follower.problems[0]


async def test_going_back_to_the_good_file_clears_the_problem(follower: Follower) -> None:
    await follower.watcher.check()
    follower.write("[broken")
    await follower.watcher.check()
    follower.write(GOOD.format(1))
    assert await follower.watcher.check() == "unchanged"
    assert follower.watcher.problem is None
    assert follower.changes == []


async def test_a_change_before_the_first_look_is_seen(paths: HomePaths) -> None:
    before = load(paths, {})
    paths.runtime_toml.write_text(GOOD.format(9))
    follower = Follower(paths, before)
    assert await follower.watcher.check() == "changed"
    assert follower.steps == 9


async def test_a_file_being_written_is_judged_when_it_is_finished(follower: Follower) -> None:
    await follower.watcher.check()
    follower.write("[runtime.lo")
    follower.clock.meanwhile = [
        lambda: follower.write("[runtime.loop]\n"),
        lambda: follower.write(GOOD.format(3)),
    ]
    assert await follower.watcher.check() == "changed"
    assert follower.problems == []
    assert [change.settings.loop.initial_step_budget for change in follower.changes] == [3]
    assert follower.clock.slept_s == [0.2] * 3


async def test_editors_that_replace_the_file_are_followed(follower: Follower) -> None:
    await follower.watcher.check()
    status = follower.paths.runtime_toml.stat()
    draft = follower.paths.home / "draft"
    draft.write_text(GOOD.format(2))
    os.utime(draft, ns=(status.st_atime_ns, status.st_mtime_ns))
    draft.replace(follower.paths.runtime_toml)
    assert await follower.watcher.check() == "changed"
    assert follower.steps == 2


async def test_a_file_touched_without_a_change_is_no_change(follower: Follower) -> None:
    await follower.watcher.check()
    os.utime(follower.paths.runtime_toml, (1, 1))
    assert await follower.watcher.check() == "unchanged"
    follower.write(GOOD.format(1) + "# a comment moves nothing\n")
    assert await follower.watcher.check() == "unchanged"
    assert follower.changes == []


async def test_removing_the_file_means_the_defaults(follower: Follower) -> None:
    await follower.watcher.check()
    follower.paths.runtime_toml.unlink()
    assert await follower.watcher.check() == "changed"
    assert follower.steps == 200
    follower.paths.home.rmdir()
    assert await follower.watcher.check() == "unchanged"


async def test_a_named_file_that_goes_missing_leaves_the_last_good_one(follower: Follower) -> None:
    named = HomePaths.locate({}, home=str(follower.paths.home), config=str(follower.paths.runtime_toml))
    follower = Follower(named)
    await follower.watcher.check()
    named.runtime_toml.unlink()
    assert await follower.watcher.check() == "invalid"
    assert follower.steps == 1
    assert "doesn't exist" in follower.problems[0]


async def test_a_folder_in_place_of_the_file_is_a_problem_not_a_crash(follower: Follower) -> None:
    await follower.watcher.check()
    follower.paths.runtime_toml.unlink()
    follower.paths.runtime_toml.mkdir()
    assert await follower.watcher.check() == "invalid"
    assert "is a folder" in follower.problems[0]
    follower.paths.runtime_toml.rmdir()
    follower.write(GOOD.format(4))
    assert await follower.watcher.check() == "changed"


async def test_reload_judges_at_once_and_says_what_is_wrong(follower: Follower) -> None:
    follower.write(GOOD.format(5))
    assert (await follower.watcher.reload()).settings.loop.initial_step_budget == 5
    follower.write("[broken")
    with pytest.raises(ConfigurationError, match="line 1"):
        await follower.watcher.reload()
    assert follower.steps == 5
    assert follower.clock.slept_s == []


async def test_a_change_that_was_cancelled_halfway_is_offered_again(follower: Follower) -> None:
    await follower.watcher.check()
    started = asyncio.Event()

    async def slow(_: Configuration) -> None:
        started.set()
        await asyncio.Event().wait()

    follower.react = slow
    follower.write(GOOD.format(6))
    task = asyncio.create_task(follower.watcher.check())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert follower.steps == 1
    follower.react = None
    assert await follower.watcher.check() == "changed"
    assert follower.steps == 6


async def test_run_looks_every_second_until_cancelled(follower: Follower) -> None:
    seen = asyncio.Event()
    follower.clock.meanwhile = [lambda: follower.write(GOOD.format(7))]

    async def changed(_: Configuration) -> None:
        seen.set()

    follower.react = changed
    task = asyncio.create_task(follower.watcher.run())
    await seen.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert follower.clock.slept_s[0] == 1.0
