"""Shared by the tests of the wires: all providers by one name."""

from __future__ import annotations

import pytest

from tests.support.wires import WIRES, Wire


@pytest.fixture(params=WIRES, ids=lambda wire: wire.name)
def wire(request: pytest.FixtureRequest) -> Wire:
    chosen: Wire = request.param
    return chosen
