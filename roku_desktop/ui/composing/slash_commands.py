"""Commands that are typed into the composer: which there are, what completes one, doing it.

No widgets and no engine: whoever owns a command says what it does. A prompt that only begins with a slash,
such as a path, is no command. Shown by `slash_popup.py`, filled by `steering/slash.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from roku_desktop.ui.fuzzy import fuzzy_score

_MOST_COMPLETIONS = 50


class SlashCommand(msgspec.Struct, frozen=True, kw_only=True):
    """`act` is given what stands behind the name, stripped; `arguments` are those worth offering, none
    where the command takes none."""

    name: str
    title: str
    act: Callable[[str], object]
    arguments: Callable[[], Sequence[str]] | None = None


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """What would stand in the composer; a trailing space = an argument may follow."""

    text: str
    note: str = ""


class SlashCommands:
    """Commands by name, in the order they are offered."""

    def __init__(self, commands: Sequence[SlashCommand]) -> None:
        self._commands = {command.name: command for command in commands}

    @property
    def all(self) -> Sequence[SlashCommand]:
        return tuple(self._commands.values())

    def completions(self, text: str) -> list[Completion]:
        """What `text` could become; empty where it is no command or nothing would change."""
        if not text.startswith("/") or "\n" in text:
            return []
        name, space, typed = text[1:].partition(" ")
        if not space:
            return [
                Completion(text=f"/{command.name}{' ' if command.arguments else ''}", note=command.title)
                for command in self.all
                if command.name.startswith(name.lower())
            ]
        command = self._commands.get(name)
        if command is None or command.arguments is None:
            return []
        scored = [(fuzzy_score(typed, argument), argument) for argument in command.arguments()]
        fitting = sorted(
            ((score, argument) for score, argument in scored if score is not None),
            key=lambda pair: -pair[0] if typed.strip() else 0,
        )
        return [Completion(text=f"/{name} {argument}") for _, argument in fitting[:_MOST_COMPLETIONS]]

    def take(self, text: str) -> bool:
        """Do what `text` says; False where it is a prompt."""
        name, _, argument = text.strip().partition(" ")
        command = self._commands.get(name[1:]) if name.startswith("/") and "\n" not in text.strip() else None
        if command is None:
            return False
        command.act(argument.strip())
        return True
