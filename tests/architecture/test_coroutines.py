"""What no coroutine of a test may do on the window's loop."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
NESTED_LOOPS = {"processEvents", "qWait", "qWaitFor", "qWaitForWindowActive", "qWaitForWindowExposed"}


def nested_loops(node: ast.AST, *, in_coroutine: bool = False) -> Iterator[int]:
    """The lines of coroutines that run Qt's loop inside the one that runs them."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Attribute(attr=name) if in_coroutine and name in NESTED_LOOPS:
                yield child.lineno
            case _:
                inside = isinstance(child, ast.AsyncFunctionDef) or (
                    in_coroutine and not isinstance(child, ast.FunctionDef)
                )
                yield from nested_loops(child, in_coroutine=inside)


def test_no_coroutine_runs_the_loop_that_runs_it():
    """Another task's step in the middle of this one is refused and lost: `windows.drawn` awaits."""
    sources = ((path, path.read_text(encoding="utf-8")) for path in TESTS.rglob("*.py"))
    found = [
        f"{path.relative_to(TESTS)}:{line}"
        for path, source in sources
        if any(name in source for name in NESTED_LOOPS)
        for line in nested_loops(ast.parse(source))
    ]
    assert found == []


def test_one_that_did_would_be_seen():
    bad = "async def wait():\n    with x:\n        QTest.qWait(1)\n"
    assert list(nested_loops(ast.parse(bad))) == [3]
