"""Telemetry reaches a collector whole, and a collector in trouble costs nobody anything."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import msgspec
import pytest

from roku_desktop.telemetry.export.batch import Batch, BatchRule
from roku_desktop.telemetry.export.delivery import Delivery, Later, Refused, Taken
from roku_desktop.telemetry.export.exporter import Exporter
from roku_desktop.telemetry.export.plan import (
    Destination,
    ExportPlan,
    Signal,
    Wish,
    is_sampled,
    page_port,
    plan_of,
)
from roku_desktop.telemetry.export.spool import CLAIM_S, Parcel, Spool
from roku_desktop.telemetry.logs.line import LogLine
from roku_desktop.telemetry.traces import Span
from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream
from tests.support.processes import CommandLine, Finished
from tests.support.setups import KEY, mylab
from tests.telemetry.collector import collector

PROMPT = "canary-prompt-95d1"
ANSWER = "canary-answer-77aa"


def nothing_dropped(signal: str, items: int, reason: str) -> None:
    raise AssertionError((signal, items, reason))


def ask(home: Path, **variables: str) -> tuple[CommandLine, Finished]:
    """One answered question with these variables set."""
    home.mkdir(exist_ok=True)
    plain = CommandLine(home / "home", home)
    with_key = {**plain.variables, "ROKU_MYLAB_API_KEY": KEY, **variables}
    program = CommandLine(plain.home, plain.workspace, with_key)
    with serve_in_thread([Reply(openai_stream([ANSWER, "!"]))]) as server:
        program.configure(mylab(server.openai_url))
        done = program.run("ask", PROMPT)
    assert (done.code, done.stderr) == (0, b"")
    return program, done


def plan_for(variables: dict[str, str], **wish: str) -> ExportPlan | None:
    return plan_of(variables, Wish(**wish), version="1", instance="i")  # type: ignore[arg-type]


def span(number: int = 1) -> Span:
    return Span(
        trace_id=f"{number:032x}",
        span_id=f"{number:016x}",
        parent_id="",
        name="chat",
        kind="client",
        began_at=1.0,
        ended_at=2.0,
    )


def exporter_to(url: str, spool: Spool, dropped: list[object]) -> Exporter:
    plan = ExportPlan(
        destinations={"traces": Destination(url=url + "/v1/traces", timeout_s=5.0)},
        resource={"service.name": "test"},
        spans=BatchRule(delay_s=0.01),
    )
    return Exporter(plan, spool, lambda *drop: dropped.append(drop))


# What is exported


def test_a_question_arrives_with_its_spans_and_totals_and_without_words_or_keys(tmp_path: Path):
    with collector() as found:
        program, _ = ask(
            tmp_path,
            OTEL_EXPORTER_OTLP_ENDPOINT=found.url,
            OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
            OTEL_EXPORTER_OTLP_HEADERS="x-tenant=a%20b",
        )
    spans = {one.name: one for one in found.spans()}
    assert spans.keys() == {"invoke_agent roku", "chat qwen3", "attempt"}
    assert spans["attempt"].parent_span_id == spans["chat qwen3"].span_id
    exported = found.newest_metrics()
    assert (exported["roku.turn.ttft"].unit, exported["roku.turn.ttft"].histogram.data_points[0].count) == (
        "s",
        1,
    )
    said = {one.body.string_value: one for one in found.log_records()}
    assert said["a turn has ended"].span_id == spans["invoke_agent roku"].span_id
    assert said["a turn has ended"].severity_text == "INFO"
    assert all(headers["x-tenant"] == "a b" for _, headers, _ in found.requests)
    told = program.run("metrics", "--json").json["metrics"]
    assert {one["name"] for one in told} == exported.keys()  # both sides of one recorder
    for metric in told:
        assert metric["unit"] == exported[metric["name"]].unit
    for canary in (PROMPT, ANSWER, KEY):
        assert canary.encode() not in found.bytes_seen
    assert not list((program.home / "spool").iterdir())


def test_a_key_of_the_collector_comes_from_the_environment_and_goes_as_a_bearer(tmp_path: Path):
    with collector() as found:
        ask(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=found.url, ROKU_OTLP_API_KEY="collector-key")
    assert {headers["authorization"] for _, headers, _ in found.requests} == {"Bearer collector-key"}


def test_without_network_it_waits_on_disk_and_leaves_with_the_next_question(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]  # nothing listens there any more after the block
    program, _ = ask(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}")
    waiting = {path.name.split("-")[3] for path in (program.home / "spool").glob("*.otlp")}
    assert waiting == {"metrics", "traces", "logs"}
    with collector() as found:
        ask(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=found.url)
    assert len(found.spans()) == 6
    assert not list((program.home / "spool").iterdir())


def test_a_collector_that_never_answers_does_not_hold_the_end_of_the_program(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        _, quick = ask(tmp_path / "without")
        began = time.monotonic()
        program, slow = ask(
            tmp_path / "with", OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_EXPORTER_OTLP_TIMEOUT="60"
        )
        took_s = time.monotonic() - began
    assert quick.stdout == slow.stdout
    assert took_s < 20  # on a busy machine; the collector is waited for 1 s, not the 60 s of a request
    assert list((program.home / "spool").iterdir())


# A collector in trouble


def test_what_a_collector_refuses_is_counted_and_not_sent_again(tmp_path: Path):
    dropped: list[object] = []
    with collector(400) as found:
        exporter = exporter_to(found.url, Spool(tmp_path, nothing_dropped), dropped)
        exporter.add_span(span(1))
        exporter.add_span(span(2))
        exporter.close(5.0)
    assert dropped == [("traces", 2, "refused")]
    assert (len(found.requests), exporter.departure.last_error) == (1, "HTTP 400")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("status", [429, 503])
def test_what_may_go_well_later_is_kept(tmp_path: Path, status: int):
    with collector(status) as found:
        exporter = exporter_to(found.url, Spool(tmp_path, nothing_dropped), [])
        exporter.add_span(span())
        exporter.close(5.0)
        assert [path.suffix for path in tmp_path.iterdir()] == [".otlp"]
        later = exporter_to(found.url, Spool(tmp_path, nothing_dropped), [])
        later.add_span(span(2))
        later.close(5.0)
    assert [one.span_id[-1] for one in found.spans()] == [1, 1, 2]
    assert not list(tmp_path.iterdir())


def test_more_spans_than_the_queue_holds_are_counted():
    dropped: list[object] = []
    plan = ExportPlan(
        destinations={"traces": Destination(url="http://127.0.0.1:9")},
        resource={},
        spans=BatchRule(max_waiting=1),
    )
    exporter = Exporter(plan, Spool(Path("/nowhere"), nothing_dropped), lambda *drop: dropped.append(drop))
    exporter._start = lambda: None  # type: ignore[method-assign]  # nothing empties the queue meanwhile
    for number in (1, 2, 3):
        exporter.add_span(span(number))
    assert dropped == [("traces", 1, "queue full")] * 2


@pytest.mark.parametrize(
    ("status", "kind"), [(200, Taken), (302, Refused), (404, Refused), (429, Later), (502, Later)]
)
def test_answers_are_sorted_as_the_specification_wants(status: int, kind: type):
    with collector(status) as found:
        outcome = Delivery(Destination(url=found.url), "traces").send(b"")
    assert isinstance(outcome, kind)


def test_nobody_there_and_a_url_of_another_kind_are_no_crash():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", f"https://127.0.0.1:{port}", "ftp://127.0.0.1/"):
        assert isinstance(Delivery(Destination(url=url, timeout_s=1.0), "traces").send(b""), Later)


# The spool


def test_the_spool_holds_its_size_and_age_and_counts_what_it_drops(tmp_path: Path):
    dropped: list[object] = []
    now = [1e9]
    spool = Spool(
        tmp_path, lambda *drop: dropped.append(drop), max_bytes=250, max_age_s=60, now=lambda: now[0]
    )
    for items in (1, 2, 3):
        now[0] += 1
        spool.put("traces", items, bytes(100))
    assert dropped == [("traces", 1, "spool full")]
    now[0] += 100
    spool.put("metrics", 7, b"x")
    assert sorted(dropped[1:], key=str) == [("traces", 2, "too old"), ("traces", 3, "too old")]
    assert [parcel.items for parcel in spool.waiting()] == [7]


def test_a_parcel_is_sent_by_one_process_and_freed_when_that_one_dies(tmp_path: Path):
    now = [time.time()]
    one, other = (Spool(tmp_path, nothing_dropped, now=lambda: now[0]) for _ in range(2))
    one.put("traces", 1, b"payload")
    (parcel,) = one.waiting()
    assert (one.claim(parcel), other.claim(parcel), other.waiting()) == (b"payload", None, [])
    now[0] += CLAIM_S + 5
    assert [again.items for again in other.waiting()] == [1]


def test_a_disk_that_refuses_is_counted(tmp_path: Path):
    dropped: list[object] = []
    (tmp_path / "file").write_bytes(b"")
    assert Spool(tmp_path / "file", lambda *drop: dropped.append(drop)).put("traces", 4, b"x") is None
    assert dropped == [("traces", 4, "disk")]


# The plan


def test_nothing_leaves_where_nothing_is_named():
    assert plan_for({}) is None
    assert plan_for({"OTEL_SDK_DISABLED": "true"}, endpoint="http://c:4318") is None
    assert (
        plan_for(
            {f"OTEL_{signal}_EXPORTER": "none" for signal in ("TRACES", "METRICS", "LOGS")},
            endpoint="http://c",
        )
        is None
    )
    assert page_port({}, 0) == 0


def test_variables_win_over_the_file_and_a_signals_own_over_the_general():
    plan = plan_for(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://general:4318/base/",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://own/traces",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "3",
            "OTEL_SERVICE_NAME": "mine",
            "OTEL_RESOURCE_ATTRIBUTES": "team=blue,service.name=other",
            "OTEL_METRIC_EXPORT_INTERVAL": "1500",
        },
        endpoint="http://file:4318",
    )
    assert plan is not None
    assert plan.destinations["metrics"].url == "http://general:4318/base/v1/metrics"
    assert (plan.destinations["traces"].url, plan.destinations["traces"].timeout_s) == (
        "http://own/traces",
        3,
    )
    assert (plan.resource["service.name"], plan.resource["team"]) == ("mine", "blue")
    assert plan.metric_interval_s == 1.5


def test_grpc_takes_an_endpoint_without_a_scheme():
    plan = plan_for(
        {
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "c:4317",
            "OTEL_EXPORTER_OTLP_INSECURE": "true",
        }
    )
    assert plan is not None
    assert plan.destinations["traces"].url == "http://c:4317"


def test_batches_follow_the_standard_variables():
    plan = plan_for(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c",
            "OTEL_BSP_SCHEDULE_DELAY": "250",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "7",
            "OTEL_BSP_EXPORT_TIMEOUT": "2000",
            "OTEL_BLRP_MAX_QUEUE_SIZE": "5",
            "OTEL_LOGS_EXPORTER": "console",
        }
    )
    assert plan is not None
    assert plan.spans == BatchRule(delay_s=0.25, max_items=7)
    assert plan.logs == BatchRule(delay_s=1.0, max_items=5, max_waiting=5)
    assert (plan.destinations["traces"].timeout_s, plan.destinations["metrics"].timeout_s) == (2.0, 10.0)
    assert plan.console == {"logs"}
    assert set(plan.destinations) == {"metrics", "traces"}


def test_a_batch_is_due_by_time_or_by_number_and_refuses_beyond_its_bound():
    now = [100.0]
    batch: Batch[int] = Batch(BatchRule(delay_s=5.0, max_items=2, max_waiting=3), lambda: now[0])
    batch.add(1)
    now[0] += 2
    assert batch.due_in_s == 3.0
    assert [batch.add(number) for number in (2, 3, 4)] == [True, True, False]
    assert batch.due_in_s == 0.0
    assert list(batch.take()) == [[1, 2], [3]]
    assert batch.due_in_s is None


def test_what_is_handed_over_first_is_sent_after_its_delay_and_not_later(tmp_path: Path):
    plan = ExportPlan(
        destinations={"logs": Destination(url="http://127.0.0.1:9")},
        resource={},
        logs=BatchRule(delay_s=0.05),
        spans=BatchRule(delay_s=60.0),
    )
    kept = threading.Event()

    class Watched(Spool):
        def put(self, signal: Signal, items: int, payload: bytes) -> Parcel | None:
            kept.set()
            return super().put(signal, items, payload)

    exporter = Exporter(plan, Watched(tmp_path, nothing_dropped), nothing_dropped)
    exporter.add_line(LogLine(at=1.0, level="info", component="x", message="one"))
    assert kept.wait(3.0)  # an idle exporter looks every 5 s by itself
    exporter.add_line(LogLine(at=1.0, level="info", component="telemetry.export.exporter", message="own"))
    exporter.close(5.0)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_console_shows_requests_on_stderr_and_leaves_the_answer_alone(tmp_path: Path):
    plain = CommandLine(
        tmp_path / "home", tmp_path, {"ROKU_MYLAB_API_KEY": KEY, "OTEL_TRACES_EXPORTER": "console"}
    )
    with serve_in_thread([Reply(openai_stream([ANSWER]))]) as server:
        plain.configure(mylab(server.openai_url))
        done = plain.run("ask", PROMPT)
    assert done.stdout.decode().strip() == ANSWER
    shown = msgspec.json.decode(done.stderr.splitlines()[0])
    names = {span["name"] for span in shown["resourceSpans"][0]["scopeSpans"][0]["spans"]}
    assert names == {"invoke_agent roku", "chat qwen3", "attempt"}
    assert not list((plain.home / "spool").glob("*"))


def test_a_share_of_traces_is_the_same_in_every_process():
    assert is_sampled("0" * 32, 0.01)
    assert not is_sampled("f" * 32, 0.99)
    assert is_sampled("f" * 32, 1.0)
    plan = plan_for({"OTEL_TRACES_SAMPLER": "parentbased_always_off"}, endpoint="http://c")
    assert plan is not None
    assert plan.sampled == 0.0
