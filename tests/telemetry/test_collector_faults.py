"""Whatever a collector does: handing over never waits, the end waits a little, each item is accounted for."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import msgspec
import pytest
import trustme

from roku_desktop.telemetry.export.batch import BatchRule
from roku_desktop.telemetry.export.delivery import Delivery
from roku_desktop.telemetry.export.exporter import Exporter
from roku_desktop.telemetry.export.plan import Destination, ExportPlan, Protocol
from roku_desktop.telemetry.export.spool import Spool
from roku_desktop.telemetry.logs.line import LogLine
from roku_desktop.telemetry.traces import Span
from tests.telemetry.collector import collector

SPANS = 40
LINES = 25
WITHIN_S = 0.3
Fault = Callable[[], AbstractContextManager[str]]


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A port where each connection is handed to `serve`; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def absent() -> AbstractContextManager[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return nullcontext(f"http://127.0.0.1:{free.getsockname()[1]}")


@contextmanager
def silent() -> Iterator[str]:
    """Accepts, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def closing_in_the_middle() -> AbstractContextManager[str]:
    def serve(connection: socket.socket) -> None:
        connection.recv(1_024)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf")

    return listening(serve)


@contextmanager
def answering(status: int) -> Iterator[str]:
    with collector(*[status] * 99) as found:
        yield found.url


@contextmanager
def of_another_authority() -> Iterator[str]:
    """TLS with a certificate that nobody here trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)

    def serve(connection: socket.socket) -> None:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            return

    with listening(serve) as url:
        yield url.replace("http://127.0.0.1", "https://localhost")


LATER: dict[str, Fault] = {
    "absent": absent,
    "silent": silent,
    "closes in the middle": closing_in_the_middle,
    "429": lambda: answering(429),
    "503": lambda: answering(503),
    "another authority": of_another_authority,
}


def plan_to(url: str, protocol: Protocol = "http/protobuf") -> ExportPlan:
    def to(path: str) -> Destination:
        where = url if protocol == "grpc" else url + path
        return Destination(url=where, protocol=protocol, timeout_s=0.2)

    return ExportPlan(
        destinations={"traces": to("/v1/traces"), "logs": to("/v1/logs")},
        resource={"service.name": "test"},
        spans=BatchRule(delay_s=0.01, max_items=16),
        logs=BatchRule(delay_s=0.01, max_items=16),
    )


def hand_over_and_close(exporter: Exporter) -> tuple[float, float]:
    """How long the slowest handing over took, and how long the end."""
    slowest_s = 0.0
    for number in range(max(SPANS, LINES)):
        began = time.thread_time()  # what others do on the machine meanwhile is no matter
        if number < SPANS:
            exporter.add_span(span(number))
        if number < LINES:
            exporter.add_line(LogLine(at=1.0, level="info", component="x", message="one"))
        slowest_s = max(slowest_s, time.thread_time() - began)
    began = time.monotonic()
    exporter.close(WITHIN_S)
    return slowest_s, time.monotonic() - began


def span(number: int) -> Span:
    return Span(
        trace_id="0" * 31 + "1",
        span_id=f"{number + 1:016x}",
        parent_id="",
        name="chat",
        kind="client",
        began_at=1.0,
        ended_at=2.0,
    )


def items_on_disk(folder: Path) -> int:
    return sum(int(path.stem.split("-")[4]) for path in folder.iterdir())


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
@pytest.mark.parametrize("fault", LATER.values(), ids=LATER)
def test_trouble_that_may_pass_costs_no_wait_and_loses_nothing(
    tmp_path: Path, fault: Fault, protocol: Protocol
):
    dropped: list[tuple[str, int, str]] = []
    with fault() as url:
        exporter = Exporter(
            plan_to(url, protocol), Spool(tmp_path, unexpected), lambda *drop: dropped.append(drop)
        )
        slowest_s, end_s = hand_over_and_close(exporter)
    assert slowest_s < 0.01
    assert end_s < WITHIN_S + 1.0  # others use the machine too; a request alone may take longer
    wait_for_end(exporter)
    refused = sum(items for _, items, _ in dropped)
    assert items_on_disk(tmp_path) + refused == SPANS + LINES
    assert exporter.departure.dropped == refused
    assert exporter.departure.last_error
    assert exporter.departure.sent == 0


def test_what_comes_while_a_silent_collector_is_waited_for_is_on_disk_at_the_end(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        patient = msgspec.structs.replace(
            plan_to(url), destinations={"traces": Destination(url=url, timeout_s=20.0)}
        )
        exporter = Exporter(patient, Spool(tmp_path, unexpected), unexpected)
        exporter.add_span(span(0))
        connection, _ = server.accept()  # it is being sent
        with connection:
            for number in range(1, SPANS):
                exporter.add_span(span(number))
            exporter.close(0.05)
            assert items_on_disk(tmp_path) == SPANS
        exporter.close(30.0)


def test_each_item_is_sent_or_dropped_or_waits_whatever_comes_in_turn(tmp_path: Path):
    dropped: list[tuple[str, int, str]] = []
    with collector(200, 400, 200, 503) as found:
        exporter = Exporter(
            plan_to(found.url), Spool(tmp_path, unexpected), lambda *drop: dropped.append(drop)
        )
        hand_over_and_close(exporter)
        wait_for_end(exporter)
        taken = len(found.requests)
    assert taken == 4
    assert {reason for _, _, reason in dropped} == {"refused"}
    assert exporter.departure.dropped == sum(items for _, items, _ in dropped) > 0
    assert exporter.departure.sent + exporter.departure.dropped + items_on_disk(tmp_path) == SPANS + LINES
    assert exporter.departure.last_error == "HTTP 503"


def test_an_authority_that_was_named_is_trusted_beside_the_systems(tmp_path: Path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def serve(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as safe:
                safe.recv(65_536)
                safe.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        except OSError:
            return

    with listening(serve) as url:
        where = url.replace("http://127.0.0.1", "https://localhost") + "/v1/traces"
        for ca_file, outcome in (("", "Later"), (str(tmp_path / "ca.pem"), "Taken")):
            delivery = Delivery(Destination(url=where, ca_file=ca_file, timeout_s=5.0), "traces")
            assert type(delivery.send(b"")).__name__ == outcome


def unexpected(signal: str, items: int, reason: str) -> None:
    raise AssertionError((signal, items, reason))


def wait_for_end(exporter: Exporter) -> None:
    """Until its thread has done what it still does after the limited wait."""
    exporter.close(30.0)
