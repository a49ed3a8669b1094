"""The child process that stands over a command: starts it, and takes its whole tree along at the end.

Owns the end of every process of a command: at its own end, at the time limit, and when standard input
ends, which also happens when the app was killed (docs/decisions/0018-processes.md). On Linux orphans
come to this process, so `setsid` and a double fork hide nothing; on Windows a job does the same; on
macOS only the process group is reached. Run by its own path with `python -I -S`, so it imports nothing
of ours; `child` is the other side.

Standard input: one JSON line `{"argv", "cwd", "environment", "timeout_s", "record"}`, then nothing, kept
open. Standard output belongs to the command, both of its streams. Standard error: one JSON line
`{"end": "exited" | "timed_out" | "stopped" | "not_started", "code", "error"}`; a negative code is a signal.
The same line goes into the file `record`, if one is named, which is locked until then: whoever comes
after a crash reads there how it ended (`record` is the reader).
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from queue import Empty, SimpleQueue
from typing import Any

# Between the polite signal and the one that nobody can ignore; and for what can't be killed (sudo).
GRACE_S = 0.3
BURIAL_S = 1.2


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline() or b"null")
    if order is None:  # the host was gone before it said anything
        return
    gather_the_tree()
    record = opened_record(order.get("record") or "")
    if host_is_gone():  # nobody must find a command start that they thought over
        return
    report = json.dumps(serve(order)).encode("ascii") + b"\n"
    for target in (2,) if record is None else (record, 2):
        with contextlib.suppress(OSError):  # a full disk; a host that is gone
            os.write(target, report)
    os._exit(0)  # a thread may still wait for input; on Windows this end closes the job


def serve(order: dict[str, Any]) -> dict[str, object]:
    """Run the command to its end or its limit, and leave nothing of it behind."""
    try:
        process = started(order)
    except (OSError, ValueError) as error:
        return {"end": "not_started", "code": 0, "error": str(error)}
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)  # the output ends when the last process of the command does
    happened: SimpleQueue[str] = SimpleQueue()
    for work, word in ((process.wait, "exited"), (until_hang_up, "stopped")):
        threading.Thread(target=tell, args=(work, word, happened), daemon=True).start()
    try:
        end = happened.get(timeout=order["timeout_s"])
    except Empty:
        end = "timed_out"
    if end != "exited":
        ask_to_end(process)
        with contextlib.suppress(Empty):
            while happened.get(timeout=GRACE_S) != "exited":
                pass
    bury(process)
    return {"end": end, "code": process.returncode or 0, "error": ""}


def host_is_gone() -> bool:
    """Whether input has ended already. Asked when the record is locked: from then on the lock tells."""
    if sys.platform == "win32":
        return False
    import select

    return bool(select.select([0], [], [], 0)[0])


def opened_record(path: str) -> int | None:
    """Lock the file of the record for as long as this process lives, and empty it.

    Waits for the guard of an earlier start of the same approval, so that two never run together.
    """
    if not path:
        return None
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
    except OSError:
        return None
    return descriptor


def tell(work: Any, word: str, happened: SimpleQueue[str]) -> None:
    work()
    happened.put(word)


def until_hang_up() -> None:
    """Return at the end of input; whatever else comes is ignored."""
    while os.read(0, 4096):
        pass


def started(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the command in a group of its own, without input."""
    return subprocess.Popen(  # noqa: S603  # what was approved
        order["argv"],
        cwd=order["cwd"],
        env=order["environment"],
        stdin=subprocess.DEVNULL,
        stdout=1,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_the_guard if sys.platform == "linux" else None,  # noqa: PLW1509  # no threads yet
    )


if sys.platform == "linux":
    import ctypes

    PR_SET_PDEATHSIG = 1
    PR_SET_CHILD_SUBREAPER = 36
    LIBC = ctypes.CDLL(None)

    def gather_the_tree() -> None:
        """Become the parent of every orphan below."""
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def die_with_the_guard() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    def bury(process: subprocess.Popen[bytes]) -> None:
        """Kill and reap until no child is left: each death hands its children over to this process."""
        deadline = time.monotonic() + BURIAL_S
        while time.monotonic() < deadline:
            for pid in descendants():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if process.returncode is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.01)  # its own thread keeps the exit status
                continue
            try:
                reaped, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not reaped:
                time.sleep(0.002)

    def descendants() -> list[int]:
        """Return all processes below this one, as /proc shows them now."""
        children: dict[int, list[int]] = {}
        for name in os.listdir("/proc"):  # noqa: PTH208  # fast start
            if name.isdigit():
                with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123  every process of the machine, often
                    parent = int(file.read().rpartition(b")")[2].split()[1])
                    children.setdefault(parent, []).append(int(name))
        found: list[int] = []
        waiting = [os.getpid()]
        while waiting:
            below = children.get(waiting.pop(), [])
            found += below
            waiting += below
        return found

elif sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x2000
    EXTENDED_LIMIT_INFORMATION = 9

    class BasicLimits(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", BasicLimits),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    def gather_the_tree() -> None:
        """Enter a job that ends with this process; the handle is kept open on purpose."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE,
            ctypes.c_int,
            ctypes.c_void_p,
            wintypes.DWORD,
        )
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        job = kernel.CreateJobObjectW(None, None)
        limits = ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        if not (
            job
            and kernel.SetInformationJobObject(
                job, EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
            )
            and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
        ):
            raise ctypes.WinError(ctypes.get_last_error())

    def die_with_the_guard() -> None:
        """The job sees to it."""

    def bury(process: subprocess.Popen[bytes]) -> None:
        """End the command itself; the job ends the rest when this process does."""
        if process.poll() is None:
            process.kill()

else:

    def gather_the_tree() -> None:
        """Nothing here can hold more than the process group."""

    def die_with_the_guard() -> None:
        """There is no such signal here."""

    def bury(process: subprocess.Popen[bytes]) -> None:
        """Kill the group; who left it with `setsid` is out of reach."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(BURIAL_S)


def ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Let the command put its files in order."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGTERM)


if __name__ == "__main__":
    main()
