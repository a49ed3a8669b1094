"""What an answer cost: by the installed price list, unknown is None, this machine is free."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from roku_desktop.engine.messages import Usage
from roku_desktop.engine.routing.pricing import PriceList
from roku_desktop.engine.settings import EMBEDDED_MODEL, EMBEDDED_PROVIDER, ProviderSettings

_MILLION = Usage(input_tokens=1_000_000, output_tokens=100_000)


def price_list(*providers: ProviderSettings) -> PriceList:
    return PriceList({provider.name: provider for provider in providers}.get)


async def test_a_listed_model_costs_what_the_list_says():
    assert await price_list().cost_usd("anthropic", "claude-sonnet-4-6", _MILLION) == pytest.approx(4.5)


async def test_cached_tokens_are_counted_at_their_own_price():
    usage = Usage(input_tokens=1_000_000, cache_read_tokens=600_000, cache_write_tokens=100_000)
    cost = await price_list().cost_usd("anthropic", "claude-sonnet-4-6", usage)
    assert cost == pytest.approx(0.3 * 3.0 + 0.6 * 0.3 + 0.1 * 3.75)


async def test_a_vendor_keeps_its_prices_behind_another_address():
    proxied = ProviderSettings(name="openai", kind="openai-chat", base_url="http://127.0.0.1:9/v1")
    assert await price_list(proxied).cost_usd("openai", "gpt-4o", _MILLION) == pytest.approx(3.5)


async def test_a_provider_of_another_name_is_known_by_its_address():
    mine = ProviderSettings(name="mine", kind="openai-chat", base_url="https://api.openai.com/v1")
    assert await price_list(mine).cost_usd("mine", "gpt-4o", _MILLION) == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "no-such-model"),
        ("openrouter", "nobody/nothing"),
        ("mylab", "gpt-4o"),
        ("my-openai-clone", "gpt-4o"),
        ("not-configured", "gpt-4o"),
    ],
)
async def test_an_unknown_price_is_none_and_never_zero(provider, model):
    prices = price_list(
        ProviderSettings(name="mylab", kind="openai-chat", base_url="http://127.0.0.1:9000/v1"),
        ProviderSettings(name="my-openai-clone", kind="openai-chat", base_url="https://example.org/v1"),
    )
    assert await prices.cost_usd(provider, model, _MILLION) is None


async def test_a_usage_that_contradicts_itself_has_no_price():
    usage = Usage(input_tokens=10, cache_read_tokens=20)
    assert await price_list().cost_usd("anthropic", "claude-sonnet-4-6", usage) is None


async def test_what_runs_on_this_machine_costs_nothing():
    ollama = ProviderSettings(name="ollama", kind="local", base_url="http://127.0.0.1:11434/v1")
    assert await price_list(ollama).cost_usd("ollama", "gpt-4o", _MILLION) == 0.0
    assert await price_list().cost_usd(EMBEDDED_PROVIDER, EMBEDDED_MODEL, _MILLION) == 0.0


def test_a_server_on_this_computer_does_not_cost_the_loading_of_the_list():
    code = """
import asyncio, sys
from roku_desktop.engine.messages import Usage
from roku_desktop.engine.routing.pricing import PriceList
from roku_desktop.engine.settings import ProviderSettings
for host in ("127.0.0.1:9000", "localhost", "[::1]:8080", "127.8.8.8"):
    mine = ProviderSettings(name="mylab", kind="openai-chat", base_url=f"http://{host}/v1")
    prices = PriceList({"mylab": mine}.get)
    assert asyncio.run(prices.cost_usd("mylab", "gpt-4o", Usage(input_tokens=9))) is None
assert not [name for name in sys.modules if name.startswith("genai_prices")]
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
