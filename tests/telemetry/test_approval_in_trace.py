"""The row of an approval leads to its place in the trace, also in the process that comes after."""

from __future__ import annotations

from pathlib import Path

from roku_desktop.engine import Consent
from roku_desktop.engine.tracing import approval_span_of, trace_id_of
from roku_desktop.telemetry.content import Content
from roku_desktop.telemetry.spans import WAIT, SpanMaker
from roku_desktop.telemetry.trace_files import TraceFiles, read_trace
from roku_desktop.telemetry.trace_line import SESSION
from roku_desktop.telemetry.traces import spans_of
from tests.support.appending import PROGRAM, append_call, with_append
from tests.support.engines import engine_on, scripted


async def test_a_waiting_approval_is_found_in_the_trace_after_a_restart(tmp_path: Path):
    home, workspace = tmp_path / "home", tmp_path / "work"
    workspace.mkdir()
    (workspace / PROGRAM).write_text("one")
    files, maker = TraceFiles(tmp_path, on_drop=lambda *_: None), SpanMaker(lambda _name: True, Content())
    async with engine_on(home, scripted([append_call()]), tools=with_append) as engine:
        engine.subscribe(lambda event: files.write(event.run_id, maker.lines(event)))
        session = await engine.create_session(workspace)
        turn = await engine.ask(session.session_id, "Append.", consent=Consent(waits=False))
        await turn.result()
    files.close(5.0)
    async with engine_on(home, scripted(["Done."]), tools=with_append) as engine:
        (row,) = await engine.approvals.pending()
    spans = {span.span_id: span for span in spans_of(read_trace(tmp_path, row.run_id))}
    waited = spans[approval_span_of(row.run_id, row.approval_id)]
    assert (waited.name, waited.trace_id) == (WAIT, trace_id_of(row.run_id))
    root = next(span for span in spans.values() if not span.parent_id)
    assert root.attributes[SESSION] == row.session_id
