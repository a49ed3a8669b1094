"""The log says what happened and where, in whole lines, and never in anybody's words."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.config.secrets import without_secrets
from roku_desktop.engine.errors import StorageFullError
from roku_desktop.engine.tracing import root_span_of, trace_id_of
from roku_desktop.engine.whereabouts import Whereabouts, enter
from roku_desktop.telemetry.logs.files import MAX_FILES, LogFiles
from roku_desktop.telemetry.logs.handler import LogHandler
from roku_desktop.telemetry.logs.line import LogLine
from roku_desktop.telemetry.logs.record_line import line_of
from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream, tool_call
from tests.support.processes import CommandLine
from tests.support.setups import KEY, mylab

PROMPT = "canary-prompt-31f0"
ANSWER = "canary-answer-8c2e"


def lines_in(folder: Path) -> list[dict[str, Any]]:
    """The whole lines of all files, in the order of the files' names."""
    return [
        msgspec.json.decode(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]


@contextmanager
def logging_to(folder: Path, level: str = "info", components: tuple[str, ...] = ()) -> Iterator[LogHandler]:
    handler = LogHandler(folder, level, components)
    handler.install()
    try:
        yield handler
    finally:
        handler.remove()


def logger(component: str = "engine.session") -> logging.Logger:
    return logging.getLogger(f"roku_desktop.{component}")


# What is in a line


def test_a_line_says_where_in_the_work_it_was_logged(tmp_path: Path):
    def work() -> None:
        enter(Whereabouts(session_id="s1", run_id="r1", provider="mylab"))
        logger().warning("run %s took %d ms", "r1", 12)

    with logging_to(tmp_path):
        one = threading.Thread(target=work)  # contexts are a task's or a thread's own
        one.start()
        one.join()
        logger().info("elsewhere")
    inside, outside = lines_in(tmp_path)
    assert {name: inside[name] for name in ("level", "component", "message", "session_id", "provider")} == {
        "level": "warning",
        "component": "engine.session",
        "message": "run … took 12 ms",
        "session_id": "s1",
        "provider": "mylab",
    }
    assert (inside["trace_id"], inside["span_id"]) == (trace_id_of("r1"), root_span_of("r1"))
    assert "session_id" not in outside


def test_an_error_is_told_by_its_classes_and_places_and_not_by_its_words(tmp_path: Path):
    with logging_to(tmp_path):
        try:
            try:
                raise OSError(28, PROMPT, PROMPT)
            except OSError as error:
                raise StorageFullError(f"no room for {PROMPT}") from error
        except StorageFullError as error:
            logger().exception("could not be stored: %s", error)
    (line,) = lines_in(tmp_path)
    assert (line["message"], line["error"]) == (
        "could not be stored: StorageFullError",
        "StorageFullError from OSError 28",
    )
    assert line["stack"][-1].startswith("telemetry/test_logs.py:")
    assert PROMPT not in str(line)


def test_of_other_libraries_only_the_place_is_told(tmp_path: Path):
    with logging_to(tmp_path):
        logging.getLogger("httpx").warning(f"authorization: {KEY}")  # noqa: G004  what we can't forbid them
    (line,) = lines_in(tmp_path)
    assert line["component"] == "httpx"
    assert line["message"].startswith("logged at telemetry/test_logs.py:")


@given(st.lists(st.text(min_size=4, alphabet=st.characters(min_codepoint=0x4E00)), max_size=3))
def test_no_text_that_is_filled_in_reaches_a_line(texts: list[str]):
    template = "taken: " + " %s" * len(texts)
    record = logging.LogRecord("roku_desktop.x", logging.INFO, "f.py", 1, template, tuple(texts), None)
    written = msgspec.json.encode(line_of(record)).decode()
    assert not any(text in written for text in texts)


def test_captured_content_is_whole_but_for_keys():
    record = logging.LogRecord(
        "roku_desktop.x", logging.INFO, "f.py", 1, "said %s with %s", (PROMPT, "Bearer abcdef0123456"), None
    )
    assert line_of(record, clean=without_secrets).message == f"said {PROMPT} with ••••"


def test_a_broken_call_of_the_logger_is_counted_and_raises_nothing(tmp_path: Path):
    class Unspeakable:
        @property  # type: ignore[misc]
        def __class__(self) -> type:
            raise RuntimeError

    dropped: list[tuple[int, str]] = []
    handler = LogHandler(tmp_path, "info", ())
    values: tuple[tuple[str, object], ...] = (("odd %d %d", 1), ("worse %s", Unspeakable()))
    for template, value in values:
        record = logging.LogRecord("roku_desktop.x", logging.INFO, "f.py", 1, template, (), None)
        record.args = (value,)
        handler.handle(record)
    handler.hand_on(None, lambda count, reason: dropped.append((count, reason)))
    handler.remove()
    assert [line["message"] for line in lines_in(tmp_path)] == ["odd %d %d"]
    assert dropped == [(1, "broken")]


# Which lines are kept


def test_each_component_has_its_level_with_all_below(tmp_path: Path):
    with logging_to(tmp_path, "warning", ("engine.routing=debug", "telemetry=off")) as handler:
        for component in ("engine.loop", "engine.routing.route", "telemetry.recorder"):
            logger(component).debug("quiet")
            logger(component).error("loud")
        handler.use("off", ())
        logger().critical("none")
    assert [(line["component"], line["message"]) for line in lines_in(tmp_path)] == [
        ("engine.loop", "loud"),
        ("engine.routing.route", "quiet"),
        ("engine.routing.route", "loud"),
    ]


def test_loggers_are_left_as_they_were_found(tmp_path: Path):
    ours, root = logging.getLogger("roku_desktop"), logging.getLogger()
    before = (ours.level, list(root.handlers))
    with logging_to(tmp_path, "debug"):
        assert ours.isEnabledFor(logging.DEBUG)
    assert (ours.level, root.handlers) == before


# The files


def line(number: int, at: float = 86_400.0) -> LogLine:
    return LogLine(at=at + number, level="info", component="x", message=f"line {number} " + "." * 100)


def test_files_are_rotated_by_size_and_by_day_and_the_oldest_go(tmp_path: Path):
    files = LogFiles(tmp_path, lambda *drop: pytest.fail(str(drop)), max_file_bytes=500)
    for number in range(40):
        files.write(line(number))
    files.write(line(0, at=3 * 86_400.0))
    files.close(10.0)
    paths = sorted(tmp_path.iterdir())
    assert len(paths) == MAX_FILES
    assert paths[-1].name.startswith("1970-01-04-")
    assert all(path.stat().st_size < 500 + 200 for path in paths)
    assert lines_in(tmp_path)[-2]["message"].startswith("line 39 ")
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)


