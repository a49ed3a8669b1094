"""A file tool works in a thread, leaves the loop free, and its thread ends soon after a cancel."""

import asyncio
import threading
from pathlib import Path

import pytest

from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.arguments import Arguments
from roku_desktop.engine.tools.file_tool import FileTool, Stopped, StopSignal
from roku_desktop.engine.tools.workspace import Workspace
from tests.support.calls import CONTEXT


class NoArguments(Arguments, frozen=True, kw_only=True):
    pass


class WaitingTool(FileTool[NoArguments]):
    """Says when its thread is at work, goes on when told, and tells how it ended."""

    name = "Waiting"
    description = "Waits."
    arguments_type = NoArguments

    def __init__(self) -> None:
        super().__init__(ToolSettings())
        self.loop = asyncio.get_running_loop()
        self.at_work = asyncio.Event()
        self.go_on = threading.Event()
        self.ended: asyncio.Future[str] = self.loop.create_future()

    def answer(self, arguments: NoArguments, workspace: Workspace, stop: StopSignal) -> str:
        self.loop.call_soon_threadsafe(self.at_work.set)
        self.go_on.wait()
        try:
            stop.check()
        except Stopped:
            self.loop.call_soon_threadsafe(self.ended.set_result, "stopped")
            raise
        self.loop.call_soon_threadsafe(self.ended.set_result, "answered")
        return "done"


async def test_the_loop_is_free_while_a_tool_works(workspace: Path):
    tool = WaitingTool()
    running = asyncio.create_task(tool.run(b"{}", workspace, CONTEXT))
    await tool.at_work.wait()  # the loop got here although the thread is blocked
    tool.go_on.set()
    assert await running == "done"
    assert await tool.ended == "answered"


async def test_a_cancelled_tool_returns_at_once_and_its_thread_stops_at_the_next_check(workspace: Path):
    tool = WaitingTool()
    running = asyncio.create_task(tool.run(b"{}", workspace, CONTEXT))
    await tool.at_work.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not tool.ended.done()
    tool.go_on.set()
    assert await tool.ended == "stopped"


def test_a_stop_reaches_those_who_ask_and_those_who_wait_however_late():
    stop = StopSignal()
    called = []
    stop.on_set(lambda: called.append("before"))
    stop.check()
    stop.set()
    stop.on_set(lambda: called.append("after"))
    assert called == ["before", "after"]
    with pytest.raises(Stopped):
        stop.check()
