"""A key typed where it is missed: in the switcher, kept in the keyring, tried, and the model chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from roku_desktop.engine import ProviderStatus
from roku_desktop.ui.choosing.catalogue import KeyRow, ModelCatalogue, ModelRow, NoteRow
from roku_desktop.ui.choosing.switcher import ModelSwitcher
from tests.support.display import PictureTaker
from tests.support.fault_server import FaultServer, anthropic_error
from tests.support.windows import until
from tests.ui.conftest import Run
from tests.ui.test_settings import opened_settings

pytestmark = pytest.mark.window


def test_a_missing_key_can_be_typed_only_where_somebody_listens():
    known = ModelCatalogue()
    problem = "lab needs an API key."
    known.providers = [
        ProviderStatus(
            name="lab",
            kind="openai-chat",
            base_url="",
            origin="builtin",
            key="missing",
            usable=False,
            problem=problem,
        )
    ]
    assert known.rows()[1:] == [NoteRow(text=problem, problem=True)]
    known.takes_keys = True
    assert known.rows()[1:] == [KeyRow(provider="lab")]


def test_a_key_is_typed_from_the_switcher_and_the_model_chosen(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def choose() -> None:
        async with FaultServer([]) as server, opened_settings(home, names_keys=True) as settings:
            await settings.desk.change({("llm", "providers", "mylab", "base_url"): server.openai_url})
            opened = settings.opened
            opened.window.commands["choose_model"].trigger()
            await opened.bridge.finish()
            switcher = opened.window.findChild(ModelSwitcher)
            assert isinstance(switcher, ModelSwitcher)
            rows = [switcher.model.row(place) for place in range(switcher.model.rowCount())]
            place = rows.index(KeyRow(provider="anthropic"))
            assert switcher.model.can_choose(place)
            switcher.view.setCurrentIndex(switcher.model.index(place))
            screenshot("switcher-key")
            QTest.keyClick(switcher.field, Qt.Key.Key_Return)
            assert switcher.isHidden()
            entry = settings.steering.keys.entry
            await opened.bridge.finish()
            assert entry.provider == "anthropic"
            assert entry.delete.isHidden()
            screenshot("key-entry")
            entry.close()
            assert switcher.isHidden()

            opened.steering.settings.type_key("mylab")  # type: ignore[union-attr]  # there is a desk
            await opened.bridge.finish()
            entry.line.setText("sk-lab-1234567")
            entry.save.click()
            await until(lambda: "lists 1 model" in entry.outcome.text(), settings.steering.calls.tested)
            assert entry.close_button.text() == "Done"
            entry.close_button.click()
            assert switcher.isVisible()
            assert switcher.field.text() == "mylab"
            await opened.bridge.finish()
            row = switcher.model.row(switcher.view.currentIndex().row())
            assert isinstance(row, ModelRow)
            assert row.choice.provider == "mylab"

    qt_run(choose())


def test_a_refused_key_is_told_and_nothing_is_chosen(qt_run: Run, home: Path):
    async def refuse() -> None:
        refusal = anthropic_error(401, "authentication_error", "invalid x-api-key")
        async with (
            FaultServer([], routes={"/v1/models": refusal}) as server,
            opened_settings(home) as settings,
        ):
            await settings.desk.change({("llm", "providers", "anthropic", "base_url"): server.url})
            settings.steering.type_key("anthropic")
            await settings.opened.bridge.finish()
            entry = settings.steering.keys.entry
            entry.line.setText("sk-ant-wrong-key")
            entry.save.click()
            await until(lambda: "key" in entry.outcome.text(), settings.steering.calls.tested)
            assert "sk-ant-wrong-key" not in entry.outcome.text()
            assert entry.close_button.text() == "Close"
            entry.close()
            assert settings.opened.window.findChild(ModelSwitcher) is None

    qt_run(refuse())


def test_a_key_that_no_key_can_be_is_refused_and_kept_nowhere(qt_run: Run, home: Path):
    async def refuse() -> None:
        async with opened_settings(home) as settings:
            settings.steering.type_key("anthropic")
            await settings.opened.bridge.finish()
            entry = settings.steering.keys.entry
            entry.line.setText("two words")
            entry.save.click()
            await settings.opened.bridge.finish()
            assert "a space or a line break inside" in entry.outcome.text()
            assert settings.keyring.keys == {}
            entry.close()

    qt_run(refuse())


def test_the_end_of_another_test_says_nothing_about_the_key_that_is_being_typed(qt_run: Run, home: Path):
    """A slow service answers without a key when the window for its key is open already."""

    async def type_it() -> None:
        async with opened_settings(home) as settings:
            settings.steering.keys.ask_for("mylab")
            entry = settings.steering.keys.entry
            await settings.opened.bridge.finish()
            QTest.keyClicks(entry.line, "sk-")
            settings.steering.calls.tested.emit("mylab", True, "mylab answered.")
            QTest.keyClicks(entry.line, "lab")
            assert (entry.line.text(), entry.outcome.text()) == ("sk-lab", "")
            assert entry.close_button.text() == "Close"

    qt_run(type_it())


def test_a_key_that_could_not_be_deleted_is_not_said_to_be_gone(qt_run: Run, home: Path):
    def refuse(_service: str, username: str) -> None:
        raise KeyringLocked("locked")

    async def delete() -> None:
        async with opened_settings(home, names_keys=True) as settings:
            await settings.desk.keys.store("anthropic", "sk-ant-1234567")
            settings.steering.type_key("anthropic")
            await settings.opened.bridge.finish()
            entry = settings.steering.keys.entry
            settings.keyring.delete_password = refuse  # type: ignore[method-assign]  # a keyring that locks itself
            entry.delete.click()
            entry.delete.click()
            await settings.opened.bridge.finish()
            assert "locked" in entry.outcome.text()
            assert entry.delete.isVisible()
            assert entry.line.isEnabled()
            assert settings.keyring.keys

            del settings.keyring.delete_password
            entry.delete.click()
            await settings.opened.bridge.finish()
            assert entry.outcome.text() == "The kept key was deleted."
            assert entry.line.isEnabled()
            assert not settings.keyring.keys

    qt_run(delete())
