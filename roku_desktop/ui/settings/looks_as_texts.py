"""How the window is to look, as the texts that fields show and give. No widgets."""

from __future__ import annotations

import msgspec

from roku_desktop.ui.look.appearance import Appearance


def looks_as_texts(wanted: Appearance) -> dict[str, str | None]:
    return {
        "language": wanted.language,
        "scheme": wanted.scheme,
        "text_percent": str(wanted.text_percent),
        "reduced_motion": "yes" if wanted.reduced_motion else None,
    }


def with_look(wanted: Appearance, name: str, text: str | None) -> Appearance:
    """The same with one field from its text; None = what it is at first."""
    texts = looks_as_texts(wanted) | {name: text or looks_as_texts(Appearance())[name]}
    plain = {**texts, "text_percent": int(texts["text_percent"] or 100)}
    plain["reduced_motion"] = texts["reduced_motion"] == "yes"
    return msgspec.convert(plain, Appearance)
