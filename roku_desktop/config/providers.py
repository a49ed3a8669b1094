"""Providers and the pin: built-in vendors, the person's own services, and what must fit together.

Owns the rules about names, addresses and keys of providers. Called by `config.build`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from roku_desktop.config.decode import Value
from roku_desktop.config.entries import Entry, shown
from roku_desktop.config.schema import VENDORS, Vendor, dotted, name_in_variable
from roku_desktop.engine import settings as engine

_NAME = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
_MAX_NAME_CHARS = 64
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def build_providers(
    values: Mapping[tuple[str, ...], Value],
    entries: Mapping[tuple[str, ...], Entry],
    mentions: Mapping[str, Entry],
    *,
    hosted: engine.Resilience,
    local: engine.Resilience,
) -> dict[str, engine.ProviderSettings]:
    """Return the named providers in the order they were named, then the built-in ones, embedded last.

    `hosted` and `local` are what holds for all services elsewhere, and for all on this computer.
    Raises `ConfigurationError` for names and tables that can't work.
    """
    _check_names(mentions)
    named_otherwise = _named_by_pin(values)
    order = [name for name in mentions if name != engine.EMBEDDED_PROVIDER]
    order += [name for name in VENDORS if name not in order]
    return {
        name: _provider(
            name,
            values,
            entries,
            mentions.get(name),
            hosted=hosted,
            local=local,
            is_named=name in mentions or name in named_otherwise,
        )
        for name in order
    }


def build_pin(
    values: Mapping[tuple[str, ...], Value],
    entries: Mapping[tuple[str, ...], Entry],
    providers: Mapping[str, engine.ProviderSettings],
) -> engine.Pin | None:
    """Return the pin with where it stands. Raises `ConfigurationError` for a name nobody configured."""
    failover = values.get(("llm", "pin", "failover"), ())
    assert isinstance(failover, tuple)
    for index, name in enumerate(failover):
        _require_known(name, entries["llm", "pin", "failover"], providers, element=index)
    pinned = values.get(("llm", "provider"))
    if not pinned:
        return None
    entry = entries["llm", "provider"]
    _require_known(str(pinned), entry, providers)
    if pinned in failover:
        raise entries["llm", "pin", "failover"].refusal(
            f"{pinned} is pinned and can't be its own failover: remove it from the list.",
            element=failover.index(str(pinned)),
        )
    may_stand_in = tuple(name for name in failover if providers[name].risk_tier != "denied")
    return engine.Pin(provider=str(pinned), source=entry.where, failover=may_stand_in)


def warnings_about(settings: engine.LlmSettings, entries: Mapping[tuple[str, ...], Entry]) -> list[str]:
    """Return sentences about settings that are allowed but unlikely to be meant."""
    found = []
    failover = entries.get(("llm", "pin", "failover"))
    if failover and settings.pin is None:
        found.append(f"{failover.where}: failover has no effect, because no provider is pinned.")
    for name, provider in settings.providers.items():
        if failover and provider.risk_tier == "denied" and name in _names_in(failover.value):
            found.append(
                f"{failover.where}: {name} can't stand in for others, because its risk_tier is denied."
            )
        entry = entries.get(("llm", "providers", name, "base_url"))
        if entry and (advice := _address_advice(provider)):
            found.append(f"{entry.where}: {dotted(entry.path)} {advice}")
    return found


def _names_in(value: object) -> Collection[str]:
    """The names of a list, which from the environment is text."""
    return value if isinstance(value, list | tuple) else _NAME.findall(str(value))


def _named_by_pin(values: Mapping[tuple[str, ...], Value]) -> set[str]:
    pinned = values.get(("llm", "provider"))
    if not pinned:
        return set()  # then the failover has no effect either
    failover = values.get(("llm", "pin", "failover"), ())
    assert isinstance(failover, tuple)
    return {str(pinned), *failover}


def _check_names(mentions: Mapping[str, Entry]) -> None:
    variables: dict[str, str] = {}
    for name, entry in mentions.items():
        if not _NAME.fullmatch(name) or len(name) > _MAX_NAME_CHARS:
            raise entry.refusal(
                f"{shown(name)} can't be a provider's name: use letters and digits, with . - _ between."
            )
        twin = variables.setdefault(name_in_variable(name), name)
        if twin != name:
            variable = f"ROKU_{name_in_variable(name)}_API_KEY"
            raise entry.refusal(
                f"the providers {twin} and {name} would share one key, {variable}: rename one of them."
            )


def _provider(
    name: str,
    values: Mapping[tuple[str, ...], Value],
    entries: Mapping[tuple[str, ...], Entry],
    mention: Entry | None,
    *,
    hosted: engine.Resilience,
    local: engine.Resilience,
    is_named: bool,
) -> engine.ProviderSettings:
    table = ("llm", "providers", name)
    given: dict[str, Any] = {path[-1]: value for path, value in values.items() if path[:-1] == table}
    overrides: dict[str, Any] = {
        path[-1]: value for path, value in values.items() if path[:-1] == (*table, "resilience")
    }
    vendor = VENDORS.get(name)
    base = vendor or Vendor(kind="openai-chat")
    # An empty address or model counts as not given.
    given = {key: value for key, value in given.items() if value != ""}
    base_url = given.pop("base_url", base.base_url)
    kind = given.pop("kind", base.kind)
    is_local = kind == "local" or _is_on_this_computer(base_url)
    settings = engine.ProviderSettings(
        name=name,
        kind=kind,
        base_url=base_url,
        primary_model=given.pop("primary_model", base.primary_model),
        needs_key=bool(vendor and vendor.base_url) and base_url.rstrip("/") == base.base_url,
        configured=is_named,
        resilience=msgspec.structs.replace(local if is_local else hosted, **overrides),
        **given,
    )
    if mention is not None:
        _check_address(settings, mention, entries)
    return settings


def _check_address(
    settings: engine.ProviderSettings, mention: Entry, entries: Mapping[tuple[str, ...], Entry]
) -> None:
    table = ("llm", "providers", settings.name)
    if settings.name == engine.EMBEDDED_PROVIDER:
        for key in ("kind", "base_url"):
            entry = entries.get((*table, key))
            if entry and getattr(settings, key) not in ("", "local"):
                raise entry.refusal(
                    f"{dotted((*table, key))} can't be set, because the embedded model runs inside the "
                    "program: describe another service under [runtime.llm.providers.NAME]."
                )
    elif not settings.base_url and settings.kind != "local":
        raise mention.refusal(
            f"the provider {settings.name} has no base_url: add it to [{dotted(table)}], for instance "
            'base_url = "http://127.0.0.1:9000/v1".'
        )


def _require_known(
    name: str, entry: Entry, providers: Mapping[str, engine.ProviderSettings], *, element: int | None = None
) -> None:
    if name in providers:
        return
    raise entry.refusal(
        f"no provider is called {shown(name)}; there are {', '.join(sorted(providers))}.", element=element
    )


def _is_on_this_computer(base_url: str) -> bool:
    with contextlib.suppress(ValueError):  # unbalanced brackets
        return urlsplit(base_url).hostname in _LOOPBACK
    return False


def _address_advice(provider: engine.ProviderSettings) -> str:
    address = provider.base_url.rstrip("/")
    if provider.kind == "anthropic" and address.endswith(("/v1", "/messages")):
        return "ends too late for the kind anthropic: the program adds /v1/messages itself."
    if provider.kind.startswith("openai") and address.endswith(("/completions", "/responses")):
        return "ends too late: the program adds /chat/completions or /responses itself."
    return ""
