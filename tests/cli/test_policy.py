"""`policy explain`: verdicts for people and for scripts, as many as are asked for, in their order."""

from __future__ import annotations

import json
import subprocess

from tests.support.processes import CommandLine
from tests.support.shell_corpus import commands


def explained(program: CommandLine, *lines: bytes) -> list[dict[str, str]]:
    done = program.run("policy", "explain", "--stdin", "--json", stdin=b"\n".join(lines) + b"\n")
    assert done.code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_thousand_commands_are_answered_by_a_line_each_in_their_order(shared_program: CommandLine):
    pairs = zip(commands("denied"), commands("asks"), strict=False)
    asked = [command for pair in pairs for command in pair][:1000]
    answers = explained(shared_program, *(json.dumps(command).encode() for command in asked))
    assert [answer["tier"] for answer in answers] == ["denied", "requires_approval"] * 500


def test_a_line_that_is_no_command_is_an_error_on_its_line_and_not_the_end(shared_program: CommandLine):
    lines = [b'"ls"', b"{", b"", b"[1]", b"\xff\xfe", b'"ls\\u0000"', b'"\\ud800"', b'"rm -rf /"']
    answers = explained(shared_program, *lines)
    assert [answer["tier"] for answer in answers] == [
        "safe",
        *["requires_approval"] * 6,
        "denied",
    ]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False, False, False]


def test_who_sends_one_line_at_a_time_is_answered_before_the_next(shared_program: CommandLine):
    with shared_program.start("policy", "explain", "--stdin", "--json", stdin=subprocess.PIPE) as running:
        process = running.process
        assert process.stdin is not None
        assert process.stdout is not None
        for command, tier in (("ls", "safe"), ("rm -rf /", "denied"), ("make", "requires_approval")):
            process.stdin.write(json.dumps(command).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["tier"] == tier
        process.stdin.close()
        assert process.wait() == 0


def test_characters_that_hide_are_shown_to_a_person(shared_program: CommandLine):
    shown = shared_program.run("policy", "explain", ":(){ :|:& };: #\u202e gpj.x\u200b")
    assert shown.text.startswith("denied")
    assert "⟨U+202E⟩" in shown.text
    assert "\u200b" not in shown.text
