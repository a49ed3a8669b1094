"""What every service in OpenAI's style has alike, whichever of its two wires is spoken.

Owns the login and the list of models, with what OpenRouter, Mistral, Groq, vLLM and others add to it. The
wires are its subclasses: `openai_chat` and `openai_responses`.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from roku_desktop.engine.ports import ModelInfo
from roku_desktop.engine.providers.chat import HttpProvider
from roku_desktop.engine.providers.dialects import dialect_of

# OpenAI lists everything it has under one roof; these can't hold a conversation.
_NO_CHAT: Final = re.compile(
    r"(?:^|/)(?:text-embedding|whisper|tts-|dall-e|gpt-image|chatgpt-image|sora|babbage|davinci)"
    r"|embed|moderation|transcribe|realtime|-tts"
)
_VERSION: Final = re.compile(r"/v\d")


class OpenAIService(HttpProvider):
    """A server with `/models`. `base_url` as its own SDK takes it, `/v1` included."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._dialect = dialect_of(self._base_url)
        self._unthinking: set[str] = set()

    def _models_url(self) -> str:
        return self._at("/models")

    def _key_url(self) -> str:
        return self._at(self._dialect.key_path) if self._dialect.key_path else ""

    def _is_unversioned(self) -> bool:
        return _VERSION.search(self._base_url) is None

    def _auth_headers(self, api_key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {api_key}"}

    def _models(self, body: bytes) -> list[ModelInfo]:
        listing = msgspec.json.decode(body, type=WireModelList, strict=False)
        return [model.info(self.name) for model in listing.data or [] if model.id and model.chats]


class WireModel(msgspec.Struct, gc=False):
    """An entry of `/models`; what is not OpenAI's own has the name of who adds it."""

    id: str = ""
    context_length: int | None = None  # OpenRouter
    context_window: int | None = None  # Groq
    max_context_length: int | None = None  # Mistral
    max_model_len: int | None = None  # vLLM
    supported_parameters: list[str] | None = None  # OpenRouter
    architecture: Any = None  # OpenRouter: modalities
    capabilities: Any = None  # Mistral: an object of flags; others: words

    @property
    def chats(self) -> bool:
        if self._flag("completion_chat") is False:
            return False
        outputs = self._modalities("output_modalities")
        return (outputs is None or "text" in outputs) and not _NO_CHAT.search(self.id)

    def info(self, provider: str) -> ModelInfo:
        known = self.supported_parameters
        inputs = self._modalities("input_modalities")
        return ModelInfo(
            model=self.id,
            provider=provider,
            context_window_tokens=self.context_length
            or self.context_window
            or self.max_context_length
            or self.max_model_len,
            supports_tools=self._flag("function_calling") if known is None else "tools" in known,
            supports_images=self._flag("vision") if inputs is None else "image" in inputs,
        )

    def _flag(self, name: str) -> bool | None:
        value = self.capabilities.get(name) if isinstance(self.capabilities, dict) else None
        return value if isinstance(value, bool) else None

    def _modalities(self, name: str) -> list[Any] | None:
        value = self.architecture.get(name) if isinstance(self.architecture, dict) else None
        return value if isinstance(value, list) else None


class WireModelList(msgspec.Struct, gc=False):
    data: list[WireModel] | None = None
