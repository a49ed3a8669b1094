"""What pages of stored messages look like as rows of a transcript.

Pure, so that a thread can do it. Called by `model.py`, and by what reads whole sessions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

import msgspec

from roku_desktop.engine import (
    AssistantMessage,
    Compaction,
    Incident,
    RunRecord,
    StoredMessage,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from roku_desktop.ui.transcript.entries import (
    Entry,
    TroubleEntry,
    end_of_record,
    ending,
    entries_of_answer,
    entries_of_prompt,
    entry_of_compaction,
)

TimedCompaction = tuple[float, Compaction]
"""When it was made (Unix seconds), and what."""


class PageEntries(msgspec.Struct, frozen=True, kw_only=True):
    """The entries of consecutive messages, and for each message at which of them it begins."""

    entries: list[Entry]
    starts: tuple[int, ...]


def entries_of_page(
    page: Sequence[StoredMessage],
    runs: Mapping[str, RunRecord],
    *,
    following: Sequence[StoredMessage] = (),
    incidents: Mapping[str, Sequence[Incident]] = {},
    compactions: Sequence[TimedCompaction] = (),
) -> PageEntries:
    """The entries of consecutive stored messages, oldest first.

    `following` is the page after it: a run that goes on there is closed there, and calls may have
    their results there. A run that is missing from `runs` is shown without its end.
    `incidents`, by run, stand before the answer that they delayed; `compactions`, oldest first, where
    they were made.
    """
    results = _results_by_call((*page, *following))
    entries: list[Entry] = []
    starts: list[int] = []
    told: dict[str, float] = {}
    starred = {stored.run_id for stored in page if stored.starred}
    for index, stored in enumerate(page):
        starts.append(len(entries))
        of_run = incidents.get(stored.run_id, ())
        if isinstance(stored.message, AssistantMessage):
            entries += _trouble_between(of_run, told.get(stored.run_id, -math.inf), stored.created_at)
        told[stored.run_id] = stored.created_at
        entries += entries_of_message(stored, results)
        after = page[index + 1 : index + 2] or following[:1]
        made = _made_between(compactions, stored.created_at, after[0].created_at if after else math.inf)
        record = runs.get(stored.run_id)
        if record is not None and (not after or after[0].run_id != stored.run_id):
            ended_at = math.inf if record.finished_at is None else record.finished_at
            entries += [entry_of_compaction(compaction) for at, compaction in made if at < ended_at]
            entries += _trouble_between(of_run, stored.created_at, math.inf)
            entries += ending(end_of_record(record), starred=stored.run_id in starred)
            made = [(at, compaction) for at, compaction in made if at >= ended_at]
        entries += [entry_of_compaction(compaction) for _, compaction in made]
    return PageEntries(entries=entries, starts=tuple(starts))


def _trouble_between(incidents: Sequence[Incident], after: float, until: float) -> list[Entry]:
    """What happened after one message of a run and until the next; of several steps the last."""
    between = [incident for incident in incidents if after < incident.at <= until]
    last_step = between[-1].step if between else 0
    of_step = tuple(incident for incident in between if incident.step == last_step)
    return [TroubleEntry(run_id=of_step[0].run_id, incidents=of_step)] if of_step else []


def _made_between(
    compactions: Sequence[TimedCompaction], since: float, before: float
) -> Sequence[TimedCompaction]:
    return [(at, compaction) for at, compaction in compactions if since <= at < before]


def _results_by_call(page: Sequence[StoredMessage]) -> dict[tuple[str, str], ToolResult]:
    return {
        (stored.run_id, result.call_id): result
        for stored in page
        if isinstance(stored.message, ToolMessage)
        for result in stored.message.results
    }


def entries_of_message(
    stored: StoredMessage, results: Mapping[tuple[str, str], ToolResult]
) -> Iterator[Entry]:
    match stored.message:
        case UserMessage() as prompt:
            yield from entries_of_prompt(stored.run_id, prompt)
        case AssistantMessage() as answer:
            yield from entries_of_answer(stored.run_id, answer, results)
        case ToolMessage():
            pass  # shown with the call it answers
        case _:
            assert_never(stored.message)
