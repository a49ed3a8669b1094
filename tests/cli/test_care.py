"""The commands that look after the program: config, doctor, storage, providers, models, keys."""

from __future__ import annotations

import sqlite3

import pytest

from tests.support.fault_replies import json_reply
from tests.support.fault_server import serve_in_thread
from tests.support.processes import CommandLine
from tests.support.setups import KEY, answer, anthropic_pinned, mylab


def test_config_check_names_the_place_of_a_mistake_and_lists_doubts(program: CommandLine):
    file = program.configure("schema_version = 1\n[runtime.loop]\ninitial_step_bugdet = 5\n")
    doubtful = program.run("config", "check")
    assert doubtful.code == 0
    assert "initial_step_budget" in doubtful.text

    program.configure("schema_version = 1\n[runtime.loop]\ninitial_step_budget = 0\n")
    wrong = program.run("config", "check", "--json")
    assert (wrong.code, wrong.text) == (2, "")
    assert f"{file}, line 3, column 23" in wrong.said


def test_config_show_says_where_each_value_comes_from(program: CommandLine):
    file = program.configure(anthropic_pinned("http://127.0.0.1:9"))
    changed = CommandLine(
        program.home, program.workspace, {**program.variables, "ROKU_RUNTIME__LOOP__INITIAL_STEP_BUDGET": "7"}
    )
    rows = {row["key"]: row for row in changed.run("config", "show", "--json").json["values"]}
    assert rows["runtime.llm.provider"]["source"] == f"{file}:3"
    assert rows["runtime.loop.initial_step_budget"]["value"] == 7
    assert rows["runtime.loop.initial_step_budget"]["source"] == "ROKU_RUNTIME__LOOP__INITIAL_STEP_BUDGET"
    assert rows["runtime.loop.initial_recovery_budget"]["source"] == "default"
    assert "runtime.toml:3" in changed.run("config", "show").text


def test_config_migrate_keeps_the_old_file_beside_the_new_one(program: CommandLine):
    file = program.configure("# mine\n[runtime.loop]\ninitial_step_budget = 5\n")
    done = program.run("config", "migrate", "--json").json
    assert (done["from_version"], done["to_version"]) == (0, 1)
    assert file.read_text().startswith("schema_version = 1\n# mine\n")
    assert file.with_name("runtime.toml.bak").read_text().startswith("# mine\n")
    assert "up to date" in program.run("config", "migrate").text


def test_the_doctor_works_where_nothing_else_does(program: CommandLine):
    program.configure("[runtime.llm\n")
    (program.home / "roku.db").write_bytes(b"this is no database" * 100)
    done = program.run("doctor", "--offline", "--json")
    assert done.code == 2
    problems = {one["area"] for one in done.json["findings"] if one["level"] == "problem"}
    assert problems == {"configuration", "database"}
    assert (program.home / "roku.db").read_bytes().startswith(b"this is no database")


def test_the_doctor_asks_what_was_configured_and_names_what_does_not_answer(program: CommandLine):
    with serve_in_thread([answer("Hello.")]) as server:
        program.configure(mylab(server.openai_url))
        program.run("ask", "Hello")
        healthy = program.run("doctor")
    assert healthy.code == 0
    assert "mylab answers and lists 1 model." in healthy.text
    assert "The integrity check found nothing wrong." in healthy.text
    assert all(len(line) <= 80 for line in healthy.text.splitlines() if "/" not in line)

    broken = program.run("doctor")
    assert broken.code == 4
    assert "ConnectionFailed" in broken.text
    assert KEY not in healthy.text + broken.text


