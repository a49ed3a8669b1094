"""Sentences of the engine in the language of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from roku_desktop.engine import (
    AttemptFailed,
    FailedOver,
    Failure,
    RokuError,
    ToolCall,
    ToolResult,
    Wording,
    explanation,
    said,
    wording_of,
)
from roku_desktop.engine.approval.shell.policy import ShellPolicy
from roku_desktop.engine.errors import NoEligibleModel, RateLimit, StorageFullError
from roku_desktop.engine.sentences import phrase
from roku_desktop.engine.settings import NetworkSettings
from roku_desktop.ui.language import tr
from roku_desktop.ui.look.appearance import Appearance
from roku_desktop.ui.look.looks import Looks
from roku_desktop.ui.retelling import error_in_words, message_of, next_step_of, retold
from roku_desktop.ui.transcript.entries import answered, entry_of_call
from roku_desktop.updates import newer_release

LIMITED = RateLimit(
    said("{provider} is limiting requests; it asks to wait {wait_s}.", provider="mylab", wait_s=300.0),
    provider="mylab",
).failure()


@pytest.fixture
def chinese(app: QApplication, tmp_path: Path) -> Iterator[None]:
    looks = Looks(app, tmp_path / "appearance.json")
    looks.use(Appearance(language="zh_CN"))
    yield
    looks.use(Appearance(language="en"))
    looks.deleteLater()


def test_in_english_it_is_what_the_engine_said():
    assert message_of(LIMITED) == LIMITED.message == "mylab is limiting requests; it asks to wait 5 min."
    assert next_step_of(LIMITED) == LIMITED.next_step


@pytest.mark.usefixtures("chinese")
def test_sentence_and_advice_are_told_with_their_values():
    assert message_of(LIMITED) == "mylab 正在限制请求；要求等待 5 分钟。"
    assert next_step_of(LIMITED) == "请稍候再试，或选择其他模型。"


@pytest.mark.usefixtures("chinese")
def test_what_was_on_disk_meanwhile_is_told_too():
    stored = msgspec.json.decode(msgspec.json.encode(LIMITED), type=Failure)
    assert message_of(stored) == message_of(LIMITED)


@pytest.mark.usefixtures("chinese")
def test_a_sentence_inside_a_sentence_is_told_too():
    advice = said("Set the variable {variable}. {reason}", variable="A_KEY", reason="None.")
    needs = said("{name} needs an API key. {advice}", name="mylab", advice=advice)
    assert needs == "mylab needs an API key. Set the variable A_KEY. None."
    assert message_of(NoEligibleModel(needs).failure()) == "mylab 需要 API 密钥。请设置变量 A_KEY。None."


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    "failure",
    [
        Failure(kind="Timeout", message="mylab took 3 s."),
        Failure(
            kind="Timeout",
            message="mylab took 3 s.",
            message_wording=Wording(
                template="{provider} took {limit} s, as a later version says.", values={}
            ),
        ),
        Failure(
            kind="Timeout",
            message="mylab took 3 s.",
            message_wording=Wording(template="{provider} did not finish its answer within {limit} s."),
        ),
    ],
    ids=["of an older version", "of a later version", "without its values"],
)
def test_what_can_not_be_told_is_shown_as_the_engine_said_it(failure: Failure):
    assert message_of(failure) == "mylab took 3 s."
    assert next_step_of(failure) == ""


@pytest.mark.usefixtures("chinese")
def test_values_are_never_taken_for_templates():
    full = StorageFullError(said("There is no space left for the home folder {home}.", home="/{name}/{0}"))
    assert message_of(full.failure()) == "主文件夹 /{name}/{0} 已没有可用空间。"
    assert retold("/{name}") == "/{name}"


@pytest.mark.usefixtures("chinese")
def test_why_somebody_else_answered_is_told():
    where = {"session_id": "s", "run_id": "r", "at": 0.0, "step": 1}
    failed = AttemptFailed(provider="a", model="m", attempt=1, failure=LIMITED, **where)  # type: ignore[arg-type]  # as they are
    hop = FailedOver(
        from_provider="a",
        from_model="m",
        to_provider="b",
        to_model="n",
        reason="RateLimit",
        message="",
        **where,  # type: ignore[arg-type]  # as they are
    )
    assert explanation([failed, failed, hop], tr) == "由 b 回答，因为 a 请求过于频繁（两次）。"


@pytest.mark.usefixtures("chinese")
def test_why_a_command_is_never_run_stands_on_its_card(tmp_path: Path):
    reason = ShellPolicy(tmp_path, windows=False).classify("rm -rf /etc").reason
    refusal = said("This call is never run, in no mode. {reason}", reason=phrase(reason))
    result = ToolResult(
        call_id="1", name="Shell", content=str(refusal), outcome="refused", wording=wording_of(refusal)
    )
    call = ToolCall(call_id="1", name="Shell", arguments="{}")
    stored = msgspec.json.decode(msgspec.json.encode(result), type=ToolResult)
    shown = answered(entry_of_call("run", call), stored)
    assert shown.output == shown.detail == "这次调用在任何模式下都不会运行。它会清空系统文件夹 /etc。"


@pytest.mark.usefixtures("chinese")
async def test_a_release_feed_out_of_reach_is_told():
    with pytest.raises(RokuError) as caught:
        await newer_release("http://127.0.0.1:9/feed.json", NetworkSettings())
    assert error_in_words(caught.value) == "无法连接 更新源：127.0.0.1:9 没有应答。"
