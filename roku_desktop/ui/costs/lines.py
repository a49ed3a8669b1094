"""What was spent, as lines of a small table: by day, by provider, by model. Pure.

An answer without a known price is counted and said; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from roku_desktop.engine import CostRow
from roku_desktop.ui.language import counted, tr
from roku_desktop.ui.wording import one_line


class CostLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line, or the head of a group, which has no figures. `share` is of the largest line of the group."""

    name: str
    answers: int = 0
    tokens: int = 0
    usd: float = 0.0
    unknown: int = 0
    share: float = 0.0
    is_head: bool = False


def cost_lines(rows: Sequence[CostRow]) -> list[CostLine]:
    """All groups, days newest first, the others dearest first; no lines where nothing was answered."""
    if not rows:
        return []
    return [
        CostLine(name=tr("By day"), is_head=True),
        *_group(rows, lambda row: row.day),
        CostLine(name=tr("By provider"), is_head=True),
        *_dearest_first(_group(rows, lambda row: row.provider)),
        CostLine(name=tr("By model"), is_head=True),
        *_dearest_first(_group(rows, lambda row: f"{row.provider} · {row.model}")),
    ]


def total_of(rows: Sequence[CostRow]) -> CostLine:
    """Everything in one line."""
    return _summed(tr("Together"), rows)


def usd_in_words(usd: float) -> str:
    """Two decimals, four where two would hide it."""
    return f"${usd:,.4f}" if 0 < usd < 1 else f"${usd:,.2f}"


def spent_in_words(line: CostLine) -> str:
    """For instance "$0.42, 3 answers of unknown price"."""
    if not line.unknown:
        return usd_in_words(line.usd)
    unknown = counted(line.unknown, "1 answer of unknown price", "%Ln answers of unknown price")
    return f"{usd_in_words(line.usd)} + {unknown}" if line.usd else unknown


def used_in_words(line: CostLine) -> str:
    answers = counted(line.answers, "1 answer", "%Ln answers")
    return tr("{0}, {1}").format(answers, counted(line.tokens, "1 token", "%Ln tokens"))


def _group(rows: Sequence[CostRow], name_of: Callable[[CostRow], str]) -> list[CostLine]:
    groups: dict[str, list[CostRow]] = {}
    for row in rows:
        groups.setdefault(name_of(row), []).append(row)
    lines = [_summed(one_line(name, 120), of_group) for name, of_group in groups.items()]
    most = max(line.usd for line in lines)
    return [msgspec.structs.replace(line, share=line.usd / most if most else 0.0) for line in lines]


def _dearest_first(lines: list[CostLine]) -> list[CostLine]:
    return sorted(lines, key=lambda line: (-line.usd, -line.tokens))


def _summed(name: str, rows: Sequence[CostRow]) -> CostLine:
    return CostLine(
        name=name,
        answers=sum(row.answers for row in rows),
        tokens=sum(row.input_tokens + row.output_tokens for row in rows),
        usd=sum(row.cost_usd for row in rows),
        unknown=sum(row.unknown for row in rows),
    )
