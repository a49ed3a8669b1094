"""What is remembered goes with a prompt and is kept with it; the model adds to it with consent alone."""

from pathlib import Path

import msgspec

from roku_desktop.engine import Consent, ToolCall, UserMessage
from roku_desktop.engine.events import MemoryRecalled
from roku_desktop.engine.settings import EngineSettings, MemorySettings
from tests.support.engines import Heard, engine_on, scripted, settings_for

PARK = Consent(waits=False)
FACT = "The staging database is called heron."


def without_recall(settings: EngineSettings) -> EngineSettings:
    return msgspec.structs.replace(settings, memory=MemorySettings(recall=0))


async def test_a_prompt_is_sent_with_what_is_remembered_and_shown_without(tmp_path: Path) -> None:
    provider = scripted(["ok"], ["ok"])
    async with engine_on(tmp_path, provider) as engine:
        heard = Heard(engine)
        await engine.memories.remember(FACT, "global")
        session = await engine.create_session(tmp_path)
        await (await engine.ask(session.session_id, "Which staging database?")).result()
        (sent,) = provider.requests[0].messages
        assert isinstance(sent, UserMessage)
        assert sent.text == "Which staging database?"
        assert FACT in sent.sent_text
        (told,) = [event for event in heard if isinstance(event, MemoryRecalled)]
        assert (told.count, told.backend, told.fell_back) == (1, "sqlite", False)
        hits = await engine.search("heron")
        assert hits == [], "what was recalled is no part of what the person wrote"


async def test_a_later_prompt_leaves_what_was_sent_before_as_it_was(tmp_path: Path) -> None:
    """A provider's cache of the conversation holds as long as its beginning stays the same."""
    provider = scripted(["ok"], ["ok"])
    async with engine_on(tmp_path, provider) as engine:
        kept = await engine.memories.remember(FACT, "global")
        session = await engine.create_session(tmp_path)
        await (await engine.ask(session.session_id, "Which staging database?")).result()
        await engine.memories.forget([kept.memory_id])
        await (await engine.ask(session.session_id, "And now?")).result()
        first, second = (request.messages for request in provider.requests)
        assert second[: len(first)] == first
        assert provider.requests[0].system == provider.requests[1].system


async def test_nothing_is_recalled_where_that_is_switched_off(tmp_path: Path) -> None:
    provider = scripted(["ok"])
    settings = without_recall(settings_for("scripted"))
    async with engine_on(tmp_path, provider, settings=settings) as engine:
        await engine.memories.remember(FACT, "global")
        session = await engine.create_session(tmp_path)
        await (await engine.ask(session.session_id, "heron")).result()
        assert provider.requests[0].messages == (UserMessage(text="heron"),)


async def test_the_model_remembers_what_a_person_agreed_to(tmp_path: Path) -> None:
    call = ToolCall(call_id="c1", name="Remember", arguments=f'{{"text": "{FACT}", "scope": "workspace"}}')
    provider = scripted([call], ["Done."])
    async with engine_on(tmp_path / "home", provider) as engine:
        session = await engine.create_session(tmp_path)
        await (await engine.ask(session.session_id, "Remember that", consent=PARK)).result()
        assert await engine.memories.count() == 0, "nothing is kept before somebody agreed"
        (waiting,) = await engine.approvals.pending()
        assert waiting.request.preview.text == FACT
        turn = await engine.approvals.decide(waiting.approval_id, "approve", origin="window", consent=PARK)
        assert turn is not None
        await turn.result()
        (memory,) = await engine.memories.page()
        assert (memory.text, memory.scope, memory.owner) == (FACT, "workspace", str(tmp_path))
        assert memory.source == "model"
