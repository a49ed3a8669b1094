"""Shell text as bash's grammar sees it: simple commands, assignments, redirections, loops, functions.

Owns the parser (tree-sitter with its bash grammar, loaded at first use) and the walk over its tree,
which is one loop, because hostile text nests thousands of levels. Knows nothing of what is dangerous.
Called by `script`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

PARSE_LIMIT_S: Final = 0.25
MAX_PIPES: Final = 1_000
"""The grammar's memory grows with the square of a pipeline, at its end and deaf to the clock: 0.1 GB
for 2 000 pipes, 5 GB for 25 000."""
_PIECE_BYTES: Final = 65_536
_ASCII_ALONE: Final = bytes(code if code < 0x80 else ord("x") for code in range(256))
_OWN_FOLDER: Final = frozenset(["subshell", "command_substitution", "process_substitution", "pipeline"])


class Syntax:
    """Parses shell text. Not for several threads at once; loading takes some milliseconds."""

    def __init__(self) -> None:
        import tree_sitter
        import tree_sitter_bash

        self._parser: Parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))

    def parse(self, source: bytes) -> Tree | None:
        """Return the tree; None for a text with more than `MAX_PIPES`, or that takes too long.

        The grammar takes minutes for some kilobytes of `<`, so it is asked to stop after `PARSE_LIMIT_S`
        of work; what other programs do at the same time doesn't change the answer. Its scanner looks up
        characters in a table for ASCII, and reads beyond it, up to a crash, for `{` before a rare one:
        it is given a letter for each of their bytes, which is what they are to bash.
        """
        if source.count(b"|") > MAX_PIPES:
            return None
        source = source.translate(_ASCII_ALONE)
        ends_at = time.thread_time() + PARSE_LIMIT_S

        def ended(_offset: int, _has_error: bool) -> bool:
            return time.thread_time() > ends_at

        def piece(offset: int, _point: object) -> bytes:
            return source[offset : offset + _PIECE_BYTES]

        try:
            return self._parser.parse(piece, progress_callback=ended)
        except ValueError:  # what the binding raises for a parse that was stopped
            self._parser.reset()
            return None


def walk(tree: Tree, *, max_nodes: int) -> Iterator[tuple[Node, bool]]:
    """Yield each node in the order of the text, and those that keep `cd` to themselves again as they end.

    The flag says that a node ends. Stops after `max_nodes` nodes; the caller sees it by counting.
    """
    cursor = tree.walk()
    opened: list[Node] = []
    for _ in range(max_nodes):
        node = cursor.node
        assert node is not None
        if not node.is_named:
            ended = True
        else:
            yield node, False
            ended = not cursor.goto_first_child()
            if not ended and node.type in _OWN_FOLDER:
                opened.append(node)
        if not ended:
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            if opened and cursor.node == opened[-1]:
                yield opened.pop(), True
