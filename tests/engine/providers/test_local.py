"""The embedded model as a provider: what it is sent, what it says when it can't, and its real self."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
import pytest

from roku_desktop.engine.errors import (
    ConnectionFailed,
    ContextWindowExceeded,
    Fatal,
    InvalidRequest,
    NoEligibleModel,
    StreamInterrupted,
)
from roku_desktop.engine.messages import (
    AssistantMessage,
    ImageRef,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from roku_desktop.engine.ports import (
    Answer,
    ChatRequest,
    Provider,
    ProviderItem,
    RequestOnWire,
    SystemPrompt,
    TextChunk,
    ToolSpec,
)
from roku_desktop.engine.providers.local import EmbeddedProvider
from roku_desktop.engine.providers.openai_chat import OpenAIChatProvider
from roku_desktop.engine.settings import EMBEDDED_MODEL, EMBEDDED_PROVIDER, ProviderSettings
from tests.support.fault_server import Cut, FaultServer, Reply, openai_error, openai_stream

PROJECT = Path(__file__).parents[3]

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="uses a named pipe or a signal of Unix")


def connect(settings: ProviderSettings, key: str) -> Provider:
    return OpenAIChatProvider(name=settings.name, base_url=settings.base_url, api_key=key, direct=True)


@asynccontextmanager
async def embedded(command: Sequence[str] | None = None) -> AsyncIterator[EmbeddedProvider]:
    provider = EmbeddedProvider(connect=connect, command=command)
    try:
        yield provider
    finally:
        await provider.aclose()


def child(code: str) -> list[str]:
    """A stand-in for the child process; `report` writes what the real one would."""
    prelude = """
        import os, sys
        def report(text):
            os.write(1, text.encode() + b"\\n")
        def until_hung_up():
            while os.read(0, 1024):
                pass
        """
    return [sys.executable, "-c", textwrap.dedent(prelude) + textwrap.dedent(code)]


def child_at(server: FaultServer) -> list[str]:
    return child(f"""report('{{"address": "{server.url}"}}'); until_hung_up()""")


def request(
    *messages: Message, model: str = EMBEDDED_MODEL, max_output_tokens: int | None = None
) -> ChatRequest:
    return ChatRequest(
        model=model,
        system=SystemPrompt(stable="You have tools.", changing="It is Monday."),
        messages=messages or (UserMessage(text="Say hello."),),
        tools=(ToolSpec(name="Read", description="Reads.", schema=b"{}"),),
        max_output_tokens=max_output_tokens,
    )


async def ask(provider: Provider, asked: ChatRequest | None = None) -> list[ProviderItem]:
    async with aclosing(provider.stream(asked or request())) as items:
        return await collected(items)


async def collected(items: AsyncIterator[ProviderItem]) -> list[ProviderItem]:
    return [item async for item in items]


def answer(items: list[ProviderItem]) -> AssistantMessage:
    assert isinstance(items[-1], Answer)
    return items[-1].message


def reply(*texts: str) -> Reply:
    return Reply(openai_stream(texts))


def said(text: str) -> AssistantMessage:
    return AssistantMessage(parts=(TextPart(text=text),), provider="p", model="m")


# What it is sent


async def test_the_request_has_no_tools_a_short_system_prompt_and_a_bounded_answer():
    async with FaultServer([reply("Hi")]) as server, embedded(child_at(server)) as provider:
        message = answer(await ask(provider))
    sent = server.requests[0].json()
    assert (message.text, message.provider, message.model) == ("Hi", EMBEDDED_PROVIDER, EMBEDDED_MODEL)
    assert "tools" not in sent
    assert sent["messages"][0] == {"role": "system", "content": "You are a helpful assistant named Roku."}
    assert sent.get("max_tokens", sent.get("max_completion_tokens")) == 1024


async def test_only_the_newest_messages_that_fit_are_sent():
    old: list[Message] = [UserMessage(text="old question " * 300), said("old answer " * 300)]
    new: list[Message] = [
        UserMessage(text="new question " * 300),
        said("new answer"),
        UserMessage(text="last"),
    ]
    async with FaultServer([reply("Hi")]) as server, embedded(child_at(server)) as provider:
        await ask(provider, request(*old, *old, *new))
    sent = server.requests[0].json()["messages"]
    assert [one["role"] for one in sent] == ["system", "user", "assistant", "user"]
    assert sent[1]["content"].startswith("new question")


async def test_the_oldest_message_sent_stays_the_same_for_many_turns():
    history: list[Message] = []
    async with FaultServer([reply("Hi")]) as server, embedded(child_at(server)) as provider:
        for number in range(40):
            history += [UserMessage(text=f"question {number} " * 30), said("answer " * 30)]
            await ask(provider, request(*history, UserMessage(text="last")))
    beginnings = [one.json()["messages"][1]["content"] for one in server.requests]
    changes = sum(before != after for before, after in pairwise(beginnings))
    assert 0 < changes < 8


async def test_what_tools_found_for_another_model_is_told_as_text():
    history: list[Message] = [
        UserMessage(text="What is in the file?"),
        AssistantMessage(
            parts=(
                ThinkingPart(text="hm"),
                TextPart(text="I will look."),
                ToolCall(call_id="1", name="Read", arguments="{}"),
            ),
            provider="p",
            model="m",
        ),
        ToolMessage(results=(ToolResult(call_id="1", name="Read", content="forty-two"),)),
    ]
    async with FaultServer([reply("Hi")]) as server, embedded(child_at(server)) as provider:
        await ask(provider, request(*history))
    assert [(one["role"], one["content"]) for one in server.requests[0].json()["messages"][1:]] == [
        ("user", "What is in the file?"),
        ("assistant", "I will look."),
        ("user", "Result of Read:\nforty-two"),
    ]


async def test_an_image_is_told_in_words():
    image = ImageRef(file="a.png", media_type="image/png", width_px=4, height_px=3, size_bytes=70)
    asked = request(UserMessage(text="What is it?", images=(image,)))
    async with FaultServer([reply("Hi")]) as server, embedded(child_at(server)) as provider:
        await ask(provider, asked)
    newest = server.requests[0].json()["messages"][-1]["content"]
    assert newest.startswith("(Image attached, which you can't see: 4×3)")


async def test_a_history_that_does_not_fit_after_all_is_halved_until_it_does():
    refused = openai_error(
        400, "exceed_context_size_error", "too many tokens", kind="exceed_context_size_error"
    )
    turns: list[Message] = [
        message for number in range(20) for message in (UserMessage(text=f"{number} " * 80), said("yes"))
    ]
    async with FaultServer([refused, refused, reply("Hi")]) as server, embedded(child_at(server)) as provider:
        items = await ask(provider, request(*turns, UserMessage(text="last")))
    sizes = [len(one.json()["messages"]) for one in server.requests]
    assert answer(items).text == "Hi"
    assert sizes[0] > sizes[1] > sizes[2] > 1
    assert server.requests[2].json()["messages"][-1]["content"] == "last"
    assert sum(isinstance(item, RequestOnWire) for item in items) == 1


async def test_one_message_too_long_for_the_model_says_so():
    refused = openai_error(
        400, "exceed_context_size_error", "too many tokens", kind="exceed_context_size_error"
    )
    async with FaultServer([refused]) as server, embedded(child_at(server)) as provider:
        with pytest.raises(ContextWindowExceeded, match="too long for the built-in model"):
            await ask(provider, request(UserMessage(text="1 " * 9000)))
    assert len(server.requests) == 1


async def test_another_models_name_is_refused():
    async with embedded() as provider:
        with pytest.raises(InvalidRequest, match=r"has one model, SmolLM2.*'gpt-4o'"):
            await ask(provider, request(model="gpt-4o"))
        assert provider.pid is None


# When it can't


async def test_a_child_that_dies_at_the_start_is_reported_with_its_last_words():
    code = "sys.stderr.write('x' * 20000 + 'no room for the model'); sys.exit(3)"
    async with embedded(child(code)) as provider:
        with pytest.raises(Fatal, match="could not be started: its process ended with exit code 3") as caught:
            await ask(provider)
    assert caught.value.provider_says.endswith("no room for the model")
    assert len(caught.value.provider_says) <= 8192


async def test_a_child_that_can_not_load_the_model_says_why():
    # It hears no order: whether it ends before that is sent or after makes no difference.
    code = """os.close(0); report('{"problem": "the file is broken."}'); sys.exit(1)"""
    async with embedded(child(code)) as provider:
        with pytest.raises(Fatal, match=r"could not be started: the file is broken\.$"):
            await ask(provider)


async def test_a_program_that_is_not_there_says_so():
    async with embedded(["/nonexistent/python"]) as provider:
        with pytest.raises(Fatal, match="its process can't be created"):
            await ask(provider)


async def test_an_installation_without_the_model_says_how_to_add_it():
    code = """report('{"problem": "no module", "missing_package": true}'); sys.exit(1)"""
    async with embedded(child(code)) as provider:
        with pytest.raises(NoEligibleModel, match=r"roku-desktop\[embedded\]"):
            await ask(provider)


async def test_a_failed_start_is_tried_again_at_the_next_use(tmp_path):
    marker = tmp_path / "failed"
    async with FaultServer([reply("Hi")]) as server:
        code = f"""
            if not os.path.exists({str(marker)!r}):
                open({str(marker)!r}, "w").close()
                sys.exit(1)
            report('{{"address": "{server.url}"}}')
            until_hung_up()
            """
        async with embedded(child(code)) as provider:
            with pytest.raises(Fatal):
                await ask(provider)
            assert answer(await ask(provider)).text == "Hi"


@unix_only
async def test_cancelling_the_first_use_leaves_the_loading_child_to_the_next(tmp_path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    async with FaultServer([reply("Hi")]) as server:
        code = f"""
            open({str(gate)!r}).read()
            report('{{"address": "{server.url}"}}')
            until_hung_up()
            """
        async with embedded(child(code)) as provider:
            first, second = asyncio.create_task(ask(provider)), asyncio.create_task(ask(provider))
            with await asyncio.to_thread(gate.open, "wb"):  # opens when the child reads, to the end
                first.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await first
            assert answer(await second).text == "Hi"
    assert len(server.requests) == 1


async def test_closing_while_it_loads_ends_the_child():
    provider = EmbeddedProvider(connect=connect, command=child("until_hung_up()"))
    waiting = asyncio.create_task(ask(provider))
    while provider.pid is None:
        await asyncio.sleep(0)
    await provider.aclose()
    assert is_gone(provider.pid)
    with pytest.raises(Fatal):
        await waiting
    with pytest.raises(ConnectionFailed, match="shut down"):
        await ask(provider)


@unix_only
async def test_a_child_that_does_not_hear_is_killed():
    code = """
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        report('{"address": "http://127.0.0.1:9"}')
        while True:
            signal.pause()
        """
    provider = EmbeddedProvider(connect=connect, command=child(code))
    asking = asyncio.create_task(ask(provider))
    with pytest.raises(ConnectionFailed):
        await asking
    await provider.aclose()
    assert is_gone(provider.pid)


async def test_an_answer_that_breaks_off_is_interrupted_and_never_repeated():
    cut = Reply((openai_stream(["Hel"])[0], openai_stream(["Hel"])[1], Cut("rst")))
    async with FaultServer([cut, reply("Hi")]) as server, embedded(child_at(server)) as provider:
        with pytest.raises(StreamInterrupted):
            await ask(provider)
    assert len(server.requests) == 1


async def test_the_child_does_not_inherit_api_keys(monkeypatch):
    monkeypatch.setenv("ROKU_OPENAI_API_KEY", "sk-canary")
    code = """report('{"problem": "%s"}' % os.environ.get("ROKU_OPENAI_API_KEY", "nothing")); sys.exit(1)"""
    async with embedded(child(code)) as provider:
        with pytest.raises(Fatal, match="could not be started: nothing"):
            await ask(provider)


async def test_the_child_looks_for_modules_only_where_the_program_lies(monkeypatch, tmp_path):
    (tmp_path / "roku_desktop.py").write_text("raise SystemExit('hostile')")
    monkeypatch.chdir(tmp_path)
    code = """report('{"problem": "%s"}' % os.getcwd()); sys.exit(1)"""
    async with embedded(child(code)) as provider:
        with pytest.raises(Fatal) as caught:
            await ask(provider)
    assert str(PROJECT) in str(caught.value)


# The real one


def is_gone(pid: int | None) -> bool:
    """Ended; a zombie whose parent does not care has ended too."""
    assert pid is not None
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def model_servers_of(pid: int) -> list[psutil.Process]:
    return [one for one in psutil.Process(pid).children() if one.cmdline()[-1:] == ["model-server"]]


@pytest.mark.embedded
async def test_the_real_model_answers_two_first_uses_from_one_child_and_leaves_nothing_behind():
    async with embedded() as provider:
        both = await asyncio.gather(*(ask(provider, request(max_output_tokens=8)) for _ in range(2)))
        for items in both:
            assert answer(items).text.strip()
            assert answer(items).usage.output_tokens > 0
            assert "".join(one.text for one in items if isinstance(one, TextChunk)) == answer(items).text
        (process,) = model_servers_of(os.getpid())
        assert process.pid == provider.pid
    assert is_gone(process.pid)
    assert model_servers_of(os.getpid()) == []


@pytest.mark.embedded
async def test_the_real_model_listens_on_loopback_for_who_knows_the_key_which_no_process_list_shows():
    async with embedded() as provider:
        await ask(provider, request(max_output_tokens=1))
        assert provider._server is not None
        key = provider._server.process.key
        listening = [
            one.laddr for one in psutil.Process(provider.pid).net_connections() if one.status == "LISTEN"
        ]
        assert [address.ip for address in listening] == ["127.0.0.1"]
        async with httpx.AsyncClient(trust_env=False) as stranger:
            response = await stranger.post(
                f"http://127.0.0.1:{listening[0].port}/v1/chat/completions", json={"messages": []}
            )
        assert response.status_code == 401
        for process in psutil.process_iter(["cmdline"]):
            assert key not in " ".join(process.info["cmdline"] or ())
        assert key not in psutil.Process(provider.pid).environ().values()


@pytest.mark.embedded
async def test_the_real_model_killed_in_mid_answer_interrupts_it_and_the_next_question_works():
    async with embedded() as provider:
        async with aclosing(provider.stream(request(UserMessage(text="Tell me a long story.")))) as items:
            while not isinstance(await anext(items), TextChunk):
                pass
            killed = provider.pid
            psutil.Process(killed).kill()
            with pytest.raises(StreamInterrupted):
                await collected(items)
        assert answer(await ask(provider, request(max_output_tokens=4))).text
        assert provider.pid != killed


@pytest.mark.embedded
async def test_the_real_model_killed_between_two_questions_is_not_noticed():
    async with embedded() as provider:
        await ask(provider, request(max_output_tokens=1))
        psutil.Process(provider.pid).kill()
        assert answer(await ask(provider, request(max_output_tokens=4))).text


@pytest.mark.embedded
async def test_the_real_model_refuses_a_message_beyond_its_window():
    async with embedded() as provider:
        with pytest.raises(ContextWindowExceeded, match="too long for the built-in model"):
            await ask(provider, request(UserMessage(text="word " * 6000)))


@pytest.mark.embedded
def test_the_real_model_is_gone_after_a_kill_of_the_app():
    app = """
        import asyncio, sys, time
        from tests.engine.providers import test_local as local
        async def main():
            provider = local.EmbeddedProvider(connect=local.connect)
            await local.ask(provider, local.request(max_output_tokens=1))
            print(provider.pid, flush=True)
            time.sleep(600)
        asyncio.run(main())
        """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(app)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        orphan = psutil.Process(pid)
        assert orphan.is_running()
        process.kill()
    _gone, alive = psutil.wait_procs([orphan], timeout=20)
    assert not alive or is_gone(pid)
