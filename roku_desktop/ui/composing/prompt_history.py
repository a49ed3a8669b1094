"""Up and Down through the prompts of a session, with the draft waiting at the end. Pure."""

from __future__ import annotations

from collections.abc import Sequence


class PromptHistory:
    """Prompts oldest first; at first one stands after the newest, on the draft."""

    def __init__(self, prompts: Sequence[str] = ()) -> None:
        self._prompts = tuple(prompts)
        self._place = len(self._prompts)
        self._draft = ""

    @property
    def browsing(self) -> bool:
        """Whether an old prompt is shown."""
        return self._place < len(self._prompts)

    def shows(self, text: str) -> bool:
        """Whether that is the old prompt one stands on, unchanged."""
        return self.browsing and self._prompts[self._place] == text

    def older(self, current: str) -> str | None:
        """The prompt before; `current` is kept as the draft when one leaves it. None at the oldest."""
        if self._place == 0:
            return None
        if not self.browsing:
            self._draft = current
        self._place -= 1
        return self._prompts[self._place]

    def newer(self) -> str | None:
        """The prompt after, at last the draft. None where one is on the draft already."""
        if not self.browsing:
            return None
        self._place += 1
        at_end = self._place == len(self._prompts)
        return self._draft if at_end else self._prompts[self._place]
