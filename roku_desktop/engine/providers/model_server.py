"""The child process of the embedded model: llama.cpp's HTTP server on loopback, and nothing else.

Owns what happens inside the child: read one order from stdin, load the model, report the address on
stdout, answer until the app is gone. `model_process` starts it and reads the report; `__main__`
calls `main()` for the hidden word `model-server`, before it imports anything else.

The key arrives through stdin, so that no process list shows it. Standard input stays open for as
long as the app lives: its end, however the app ended, is the order to die.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, Final, NoReturn

import msgspec

_LINUX_PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>


class ServerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the app asks for, one line of JSON. The model's path is absolute."""

    model_path: str
    model_name: str
    key: str
    context_tokens: int
    threads: int


class ServerReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the child answers, once, as one line of JSON: where it listens, or why it can't.

    `missing_package` tells an incomplete installation from a failure.
    """

    address: str = ""
    problem: str = ""
    missing_package: bool = False


def main() -> int:
    """Serve until stdin ends; the exit code is 1 if the model could not be started."""
    _die_with_parent()
    order_line = _read_line(0)
    if not order_line:
        return 0
    report_fd = os.dup(1)
    os.dup2(2, 1)  # what llama.cpp prints is log, and must not mix with the report
    threading.Thread(target=_exit_when_app_is_gone, name="app-watch", daemon=True).start()
    try:
        server = _start(msgspec.json.decode(order_line, type=ServerOrder))
        report = ServerReport(address=server.listening_address)
    except ImportError as error:
        report = ServerReport(problem=str(error), missing_package=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the app has to be told
        report = ServerReport(problem=str(error) or type(error).__name__)
    os.write(report_fd, msgspec.json.encode(report) + b"\n")
    os.close(report_fd)
    if report.problem:
        return 1
    threading.Event().wait()
    return 0


def _start(order: ServerOrder) -> Any:
    """Load the model and listen on a free loopback port; returns xllamacpp's `Server` (untyped)."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order.model_path
    params.model_alias = {order.model_name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # the system chooses a free one
    params.api_keys = [order.key]
    params.offline = True
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 1  # errors only
    params.n_ctx = order.context_tokens
    params.n_parallel = 1  # a second answer waits: two at once would share the same cores anyway
    params.n_gpu_layers = 0  # a model this small gains nothing, and drivers are one more thing to fail
    params.fit_params = False
    params.cache_ram_mib = 0  # its cache of old prompts would grow to 8 GiB
    params.n_batch = 512
    params.n_ubatch = 128  # 11 MB less than the default of 512 at the same speed, measured
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.sampling.temp = 0.2  # this and top_p as the model's authors use it
    params.sampling.top_p = 0.9
    params.sampling.penalty_repeat = 1.1  # without it, half of the trial answers ended in a loop
    return xllamacpp.Server(params)


def _read_line(fd: int) -> bytes:
    """Read one line, byte-wise so that nothing after it is taken; empty if the other end is gone."""
    line = bytearray()
    while byte := os.read(fd, 1):
        if byte == b"\n":
            return bytes(line)
        line += byte
    return b""


def _exit_when_app_is_gone() -> NoReturn:
    """Wait for the end of stdin in a thread of its own, then leave without ceremony."""
    try:
        while os.read(0, 1024):
            pass
    except OSError:
        pass  # a broken pipe says the same as its end
    os._exit(0)


def _die_with_parent() -> None:
    """On Linux ask the kernel too, for the case that this process is too busy to see stdin end.

    The signal comes when the *thread* that started this process ends: see `model_process`.
    """
    if sys.platform != "linux":
        return
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(_LINUX_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
