"""The call that a tool is told it belongs to, where a test does not care which."""

from roku_desktop.engine.ports import CallContext

CONTEXT = CallContext(session_id="ses_1", run_id="run_1", call_id="call_1")
