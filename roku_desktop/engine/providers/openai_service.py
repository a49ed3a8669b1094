"""What every service in OpenAI's style has alike, whichever of its two wires is spoken.

Owns the login and the list of models, with what OpenRouter, vLLM and others add to it. The wires are
its subclasses: `openai_chat` and `openai_responses`.
"""

from __future__ import annotations

import msgspec

from roku_desktop.engine.ports import ModelInfo
from roku_desktop.engine.providers.chat import HttpProvider


class OpenAIService(HttpProvider):
    """A server with `/models`. `base_url` as its own SDK takes it, `/v1` included."""

    def _models_url(self) -> str:
        return f"{self._base_url}/models"

    def _auth_headers(self, api_key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {api_key}"}

    def _models(self, body: bytes) -> list[ModelInfo]:
        listing = msgspec.json.decode(body, type=WireModelList)
        return [model.info(self.name) for model in listing.data or [] if model.id]


class WireModel(msgspec.Struct, gc=False):
    """An entry of `/models`, with what OpenRouter, vLLM and llama.cpp add to it."""

    id: str = ""
    context_length: int | None = None
    max_model_len: int | None = None
    supported_parameters: list[str] | None = None

    def info(self, provider: str) -> ModelInfo:
        known = self.supported_parameters
        return ModelInfo(
            model=self.id,
            provider=provider,
            context_window_tokens=self.context_length or self.max_model_len,
            supports_tools=None if known is None else "tools" in known,
        )


class WireModelList(msgspec.Struct, gc=False):
    data: list[WireModel] | None = None
