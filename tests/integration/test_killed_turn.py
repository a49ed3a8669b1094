"""Promise 1: what was shown is on disk. The process is killed before and after every write of a turn."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import AssistantMessage, Engine, Event, ToolMessage, UserMessage
from roku_desktop.engine.events import (
    AnswerCompleted,
    PromptAccepted,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolsAnswered,
)
from tests.support.engines import engine_on
from tests.support.killed_turn import script

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")

ROOT = Path(__file__).resolve().parents[2]
MOST_WRITES = 40


def killed_run(home: Path, workspace: Path, at: int, when: str) -> tuple[bool, list[Event]]:
    """Return whether it was killed, and what it had published until then."""
    command = [sys.executable, "-m", "tests.support.killed_turn", str(home), str(workspace), str(at), when]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    return ended.returncode != 0, [
        msgspec.json.decode(line, type=Event) for line in ended.stdout.splitlines()
    ]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_nothing_shown_is_lost_and_the_turn_goes_on_to_its_end(tmp_path: Path, when: str) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "a.txt").write_text("alpha\n", encoding="utf-8")
    deaths = 0
    for at in range(1, MOST_WRITES):
        home = tmp_path / f"home{at}"
        killed, shown = killed_run(home, workspace, at, when)
        if not killed:
            break
        deaths += 1
        async with engine_on(home, script()) as engine:
            await check_kept(engine, shown)
            await check_resumable(engine)
    assert deaths >= 6, "prompt, deltas, answer, tool start, results and end are at least six writes"


async def check_kept(engine: Engine, shown: list[Event]) -> None:
    """Everything that was published is among the messages of the session."""
    session_ids = {event.session_id for event in shown}
    messages = [stored.message for session_id in session_ids for stored in await engine.messages(session_id)]
    streamed: dict[tuple[str, int], str] = {}
    for event in shown:
        match event:
            case (
                PromptAccepted(message=message)
                | AnswerCompleted(message=message)
                | ToolsAnswered(message=message)
            ):
                assert message in messages
            case TextDelta(step=step, text=text) | ThinkingDelta(step=step, text=text):
                kind = type(event).__name__
                streamed[kind, step] = streamed.get((kind, step), "") + text
            case ToolFinished(result=result):
                assert any(isinstance(m, ToolMessage) and result in m.results for m in messages)
            case _:
                pass
    kept = [
        part.text
        for m in messages
        if isinstance(m, AssistantMessage)
        for part in m.parts
        if hasattr(part, "text")
    ]
    for text in streamed.values():
        assert any(whole.startswith(text) for whole in kept)


async def check_resumable(engine: Engine) -> None:
    """The run is closed as interrupted, its history is valid, and it goes on to an answer."""
    for session in await engine.sessions():
        record = await engine.last_run(session.session_id)
        if record is None:
            assert session.message_count == 0
            continue
        assert record.status in ("interrupted", "completed")
        assert_valid([stored.message for stored in await engine.messages(session.session_id)])
        if record.status == "interrupted":
            finished = await (await engine.resume(record.run_id)).result()
            assert finished.outcome == "completed"


def assert_valid(messages: list[object]) -> None:
    """It begins with the prompt, and every tool call is answered right after it."""
    assert isinstance(messages[0], UserMessage)
    for message, following in zip(messages, [*messages[1:], None], strict=True):
        if isinstance(message, AssistantMessage) and message.tool_calls:
            assert isinstance(following, ToolMessage)
            assert [r.call_id for r in following.results] == [c.call_id for c in message.tool_calls]
