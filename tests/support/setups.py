"""Configurations that tests of the whole program share, and the key that must never show up anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.fault_server import Gate, Reply
from tests.support.fault_streams import openai_stream

KEY = "canary-key-7f3a91c2e5d84b06"
"""The API key of these tests; nobody but the server may see it."""


def anthropic_pinned(url: str) -> str:
    """The pinned provider of the command line's contract; line 3 is the pin."""
    return f"""\
schema_version = 1
[runtime.llm]
provider = "anthropic"
[runtime.llm.pin]
failover = ["openrouter"]
[runtime.llm.resilience]
max_retries = 5
idle_timeout_s = 60
[runtime.llm.anthropic]
primary_model = "claude-sonnet-4-6"
fallback_models = ["claude-haiku-4-5"]
base_url = "{url}"
"""


def mylab(openai_url: str) -> str:
    """An OpenAI-compatible service of the person's own."""
    return f"""\
schema_version = 1
[runtime.llm.providers.mylab]
kind = "openai-chat"
base_url = "{openai_url}"
primary_model = "qwen3"
"""


def answer(*texts: str) -> Reply:
    """An OpenAI answer in these pieces."""
    return Reply(openai_stream(texts))


def held_answer(first: str, rest: Sequence[str], gate: str) -> Reply:
    """An OpenAI answer that waits before a gate after its first piece."""
    role, start, *others = openai_stream([first, *rest])
    return Reply([role, start, Gate(gate), *others])
