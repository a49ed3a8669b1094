"""What each vendor of chat completions does its own way: one row of a table, no cases in the code.

Owns how a vendor is asked to think, whose thinking it wants back, under which name it takes the limit of
output, which ids of calls it takes, and where it tells whose key it is. Found by the host of the base URL;
whoever is not in the table is asked in OpenAI's way. Pure; used by `openai_chat` and `openai_service`.

Looked up in November 2026, none tried with a key: the vendors' own pages on thinking say it of DeepSeek,
Z.ai, DashScope, OpenRouter, Mistral, and which models of Groq think. Of Kimi, of Grok's efforts, and of
Gemini's, whose own pages could not be read in full, it is what users and other programs report. A model that
refuses the fields is asked without them by `openai_chat`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from roku_desktop.engine.providers.thinking import TAKES_EFFORT, effort_of

_NONE: Final = re.compile("(?!)")  # finds nothing
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def _effort(tokens: int) -> dict[str, Any]:
    return {"reasoning_effort": effort_of(tokens)}


def _two_efforts(tokens: int) -> dict[str, Any]:
    """For Kimi K3, which knows low, high and max; K2.5 to K2.7 think unasked, and know no more than that."""
    return {"reasoning_effort": "low" if effort_of(tokens) == "low" else "high"}


def _all_or_nothing(_tokens: int) -> dict[str, Any]:
    return {"reasoning_effort": "high"}


def _switch(_tokens: int) -> dict[str, Any]:
    return {"thinking": {"type": "enabled"}}


def _switch_and_effort(tokens: int) -> dict[str, Any]:
    return _switch(tokens) | _effort(tokens)


def _reasoning(tokens: int) -> dict[str, Any]:
    return {"reasoning": {"max_tokens": tokens}}


def _budget(tokens: int) -> dict[str, Any]:
    return {"enable_thinking": True, "thinking_budget": tokens}


def _template(tokens: int) -> dict[str, Any]:
    """vLLM and llama.cpp hand this to the model's own template; Ollama and LM Studio take the effort."""
    return _effort(tokens) | {"chat_template_kwargs": {"enable_thinking": True}}


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One vendor. `thinking` gives the fields for a budget of tokens, for models that `thinks` finds.

    Models that `recalls` finds refuse a conversation in which a call stands without the thinking before it,
    for as long as the call is sent; others want it no longer than until the next prompt.
    """

    thinking: Callable[[int], dict[str, Any]] = _effort
    thinks: re.Pattern[str] = re.compile("")
    recalls: re.Pattern[str] = _NONE
    limit_name: str = "max_tokens"
    limit_above_budget: bool = False  # a limit of output that leaves no room beside the thinking is refused
    ids_are_nine: bool = False  # ids of calls are nine letters or digits, others are refused
    key_path: str = ""  # where the list of models is public and tells nothing of the key


_Z_AI: Final = Dialect(thinking=_switch, thinks=re.compile(r"glm-(?:4\.[5-9]|[5-9])"))
_KIMI: Final = Dialect(
    thinking=_two_efforts, thinks=re.compile(r"kimi-k[3-9]"), recalls=re.compile(r"kimi-k(?:2\.[5-9]|[3-9])")
)
_DIALECTS: Final[dict[str, Dialect]] = {
    # OpenAI's models that think refuse the old name; everybody else knows only that one.
    "api.openai.com": Dialect(thinks=TAKES_EFFORT, limit_name="max_completion_tokens"),
    "openrouter.ai": Dialect(thinking=_reasoning, limit_above_budget=True, key_path="/key"),
    "generativelanguage.googleapis.com": Dialect(thinks=re.compile(r"gemini-(?:2\.5|[3-9])")),
    "api.mistral.ai": Dialect(
        thinking=_all_or_nothing, thinks=re.compile("mistral-(?:small|medium-3-5)"), ids_are_nine=True
    ),
    "api.deepseek.com": Dialect(thinking=_switch_and_effort, recalls=re.compile("")),
    "api.z.ai": _Z_AI,
    "open.bigmodel.cn": _Z_AI,
    "api.moonshot.ai": _KIMI,
    "api.moonshot.cn": _KIMI,
    "aliyuncs.com": Dialect(thinking=_budget, thinks=re.compile("qwen|qwq")),
    "api.x.ai": Dialect(thinks=re.compile(r"grok-(?:4\.[3-9](?!\d)|[5-9])")),
    "api.groq.com": Dialect(thinks=re.compile("gpt-oss")),
}
_HERE: Final = Dialect(thinking=_template)
COMMON: Final = Dialect()


def dialect_of(base_url: str) -> Dialect:
    """The vendor behind that address, which may be broken: that is told when it is asked."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return COMMON
    if host in _LOOPBACK:
        return _HERE
    names = (host.split(".", cut)[-1] for cut in range(host.count(".")))
    return next((_DIALECTS[name] for name in names if name in _DIALECTS), COMMON)


def thinking_fields(dialect: Dialect, model: str, budget_tokens: int | None) -> dict[str, Any]:
    if not budget_tokens or not dialect.thinks.search(model):
        return {}
    return dialect.thinking(budget_tokens)
