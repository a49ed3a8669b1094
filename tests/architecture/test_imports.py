"""Heavy libraries come when they are used, not before: start-up depends on it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fault_server import Reply, serve_in_thread
from tests.support.fault_streams import openai_stream
from tests.support.setups import KEY, mylab

HEAVY = (
    "PySide6",
    "qasync",
    "httpx",
    "peewee",
    "opentelemetry",
    "keyring",
    "asyncio",
    "xllamacpp",
    "genai_prices",
)


NOT_FOR_A_START = (
    "engine.context.estimate",
    "engine.dispatch",
    "engine.export",
    "engine.images.folder",
    "engine.loop",
    "engine.memory.write_back",
    "engine.routing.route",
    "engine.session",
    "engine.storage.runs",
    "engine.storage.stars",
    "engine.storage.statements",
    "engine.storage.tables",
    "engine.processes.child",
    "engine.tools.grep",
    "engine.tools.shell",
    "engine.tools.table",
    "engine.turns",
    "telemetry.history",
    "telemetry.recorder",
    "telemetry.slo",
    "ui.look.focus_ring",
    "ui.look.spoken",
    "ui.steering.appearance",
    "ui.telemetry.badge",
    "ui.telemetry.panel",
    "ui.telemetry.reader",
    "ui.steering.stars",
    "ui.steering.telemetry",
    "ui.telemetry.trace_view",
    "ui.exporting.answer_html",
    "ui.exporting.pdf_document",
    "ui.transcript.answer_table",
    "ui.transcript.code_colours",
    "ui.transcript.context_menu",
    "ui.transcript.copying",
    "ui.transcript.entry_text",
    "ui.transcript.find_bar",
    "ui.transcript.finding",
    "ui.transcript.markdown_lines",
    "ui.transcript.row_document",
    "ui.transcript.row_labels",
    "ui.transcript.sections",
    "ui.transcript.trouble_words",
    "ui.steering.find",
    "ui.whole_session",
    "ui.approving.calls",
    "ui.approving.dialog",
    "ui.approving.pages",
    "ui.approving.rules",
    "ui.steering.approvals",
    "ui.steering.awakening",
    "ui.steering.residence",
    "ui.doorway",
    "ui.garbage",
    "ui.hotkey.combination",
    "ui.crash_report",
    "ui.notices.bus",
    "ui.steering.notices",
    "ui.session_bus",
    "ui.quick.prompt",
    "ui.steering.hotkey",
    "ui.steering.quick",
    "ui.tray.icon",
    "ui.tray.tray",
    "ui.approving.text",
    "ui.approving.visible_text",
    "config.editing",
    "ui.settings.calls",
    "ui.settings.window",
    "ui.composing.file_popup",
    "ui.composing.file_references",
    "engine.tools.file_names",
    "ui.first_start.page",
    "ui.steering.first_start",
    "ui.steering.keys",
    "ui.steering.settings",
)


def modules_after(*arguments: str) -> set[str]:
    """The top-level modules loaded once `roku-desktop ARGUMENTS` has run to its end."""
    program = (
        "import contextlib, io, json, sys\n"
        "from roku_desktop.__main__ import main\n"
        f"sys.argv = ['roku-desktop', *{list(arguments)!r}]\n"
        "with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "assert out.getvalue()\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("ask", "--help")], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]):
    assert modules_after(*arguments).isdisjoint(HEAVY)


def test_the_facade_brings_no_http_client_database_or_window():
    program = "import json, sys, roku_desktop.engine; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert "dataclasses" not in loaded
    assert loaded.isdisjoint(set(HEAVY) - {"asyncio"})


def test_the_first_prompt_can_be_typed_before_its_libraries_are_loaded(tmp_path: Path):
    """In a home that stands already; a fresh one is made by peewee's migrations."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPROFILEIMPORTTIME": "1"}
    command = [sys.executable, "-m", "roku_desktop", "--home", str(tmp_path), "gui", "--exit-when-ready"]
    for _ in range(2):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "roku_desktop.ui.steering.middle" in modules
    loaded = {name.partition(".")[0] for name in modules}
    assert "dataclasses" not in loaded
    assert loaded.isdisjoint(set(HEAVY) - {"PySide6", "qasync", "asyncio"} | {"playhouse", "html"})
    ours = {name.removeprefix("roku_desktop.") for name in modules}
    assert ours.isdisjoint(NOT_FOR_A_START), "import it where it is first used"


def test_no_import_of_the_window_passes_through_a_function_of_pyside():
    program = (
        "import builtins\n"
        "from roku_desktop.ui.pyside import load_pyside\n"
        "load_pyside()\n"
        "assert builtins.__import__ is builtins.__orig_import__\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_question_is_on_its_way_before_peewee_is_loaded(tmp_path: Path):
    """In a home that stands already; a fresh one is made by peewee's migrations."""
    replies = [Reply(openai_stream(["Hi"]))] * 2
    with serve_in_thread(replies) as server:
        (tmp_path / "runtime.toml").write_text(mylab(server.openai_url))
        environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1", "ROKU_MYLAB_API_KEY": KEY}
        command = [sys.executable, "-m", "roku_desktop", "--home", str(tmp_path), "ask", "hello"]
        for _ in range(2):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    modules = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    assert modules.index("httpx._client") < modules.index("peewee")


def test_an_answer_loads_nothing_for_export_where_no_collector_is_named(tmp_path: Path):
    with serve_in_thread([Reply(openai_stream(["Hi"]))]) as server:
        (tmp_path / "runtime.toml").write_text(mylab(server.openai_url))
        environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1", "ROKU_MYLAB_API_KEY": KEY}
        command = [sys.executable, "-m", "roku_desktop", "--home", str(tmp_path), "ask", "hello"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "roku_desktop.telemetry.recorder" in modules
    assert "roku_desktop.engine.providers.failures" not in modules, "nothing failed"
    loaded = {name.partition(".")[0] for name in modules}
    assert loaded.isdisjoint({"opentelemetry", "google", "grpc", "csv", "genai_prices"})
    assert loaded.isdisjoint({"click", "rich", "pygments"}), "these are of httpx's command line"
    assert modules.isdisjoint(
        {"roku_desktop.telemetry.export.exporter", "roku_desktop.telemetry.page_server"}
    )
