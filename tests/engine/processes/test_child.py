"""Commands and their trees: real processes, whose end is seen by the end of a pipe they hold."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine.processes import child
from roku_desktop.engine.processes.child import (
    FROZEN_GUARD_WORD,
    KEPT_BYTES,
    Command,
    Ending,
    Keep,
    Output,
    run,
)
from roku_desktop.engine.processes.record import last_known

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the shell texts are for Linux")


class Pulse:
    """A FIFO: the tree holds its writing end, so its reading end ends with the tree."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "pulse"
        os.mkfifo(self.path)
        self._reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(self._reader, True)
        self._unready = os.open(self.path, os.O_WRONLY)

    def beat(self) -> None:
        """Wait until the tree has said that it stands."""
        assert os.read(self._reader, 1) == b"."
        if self._unready >= 0:
            os.close(self._unready)
            self._unready = -1

    def end(self) -> None:
        """Wait until no process of the tree is left."""
        while os.read(self._reader, 100):
            pass

    def close(self) -> None:
        os.close(self._reader)
        if self._unready >= 0:
            os.close(self._unready)


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[Pulse]:
    pulse = Pulse(tmp_path)
    yield pulse
    pulse.close()


def bash(text: str, *, timeout_s: float = 20.0, **environment: str) -> Command:
    return Command(
        argv=("/bin/bash", "-c", text),
        cwd="/",
        environment={"PATH": os.defpath, **environment},
        timeout_s=timeout_s,
    )


async def tree_dies_when_cancelled(text: str, pulse: Pulse) -> None:
    task = asyncio.create_task(run(bash(text, PULSE=str(pulse.path))))
    await asyncio.to_thread(pulse.beat)
    task.cancel()
    async with asyncio.timeout(2):
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(pulse.end)


async def test_both_streams_and_the_exit_status_come_back() -> None:
    ending, output = await run(bash("echo out; echo err >&2; exit 3"))

    assert ending == Ending(end="exited", code=3)
    assert output == Output(head=b"out\nerr\n", tail=b"", omitted_bytes=0)


async def test_a_signal_is_a_negative_code() -> None:
    assert (await run(bash("kill -SEGV $$")))[0] == Ending(end="exited", code=-11)


async def test_a_missing_program_is_not_started_and_says_why() -> None:
    command = Command(argv=("/no/such",), cwd="/", environment={}, timeout_s=5)

    ending, _ = await run(command)

    assert ending.end == "not_started"
    assert "/no/such" in ending.error


async def test_a_command_gets_only_the_environment_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY_API_KEY", "sings")

    _, output = await run(bash("env; echo $GIVEN", GIVEN="this"))

    assert b"sings" not in output.head
    assert b"this" in output.head


async def test_a_command_has_no_input_to_wait_for() -> None:
    assert (await run(bash("cat; echo done")))[1].head == b"done\n"


async def test_bytes_that_are_no_text_come_back_as_they_are() -> None:
    assert (await run(bash(r"printf '\xff\x00\xfe'")))[1].head == b"\xff\x00\xfe"


async def test_a_flood_is_read_to_its_end_in_bounded_memory() -> None:
    ending, output = await run(bash("echo first; head -c 50000000 /dev/zero; echo last"))

    assert ending == Ending(end="exited")
    assert output.head.startswith(b"first\n")
    assert output.tail.endswith(b"last\n")
    assert len(output.head) + len(output.tail) == KEPT_BYTES
    assert output.omitted_bytes == 50_000_000 + len(b"first\nlast\n") - KEPT_BYTES


async def test_the_time_limit_ends_even_what_ignores_the_polite_signal(pulse: Pulse) -> None:
    text = "exec 9>$PULSE; trap '' TERM; echo -n . >&9; while :; do sleep 100; done"
    task = asyncio.create_task(run(bash(text, timeout_s=0.5, PULSE=str(pulse.path))))
    await asyncio.to_thread(pulse.beat)

    assert (await task)[0].end == "timed_out"
    await asyncio.to_thread(pulse.end)


async def test_cancelling_ends_a_tree_of_forks(pulse: Pulse) -> None:
    await tree_dies_when_cancelled("exec 9>$PULSE; (sleep 100 & sleep 100) & echo -n . >&9; wait", pulse)


async def test_cancelling_reaches_who_left_the_session_by_a_double_fork(pulse: Pulse) -> None:
    text = "exec 9>$PULSE; (setsid bash -c 'trap \"\" TERM; echo -n . >&9; sleep 100' &); sleep 100"
    await tree_dies_when_cancelled(text, pulse)


async def test_what_a_command_leaves_in_the_background_ends_with_it(pulse: Pulse) -> None:
    text = "exec 9>$PULSE; setsid sleep 100 & echo -n . >$PULSE"

    ending, _ = await run(bash(text, PULSE=str(pulse.path)))

    assert ending == Ending(end="exited")
    await asyncio.to_thread(pulse.beat)
    await asyncio.to_thread(pulse.end)


