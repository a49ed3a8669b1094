"""Which servers of models run on this machine: each is known by its answer, never by its port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest

from roku_desktop.engine.ports import Clock, ModelInfo, SystemClock
from roku_desktop.engine.providers.discovery import Discovery
from roku_desktop.engine.providers.local_servers import KINDS, ServerKind
from roku_desktop.engine.settings import LOCAL_RESILIENCE, ProviderSettings
from tests.support.clocks import HeldClock
from tests.support.fault_server import FaultServer, Gate, Repeat, Reply, Stall, json_reply

OLLAMA = {
    "/api/version": json_reply(200, {"version": "0.12.3"}),
    "/api/tags": json_reply(
        200,
        {
            "models": [
                {
                    "name": "qwen3:4b",
                    "model": "qwen3:4b",
                    "modified_at": "2026-01-02T03:04:05Z",
                    "size": 2497293931,
                    "digest": "359d7dd4bcda",
                    "details": {"family": "qwen3", "parameter_size": "4.0B"},
                    "capabilities": ["completion", "tools", "thinking"],
                },
                {"name": "gemma3:latest", "digest": "a2af6cc3eb7f"},
                {"name": "nomic-embed-text:latest", "digest": "0a109f422b47"},
                {"name": "bge-m3", "digest": "790764642607", "capabilities": ["embedding"]},
            ]
        },
    ),
}
LM_STUDIO = {
    "/api/v0/models": json_reply(
        200,
        {
            "object": "list",
            "data": [
                {
                    "id": "qwen2-vl-7b-instruct",
                    "object": "model",
                    "type": "vlm",
                    "publisher": "mlx-community",
                    "arch": "qwen2_vl",
                    "compatibility_type": "mlx",
                    "state": "not-loaded",
                    "max_context_length": 32768,
                },
                {
                    "id": "text-embedding-nomic-embed-text-v1.5",
                    "object": "model",
                    "type": "embeddings",
                    "compatibility_type": "gguf",
                    "max_context_length": 2048,
                },
            ],
        },
    )
}
LLAMA_CPP = {
    "/v1/models": json_reply(
        200,
        {
            "object": "list",
            "data": [
                {
                    "id": "phi-4",
                    "object": "model",
                    "owned_by": "llamacpp",
                    "meta": {"n_ctx": 8192, "n_ctx_train": 16384},
                }
            ],
        },
    )
}
VLLM = {
    "/v1/models": json_reply(
        200,
        {
            "object": "list",
            "data": [
                {
                    "id": "meta-llama/Llama-3.1-8B-Instruct",
                    "object": "model",
                    "owned_by": "vllm",
                    "max_model_len": 131072,
                }
            ],
        },
    )
}


def json_bytes(body: bytes) -> Reply:
    return Reply((body,), headers={"Content-Type": "application/json"})


def probe(name: str, port: int) -> ServerKind:
    usual = next(one for one in KINDS if one.name == name)
    return msgspec.structs.replace(usual, port=port)


def discovery(*kinds: ServerKind, clock: Clock | None = None, timeout_s: float = 20.0) -> Discovery:
    """Patient by default, so that a busy machine changes nothing."""
    return Discovery(clock=clock or SystemClock(), kinds=kinds, timeout_s=timeout_s)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@asynccontextmanager
async def server(routes: Mapping[str, Reply]) -> AsyncIterator[FaultServer]:
    async with FaultServer([], routes=routes) as running:
        yield running


async def test_every_kind_is_found_with_its_models():
    kinds = {"ollama": OLLAMA, "lmstudio": LM_STUDIO, "llamacpp": LLAMA_CPP, "vllm": VLLM}
    async with AsyncExitStack() as stack:
        running = {name: await stack.enter_async_context(server(routes)) for name, routes in kinds.items()}
        urls = {name: one.openai_url for name, one in running.items()}
        found = await discovery(*(probe(name, one.port) for name, one in running.items())).servers()

    assert [one.settings for one in found] == [
        ProviderSettings(
            name=name,
            kind="local",
            base_url=url,
            primary_model=model,
            needs_key=False,
            resilience=LOCAL_RESILIENCE,
        )
        for name, url, model in (
            ("ollama", urls["ollama"], "qwen3:4b"),
            ("lmstudio", urls["lmstudio"], "qwen2-vl-7b-instruct"),
            ("llamacpp", urls["llamacpp"], "phi-4"),
            ("vllm", urls["vllm"], "meta-llama/Llama-3.1-8B-Instruct"),
        )
    ]
    assert [one.models for one in found] == [
        (
            ModelInfo(model="qwen3:4b", provider="ollama", supports_tools=True, supports_images=False),
            ModelInfo(model="gemma3:latest", provider="ollama"),
        ),
        (
            ModelInfo(
                model="qwen2-vl-7b-instruct",
                provider="lmstudio",
                context_window_tokens=32768,
                supports_images=True,
            ),
        ),
        (ModelInfo(model="phi-4", provider="llamacpp", context_window_tokens=8192),),
        (ModelInfo(model="meta-llama/Llama-3.1-8B-Instruct", provider="vllm", context_window_tokens=131072),),
    ]


@pytest.mark.parametrize("name", ["ollama", "lmstudio", "llamacpp", "vllm"])
@pytest.mark.parametrize(
    "routes",
    [
        pytest.param({}, id="some web server with a list of models"),
        pytest.param({path: Reply((b"<html>hello</html>",)) for path in (*OLLAMA, "/v1/models")}, id="html"),
        pytest.param({path: json_reply(200, {}) for path in (*OLLAMA, *LM_STUDIO, "/v1/models")}, id="{}"),
        pytest.param({path: json_reply(401, {}) for path in (*OLLAMA, "/v1/models")}, id="wants a key"),
        pytest.param({"/v1/models": json_bytes(b'{"data": [{"id": "\xff\xfe"}]}')}, id="not utf-8"),
        pytest.param(
            {path: json_bytes(b"[" * 100_000) for path in (*OLLAMA, *LM_STUDIO, "/v1/models")}, id="nested"
        ),
        pytest.param({"/v1/models": Reply(raw=b"\x00\x01not http\r\n\r\n")}, id="not even http"),
        pytest.param(
            {path: Reply((Repeat(b"[" * 65536),)) for path in (*OLLAMA, *LM_STUDIO, "/v1/models")},
            id="endless",
        ),
    ],
)
async def test_a_stranger_on_a_usual_port_is_left_alone(name, routes):
    async with server(routes) as stranger:
        found = await discovery(probe(name, stranger.port)).servers()
    assert found == ()


async def test_a_server_on_another_ones_port_is_not_mistaken_for_it():
    async with server(VLLM) as vllm, server(LLAMA_CPP) as llamacpp:
        probes = [probe("llamacpp", vllm.port), probe("vllm", llamacpp.port)]
        assert await discovery(*probes).servers() == ()


async def test_a_silent_server_does_not_hide_the_others():
    async with server({path: Reply((Stall(),)) for path in OLLAMA}) as silent, server(VLLM) as vllm:
        probes = [
            probe("ollama", silent.port),
            probe("lmstudio", free_port()),
            probe("vllm", vllm.port),
        ]
        found = await discovery(*probes, timeout_s=1.0).servers()
    assert [one.settings.name for one in found] == ["vllm"]


async def test_an_ollama_without_models_is_found_and_offers_none():
    routes = {**OLLAMA, "/api/tags": json_reply(200, {"models": []})}
    async with server(routes) as ollama:
        (found,) = await discovery(probe("ollama", ollama.port)).servers()
    assert found.models == ()
    assert found.settings.primary_model == ""


async def test_ports_of_configured_servers_are_not_asked():
    async with server(VLLM) as vllm:
        search = discovery(probe("vllm", vllm.port))
        assert await search.servers(except_ports=[vllm.port]) == ()
        assert vllm.gets == []
        assert len(await search.servers()) == 1


async def test_what_was_found_is_remembered_for_ten_seconds():
    clock = HeldClock()
    async with server(VLLM) as vllm:
        search = discovery(probe("vllm", vllm.port), clock=clock)
        first, second = await asyncio.gather(search.servers(), search.servers())
        assert first == second
        assert len(vllm.gets) == 1
        clock.advance(9.9)
        await search.servers()
        assert len(vllm.gets) == 1
        clock.advance(0.2)
        await search.servers()
        assert len(vllm.gets) == 2


async def test_cancelling_the_search_leaves_it_usable():
    async with server({"/v1/models": Reply((Gate("answer"), *VLLM["/v1/models"].body))}) as vllm:
        search = discovery(probe("vllm", vllm.port))
        task = asyncio.create_task(search.servers())
        await vllm.reached("answer")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        vllm.open("answer")
        assert len(await search.servers()) == 1


# What servers tell of their models


def tags(*models: tuple[str, str]) -> Reply:
    return json_reply(200, {"models": [{"name": name, "digest": digest} for name, digest in models]})


SHOWN = {
    "parameters": 'temperature 0.7\nstop "<|im_end|>"',
    "capabilities": ["completion", "vision", "tools"],
    "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960, "qwen3.block_count": 36},
}


async def test_an_ollama_is_asked_what_each_model_can_do():
    routes = {**OLLAMA, "/api/tags": tags(("qwen3:4b", "d1")), "/api/show": json_reply(200, SHOWN)}
    async with server(routes) as ollama:
        (found,) = await discovery(probe("ollama", ollama.port)).servers()
        asked = [one.json() for one in ollama.gets if one.method == "POST"]
    assert asked == [{"model": "qwen3:4b"}]
    assert found.models == (
        ModelInfo(
            model="qwen3:4b",
            provider="ollama",
            context_window_tokens=40960,
            supports_tools=True,
            supports_images=True,
        ),
    )


@pytest.mark.parametrize(
    ("more", "window"),
    [
        ({"/api/show": json_reply(200, {**SHOWN, "parameters": "num_ctx   8192\nstop x"})}, 8192),
        (
            {
                "/api/show": json_reply(200, SHOWN),
                "/api/ps": json_reply(200, {"models": [{"digest": "d1", "context_length": 4096}]}),
            },
            4096,
        ),
        ({"/api/show": json_reply(200, {"model_info": {}})}, None),
        ({"/api/show": json_reply(200, {"model_info": {"x.context_length": "many"}})}, None),
        ({"/api/show": json_reply(500, {})}, None),
        ({"/api/show": Reply([b"<html>"])}, None),
    ],
    ids=["Modelfile", "loaded with less", "not told", "nonsense", "trouble", "web page"],
)
async def test_the_window_of_an_ollama_is_the_one_that_it_really_uses(more, window):
    routes = {**OLLAMA, "/api/tags": tags(("qwen3:4b", "d1")), **more}
    async with server(routes) as ollama:
        (found,) = await discovery(probe("ollama", ollama.port)).servers()
    assert found.models[0].context_window_tokens == window


async def test_models_that_only_embed_are_not_offered():
    shown = json_reply(200, {"capabilities": ["embedding"]})
    async with server({**OLLAMA, "/api/tags": tags(("bge-m3", "d1")), "/api/show": shown}) as ollama:
        (found,) = await discovery(probe("ollama", ollama.port)).servers()
    assert found.models == ()


async def test_what_an_ollama_said_of_a_model_is_remembered_until_the_model_changes():
    clock = HeldClock()
    routes = {**OLLAMA, "/api/tags": tags(("qwen3:4b", "d1")), "/api/show": json_reply(200, SHOWN)}
    async with server(routes) as ollama:
        search = discovery(probe("ollama", ollama.port), clock=clock)
        await search.servers()
        clock.advance(60)
        (found,) = await search.servers()
        assert len([one for one in ollama.gets if one.method == "POST"]) == 1
        assert found.models[0].context_window_tokens == 40960


async def test_an_ollama_that_is_slow_to_tell_details_is_still_found():
    routes = {**OLLAMA, "/api/show": Reply((Stall(),)), "/api/ps": Reply((Stall(),))}
    async with server(routes) as ollama:
        (found,) = await discovery(probe("ollama", ollama.port), timeout_s=2.0).servers()
    assert [one.model for one in found.models] == ["qwen3:4b", "gemma3:latest"]


async def test_a_llamacpp_tells_its_slot_its_eyes_and_its_template():
    props = {
        "default_generation_settings": {"n_ctx": 4096, "params": {}},
        "total_slots": 2,
        "modalities": {"vision": True, "audio": False},
        "chat_template_caps": {"supports_tools": True},
    }
    async with server({**LLAMA_CPP, "/props": json_reply(200, props)}) as llamacpp:
        (found,) = await discovery(probe("llamacpp", llamacpp.port)).servers()
    assert found.models == (
        ModelInfo(
            model="phi-4",
            provider="llamacpp",
            context_window_tokens=4096,
            supports_tools=True,
            supports_images=True,
        ),
    )


async def test_a_loaded_model_of_lmstudio_has_the_window_it_was_loaded_with():
    model = {
        "id": "qwen3",
        "type": "llm",
        "compatibility_type": "gguf",
        "state": "loaded",
        "max_context_length": 131072,
        "loaded_context_length": 4096,
        "capabilities": ["tool_use"],
    }
    async with server({"/api/v0/models": json_reply(200, {"data": [model]})}) as lmstudio:
        (found,) = await discovery(probe("lmstudio", lmstudio.port)).servers()
    assert (found.models[0].context_window_tokens, found.models[0].supports_tools) == (4096, True)


@pytest.mark.parametrize("suffix", ["/v1", "/v1/", ""])
async def test_a_local_server_at_an_address_of_ones_own_tells_as_much(suffix):
    routes = {**OLLAMA, "/api/tags": tags(("qwen3:4b", "d1")), "/api/show": json_reply(200, SHOWN)}
    async with server(routes) as ollama:
        models = await discovery(*KINDS).models_at("mybox", ollama.url + suffix)
    assert models is not None
    assert [(one.provider, one.context_window_tokens) for one in models] == [("mybox", 40960)]


async def test_an_address_that_is_none_of_the_kinds_is_said_to_be_none():
    async with server({}) as stranger:
        assert await discovery(*KINDS).models_at("mybox", stranger.openai_url) is None
    assert await discovery(*KINDS).models_at("mybox", f"http://127.0.0.1:{free_port()}/v1") is None
    assert await discovery(*KINDS).models_at("mybox", "http://[::1/v1") is None
    assert await discovery(*KINDS).models_at("mybox", "https://mybox.example/v1") is None
