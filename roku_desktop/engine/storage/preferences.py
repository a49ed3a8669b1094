"""What a person chose for good, by name: texts that the faces understand and storage does not."""

from __future__ import annotations

from typing import Any

from roku_desktop.engine.storage.tables import Preference


def store(db: Any, name: str, value: str | None) -> None:
    """None forgets it."""
    if value is None:
        Preference.delete().where(Preference.name == name).execute(db)
    else:
        Preference.insert(name=name, value=value).on_conflict_replace().execute(db)
