"""Sessions from the command line: found, read, exported, deleted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.support.fault_server import Reply, serve_in_thread, tool_call
from tests.support.fault_streams import openai_stream
from tests.support.processes import CommandLine
from tests.support.setups import KEY, answer, mylab


@dataclass(frozen=True)
class Kept:
    """A home with two sessions."""

    program: CommandLine
    otters: str
    badgers: str


@pytest.fixture(scope="module")
def kept(shared_program: CommandLine) -> Kept:
    look = openai_stream(["Let me look."], [tool_call("ListDir", {"path": "."})])
    replies = [Reply(look), answer("Otters hold hands.\x1b[31m"), answer("獾住在地下。")]
    with serve_in_thread(replies) as server:
        shared_program.configure(mylab(server.openai_url))
        otters, badgers = (
            shared_program.run("ask", "--json", prompt).result["session_id"]
            for prompt in ("Tell me about otters", "Where do badgers live?")
        )
    return Kept(shared_program, otters, badgers)


def test_the_list_shows_the_newest_first_with_their_ids(kept: Kept):
    lines = kept.program.run("sessions", "list").text.splitlines()
    assert [line.split()[-1] for line in lines] == ["ID", kept.badgers, kept.otters]
    assert "badgers" in lines[1]
    listed = kept.program.run("sessions", "list", "--limit", "1", "--json").json["sessions"]
    assert [session["session_id"] for session in listed] == [kept.badgers]


def test_a_transcript_is_plain_text_in_order(kept: Kept):
    shown = kept.program.run("sessions", "show", kept.otters).text
    places = [
        shown.index(text) for text in ("Tell me about otters", "Let me look.", "ListDir", "Otters hold")
    ]
    assert places == sorted(places)
    assert "\x1b" not in shown


def test_only_the_last_messages_where_a_limit_says_so(kept: Kept):
    shown = kept.program.run("sessions", "show", kept.otters, "--limit", "1").text
    assert "Otters hold hands." in shown
    assert "You ·" not in shown


def test_search_finds_words_of_any_script(kept: Kept):
    hits = kept.program.run("sessions", "search", "hold", "hands", "--json").json["hits"]
    assert [hit["session_id"] for hit in hits] == [kept.otters]
    assert kept.badgers in kept.program.run("sessions", "search", "地下").text
    assert "Nothing contains" in kept.program.run("sessions", "search", "walrus").text


def test_an_export_is_a_private_file_that_replaces_nothing_silently(kept: Kept, tmp_path: Path):
    file = tmp_path / "otters.md"
    words = ("sessions", "export", kept.otters, "--output", str(file))
    assert kept.program.run(*words).code == 0
    text = file.read_text("utf-8")
    assert text.startswith("# ")
    assert "Otters hold hands." in text
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600

    refused = kept.program.run(*words, "--format", "json")
    assert (refused.code, refused.text) == (2, "")
    assert "--force" in refused.said
    assert file.read_text("utf-8") == text

    assert kept.program.run(*words, "--format", "json", "--force").code == 0
    document = msgspec.json.decode(file.read_bytes())
    assert document["session"]["session_id"] == kept.otters
    assert list(tmp_path.iterdir()) == [file]


def test_an_export_that_can_not_be_written_says_where(kept: Kept, tmp_path: Path):
    done = kept.program.run("sessions", "export", kept.otters, "--output", str(tmp_path / "no" / "x.md"))
    assert done.code == 2
    assert str(tmp_path / "no" / "x.md") in done.said


def test_an_ambiguous_beginning_is_refused(kept: Kept):
    beginning = kept.otters.partition("_")[0]
    done = kept.program.run("sessions", "show", beginning)
    assert (done.code, done.text) == (2, "")
    assert "2 sessions begin with" in done.said


def test_the_home_is_private_and_holds_no_key(kept: Kept):
    files = [path for path in kept.program.home.rglob("*") if path.is_file()]
    assert all(KEY.encode() not in path.read_bytes() for path in files)
    if os.name == "posix":
        ours = [path for path in files if path.name != "runtime.toml"]
        assert {path.stat().st_mode & 0o777 for path in ours} == {0o600}


def test_deleting_needs_a_yes_and_is_then_for_good(program: CommandLine):
    with serve_in_thread([answer("Noted.")]) as server:
        program.configure(mylab(server.openai_url))
        session_id = program.run("ask", "--json", "Remember the walrus").result["session_id"]
    refused = program.run("sessions", "delete", session_id)
    assert (refused.code, refused.text) == (2, "")
    assert "--yes" in refused.said
    done = program.run("sessions", "delete", session_id, "--yes", "--json")
    assert done.json == {"deleted": session_id}
    assert program.run("sessions", "list").text == "No sessions yet.\n"
    assert program.run("sessions", "show", session_id).code == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no EPIPE to be quiet about")
def test_a_reader_that_has_seen_enough_is_no_error(kept: Kept):
    with kept.program.start("sessions", "export", kept.otters) as running:
        running.close_stdout()
        done = running.wait()
    assert done.said == ""
