"""The only place that knows everyone: builds the engine, wires it, starts and stops it; opens the window.

Called by `cli/`. What is heavy is imported here, when it is built, so that neither `--help` nor the
first paint of the window waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from roku_desktop.config import Configuration, ConfigWatcher, SettingsDesk, load
from roku_desktop.engine import DiskRoom, Engine, EngineSettings
from roku_desktop.engine.credential_port import Credentials
from roku_desktop.engine.disk_room import MIB
from roku_desktop.engine.errors import ConfigurationError, StorageError
from roku_desktop.engine.events import ConfigReloaded, Event
from roku_desktop.engine.ports import Clock, Providers, SystemClock
from roku_desktop.engine.settings import MEMORY_KEY, MemorySettings, NetworkSettings, ProviderSettings
from roku_desktop.paths import HomePaths
from roku_desktop.process_age import process_age_s
from roku_desktop.single_instance import SingleInstance, Wish
from roku_desktop.telemetry import COLLECTOR_KEY, follow_variables
from roku_desktop.telemetry.collector import Collector

if TYPE_CHECKING:
    from roku_desktop.credentials import SystemCredentials
    from roku_desktop.engine.images.folder import ImageFolder
    from roku_desktop.engine.memory_ports import MemoryService
    from roku_desktop.engine.tools.catalogue import ToolCatalogue
    from roku_desktop.telemetry.logs.handler import LogHandler
    from roku_desktop.telemetry.recording import Recording
    from roku_desktop.telemetry.way_out import WayOut
    from roku_desktop.ui.premises import Premises


def load_configuration(home: HomePaths) -> Configuration:
    """Read `runtime.toml` and the environment. Raises `ConfigurationError`."""
    return load(home, os.environ)


@asynccontextmanager
async def open_engine(
    home: HomePaths,
    configuration: Configuration,
    *,
    credentials: Credentials | None = None,
    clock: Clock | None = None,
    collector: Collector | None = None,
) -> AsyncIterator[Engine]:
    """The engine on that home, with what a killed process left closed; all of it closed at exit.

    Raises `ConfigurationError` or `StorageError` where the home can't be used.
    """
    from roku_desktop.engine.context.instructions import read_instructions
    from roku_desktop.engine.providers.registry import ProviderRegistry
    from roku_desktop.engine.routing.pricing import PriceList
    from roku_desktop.engine.storage.store import SqliteStore
    from roku_desktop.engine.tools.catalogue import standard_catalogue

    clock = clock or SystemClock()
    await asyncio.to_thread(home.create)
    settings = follow_variables(configuration.settings, os.environ)
    room = DiskRoom(home.home, settings.storage.min_free_mb * MIB)
    async with _log_in(home, settings, room) as log:
        store = await SqliteStore.open(home.home, clock=clock, settings=settings.storage)
        credentials = credentials or _credentials()
        registry = ProviderRegistry(settings=settings, credentials=credentials, clock=clock)
        engine = Engine(
            settings=settings,
            store=store,
            providers=registry,
            clock=clock,
            price=PriceList(registry.settings_of).cost_usd,
            tools=partial(standard_catalogue, output_folder=home.tool_output, room=room),
            instructions=partial(read_instructions, home.home),
            images=partial(_images, home.images, room),
            memory_service=partial(_memory_service, network=settings.network, credentials=credentials),
        )
        _record(
            engine,
            registry.settings_of,
            home,
            credentials,
            log=log,
            room=room,
            collector=collector or Collector(),
        )
        try:
            await engine.start()
            yield engine
        finally:
            await engine.aclose()


def _images(folder: Path, room: DiskRoom) -> ImageFolder:
    from roku_desktop.engine.images.folder import ImageFolder

    return ImageFolder(folder, room)


def _memory_service(
    settings: MemorySettings, *, network: NetworkSettings, credentials: Credentials
) -> MemoryService | None:
    """What finds memories beside the home itself, where the configuration names it."""
    if settings.backend == "sqlite":
        return None
    from roku_desktop.engine.memory.openviking import OpenViking

    return OpenViking(settings, network, partial(credentials.key_for, MEMORY_KEY))


@asynccontextmanager
async def open_providers(settings: EngineSettings) -> AsyncIterator[Providers]:
    """The providers alone: `doctor` asks them also where the database can't be opened."""
    from roku_desktop.engine.providers.registry import ProviderRegistry

    registry = ProviderRegistry(settings=settings, credentials=_credentials(), clock=SystemClock())
    try:
        yield registry
    finally:
        await registry.aclose()


@asynccontextmanager
async def open_watched_engine(
    home: HomePaths,
    *,
    clock: Clock | None = None,
    take_desk: Callable[[SettingsDesk], None] = lambda _desk: None,
) -> AsyncIterator[Engine]:
    """The engine of a long-lived face: it loads the configuration itself and follows its changes.

    `take_desk` is given the place where a person changes it.
    """
    clock = clock or SystemClock()
    configuration = await asyncio.to_thread(load_configuration, home)
    credentials = _credentials()
    collector = Collector()
    async with open_engine(
        home, configuration, clock=clock, credentials=credentials, collector=collector
    ) as engine:
        watcher = ConfigWatcher(
            home,
            os.environ,
            configuration,
            clock=clock,
            on_change=partial(_use, engine),
            on_problem=partial(_report, engine),
        )
        take_desk(SettingsDesk(home, os.environ, watcher, credentials, collector))
        watching = asyncio.create_task(watcher.run(), name="configuration watcher")
        try:
            yield engine
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching


