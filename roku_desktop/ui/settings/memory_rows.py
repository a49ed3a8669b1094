"""The settings of long-term memory. Part of the table in `table.py`."""

from __future__ import annotations

from typing import Final

from roku_desktop.ui.language import marked
from roku_desktop.ui.settings.kinds import Kind, Setting


def _memory(
    name: str,
    title: str,
    kind: Kind,
    *,
    hint: str = "",
    unit: str = "",
    choices: tuple[tuple[str, str], ...] = (),
) -> Setting:
    return Setting(
        page="defaults",
        path=("memory", name),
        title=title,
        hint=hint,
        kind=kind,
        unit=unit,
        choices=choices,
        group=marked("What is remembered"),
    )


MEMORY: Final = (
    _memory(
        "recall",
        marked("Memories that go with a prompt"),
        "whole",
        hint=marked("The ones that fit it best; 0 = none."),
    ),
    _memory(
        "write_back",
        marked("Note what I decide"),
        "switch",
        hint=marked("What you decide or wish in a prompt is remembered for its workspace; /memory shows it."),
    ),
    _memory(
        "backend",
        marked("Found by"),
        "choice",
        hint=marked("They are kept in the home; OpenViking, a service that you run, finds them by meaning."),
        choices=(
            ("sqlite", marked("Their words, in the home")),
            ("openviking", marked("Their meaning, by OpenViking")),
        ),
    ),
    _memory("url", marked("Where OpenViking answers"), "address"),
    _memory("recall_top_k", marked("Memories looked at for a prompt"), "whole"),
    _memory("write_batch_size", marked("Memories written at once"), "whole"),
)