async def test_a_command_cancelled_while_it_starts_is_not_left_behind() -> None:
    task = asyncio.create_task(run(bash("sleep 100")))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task

    for thread in threading.enumerate():
        if thread.name == "command":  # it has told the end and is about to return, or sleeps for 100 s
            thread.join(1)
            assert not thread.is_alive()


def test_the_single_file_program_becomes_the_guard_by_a_word() -> None:
    order = msgspec.json.encode(bash("echo done"))
    command = [sys.executable, "-m", "roku_desktop", FROZEN_GUARD_WORD]

    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as guard:
        assert guard.stdin is not None
        assert guard.stdout is not None
        assert guard.stderr is not None
        guard.stdin.write(order + b"\n")
        guard.stdin.flush()
        assert guard.stdout.read() == b"done\n"
        assert msgspec.json.decode(guard.stderr.read(), type=Ending) == Ending(end="exited")


def host_of(text: str, pulse: Pulse, record: Path | str = "") -> subprocess.Popen[bytes]:
    """A process that runs a command, to be killed."""
    program = textwrap.dedent(
        f"""
        import asyncio
        from roku_desktop.engine.processes.child import Command, run
        asyncio.run(run(Command(argv=("/bin/bash", "-c", {text!r}), cwd="/", record={str(record)!r},
            environment={{"PATH": "/usr/bin:/bin", "PULSE": {str(pulse.path)!r}}}, timeout_s=60)))
        """
    )
    return subprocess.Popen([sys.executable, "-c", program])


def test_the_tree_ends_when_the_host_is_killed(pulse: Pulse) -> None:
    text = "exec 9>$PULSE; (setsid sleep 100 &); echo -n . >&9; sleep 100"
    with host_of(text, pulse) as process:
        pulse.beat()
        process.kill()

    pulse.end()


async def test_what_outlives_a_killed_guard_keeps_nobody_waiting() -> None:
    ending, output = await run(bash("setsid sleep 100 & echo $!; kill -KILL $PPID; sleep 100"))

    os.kill(int(output.head), signal.SIGKILL)
    assert ending.end == "not_started"
    assert "ended early" in ending.error


async def test_what_is_more_than_is_kept_goes_whole_into_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "whole"
    text = "head -c 700 /dev/zero; sleep 0.01; head -c 600 /dev/zero | tr '\\0' x"

    _, output = await run(bash(text), Keep(size_bytes=1000, whole=file))

    assert file.read_bytes() == b"\0" * 700 + b"x" * 600
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (output.whole, output.whole_bytes, output.omitted_bytes) == (file, 1300, 300)


async def test_a_cancelled_command_leaves_its_file_closed(tmp_path: Path, pulse: Pulse) -> None:
    text = "seq 1000; exec 9>$PULSE; echo -n . >&9; sleep 100"
    keep = Keep(size_bytes=1000, whole=tmp_path / "whole")
    task = asyncio.create_task(run(bash(text, PULSE=str(pulse.path)), keep))
    await asyncio.to_thread(pulse.beat)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    del task
    gc.collect()  # a file that is still open would warn, and a warning fails

    assert (tmp_path / "whole").read_bytes().endswith(b"\n1000\n")


async def test_what_is_kept_needs_no_file(tmp_path: Path) -> None:
    _, output = await run(bash("head -c 1000 /dev/zero"), Keep(size_bytes=1000, whole=tmp_path / "whole"))

    assert list(tmp_path.iterdir()) == []
    assert output.whole is None


async def test_a_file_that_cant_be_made_costs_no_command(tmp_path: Path) -> None:
    ending, output = await run(
        bash("head -c 2000 /dev/zero"), Keep(size_bytes=1000, whole=tmp_path / "no folder" / "whole")
    )

    assert ending == Ending(end="exited")
    assert output.whole is None


def test_a_guard_whose_host_is_gone_before_it_begins_starts_nothing(tmp_path: Path) -> None:
    order = msgspec.structs.replace(bash(f"echo line > {tmp_path}/lines"), record=str(tmp_path / "record"))
    guard = Path(child.__file__).with_name("guard.py")

    subprocess.run([sys.executable, "-I", "-S", guard], input=msgspec.json.encode(order) + b"\n", check=True)

    assert not (tmp_path / "lines").exists()


async def test_how_it_ended_is_written_down_for_whoever_comes_later(tmp_path: Path) -> None:
    record = tmp_path / "record"

    await run(msgspec.structs.replace(bash("exit 3"), record=str(record)))

    assert last_known(record) == "it ended with exit status 3"
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    record.write_bytes(b"")
    assert "not known" in last_known(record)
    assert last_known(tmp_path / "none") == ""


def test_the_record_of_a_command_whose_host_was_killed_says_that_it_ended_with_it(
    tmp_path: Path, pulse: Pulse
) -> None:
    record = tmp_path / "record"
    text = "exec 9>$PULSE; trap '' TERM; echo -n . >&9; while :; do sleep 100; done"
    with host_of(text, pulse, record) as process:
        pulse.beat()
        assert last_known(record) == "it is still being ended"
        process.kill()

    pulse.end()
    while (said := last_known(record)) == "it is still being ended":
        pass
    assert said == "it was ended, with all that it had started, when the program was"
