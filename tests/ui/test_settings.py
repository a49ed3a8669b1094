"""The settings window: what is seen, what is changed, what is locked, and that nothing waits for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from roku_desktop.app import open_engine
from roku_desktop.config import ConfigWatcher, SettingsDesk, load
from roku_desktop.credentials import SystemCredentials
from roku_desktop.engine import EMBEDDED_PROVIDER
from roku_desktop.engine.credential_port import KeySource
from roku_desktop.engine.ports import SystemClock
from roku_desktop.paths import HomePaths
from roku_desktop.ui.look.appearance import Appearance, Scheme, read, write
from roku_desktop.ui.settings.fields import ChoiceField, LineField
from roku_desktop.ui.settings.kinds import PAGES, PageName
from roku_desktop.ui.settings.other_pages import StoragePage, TelemetryPage
from roku_desktop.ui.settings.page import Page
from roku_desktop.ui.settings.providers_page import ProvidersPage
from roku_desktop.ui.settings.window import SettingsWindow
from roku_desktop.ui.steering.settings import SettingsSteering
from tests.support.desks import KeyringInMemory
from tests.support.display import PictureTaker
from tests.support.fault_server import FaultServer
from tests.support.windows import OpenedWindow, drawn, exposed, in_front, until, window_on
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


class NamingCredentials(SystemCredentials):
    async def source_of(self, provider: str) -> KeySource:
        if provider == EMBEDDED_PROVIDER:
            return "missing"
        return "keyring" if await self.key_for(provider) else "missing"


class Opened:
    """The window and its settings, on the real engine of that home."""

    def __init__(self, opened: OpenedWindow, desk: SettingsDesk, keyring: KeyringInMemory) -> None:
        self.opened = opened
        self.desk = desk
        self.keyring = keyring

    @property
    def steering(self) -> SettingsSteering:
        assert self.opened.steering.settings is not None
        return self.opened.steering.settings

    @property
    def window(self) -> SettingsWindow:
        return self.steering.shown

    async def open(self, page: PageName) -> Page:
        self.steering.open(page)
        await self.opened.bridge.finish()
        return self.window.pages[page]

    def day_usd(self) -> float | None:
        """The limit that is in force."""
        return self.opened.engine.settings.budget.day_usd

    async def give(self, page: Page, path: tuple[str, ...], text: str) -> None:
        """Type a value and leave the field."""
        field = page.rows[path].field
        assert isinstance(field, LineField)
        field.line.setText(text)
        field.line.editingFinished.emit()
        await self.opened.bridge.finish()


@asynccontextmanager
async def opened_settings(
    home: Path,
    environ: Mapping[str, str] | None = None,
    *,
    has_keyring: bool = True,
    names_keys: bool = False,
) -> AsyncIterator[Opened]:
    """`names_keys`: the keyring tells which keys it has without being unlocked, as most do."""
    environ = dict(environ or {})
    paths = HomePaths.locate(environ, home=str(home))
    configuration = load(paths, environ)
    keyring = KeyringInMemory()
    keys = (
        (NamingCredentials if names_keys else SystemCredentials)(environ, find_backend=lambda: keyring)
        if has_keyring
        else SystemCredentials(environ, platform="linux")
    )
    async with open_engine(paths, configuration, credentials=keys) as engine:
        watcher = ConfigWatcher(
            paths,
            environ,
            configuration,
            clock=SystemClock(),
            on_change=lambda changed: engine.reconfigure(changed.settings, changed.warnings),
            on_problem=lambda _error: None,
        )
        desk = SettingsDesk(paths, environ, watcher, keys)
        async with window_on(engine, home, desk) as opened:
            yield Opened(opened, desk, keyring)


def mylab(url: str) -> str:
    return f'[runtime.llm.providers.mylab]  # at home\nbase_url = "{url}"\nprimary_model = "test-model"\n'


def test_a_change_is_in_force_at_once_and_the_file_keeps_its_comments(qt_run: Run, home: Path):
    (home / "runtime.toml").write_text("# mine\n[runtime.budget]\nday_usd = 2.5 # enough\n")

    async def change() -> None:
        async with opened_settings(home) as settings:
            page = await settings.open("defaults")
            row = page.rows["budget", "day_usd"]
            assert row.field.text == "2.5"
            assert row.source.text() == f"From {home / 'runtime.toml'}:3"
            await settings.give(page, ("budget", "day_usd"), "4")
            assert settings.day_usd() == 4.0
            assert (home / "runtime.toml").read_text() == "# mine\n[runtime.budget]\nday_usd = 4.0 # enough\n"
            row.back.click()
            await settings.opened.bridge.finish()
            assert settings.day_usd() is None
            assert row.field.text == ""
            assert row.back.isHidden()

    qt_run(change())


def test_what_is_wrong_is_said_beside_its_field_and_changes_nothing(qt_run: Run, home: Path):
    async def change() -> None:
        async with opened_settings(home) as settings:
            page = await settings.open("network")
            await settings.give(page, ("network", "proxy"), "http://me:secret@proxy.example")
            row = page.rows["network", "proxy"]
            assert "looks like a secret" in row.problem.text()
            assert row.field.text == "http://me:secret@proxy.example"
            assert not (home / "runtime.toml").exists()
            page = await settings.open("defaults")
            await settings.give(page, ("budget", "warn_percent"), "500")
            assert page.rows["budget", "warn_percent"].problem.text() == (
                "Type a whole number from 1 to 100."
            )

    qt_run(change())


def test_what_a_variable_sets_is_locked_and_names_it(qt_run: Run, home: Path, screenshot: PictureTaker):
    async def look() -> None:
        async with opened_settings(home, {"ROKU_RUNTIME__BUDGET__DAY_USD": "3"}) as settings:
            page = await settings.open("defaults")
            row = page.rows["budget", "day_usd"]
            assert not row.field.isEnabled()
            assert "ROKU_RUNTIME__BUDGET__DAY_USD" in row.source.text()
            screenshot("settings-locked")

    qt_run(look())


def test_a_file_changed_by_hand_is_shown_and_a_broken_one_is_told(qt_run: Run, home: Path):
    async def edit() -> None:
        async with opened_settings(home) as settings:
            page = await settings.open("defaults")
            (home / "runtime.toml").write_text("[runtime.budget]\nday_usd = 9.0\n")
            await settings.desk._watcher.check()
            await settings.opened.until(lambda: page.rows["budget", "day_usd"].field.text == "9")
            (home / "runtime.toml").write_text("[runtime.budget\n")
            await settings.give(page, ("budget", "day_usd"), "1")
            assert "not valid TOML" in page.rows["budget", "day_usd"].problem.text()
            assert (home / "runtime.toml").read_text() == "[runtime.budget\n"

    qt_run(edit())


def test_a_provider_is_added_tested_given_a_key_and_removed_with_a_way_back(
    qt_run: Run, home: Path, screenshot: PictureTaker
):
    async def manage() -> None:
        async with FaultServer([]) as server, opened_settings(home) as settings:
            page = await settings.open("providers")
            assert isinstance(page, ProvidersPage)
            calls = settings.steering.calls
            page.menu.actions()[4].trigger()
            providers = settings.steering._providers
            assert providers is not None
            form = providers.form
            assert form.isVisible()
            assert not form.isModal()
            form.name.field.show_text("mylab")
            form.rows["base_url"].field.show_text(server.openai_url)
            await exposed(form)
            screenshot("settings-provider-form")
            form.save.click()
            await until(
                lambda: "mylab" in page.cards and "lists 1 model" in page.cards["mylab"].result.text(),
                calls.tested,
                calls.providers_known,
            )
            assert form.isHidden()
            assert settings.opened.engine.settings.llm.providers["mylab"].base_url == server.openai_url

            page.cards["mylab"].key_wanted.emit()
            entry = settings.steering.keys.entry
            await settings.opened.bridge.finish()
            assert entry.isVisible()
            assert not entry.isModal()
            entry.line.setText(" sk-lab-123456 ")
            await exposed(entry)
            screenshot("settings-key")
            QTest.keyClick(entry.line, Qt.Key.Key_Return)
            await until(lambda: "lists 1 model" in entry.outcome.text(), calls.tested)
            assert settings.keyring.keys == {"mylab": "sk-lab-123456"}
            assert server.gets[-1].headers["authorization"] == "Bearer sk-lab-123456"
            assert entry.line.text() == ""
            assert "sk-lab" not in (home / "runtime.toml").read_text()
            entry.delete.click()
            assert settings.keyring.keys
            entry.delete.click()
            await settings.opened.bridge.finish()
            assert settings.keyring.keys == {}
            entry.close()

            page.cards["mylab"].remove_wanted.emit()
            await settings.opened.bridge.finish()
            assert "mylab" not in page.cards
            page.banner.buttons[0].click()
            await settings.opened.bridge.finish()
            assert "mylab" in page.cards

    qt_run(manage())


def test_a_provider_that_does_not_answer_says_why(qt_run: Run, home: Path):
    (home / "runtime.toml").write_text(mylab("http://127.0.0.1:9/v1"))

    async def test() -> None:
        async with opened_settings(home) as settings:
            page = await settings.open("providers")
            assert isinstance(page, ProvidersPage)
            page.cards["mylab"].test_wanted.emit()
            await until(lambda: "mylab" in page.cards["mylab"].result.text(), settings.steering.calls.tested)
            await settings.opened.bridge.finish()
            assert "nothing answers at 127.0.0.1:9" in page.cards["mylab"].result.text()

    qt_run(test())


def test_a_form_that_would_be_wrong_stays_open_and_says_so(qt_run: Run, home: Path):
    async def add() -> None:
        async with opened_settings(home) as settings:
            page = await settings.open("providers")
            assert isinstance(page, ProvidersPage)
            page.menu.actions()[4].trigger()
            providers = settings.steering._providers
            assert providers is not None
            form = providers.form
            form.save.click()
            assert form.name.problem.text() == "Type a name."
            form.name.field.show_text("openai")
            form.save.click()
            assert form.name.problem.text() == "There is a provider called openai already."
            form.name.field.show_text("my lab")
            form.rows["base_url"].field.show_text("http://127.0.0.1:9000/v1")
            form.save.click()
            await settings.opened.bridge.finish()
            assert "can't be a provider's name" in form.problem.text()
            assert form.isVisible()
            form.close()

    qt_run(add())


def test_a_key_in_a_vendors_own_variable_is_offered_and_taken_over(qt_run: Run, home: Path):
    async def take() -> None:
        environ = {"ANTHROPIC_API_KEY": "sk-ant-1234567"}
        async with opened_settings(home, environ, has_keyring=False) as settings:
            page = await settings.open("providers")
            assert isinstance(page, ProvidersPage)
            assert "There is no system keyring" in page.keyring.text()
            page.take_over_wanted.emit("anthropic")
            await settings.opened.bridge.finish()
            assert "There is no system keyring" in page.cards["anthropic"].result.text()
            settings.steering.keys.ask_for("anthropic")
            await settings.opened.bridge.finish()
            entry = settings.steering.keys.entry
            assert not entry.line.isEnabled()
            assert not entry.take_over.isHidden()
            entry.close()

    qt_run(take())


def test_the_window_is_found_through_and_used_by_keyboard_alone(qt_run: Run, home: Path):
    async def find() -> None:
        async with opened_settings(home) as settings:
            await in_front(settings.opened.window)
            QTest.keyClick(settings.opened.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
            window = settings.window
            await settings.opened.bridge.finish()
            assert window.isVisible()
            assert not window.isModal()
            QTest.keyClicks(window.field, "proxy")
            assert window.current == "network"
            assert window.list.count() == 1
            reached: set[QWidget] = set()
            for _ in range(12):
                QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
                focused = QApplication.focusWidget()
                assert focused is not None
                reached.add(focused)
            fields = [row.field for row in window.pages["network"].rows.values()]
            assert {field.focusProxy() for field in fields} <= reached
            QTest.keyClick(window, Qt.Key.Key_Escape)
            assert window.isVisible()
            assert window.list.count() == len(PAGES)
            QTest.keyClick(window, Qt.Key.Key_Escape)
            assert window.isHidden()

    qt_run(find())


def test_everything_that_can_be_changed_says_its_name(qt_run: Run, home: Path):
    async def listen() -> None:
        async with opened_settings(home) as settings:
            for about in PAGES:
                page = await settings.open(about.name)
                for row in page.rows.values():
                    proxy = row.field.focusProxy()
                    assert isinstance(proxy, QWidget)
                    assert proxy.accessibleName(), row.setting.path

    qt_run(listen())


def test_storage_is_listed_and_freed(qt_run: Run, home: Path):
    async def free() -> None:
        async with opened_settings(home) as settings:
            page = await settings.open("storage")
            assert isinstance(page, StoragePage)
            texts = [label.text() for label in page.table.findChildren(QWidget) if hasattr(label, "text")]
            assert "Sessions and figures" in texts
            page.prune.setEnabled(True)
            page.prune.click()
            await settings.opened.bridge.finish()
            assert "were freed" in page.result.text() or "within its limits" in page.result.text()

    qt_run(free())


def test_the_collector_is_tried_with_its_key(qt_run: Run, home: Path):
    async def send() -> None:
        async with FaultServer([]) as server, opened_settings(home) as settings:
            page = await settings.open("telemetry")
            assert isinstance(page, TelemetryPage)
            page.test.click()
            await settings.opened.bridge.finish()
            assert page.result.text() == "No collector is named: type its address first."
            await settings.give(page, ("telemetry", "otlp_endpoint"), server.url)
            page.test.click()
            await settings.opened.bridge.finish()
            assert page.test.isEnabled()
            assert f"{server.url}/v1/metrics" in page.result.text()

    qt_run(send())


def test_colours_and_motion_are_chosen_and_kept(qt_run: Run, home: Path, app: QApplication):
    async def choose() -> None:
        async with opened_settings(home) as settings:
            page = await settings.open("appearance")
            field = page.rows["scheme",].field
            assert isinstance(field, ChoiceField)
            field.box.setCurrentIndex(field.box.findData("dark"))
            field.given.emit("dark")
            page.rows["reduced_motion",].field.given.emit("yes")
            assert app.palette().base().color().lightness() < 60
            wanted = Appearance(scheme="dark", reduced_motion=True)
            assert read(home / "appearance.json") == wanted
            page.rows["reduced_motion",].field.given.emit("")
            field.given.emit("system")
            assert read(home / "appearance.json") == Appearance()

    qt_run(choose())


@pytest.mark.parametrize(("scheme", "text_percent"), [("light", 100), ("dark", 100), ("light", 200)])
def test_pictures_of_every_page(
    qt_run: Run, home: Path, screenshot: PictureTaker, scheme: Scheme, text_percent: int
):
    """For people to judge; what is checked is that no page needs more width than it has."""
    (home / "runtime.toml").write_text(
        mylab("http://127.0.0.1:9/v1") + "[runtime.budget]\nday_usd = 2.5\n[runtime.network]\nproxy = "
        '"http://proxy.example:3128"\n'
    )

    async def look() -> None:
        environ = {"ROKU_RUNTIME__BUDGET__SESSION_USD": "1", "ANTHROPIC_API_KEY": "sk-ant-123456"}
        async with opened_settings(home, environ) as settings:
            for about in PAGES:
                page = await settings.open(about.name)
                await exposed(settings.window)
                await drawn()
                screenshot(f"settings-{about.name}-{scheme}-{text_percent}")
                content = page.widget()
                assert content is not None
                assert content.minimumSizeHint().width() <= page.viewport().width(), about.name

    write(home / "appearance.json", Appearance(scheme=scheme, text_percent=text_percent))
    qt_run(look())
