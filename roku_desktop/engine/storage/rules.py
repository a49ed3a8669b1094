"""Rules that people made: an approval for every call of exactly one scope. Called by `journal.py`."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from roku_desktop.engine.decisions import Decision, Rule
from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage import audit
from roku_desktop.engine.storage.codec import encode

_decode: Final = msgspec.json.Decoder(Rule).decode

_ABOVE: Final = (
    "SELECT runs.session_id FROM sessions JOIN runs ON runs.run_id = sessions.parent_run_id "
    "WHERE sessions.session_id = ? AND sessions.parent_run_id <> ''"
)
"""The session that a person sees, for a sub-agent's; nothing for any other."""


def add(db: Any, rule: Rule, decision: Decision) -> None:
    db.execute_sql(
        "INSERT INTO rules (rule_id, session_id, workspace, scope, body) VALUES (?, ?, ?, ?, ?)",
        (rule.rule_id, rule.session_id, rule.workspace, rule.scope, encode(rule)),
    )
    audit.write(
        db,
        rule.created_at,
        "rule made",
        rule_id=rule.rule_id,
        session_id=rule.session_id,
        workspace=rule.workspace,
        description=rule.description,
        approval_id=rule.approval_id,
        who=decision.who,
        origin=decision.origin,
    )


def matching(db: Any, session_id: str, workspace: str, scope: str) -> Rule | None:
    """The rule for that scope: the session's own, that of the one above a sub-agent's, or the workspace's."""
    row = db.execute_sql(
        f"SELECT body FROM rules WHERE scope = ? AND (session_id IN (?, ({_ABOVE})) "  # noqa: S608  a query of ours
        "OR (session_id = '' AND workspace = ?)) ORDER BY session_id DESC LIMIT 1",
        (scope, session_id, session_id, workspace),
    ).fetchone()
    return None if row is None else _decode(row[0])


def all_of(db: Any) -> list[Rule]:
    """Rules in force, oldest first."""
    return [_decode(body) for (body,) in db.execute_sql("SELECT body FROM rules ORDER BY rule_id").fetchall()]


def revoke(db: Any, rule_id: str, at: float, decision: Decision) -> None:
    """Raises `NotFoundError`. What it allowed before stays as it was."""
    if db.execute_sql("DELETE FROM rules WHERE rule_id = ?", (rule_id,)).rowcount != 1:
        raise NotFoundError(
            said("There is no rule {rule_id}; it may have been revoked already.", rule_id=rule_id)
        )
    audit.write(db, at, "rule revoked", rule_id=rule_id, who=decision.who, origin=decision.origin)