def test_the_doctor_tells_of_a_newer_version_where_a_feed_is_named(program: CommandLine):
    feed = json_reply(200, {"version": "99.0", "url": "https://example.org/99", "notes": ""})
    with serve_in_thread([], routes={"/feed.json": feed}) as server:
        assert "newest version" not in program.run("doctor").text
        program.configure(f'[runtime.updates]\nfeed = "{server.url}/feed.json"\n')
        told = program.run("doctor")
        assert "updates" not in program.run("doctor", "--offline", "--json").text
    assert told.code == 0
    assert "Roku Desktop 99.0 is there." in told.text
    assert "It is at https://example.org/99" in told.text


def test_a_stand_in_without_a_key_is_a_warning_and_no_problem(program: CommandLine):
    program.configure(anthropic_pinned("http://127.0.0.1:9"))
    pinned = program.run("doctor", "--offline", "--json")
    assert pinned.code == 0
    (about,) = (one for one in pinned.json["findings"] if one["text"].startswith("openrouter"))
    assert about["level"] == "warning"
    assert "OPENROUTER_API_KEY" in about["advice"]

    program.configure(anthropic_pinned("http://127.0.0.1:9").replace('provider = "anthropic"', ""))
    assert program.run("doctor", "--offline").code == 0


def test_a_database_of_a_newer_version_is_refused_untouched(program: CommandLine):
    with serve_in_thread([answer("Hello.")]) as server:
        program.configure(mylab(server.openai_url))
        program.run("ask", "Hello")
    file = program.home / "roku.db"
    database = sqlite3.connect(file)
    database.execute(f"PRAGMA user_version = {database.execute('PRAGMA user_version').fetchone()[0] + 1}")
    database.commit()
    database.close()
    before = file.read_bytes()
    done = program.run("sessions", "list")
    assert (done.code, done.text) == (5, "")
    assert "newer" in done.said
    assert file.read_bytes() == before


def test_storage_adds_up_and_prunes(program: CommandLine):
    used = program.run("storage", "--json").json["storage"]
    assert next(use for use in used if use["kind"] == "database")["size_bytes"] > 0
    pruned = program.run("storage", "--prune")
    assert pruned.code == 0
    assert "in all." in pruned.text


def test_providers_show_the_pin_its_place_and_only_where_the_key_comes_from(program: CommandLine):
    file = program.configure(anthropic_pinned("http://127.0.0.1:9"))
    done = program.run("providers", "--offline")
    assert done.code == 0
    assert f"Pinned to anthropic by {file}:3; the system may fail over to: openrouter." in done.text
    assert "environment" in done.text
    listed = program.run("providers", "--offline", "--json")
    assert listed.json["pin"]["provider"] == "anthropic"
    assert KEY not in done.text + listed.text


def test_models_of_those_that_answer_are_shown_the_others_are_a_line(program: CommandLine):
    with serve_in_thread([]) as server:
        program.configure(
            mylab(server.openai_url)
            + '[runtime.llm.providers.gone]\nkind = "openai-chat"\nbase_url = "http://127.0.0.1:9/v1"\n'
        )
        some = program.run("models")
        one = program.run("models", "mylab", "--json")
        none = program.run("models", "gone", "--json")
    assert some.code == 0
    assert "test-model" in some.text
    assert some.said.startswith("gone: Failed (ConnectionFailed, worth trying again)")
    assert [model["model"] for model in one.json["models"]] == ["test-model"]
    assert (none.code, none.text) == (4, "")


@pytest.mark.parametrize("name", ["mylab", "mylob"])
def test_a_key_that_can_not_be_kept_is_explained_and_never_shown(program: CommandLine, name: str):
    program.configure(mylab("http://127.0.0.1:9/v1"))
    done = program.run("keys", "set", name, stdin=KEY.encode())
    assert (done.code, done.text) == (2, "")
    assert ("ROKU_MYLAB_API_KEY" if name == "mylab" else "Known here") in done.said
    assert KEY not in done.said


def test_a_home_that_can_not_be_used_says_so(program: CommandLine):
    program.home.write_text("a file where the home should be")
    done = program.run("sessions", "list")
    assert (done.code, done.text) == (2, "")
    assert str(program.home) in done.said