def test_lines_of_many_threads_are_whole(tmp_path: Path):
    files = LogFiles(tmp_path, lambda *drop: pytest.fail(str(drop)))

    def write() -> None:
        for number in range(200):
            files.write(line(number))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    files.close(10.0)
    assert len(lines_in(tmp_path)) == 800


def test_a_folder_that_is_gone_costs_nothing_but_lines(tmp_path: Path):
    dropped: list[tuple[int, str]] = []
    files = LogFiles(tmp_path / "gone", lambda count, reason: dropped.append((count, reason)))
    files.write(line(1))
    files.write(line(2))
    files.close(10.0)
    assert dropped == [(1, "disk")] * 2


# The program


def test_a_question_leaves_lines_with_its_identities_and_without_its_words(tmp_path: Path):
    program = CommandLine(tmp_path / "home", tmp_path, {"ROKU_MYLAB_API_KEY": KEY})
    replies = [
        Reply(openai_stream(tool_calls=[tool_call("Read", {"path": PROMPT})])),
        Reply(openai_stream([ANSWER])),
    ]
    with serve_in_thread(replies) as server:
        program.configure(mylab(server.openai_url) + '[runtime.telemetry]\nlog_level = "debug"\n')
        done = program.run("ask", PROMPT, "--json")
    assert done.code == 0, done.said
    lines = lines_in(program.home / "logs")
    (run,) = {one["run_id"] for one in lines if "run_id" in one}
    by_message = {one["message"]: one for one in lines}
    ended = by_message["a turn has ended"]
    assert (ended["provider"], ended["attributes"]["outcome"]) == ("mylab", "completed")
    assert by_message["a call of a tool has its result"]["tool"] == "Read"
    assert {one["trace_id"] for one in lines if "run_id" in one} == {trace_id_of(run)}
    written = b"".join(path.read_bytes() for path in (program.home / "logs").iterdir()).decode()
    for canary in (PROMPT, ANSWER, KEY):
        assert canary not in written


def test_a_log_that_is_off_leaves_no_file(tmp_path: Path):
    program = CommandLine(tmp_path / "home", tmp_path, {"ROKU_RUNTIME__TELEMETRY__LOG_LEVEL": "off"})
    with serve_in_thread([Reply(openai_stream([ANSWER]))]) as server:
        program.configure(mylab(server.openai_url))
        program.run("ask", PROMPT)
    assert not list((program.home / "logs").iterdir())