def run_window(
    home: HomePaths, *, workspace: Path, wish: Wish | None = None, exit_when_ready: bool = False
) -> int:
    """Open the window and return the exit code when it has been left.

    Where a window of this home is open already, in whatever process, it fulfils the wish instead. The
    window is painted first; the engine is opened behind it, and what is wrong with the home or the
    configuration is shown in the window. Raises `ConfigurationError` where another window hangs.
    """
    wish = wish or Wish()
    from roku_desktop.ui.premises import Premises

    if exit_when_ready:  # a measurement of a start, which no other window may take over
        return _run_window(home, workspace, wish, Premises(), exit_when_ready=True)
    instance = _instance_of(home)
    if instance is None:
        return _run_window(home, workspace, wish, Premises())
    if not instance.claim_or_tell(wish):
        return 0
    from roku_desktop.last_end import LastEnd, marked
    from roku_desktop.login_start import login_start_of

    try:
        with marked(LastEnd(home.instances, home.logs)) as last_end:
            login_start = login_start_of(os.environ, *_at_login(home))
            premises = Premises(door=instance.door, login_start=login_start, last_end=last_end)
            return _run_window(home, workspace, wish, premises)
    finally:
        instance.release()


def _at_login(home: HomePaths) -> tuple[list[str], str]:
    """The command that starts this program on this home into the tray, and a name for it."""
    program = os.environ.get("APPIMAGE") or sys.executable
    frozen = bool(getattr(sys, "frozen", False))
    command = [program] if frozen else [program, "-m", "roku_desktop"]
    if home.home == Path(os.path.expanduser("~/.roku")):  # noqa: PTH111  never raises
        return [*command, "gui", "--in-tray"], "roku-desktop"
    import zlib

    name = f"roku-desktop-{zlib.crc32(os.fsencode(home.home)):08x}"
    return [*command, "--home", str(home.home), "gui", "--in-tray"], name


def _instance_of(home: HomePaths) -> SingleInstance | None:
    """None where the home can't be used: a window opens all the same, and says what is wrong with it."""
    try:
        home.create()
    except (ConfigurationError, StorageError):
        return None
    return SingleInstance(home.instances, os.environ)


def _run_window(
    home: HomePaths, workspace: Path, wish: Wish, premises: Premises, *, exit_when_ready: bool = False
) -> int:
    from roku_desktop.ui.pyside import load_pyside

    load_pyside()
    from roku_desktop.ui.application import run

    desks: list[SettingsDesk] = []
    return run(
        partial(open_watched_engine, home, take_desk=desks.append),
        desk=lambda: desks[-1] if desks else None,
        workspace=workspace,
        wish=wish,
        premises=premises,
        appearance=home.appearance,
        exit_when_ready=exit_when_ready,
        process_age_s=process_age_s,
    )


@asynccontextmanager
async def _log_in(home: HomePaths, settings: EngineSettings, room: DiskRoom) -> AsyncIterator[LogHandler]:
    """Keep a log in that home until the end of the block."""
    from roku_desktop.telemetry.logs.handler import LogHandler

    wanted = settings.telemetry
    clean = _cleaning(settings)
    log = LogHandler(home.logs, wanted.log_level, wanted.log_levels, clean, room.has_room)
    log.install()
    try:
        yield log
    finally:
        if log.is_writing:
            await asyncio.to_thread(log.remove)
        else:
            log.remove()


def _cleaning(settings: EngineSettings) -> Callable[[str], str] | None:
    """What takes keys out of captured content; None where none is captured."""
    if not settings.telemetry.capture_content:
        return None
    from roku_desktop.config.secrets import without_secrets

    return without_secrets


def _record(
    engine: Engine,
    settings_of: Callable[[str], ProviderSettings | None],
    home: HomePaths,
    credentials: Credentials,
    *,
    log: LogHandler,
    room: DiskRoom,
    collector: Collector,
) -> None:
    """Measure and trace what happens, from the first event on; only then is what does it loaded."""
    recording: Recording | None = None
    way_out: WayOut | None = None

    def hear(event: Event) -> None:
        nonlocal recording, way_out
        if recording is None:
            from roku_desktop.telemetry.recording import recording_of
            from roku_desktop.telemetry.way_out import WayOut

            recording = recording_of(
                engine,
                settings_of,
                home.traces,
                log=log,
                room=room,
                collector=collector,
                knows_tool=_knows_tool(engine.settings),
            )
            recording.keep_house(engine)
            find_key = partial(credentials.key_for, COLLECTOR_KEY)
            way_out = WayOut(recording, os.environ, home.spool, find_key)
            way_out.follow(engine.settings)
        recording.hear(event)
        if isinstance(event, ConfigReloaded) and way_out is not None:
            wanted = engine.settings.telemetry
            log.use(wanted.log_level, wanted.log_levels, _cleaning(engine.settings))
            recording.capture_as_the_log()
            room.keep_free(engine.settings.storage.min_free_mb * MIB)
            way_out.follow(engine.settings)

    async def close() -> None:
        if recording is not None:
            await recording.close()

    engine.subscribe(hear)
    engine.before_closing(close)


def _knows_tool(settings: EngineSettings) -> Callable[[str], bool]:
    """Whether there is a tool of that name; the catalogue is loaded with the first call."""

    @cache
    def catalogue() -> ToolCatalogue:
        from roku_desktop.engine.tools.catalogue import standard_catalogue

        return standard_catalogue(settings.tools)

    return lambda name: catalogue().get(name) is not None


async def _use(engine: Engine, configuration: Configuration) -> None:
    await engine.reconfigure(follow_variables(configuration.settings, os.environ), configuration.warnings)


def _report(engine: Engine, problem: ConfigurationError) -> None:
    engine.report_config_problem(str(problem))


def _credentials() -> SystemCredentials:
    from roku_desktop.credentials import SystemCredentials

    return SystemCredentials(os.environ)
