"""`providers` and `models`: what can answer, what keeps the others from it, and what they offer.

With `--test` or `--reset` a person sees to one provider.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Final

import msgspec

from roku_desktop.cli import breakers as breaker
from roku_desktop.cli import exits
from roku_desktop.cli.failures import exit_code, sentence
from roku_desktop.cli.output import one_line, print_json, say, table
from roku_desktop.cli.place import configuration_of, home_of, show_log
from roku_desktop.engine import BreakerState, Engine, ModelInfo, Pin, ProviderStatus
from roku_desktop.engine.errors import ConfigurationError, NoEligibleModel, RokuError, Timeout

_LIST_TIMEOUT_S: Final = 15.0
"""For one provider's list of models: a person waits, and the others are shown only with it."""


def list_all(arguments: argparse.Namespace) -> int:
    """Print every provider with its key's source, the pin, and what is wrong with it; or see to one."""
    if arguments.reset and arguments.test:
        raise ConfigurationError("Give either --test or --reset, one after the other.")
    if arguments.reset:
        return asyncio.run(_reset(arguments))
    return asyncio.run(_test(arguments) if arguments.test else _list(arguments))


async def _list(arguments: argparse.Namespace) -> int:
    from roku_desktop.app import open_engine

    show_log(arguments)
    home = home_of(arguments)
    configuration = configuration_of(arguments, home)
    async with open_engine(home, configuration) as engine:
        statuses = await engine.providers(discover=not arguments.offline)
        answering = await engine.current_model()
        breakers = await engine.breakers()
    now = time.time()
    pin = configuration.settings.llm.pin
    if arguments.json:
        documents = [
            msgspec.structs.asdict(status)
            | {"breaker": breaker.document(breakers.get(status.name, breaker.CLOSED), now)}
            for status in statuses
        ]
        print_json({"providers": documents, "pin": pin, "default": answering})
        return exits.DONE
    rows = [
        (
            status.name + (" *" if status.name == answering.provider else ""),
            status.kind,
            status.primary_model or "–",
            status.origin,
            status.key,
            _state(status, breakers.get(status.name, breaker.CLOSED), now),
        )
        for status in statuses
    ]
    print(table(("NAME", "KIND", "MODEL", "ORIGIN", "KEY", "STATE"), rows, flexible=2))
    _explain(statuses, pin)
    for status in statuses:
        if (state := breakers.get(status.name)) and (standing := breaker.words(state, now)):
            print(
                f"{status.name} is {standing}; {breaker.last_failure(state)}. "
                f"`roku-desktop providers --reset {status.name}` asks it again at once."
            )
    return exits.DONE


def _state(status: ProviderStatus, state: BreakerState, now: float) -> str:
    if not status.usable:
        return "not usable"
    return breaker.words(state, now) or "usable"


async def _reset(arguments: argparse.Namespace) -> int:
    """Let a provider that was left alone be asked again."""
    from roku_desktop.app import open_engine

    show_log(arguments)
    home, name = home_of(arguments), arguments.reset
    async with open_engine(home, configuration_of(arguments, home)) as engine:
        await breaker.require_known(engine, name, discover=not arguments.offline)
        await engine.reset_breaker(name)
        state = (await engine.breakers())[name]
    if arguments.json:
        print_json({"provider": name, "breaker": breaker.document(state, time.time())})
    else:
        print(f"{name} is asked again with the next question.")
    return exits.DONE


async def _test(arguments: argparse.Namespace) -> int:
    """Ask a provider for its models, which needs its address and its key and costs nothing."""
    from roku_desktop.app import open_engine

    show_log(arguments)
    home, name = home_of(arguments), arguments.test
    async with open_engine(home, configuration_of(arguments, home)) as engine:
        await breaker.require_known(engine, name, discover=not arguments.offline)
        began_at_s = time.monotonic()
        answer = await models_of(engine, name)
        elapsed_s = time.monotonic() - began_at_s
    if isinstance(answer, RokuError):
        raise answer
    if arguments.json:
        print_json({"provider": name, "ok": True, "models": len(answer), "elapsed_s": elapsed_s})
    else:
        many = "1 model" if len(answer) == 1 else f"{len(answer)} models"
        print(f"{name} answers in {elapsed_s * 1000:.0f} ms and lists {many}.")
    return exits.DONE


def _explain(statuses: list[ProviderStatus], pin: Pin | None) -> None:
    print("\n* answers unless another one is asked for. `roku-desktop keys set NAME` keeps a missing key.")
    if pin is not None:
        failover = ", ".join(pin.failover) or "none"
        print(f"Pinned to {pin.provider} by {pin.source}; the system may fail over to: {failover}.")
    for status in statuses:
        key_alone_is_missing = status.origin == "builtin" and status.key == "missing"
        if status.problem and not key_alone_is_missing:
            print(f"{status.name}: {one_line(status.problem)}")


def list_models(arguments: argparse.Namespace) -> int:
    """Print the models of all usable providers, or of one. A provider that can't be reached is one line."""
    return asyncio.run(_list_models(arguments))


async def _list_models(arguments: argparse.Namespace) -> int:
    from roku_desktop.app import open_engine

    show_log(arguments)
    home = home_of(arguments)
    async with open_engine(home, configuration_of(arguments, home)) as engine:
        names = [arguments.provider] if arguments.provider else await _usable(engine)
        answers = await asyncio.gather(*(models_of(engine, name) for name in names))
    failed = [answer for answer in answers if isinstance(answer, RokuError)]
    models = [model for answer in answers if not isinstance(answer, RokuError) for model in answer]
    if arguments.provider and failed:
        raise failed[0]
    if len(failed) < len(answers):
        _print_models(models, as_json=arguments.json)
    for name, answer in zip(names, answers, strict=True):
        if isinstance(answer, RokuError):
            say(f"{name}: {sentence(answer.failure())}")
    return (
        exits.DONE
        if len(failed) < len(answers)
        else exit_code(type(failed[0]) if failed else NoEligibleModel)
    )


async def _usable(engine: Engine) -> list[str]:
    return [status.name for status in await engine.providers() if status.usable]


async def models_of(engine: Engine, name: str) -> list[ModelInfo] | RokuError:
    """Ask one provider; what keeps it from answering is returned, so that the others are heard."""
    try:
        async with asyncio.timeout(_LIST_TIMEOUT_S):
            return await engine.models(name)
    except TimeoutError:
        return Timeout(f"{name} did not list its models within {_LIST_TIMEOUT_S:g} s.", provider=name)
    except RokuError as error:
        return error


def _print_models(models: list[ModelInfo], *, as_json: bool) -> None:
    if as_json:
        print_json({"models": models})
        return
    rows = [
        (
            model.provider,
            model.model,
            f"{model.context_window_tokens:,}" if model.context_window_tokens else "–",
            _yes_or_no(model.supports_tools),
            _yes_or_no(model.supports_images),
        )
        for model in models
    ]
    print(table(("PROVIDER", "MODEL", "WINDOW", "TOOLS", "IMAGES"), rows, flexible=1))


def _yes_or_no(answer: bool | None) -> str:
    return "–" if answer is None else "yes" if answer else "no"
