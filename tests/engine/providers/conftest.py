"""Shared by the tests of the wires: both providers by one name."""

from __future__ import annotations

import pytest

from tests.support.wires import ANTHROPIC, OPENAI, Wire


@pytest.fixture(params=[OPENAI, ANTHROPIC], ids=lambda wire: wire.name)
def wire(request: pytest.FixtureRequest) -> Wire:
    chosen: Wire = request.param
    return chosen
