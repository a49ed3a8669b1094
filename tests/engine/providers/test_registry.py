"""All providers that can be asked: which class speaks to whom, with which key, and until when."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from roku_desktop.engine.errors import AuthenticationFailed, NoEligibleModel, ServerError
from roku_desktop.engine.messages import UserMessage
from roku_desktop.engine.ports import (
    Answer,
    ChatRequest,
    ModelInfo,
    Provider,
    ProviderItem,
    SystemPrompt,
    TextChunk,
)
from roku_desktop.engine.providers.local_servers import KINDS
from roku_desktop.engine.providers.registry import LISTED_S
from roku_desktop.engine.settings import (
    EMBEDDED_MODEL,
    EMBEDDED_PROVIDER,
    LOCAL_RESILIENCE,
    NetworkSettings,
    Pin,
    ProviderSettings,
)
from tests.support.clocks import HeldClock
from tests.support.fault_server import (
    FaultServer,
    Gate,
    Reply,
    anthropic_error,
    anthropic_stream,
    json_reply,
    openai_stream,
    responses_stream,
)
from tests.support.registries import Keys, claude, engine_settings, mylab, probe, registry


async def ask(provider: Provider) -> list[ProviderItem]:
    async with aclosing(provider.stream(request())) as items:
        return [item async for item in items]


def request() -> ChatRequest:
    return ChatRequest(model="m", system=SystemPrompt(stable="s"), messages=(UserMessage(text="hello"),))


def shown(items: list[ProviderItem]) -> str:
    assert isinstance(items[-1], Answer)
    return "".join(item.text for item in items if isinstance(item, TextChunk))


VLLM_MODELS = json_reply(
    200, {"object": "list", "data": [{"id": "phi-4", "owned_by": "vllm", "max_model_len": 16384}]}
)


# Kinds and keys


async def test_an_openai_compatible_provider_is_asked_with_its_key():
    async with FaultServer([Reply(openai_stream(["Hi"]))]) as server:
        providers = registry(mylab(server), keys=Keys(mylab="sk-lab"))
        assert shown(await ask(await providers.provider("mylab"))) == "Hi"
        await providers.aclose()
    assert server.requests[0].path == "/v1/chat/completions"
    assert server.requests[0].headers["authorization"] == "Bearer sk-lab"


async def test_an_anthropic_provider_is_asked_with_its_key():
    async with FaultServer([Reply(anthropic_stream(["Hi"]))]) as server:
        providers = registry(claude(server), keys=Keys(anthropic="sk-ant"))
        assert shown(await ask(await providers.provider("anthropic"))) == "Hi"
        await providers.aclose()
    assert server.requests[0].path == "/v1/messages"
    assert server.requests[0].headers["x-api-key"] == "sk-ant"


async def test_a_provider_that_needs_no_key_is_asked_without_one():
    async with FaultServer([Reply(openai_stream(["Hi"]))]) as server:
        providers = registry(mylab(server))
        await ask(await providers.provider("mylab"))
        await providers.aclose()
    assert "authorization" not in server.requests[0].headers


async def test_a_locked_keyring_does_not_stop_a_provider_that_needs_no_key():
    async with FaultServer([Reply(openai_stream(["Hi"]))]) as server:
        providers = registry(mylab(server), keys=Keys(locked=True))
        assert shown(await ask(await providers.provider("mylab"))) == "Hi"
        await providers.aclose()


async def test_a_local_server_is_never_sent_a_key():
    async with FaultServer([Reply(openai_stream(["Hi"]))]) as server:
        local = mylab(server, kind="local")
        providers = registry(local, keys=Keys(mylab="sk-lab"))
        await ask(await providers.provider("mylab"))
        await providers.aclose()
    assert "authorization" not in server.requests[0].headers


async def test_a_missing_key_is_named_with_the_variable_to_set():
    openai = ProviderSettings(name="openai", kind="openai-chat", base_url="https://api.openai.com/v1")
    providers = registry(openai)
    with pytest.raises(AuthenticationFailed) as caught:
        await providers.provider("openai")
    assert str(caught.value) == "openai needs an API key. Set the variable ROKU_OPENAI_API_KEY."
    assert caught.value.provider == "openai"


async def test_a_needed_key_that_cannot_be_read_says_why():
    openai = ProviderSettings(name="openai", kind="openai-chat", base_url="https://api.openai.com/v1")
    with pytest.raises(AuthenticationFailed, match="can't be read: The keyring is locked"):
        await registry(openai, keys=Keys(locked=True)).provider("openai")


async def test_a_key_that_was_refused_is_read_anew():
    keys = Keys(anthropic="old")
    refusal = anthropic_error(401, "authentication_error", "invalid x-api-key")
    async with FaultServer([refusal, Reply(anthropic_stream(["Hi"]))]) as server:
        providers = registry(claude(server), keys=keys)
        with pytest.raises(AuthenticationFailed):
            await ask(await providers.provider("anthropic"))
        keys.keys["anthropic"] = "new"
        assert shown(await ask(await providers.provider("anthropic"))) == "Hi"
        await providers.aclose()
    assert [one.headers["x-api-key"] for one in server.requests] == ["old", "new"]


async def test_openai_responses_is_spoken():
    async with FaultServer([Reply(responses_stream(["Hi"]))]) as server:
        providers = registry(mylab(server, kind="openai-responses"))
        assert shown(await ask(await providers.provider("mylab"))) == "Hi"
        await providers.aclose()
    assert server.requests[0].path == "/v1/responses"


async def test_an_unknown_name_is_no_eligible_model():
    with pytest.raises(NoEligibleModel, match="no provider called nobody"):
        await registry().provider("nobody")
    with pytest.raises(NoEligibleModel):
        await registry().models("nobody")


async def test_one_client_serves_all_that_ask_at_once():
    async with FaultServer([]) as server:
        providers = registry(mylab(server))
        first, second = await asyncio.gather(providers.provider("mylab"), providers.provider("mylab"))
        assert first is second
        await providers.aclose()


# Servers found on this machine


async def test_a_server_that_was_found_can_be_asked_by_its_name():
    reply = Reply(openai_stream(["Hi"]))
    async with FaultServer([reply], routes={"/v1/models": VLLM_MODELS}) as server:
        providers = registry(probes=(probe(server),))
        assert await providers.models("vllm") == [
            ModelInfo(model="phi-4", provider="vllm", context_window_tokens=16384)
        ]
        assert shown(await ask(await providers.provider("vllm"))) == "Hi"
        settings = providers.settings_of("vllm")
        assert settings is not None
        assert settings.kind == "local"
        assert settings.resilience == LOCAL_RESILIENCE
        await providers.aclose()


async def test_a_local_provider_without_an_address_is_looked_for():
    mine = ProviderSettings(name="vllm", kind="local", configured=True)
    reply = Reply(openai_stream(["Hi"]))
    async with FaultServer([reply], routes={"/v1/models": VLLM_MODELS}) as server:
        providers = registry(mine, probes=(probe(server),))
        assert shown(await ask(await providers.provider("vllm"))) == "Hi"
        (status, _embedded) = await providers.statuses()
        assert (status.origin, status.base_url, status.usable) == ("configured", server.openai_url, True)
        await providers.aclose()
    with pytest.raises(NoEligibleModel, match="vllm was not found on this computer"):
        await registry(mine).provider("vllm")


async def test_a_configured_server_is_not_listed_a_second_time_as_found():
    async with FaultServer([], routes={"/v1/models": VLLM_MODELS}) as server:
        providers = registry(mylab(server), probes=(probe(server),))
        assert [one.name for one in await providers.statuses()] == ["mylab", EMBEDDED_PROVIDER]
        assert server.gets == []


# Lists


async def test_statuses_say_what_can_be_asked_and_what_is_missing():
    openai = ProviderSettings(
        name="openai", kind="openai-chat", base_url="https://api.openai.com/v1", primary_model="gpt-5.4"
    )
    later = ProviderSettings(
        name="later", kind="openai-responses", base_url="http://127.0.0.1:9/v1", needs_key=False
    )
    nothing_installed = {
        "/api/version": json_reply(200, {"version": "0.12.3"}),
        "/api/tags": json_reply(200, {"models": []}),
    }
    async with FaultServer([]) as lab, FaultServer([], routes=nothing_installed) as ollama:
        pin = Pin(provider="mylab", source="runtime.toml:3")
        providers = registry(
            mylab(lab), openai, later, keys=Keys(mylab="sk"), probes=(probe(ollama, "ollama"),), pin=pin
        )
        listed = {one.name: one for one in await providers.statuses()}
        without_search = [one.name for one in await providers.statuses(discover=False)]

    assert list(listed) == ["mylab", "openai", "later", "ollama", EMBEDDED_PROVIDER]
    assert without_search == ["mylab", "openai", "later", EMBEDDED_PROVIDER]
    facts = {name: (one.origin, one.key, one.usable, one.pinned) for name, one in listed.items()}
    assert facts == {
        "mylab": ("configured", "environment", True, True),
        "openai": ("builtin", "missing", False, False),
        "later": ("builtin", "not needed", True, False),
        "ollama": ("discovered", "not needed", False, False),
        EMBEDDED_PROVIDER: ("embedded", "not needed", True, False),
    }
    assert "ROKU_OPENAI_API_KEY" in listed["openai"].problem
    assert "no model is installed" in listed["ollama"].problem
    assert listed["openai"].primary_model == "gpt-5.4"
    assert listed[EMBEDDED_PROVIDER].primary_model == EMBEDDED_MODEL


async def test_a_locked_keyring_leaves_the_key_unknown_and_the_provider_usable():
    openai = ProviderSettings(name="openai", kind="openai-chat", base_url="https://api.openai.com/v1")
    (status, _embedded) = await registry(openai, keys=Keys(locked=True)).statuses()
    assert (status.key, status.usable) == ("unknown", True)


async def test_models_are_what_the_server_lists():
    async with FaultServer([]) as server:
        providers = registry(mylab(server))
        assert [one.model for one in await providers.models("mylab")] == ["test-model"]
        await providers.aclose()


async def test_a_list_is_remembered_for_a_minute_and_until_the_settings_change():
    clock = HeldClock()
    async with FaultServer([]) as server:
        providers = registry(mylab(server), clock=clock)
        await providers.models("mylab")
        await providers.models("mylab")
        assert len(server.gets) == 1
        clock.advance(LISTED_S)
        await providers.models("mylab")
        assert len(server.gets) == 2
        await providers.reconfigure(engine_settings(mylab(server)))
        await providers.models("mylab")
        assert len(server.gets) == 3
        await providers.aclose()


async def test_asked_anew_it_is_asked_at_once_and_with_the_key_as_it_is_now():
    keys = Keys(mylab="old")
    async with FaultServer([]) as server:
        providers = registry(mylab(server), keys=keys)
        await providers.models("mylab")
        keys.keys["mylab"] = "new"
        assert await providers.models("mylab", anew=True)
        await providers.aclose()
    assert [request.headers["authorization"] for request in server.gets] == ["Bearer old", "Bearer new"]


async def test_a_list_that_could_not_be_had_is_asked_for_again():
    broken = {"/v1/models": json_reply(500, {})}
    async with FaultServer([], routes=broken) as server:
        providers = registry(mylab(server))
        for _ in range(2):
            with pytest.raises(ServerError):
                await providers.models("mylab")
        assert len(server.gets) == 2
        await providers.aclose()


async def test_a_configured_local_server_is_asked_in_its_own_way():
    routes = {
        "/api/version": json_reply(200, {"version": "0.12.3"}),
        "/api/tags": json_reply(200, {"models": [{"name": "qwen3:4b", "digest": "d1"}]}),
        "/api/show": json_reply(200, {"capabilities": ["completion", "tools"]}),
    }
    async with FaultServer([], routes=routes) as server:
        providers = registry(mylab(server, kind="local"), probes=KINDS)
        (model,) = await providers.models("mylab")
        await providers.aclose()
    assert (model.model, model.provider, model.supports_tools) == ("qwen3:4b", "mylab", True)


async def test_a_local_server_of_no_known_kind_lists_its_models_as_openai_does():
    async with FaultServer([]) as server:
        providers = registry(mylab(server, kind="local"), probes=KINDS)
        assert [one.model for one in await providers.models("mylab")] == ["test-model"]
        await providers.aclose()


async def test_a_server_without_a_list_offers_the_models_of_its_settings():
    missing = {"/v1/models": json_reply(404, {"error": {"message": "not found"}})}
    async with FaultServer([], routes=missing) as server:
        providers = registry(mylab(server, fallback_models=("qwen2.5",)))
        assert [one.model for one in await providers.models("mylab")] == ["qwen3", "qwen2.5"]
        await providers.aclose()


async def test_a_server_in_trouble_is_not_passed_over():
    broken = {"/v1/models": json_reply(500, {"error": {"message": "oops"}})}
    async with FaultServer([], routes=broken) as server:
        providers = registry(mylab(server))
        with pytest.raises(ServerError):
            await providers.models("mylab")
        await providers.aclose()


async def test_the_embedded_model_is_listed_without_being_started():
    providers = registry()
    (model,) = await providers.models(EMBEDDED_PROVIDER)
    assert (model.model, model.supports_tools) == (EMBEDDED_MODEL, False)
    await providers.aclose()


# Change and end


async def test_new_settings_hold_for_the_next_request_and_spare_the_running_one():
    held = Reply((openai_stream(["old"])[0], Gate("go"), *openai_stream(["old"])[1:]))
    async with FaultServer([held]) as before, FaultServer([Reply(openai_stream(["new"]))]) as after:
        providers = registry(mylab(before))
        running = asyncio.create_task(ask(await providers.provider("mylab")))
        await before.reached("go")
        await providers.reconfigure(engine_settings(mylab(after)))
        assert shown(await ask(await providers.provider("mylab"))) == "new"
        before.open("go")
        assert shown(await running) == "old"
        await providers.aclose()


async def test_a_turn_that_holds_a_replaced_provider_may_go_on_asking():
    async with FaultServer([Reply(openai_stream(["old"]))]) as before, FaultServer([]) as after:
        providers = registry(mylab(before))
        held = await providers.provider("mylab")
        await providers.reconfigure(engine_settings(mylab(after)))
        assert shown(await ask(held)) == "old"
        await providers.aclose()


async def test_what_did_not_change_keeps_its_client():
    async with FaultServer([]) as server:
        providers = registry(mylab(server))
        before = await providers.provider("mylab")
        embedded = await providers.provider(EMBEDDED_PROVIDER)
        other = ProviderSettings(name="other", kind="openai-chat", base_url="http://127.0.0.1:9/v1")
        await providers.reconfigure(engine_settings(mylab(server), other))
        assert await providers.provider("mylab") is before
        await providers.reconfigure(
            engine_settings(mylab(server), network=NetworkSettings(proxy="http://127.0.0.1:9"))
        )
        assert await providers.provider("mylab") is not before
        assert await providers.provider(EMBEDDED_PROVIDER) is embedded
        await providers.aclose()


async def test_a_provider_that_was_removed_is_unknown():
    async with FaultServer([]) as server:
        providers = registry(mylab(server))
        await providers.provider("mylab")
        await providers.reconfigure(engine_settings())
        with pytest.raises(NoEligibleModel):
            await providers.provider("mylab")
        await providers.aclose()


async def test_closing_ends_the_connections():
    async with FaultServer([Reply(openai_stream(["a"]), framing="length")]) as server:
        providers = registry(mylab(server))
        provider = await providers.provider("mylab")
        await ask(provider)
        await ask(provider)
        assert server.requests[0].connection == server.requests[1].connection
        await providers.aclose()
        await ask(provider)
        assert server.requests[2].connection != server.requests[1].connection
        await provider.aclose()
