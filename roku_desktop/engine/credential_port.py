"""The seam to API keys: who has them, and where they are kept, is not the engine's."""

from __future__ import annotations

from typing import Literal, Protocol

KeySource = Literal["environment", "keyring", "missing", "unknown"]


class Credentials(Protocol):
    """API keys by provider name. Never blocks the loop; raises `CredentialError` if a keyring fails."""

    async def key_for(self, provider: str) -> str | None: ...

    async def source_of(self, provider: str) -> KeySource:
        """Where the key is, without asking a person anything; `unknown` where only that would tell."""
        ...

    async def advice_for(self, provider: str) -> str:
        """A sentence for a person: how to give this provider a key on this system."""
        ...
