"""All providers that can be asked now: the configured ones, those found on this machine, the built-in one.

Owns which class speaks to which provider, its key, and when a client is built and closed. It does not
choose among providers (`routing/`), retry, or know a wire format. Implements the port `Providers`;
built by `app.py`. The modules of the wires are imported at first use, because they bring httpx.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, assert_never
from urllib.parse import urlsplit

import msgspec

from roku_desktop.engine.credential_port import Credentials, KeySource
from roku_desktop.engine.errors import (
    AuthenticationFailed,
    CredentialError,
    InvalidRequest,
    MalformedResponse,
    NoEligibleModel,
)
from roku_desktop.engine.ports import Clock, ModelInfo, Provider
from roku_desktop.engine.providers.discovery import Discovery, LocalServer
from roku_desktop.engine.providers.leased import LeasedProvider
from roku_desktop.engine.records import ProviderStatus
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import (
    EMBEDDED_MODEL,
    EMBEDDED_PROVIDER,
    EngineSettings,
    ProviderSettings,
)

if TYPE_CHECKING:
    from roku_desktop.engine.providers.chat import HttpProvider
    from roku_desktop.engine.providers.local import EmbeddedProvider

_log = logging.getLogger(__name__)

Origin = Literal["configured", "builtin", "discovered", "embedded"]
Key = KeySource | Literal["not needed"]

_EMBEDDED: Final = ProviderSettings(
    name=EMBEDDED_PROVIDER, kind="local", primary_model=EMBEDDED_MODEL, needs_key=False
)
LISTED_S: Final = 60.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound


class ProviderRegistry:
    """Providers by name, each built once. For one event loop."""

    def __init__(
        self,
        *,
        settings: EngineSettings,
        credentials: Credentials,
        clock: Clock,
        discovery: Discovery | None = None,
        embedded: EmbeddedProvider | None = None,
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._discovery = discovery or Discovery(clock=clock)
        self._clock = clock
        self._embedded = embedded
        self._built: dict[str, LeasedProvider] = {}
        self._retired: list[LeasedProvider] = []
        self._found: dict[str, LocalServer] = {}
        self._listed: dict[str, tuple[float, list[ModelInfo]]] = {}

    def settings_of(self, name: str) -> ProviderSettings | None:
        """Return what is known of a provider without asking anyone; None for a stranger.

        A `local` one without a base_url is reached where it was found.
        """
        known = self._configured.get(name)
        found = self._found.get(name)
        if known is None:
            if name == EMBEDDED_PROVIDER:
                return _EMBEDDED
            return found.settings if found else None
        if found and known.kind == "local" and not known.base_url:
            return msgspec.structs.replace(known, base_url=found.settings.base_url)
        return known

    async def provider(self, name: str) -> Provider:
        """Return the provider, built with its key if this is its first use.

        Raises `NoEligibleModel` for a name nobody knows, `AuthenticationFailed` for a needed key that
        is missing.
        """
        if name == EMBEDDED_PROVIDER:
            return self._embedded_provider()
        while name not in self._built:
            settings = await self._reachable(name)
            key = await self._key(settings)
            if name not in self._built and settings == self.settings_of(
                name
            ):  # it may have changed meanwhile
                self._built[name] = self._build(settings, key)
        return self._built[name]

    async def statuses(self, *, discover: bool = True) -> list[ProviderStatus]:
        """Configured ones first, in the file's order; the embedded one last. Opens no keyring prompt."""
        if discover:
            await self._discover()
        async with asyncio.TaskGroup() as group:
            known = [
                group.create_task(self._status(name))
                for name in self._configured
                if name != EMBEDDED_PROVIDER
            ]
        found = [
            self._found_status(server)
            for name, server in self._found.items()
            if discover and name not in self._configured
        ]
        return [*(task.result() for task in known), *found, self._embedded_status()]

    async def models(self, name: str, *, anew: bool = False) -> list[ModelInfo]:
        """Return what the provider lists; the models of its settings if it has no list to give.

        What was listed is remembered for a minute, and until its settings or its key change. `anew`: a person
        has changed the key or wants to see it asked.
        """
        if anew and name in self._built:
            provider = self._built[name]
            self._retire(provider)
            await provider.close_if_idle()
        if anew:
            self._listed.pop(name, None)
        known = self._configured.get(name)
        if known is None and name != EMBEDDED_PROVIDER:
            await self._reachable(name)
            return list(self._found[name].models)
        listed_at_s, listed = self._listed.get(name, (-math.inf, []))
        if self._clock.monotonic() - listed_at_s >= LISTED_S:
            listed = await self._models_of(name, known)
            self._listed[name] = (self._clock.monotonic(), listed)
        return list(listed)

    async def _models_of(self, name: str, known: ProviderSettings | None) -> list[ModelInfo]:
        if known is not None and known.kind == "local" and name != EMBEDDED_PROVIDER:
            base_url = (await self._reachable(name)).base_url
            if (told := await self._discovery.models_at(name, base_url)) is not None:
                return told
        provider = await self.provider(name)
        try:
            return await provider.list_models()
        except (InvalidRequest, MalformedResponse):
            configured = [known.primary_model, *known.fallback_models] if known else []
            if not any(configured):
                raise
            return [ModelInfo(model=model, provider=name) for model in configured if model]

    async def listed_window(self, name: str, model: str) -> int | None:
        """The model's context window by the list that is installed; nobody is asked."""
        from roku_desktop.engine.providers.listed_windows import listed_window

        settings = self.settings_of(name)
        return await listed_window(settings, model) if settings else None

    async def reconfigure(self, settings: EngineSettings) -> None:
        """Use these settings for the next request; requests under way end as they began."""
        before, self._settings = self._settings, settings
        self._listed.clear()
        everyone = (
            before.network != settings.network or before.llm.local_resilience != settings.llm.local_resilience
        )
        for name, provider in list(self._built.items()):
            if everyone or before.llm.providers.get(name) != settings.llm.providers.get(name):
                self._retire(provider)
                await provider.close_if_idle()

    async def aclose(self) -> None:
        """Close all clients and end the embedded model; answers under way break off."""
        closing: list[Provider] = [*self._built.values(), *self._retired]
        if self._embedded is not None:
            closing.append(self._embedded)
        self._built.clear()
        self._retired.clear()
        async with asyncio.TaskGroup() as group:
            for provider in closing:
                group.create_task(provider.aclose())

    # Building

    @property
    def _configured(self) -> Mapping[str, ProviderSettings]:
        return self._settings.llm.providers

    async def _reachable(self, name: str) -> ProviderSettings:
        """Return settings that say where the provider is; look for it on this machine if they don't."""
        settings = self._configured.get(name)
        if settings is None or (settings.kind == "local" and not settings.base_url):
            await self._discover()
            settings = self.settings_of(name)
        if settings is None:
            raise NoEligibleModel(said("There is no provider called {name}.", name=name), provider=name)
        if not settings.base_url:
            raise NoEligibleModel(_problem_of(settings), provider=name)
        return settings

    async def _key(self, settings: ProviderSettings) -> str | None:
        if settings.kind == "local":
            return None
        try:
            key = await self._credentials.key_for(settings.name)
        except CredentialError as error:
            if settings.needs_key:
                raise AuthenticationFailed(
                    said(
                        "The API key of {provider} can't be read: {error}",
                        provider=settings.name,
                        error=error,
                    ),
                    provider=settings.name,
                ) from error
            _log.warning("asking %s without a key: %s", settings.name, error)
            return None
        if key is None and settings.needs_key:
            raise AuthenticationFailed(await self._key_missing(settings.name), provider=settings.name)
        return key

    async def _key_missing(self, name: str) -> str:
        advice = await self._credentials.advice_for(name)
        return said("{name} needs an API key. {advice}", name=name, advice=advice)

    def _build(self, settings: ProviderSettings, key: str | None) -> LeasedProvider:
        return LeasedProvider(self._wire(settings, key), on_key_refused=self._retire)

    def _wire(self, settings: ProviderSettings, key: str | None) -> Provider:
        wire: type[HttpProvider]
        match settings.kind:
            case "openai-chat" | "local":
                from roku_desktop.engine.providers.openai_chat import OpenAIChatProvider

                wire = OpenAIChatProvider
            case "anthropic":
                from roku_desktop.engine.providers.anthropic import AnthropicProvider

                wire = AnthropicProvider
            case "openai-responses":
                from roku_desktop.engine.providers.openai_responses import OpenAIResponsesProvider

                wire = OpenAIResponsesProvider
            case _:
                assert_never(settings.kind)
        return wire(
            name=settings.name,
            base_url=settings.base_url,
            api_key=key,
            limits=settings.resilience,
            network=self._settings.network,
            max_output_tokens=settings.max_output_tokens,
            direct=settings.kind == "local" and _loopback_port(settings) is not None,
        )

    def _embedded_provider(self) -> EmbeddedProvider:
        from roku_desktop.engine.providers.local import EmbeddedProvider

        if self._embedded is None:
            self._embedded = EmbeddedProvider(connect=self._embedded_wire)
        return self._embedded

    def _embedded_wire(self, settings: ProviderSettings, key: str | None) -> Provider:
        """Connect to the model's process, whose address only it knows, with the limits of the settings."""
        known = self._configured.get(EMBEDDED_PROVIDER)
        resilience = known.resilience if known else self._settings.llm.local_resilience
        return self._wire(msgspec.structs.replace(settings, resilience=resilience), key)

    def _retire(self, provider: LeasedProvider) -> None:
        """Build it anew at the next use: its settings changed, or its key was refused."""
        if self._built.get(provider.name) is provider:
            del self._built[provider.name]
        self._listed.pop(provider.name, None)
        provider.retire()
        self._retired = [*(old for old in self._retired if old.is_answering), provider]

    # Listing

    async def _discover(self) -> None:
        taken = {port for settings in self._configured.values() if (port := _loopback_port(settings))}
        servers = await self._discovery.servers(except_ports=taken)
        resilience = self._settings.llm.local_resilience
        self._found = {
            server.settings.name: msgspec.structs.replace(
                server, settings=msgspec.structs.replace(server.settings, resilience=resilience)
            )
            for server in servers
        }

    async def _status(self, name: str) -> ProviderStatus:
        """One that the settings name."""
        settings = self.settings_of(name)
        assert settings is not None
        source = "missing" if settings.kind == "local" else await self._credentials.source_of(name)
        key_missing = source == "missing" and settings.needs_key and settings.kind != "local"
        problem = _problem_of(settings)
        if key_missing and not problem:
            problem = await self._key_missing(name)
        return self._described(
            settings,
            origin="configured" if settings.configured else "builtin",
            key="not needed" if source == "missing" and not key_missing else source,
            problem=problem,
        )

    def _found_status(self, server: LocalServer) -> ProviderStatus:
        problem = (
            ""
            if server.models
            else said("{name} runs here, but no model is installed in it.", name=server.settings.name)
        )
        return self._described(server.settings, origin="discovered", key="not needed", problem=problem)

    def _embedded_status(self) -> ProviderStatus:
        from roku_desktop.engine.providers.model_process import installation_problem

        settings = self._configured.get(EMBEDDED_PROVIDER, _EMBEDDED)
        return self._described(settings, origin="embedded", key="not needed", problem=installation_problem())

    def _described(
        self, settings: ProviderSettings, *, origin: Origin, key: Key, problem: str
    ) -> ProviderStatus:
        pin = self._settings.llm.pin
        return ProviderStatus(
            name=settings.name,
            kind=settings.kind,
            base_url=settings.base_url,
            origin=origin,
            key=key,
            primary_model=settings.primary_model,
            fallback_models=settings.fallback_models,
            pinned=pin is not None and pin.provider == settings.name,
            usable=not problem,
            problem=problem,
        )


def _problem_of(settings: ProviderSettings) -> str:
    """Why this provider can't be asked, whatever its key."""
    if not settings.base_url:
        return said(
            "{name} was not found on this computer; start it, or set its base_url.", name=settings.name
        )
    return ""


def _loopback_port(settings: ProviderSettings) -> int | None:
    """The port of a server on this machine; None where it is elsewhere or its address makes no sense."""
    with contextlib.suppress(ValueError):
        url = urlsplit(settings.base_url)
        if url.hostname in _LOOPBACK:
            return url.port or 80
    return None
