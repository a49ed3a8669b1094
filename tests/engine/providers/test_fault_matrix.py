"""Every fault on every wire: its class and flags, the sentence, what was shown, and that no cut call runs."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import trustme

from roku_desktop.engine.errors import ConnectionFailed, ProviderError, TlsFailed
from roku_desktop.engine.events import ToolFinished, ToolStarted
from roku_desktop.engine.ports import RequestOnWire
from roku_desktop.engine.settings import NetworkSettings, Resilience
from tests.support.engines import Heard, engine_on
from tests.support.fault_matrix import CALL_FAULTS, SERVER_FAULTS, CallFault, Fault
from tests.support.fault_server import FaultServer, Reply
from tests.support.tunnel import TunnelProxy
from tests.support.wires import CANARY_KEY, Wire, failure, shown

PATIENT = Resilience(
    connect_timeout_s=20,
    first_byte_timeout_s=20,
    idle_timeout_s=20,
    progress_timeout_s=20,
    stream_timeout_s=30,
)


def test_the_matrix_is_as_large_as_was_promised() -> None:
    names = [fault.name for fault in (*SERVER_FAULTS, *CALL_FAULTS)]
    assert len(names) == len(set(names)) >= 35


@pytest.mark.parametrize("fault", SERVER_FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_is_one_class_one_sentence_and_keeps_what_was_shown(wire: Wire, fault: Fault) -> None:
    limits = msgspec.structs.replace(PATIENT, **fault.limits)
    async with wire.serving(fault.reply(wire), limits=limits) as (server, provider):
        error, items = await failure(provider)
        assert len(server.requests) == 1
    assert type(error) is fault.kind
    assert str(error) == fault.sentence
    assert (error.status, error.phase, error.retry_after_s) == (
        fault.status,
        fault.phase or ("first_byte" if fault.status == 408 else ""),
        fault.wait_s,
    )
    assert shown(items) == fault.kept
    assert_told(error)


def assert_told(error: ProviderError) -> None:
    """What retry, breaker and failover ask stands in the value that is stored and shown."""
    told = error.failure()
    assert told.kind == type(error).__name__
    assert told.retryable is type(error).retryable
    assert told.next_step
    assert len(told.message) < 160


# Faults on the way to the server


@asynccontextmanager
async def refused() -> AsyncIterator[tuple[str, NetworkSettings]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yield f"http://127.0.0.1:{port}", NetworkSettings()


@asynccontextmanager
async def unknown_name() -> AsyncIterator[tuple[str, NetworkSettings]]:
    yield "http://no-such-host.invalid", NetworkSettings()


@asynccontextmanager
async def untrusted() -> AsyncIterator[tuple[str, NetworkSettings]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with FaultServer([Reply()], tls=context) as server:
        yield server.url, NetworkSettings()
        assert server.requests == []


@asynccontextmanager
async def proxy_gone() -> AsyncIterator[tuple[str, NetworkSettings]]:
    async with refused() as (url, _):
        yield "https://model.example.test", NetworkSettings(proxy=url)


def proxy_says(status: int) -> Callable[[], AbstractAsyncContextManager[tuple[str, NetworkSettings]]]:
    @asynccontextmanager
    async def proxy() -> AsyncIterator[tuple[str, NetworkSettings]]:
        async with TunnelProxy(status=status) as running:
            yield "https://model.example.test", NetworkSettings(proxy=running.url)

    return proxy


WAYS = {
    "refused": (refused, ConnectionFailed, "lab can't be reached: nothing answers at 127.0.0.1:"),
    "unknown name": (
        unknown_name,
        ConnectionFailed,
        "lab can't be reached: no computer named no-such-host.invalid was found.",
    ),
    "certificate of a stranger": (untrusted, TlsFailed, "lab"),
    "proxy gone": (proxy_gone, ConnectionFailed, "lab can't be reached: nothing answers at the proxy 127"),
    "proxy wants a login": (proxy_says(407), ConnectionFailed, "lab can't be reached: the proxy"),
    "proxy forbids": (proxy_says(403), ConnectionFailed, "lab can't be reached: the proxy"),
    "proxy finds nobody": (proxy_says(502), ConnectionFailed, "lab can't be reached: the proxy"),
}


@pytest.mark.parametrize(("way", "kind", "sentence"), WAYS.values(), ids=WAYS)
async def test_a_fault_on_the_way_is_said_before_anything_was_sent(
    wire: Wire,
    way: Callable[[], AbstractAsyncContextManager[tuple[str, NetworkSettings]]],
    kind: type[ProviderError],
    sentence: str,
) -> None:
    async with way() as (url, network):
        base_url = url + wire.url_suffix
        async with wire.provider(base_url, limits=PATIENT, network=network) as provider:
            error, items = await failure(provider)
    assert type(error) is kind
    assert str(error).startswith(sentence)
    assert RequestOnWire() not in items
    assert_told(error)


# Faults of tool calls, through the whole engine


@pytest.mark.parametrize("fault", CALL_FAULTS, ids=lambda fault: fault.name)
async def test_only_whole_calls_run(wire: Wire, fault: CallFault, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    for name in "ab":
        (workspace / name).write_text(f"text of {name}")
    replies = [fault.reply(wire), Reply(wire.stream(["Done."]))]
    async with FaultServer(replies) as server:
        provider = wire.provider_class(name="lab", base_url=wire.url(server), api_key=CANARY_KEY)
        async with engine_on(tmp_path / "home", provider) as engine:
            heard = Heard(engine)
            session = await engine.create_session(workspace)
            finished = await (await engine.ask(session.session_id, "Look")).result()
    started = tuple(event.call for event in heard if isinstance(event, ToolStarted))
    assert sorted(msgspec.json.decode(call.arguments)["path"] for call in started) == list(fault.runs)
    assert finished.outcome == ("failed" if fault.fails else "completed")
    results = [event.result for event in heard if isinstance(event, ToolFinished)]
    assert all((result.outcome == "ok") is bool(fault.runs) for result in results)
