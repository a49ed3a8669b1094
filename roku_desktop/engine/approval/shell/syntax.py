"""Shell text as bash's grammar sees it: simple commands, assignments, redirections, loops, functions.

Owns the parser (tree-sitter with its bash grammar, loaded at first use) and the walk over its tree,
which is one loop, because hostile text nests thousands of levels. Knows nothing of what is dangerous.
Called by `script`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

_OWN_FOLDER: Final = frozenset(["subshell", "command_substitution", "process_substitution", "pipeline"])


class Syntax:
    """Parses shell text. Not for several threads at once; loading takes some milliseconds."""

    def __init__(self) -> None:
        import tree_sitter
        import tree_sitter_bash

        self._parser: Parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))

    def parse(self, source: bytes) -> Tree:
        return self._parser.parse(source)


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
