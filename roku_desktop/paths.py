"""Where everything lies: the home folder with its layout, the configuration file, bundled resources.

Owns the names inside ROKU_HOME and the rights on its folders (0700). Doesn't own what is written
there: `storage/` and `telemetry/` do. Called by `app.py` and by every command of `cli/`.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from roku_desktop.engine.errors import ConfigurationError, StorageError, StorageFullError
from roku_desktop.engine.sentences import said

HOME_VARIABLE = "ROKU_HOME"
CONFIG_VARIABLE = "ROKU_RUNTIME_CONFIG_PATH"
FOLDER_MODE = 0o700


class HomePaths(msgspec.Struct, frozen=True, kw_only=True):
    """The layout of one home. Nothing exists on disk before `create`.

    `config_named_by` is `--config` or `ROKU_RUNTIME_CONFIG_PATH` where a person named the
    configuration file: then it must exist. Empty = the home's own file, which may be absent.
    """

    home: Path
    runtime_toml: Path
    config_named_by: str = ""

    @classmethod
    def locate(
        cls, environ: Mapping[str, str], *, home: str | None = None, config: str | None = None
    ) -> HomePaths:
        """Find the home: `home` (--home), else ROKU_HOME, else ~/.roku; the file likewise.

        What stands on a command line may be relative to the working directory; a variable may not,
        because it outlives the directory. Raises `ConfigurationError`.
        """
        folder = _argument(home, "--home") or _variable(environ, HOME_VARIABLE) or _default_home()
        named_file = _argument(config, "--config") or _variable(environ, CONFIG_VARIABLE)
        return cls(
            home=folder,
            runtime_toml=named_file or folder / "runtime.toml",
            config_named_by=("--config" if config else CONFIG_VARIABLE) if named_file else "",
        )

    @property
    def database(self) -> Path:
        return self.home / "roku.db"

    @property
    def appearance(self) -> Path:
        """How the window is wanted to look; there once something was chosen."""
        return self.home / "appearance.json"

    @property
    def traces(self) -> Path:
        return self.home / "traces"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def snapshots(self) -> Path:
        return self.home / "snapshots"

    @property
    def tool_output(self) -> Path:
        return self.home / "tool_output"

    @property
    def images(self) -> Path:
        """What people attached to their prompts, a folder for each session."""
        return self.home / "images"

    @property
    def spool(self) -> Path:
        """What waits for a collector; made when the first thing does."""
        return self.home / "spool"

    @property
    def instances(self) -> Path:
        return self.home / "instances"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders inside the home, all created by `create`."""
        return (self.traces, self.logs, self.snapshots, self.tool_output, self.images, self.instances)

    def create(self) -> None:
        """Make the home and its folders, readable by their owner alone; safe to repeat.

        An existing folder with other things in it (`--home ~`) keeps its rights. Raises
        `ConfigurationError` where the home can't be a folder, `StorageError` where it can't be written.
        """
        try:
            self._create()
        except (FileExistsError, NotADirectoryError) as error:
            raise ConfigurationError(_not_a_folder(self.home, error.filename)) from None
        except OSError as error:
            raise _unusable(self.home, error) from None

    def _create(self) -> None:
        self.home.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        ours = self._is_ours()
        for folder in (self.home, *self.folders):
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            if ours:
                _restrict(folder)
        # A folder that can't be written would otherwise fail much later, inside SQLite.
        if os.name == "posix" and not os.access(self.home, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "not writable", str(self.home))

    def _is_ours(self) -> bool:
        """Whether the home is new or already used by the program, so that its rights may be narrowed."""
        with os.scandir(self.home) as entries:
            names = {entry.name for entry in entries}
        own = {
            self.database.name,
            "runtime.toml",
            self.appearance.name,
            *(folder.name for folder in self.folders),
        }
        return self.database.name in names or names <= own


def resource_path(name: str) -> Path:
    """Return the path of a bundled resource such as "icons/roku.svg".

    Looks where a frozen program unpacks, then in the installed package, then in the checkout.
    Raises `FileNotFoundError`: a resource that isn't there is a fault of the package, not of a person.
    """
    for folder in resource_folders():
        candidate = folder / name
        if candidate.exists():
            return candidate
    raise FileNotFoundError(errno.ENOENT, "no such bundled resource", name)


def resource_folders() -> tuple[Path, ...]:
    """The folders that may hold bundled resources, best first."""
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's loader
    unpacked = (Path(frozen) / "roku_desktop" / "resources", Path(frozen) / "resources") if frozen else ()
    return (*unpacked, package / "resources", package.parent / "resources")


def _argument(text: str | None, option: str) -> Path | None:
    if text is None:
        return None
    if not text.strip():
        raise ConfigurationError(said("{option} is empty: name a path.", option=option))
    return Path(os.path.abspath(_expanded(text, option)))  # noqa: PTH100  # keeps symlinks as they were typed


def _variable(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name, "")
    if not text.strip():
        return None
    path = _expanded(text, name)
    if not path.is_absolute():
        raise ConfigurationError(
            said(
                "{name} is the relative path '{text}': write an absolute one, the same from everywhere.",
                name=name,
                text=text,
            )
        )
    return path


def _expanded(text: str, origin: str) -> Path:
    if "\0" in text:
        raise ConfigurationError(said("{origin} contains a NUL character, which no path can.", origin=origin))
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigurationError(
            said(
                "{origin} is '{text}', but that person's home folder isn't known: write the whole path.",
                origin=origin,
                text=text,
            )
        ) from None


def _default_home() -> Path:
    try:
        return Path.home() / ".roku"
    except RuntimeError:
        raise ConfigurationError(
            said(
                "Your home folder isn't known: set {variable} or use --home to say where to keep things.",
                variable=HOME_VARIABLE,
            )
        ) from None


def _restrict(folder: Path) -> None:
    """Narrow a folder to its owner. On Windows the rights come from the person's profile folder."""
    if os.name != "posix":
        return
    status = folder.stat()
    if status.st_mode & 0o077 and status.st_uid == os.geteuid():
        folder.chmod(FOLDER_MODE)


def _not_a_folder(home: Path, culprit: str | None) -> str:
    which = culprit or str(home)
    if Path(which) == home:
        return said(
            "The home {home} is a file, not a folder: move it away, or choose another home with --home.",
            home=home,
        )
    return said(
        "The home {home} can't be made, because {which} is a file: choose another home with --home.",
        home=home,
        which=which,
    )


def _unusable(home: Path, error: OSError) -> StorageError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
        return StorageFullError(said("There is no space left for the home folder {home}.", home=home))
    reason = error.strerror or type(error).__name__
    return StorageError(
        said(
            "The home folder {home} can't be written ({reason}): correct its rights, or choose another home "
            "with --home.",
            home=home,
            reason=reason,
        )
    )
