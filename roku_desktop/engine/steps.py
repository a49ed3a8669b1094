"""How many more times a turn may ask its model. Sub-agents draw on it, and give back what they leave."""

from __future__ import annotations


class StepAllowance:
    """Attributes:
    total: what was allowed at the start.
    left: what is left now.
    """

    def __init__(self, total: int, *, used: int = 0) -> None:
        self.total = total
        self.left = max(total - used, 0)

    def take(self) -> bool:
        """Use one step; False where none is left."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True

    def lend(self, most: int) -> StepAllowance:
        """Put up to `most` steps aside for a sub-agent; `give_back` takes in what it did not use."""
        lent = min(self.left, most)
        self.left -= lent
        return StepAllowance(lent)

    def give_back(self, lent: StepAllowance) -> None:
        self.left += lent.left
        lent.left = 0
