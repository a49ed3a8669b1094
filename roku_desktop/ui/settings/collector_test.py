"""Sends an empty report to the collectors that are named, and says what they answered.

Uses the exporter's own way out, on a thread. Called by `calls.py` when a person presses Test.
"""

from __future__ import annotations

import asyncio
from uuid import uuid4

from roku_desktop import __version__
from roku_desktop.config import SettingsDesk
from roku_desktop.engine import RokuError
from roku_desktop.telemetry import COLLECTOR_KEY
from roku_desktop.telemetry.export.delivery import Delivery, Taken
from roku_desktop.telemetry.export.plan import Destination, Signal, Wish, plan_of
from roku_desktop.ui.language import tr


async def try_collector(desk: SettingsDesk) -> tuple[bool, str]:
    """Whether every collector took it, and a sentence for each."""
    settings = desk.configuration.settings
    wanted = settings.telemetry
    wish = Wish(
        endpoint=wanted.otlp_endpoint,
        protocol=wanted.otlp_protocol,
        signals=wanted.otlp_signals,
        ca_file=settings.network.ca_file,
    )
    plan = plan_of(desk.environ, wish, version=__version__, instance=uuid4().hex)
    if plan is None:
        return False, tr("No collector is named: type its address first.")
    try:
        bearer = await desk.keys.key_for(COLLECTOR_KEY) or ""
    except RokuError as error:
        return False, str(error)
    results = [
        await asyncio.to_thread(_send, destination, signal, bearer)
        for signal, destination in plan.destinations.items()
    ]
    return all(taken for taken, _ in results), "\n".join(words for _, words in results)


def _send(destination: Destination, signal: Signal, bearer: str) -> tuple[bool, str]:
    delivery = Delivery(destination, signal, bearer)
    try:
        outcome = delivery.send(b"")  # a report without any entry
    finally:
        delivery.close()
    if isinstance(outcome, Taken):
        return True, tr("{0} took {1}.").format(destination.url, signal)
    return False, tr("{0} did not take {1}: {2}").format(destination.url, signal, outcome.why)
