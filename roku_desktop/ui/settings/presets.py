"""Services that can be added with a click: what each is called, what it speaks, where it usually is."""

from __future__ import annotations

from typing import Final

import msgspec

from roku_desktop.ui.language import marked


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is what the provider is called at first; an empty `base_url` is to be typed."""

    title: str
    name: str
    kind: str
    base_url: str = ""


PRESETS: Final = (
    Preset(title="Ollama", name="ollama", kind="local", base_url="http://127.0.0.1:11434/v1"),
    Preset(title="LM Studio", name="lmstudio", kind="local", base_url="http://127.0.0.1:1234/v1"),
    Preset(title="llama.cpp", name="llamacpp", kind="local", base_url="http://127.0.0.1:8080/v1"),
    Preset(title="vLLM", name="vllm", kind="local", base_url="http://127.0.0.1:8000/v1"),
    Preset(title=marked("Any OpenAI-compatible service"), name="", kind="openai-chat"),
    Preset(title=marked("Any service with OpenAI's Responses API"), name="", kind="openai-responses"),
    Preset(title=marked("Any service with Anthropic's API"), name="", kind="anthropic"),
)

KIND_TITLES: Final[tuple[tuple[str, str], ...]] = (
    ("openai-chat", marked("OpenAI-compatible (chat completions)")),
    ("openai-responses", marked("OpenAI Responses API")),
    ("anthropic", marked("Anthropic messages API")),
    ("local", marked("On this computer, without a key")),
)


def free_name(wanted: str, taken: set[str]) -> str:
    """`wanted`, or with the next number where that is taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}{number}", number + 1
    return name
