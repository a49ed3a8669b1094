"""`approvals`: what waits for a decision, and deciding. The run goes on here and prints as `ask` does."""

from __future__ import annotations

import argparse
import asyncio
import sys

from roku_desktop.cli import exits
from roku_desktop.cli.ask import run_turn
from roku_desktop.cli.lookup import find_approval
from roku_desktop.cli.output import print_json, table, when
from roku_desktop.cli.place import engine_of, show_log
from roku_desktop.engine import Approval, Consent, Engine, ModelChoice, Turn, Verdict
from roku_desktop.visible_text import visible, visible_line

_PARKING = Consent(waits=False)


def list_all(arguments: argparse.Namespace) -> int:
    """Print what waits."""
    return asyncio.run(_list(arguments))


async def _list(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        found = await engine.approvals.pending()
        damaged = await engine.approvals.damaged()
    for sentence in damaged:
        print(sentence, "`roku-desktop doctor` tells more.", file=sys.stderr)
    if arguments.json:
        print_json({"approvals": found, "damaged": damaged})
    elif not found and not damaged:
        print("Nothing waits for an approval.")
    elif found:
        rows = [
            (one.state, visible_line(one.request.preview.title), when(one.requested_at), one.approval_id)
            for one in found
        ]
        print(table(("STATE", "WHAT", "ASKED", "ID"), rows, flexible=1))
    return exits.DONE


def show(arguments: argparse.Namespace) -> int:
    """Print one with everything that would happen."""
    return asyncio.run(_show(arguments))


async def _show(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        approval = await find_approval(engine, arguments.approval)
        if sys.stdout.isatty():  # a script that reads it has shown nothing to anybody
            await engine.approvals.mark_shown(approval.approval_id)
        known = await engine.approvals.what_is_known(approval) if approval.state == "unknown" else []
    if arguments.json:
        print_json({"approval": approval, "known": known})
    else:
        print("\n".join(_lines(approval, known)))
    return exits.DONE


def _lines(approval: Approval, known: list[str]) -> list[str]:
    asked, execution = approval.request, approval.request.execution
    facts = [
        ("What", asked.preview.title),
        ("State", approval.state),
        ("Asked", when(approval.requested_at) + (", restarted since" if approval.restarted else "")),
        ("Why", asked.reason),
        ("Changed", "; ".join(asked.changes)),
        ("Program", execution.program),
        ("Arguments", " ".join(repr(word) for word in execution.argv)),
        ("Folder", execution.cwd),
        ("Reads", ", ".join(execution.scope.reads)),
        ("Writes", ", ".join(execution.scope.writes)),
        ("Reaches", ", ".join(execution.scope.hosts)),
        ("Environment", ", ".join(execution.environment)),
        ("Digest", asked.digest),
        ("Known", "; ".join(known)),
    ]
    shown = [f"{name:<12}{visible_line(text)}" for name, text in facts if text]
    return [*shown, "", visible(asked.preview.text)]


def approve(arguments: argparse.Namespace) -> int:
    """Allow it once; the run goes on."""
    return _decide(arguments, "approve")


def reject(arguments: argparse.Namespace) -> int:
    """Refuse it; the model reads the comment and the run goes on."""
    return _decide(arguments, "reject")


def _decide(arguments: argparse.Namespace, verdict: Verdict) -> int:
    show_log(arguments)

    async def start(engine: Engine, choice: ModelChoice) -> Turn | None:
        approval = await find_approval(engine, arguments.approval)
        return await engine.approvals.decide(
            approval.approval_id,
            verdict,
            origin="command line",
            reach=getattr(arguments, "reach", "once"),  # a refusal holds once
            comment=arguments.comment,
            choice=choice,
            consent=_PARKING,
        )

    return run_turn(arguments, start)


def resolve(arguments: argparse.Namespace) -> int:
    """Say what becomes of a call whose outcome is unknown; the run goes on."""
    show_log(arguments)

    async def start(engine: Engine, choice: ModelChoice) -> Turn | None:
        approval = await find_approval(engine, arguments.approval)
        return await engine.approvals.resolve(
            approval.approval_id,
            arguments.resolution,
            origin="command line",
            choice=choice,
            consent=_PARKING,
        )

    return run_turn(arguments, start)


def rules(arguments: argparse.Namespace) -> int:
    """Print the rules in force."""
    return asyncio.run(_rules(arguments))


async def _rules(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        found = await engine.approvals.rules()
    if arguments.json:
        print_json({"rules": found})
    elif not found:
        print("No rules are in force: everything that changes something asks.")
    else:
        rows = [
            (rule.rule_id, rule.session_id or rule.workspace, visible_line(rule.description))
            for rule in found
        ]
        print(table(("ID", "HOLDS IN", "ALLOWS"), rows))  # nothing is cut: it is what the person agreed to
    return exits.DONE


def revoke(arguments: argparse.Namespace) -> int:
    """Take a rule back; what it allowed before stays done."""
    return asyncio.run(_revoke(arguments))


async def _revoke(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        await engine.approvals.revoke(arguments.rule, origin="command line")
    print("Revoked. What it allowed asks again.")
    return exits.DONE
