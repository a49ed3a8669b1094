"""The four layers in order: defaults, `runtime.toml`, environment, hard caps.

Owns the order and the version of the file. Called through `roku_desktop.config`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from roku_desktop.config import environment
from roku_desktop.config.build import build_settings, decode_all, merge, rows_and_sources
from roku_desktop.config.configuration import Configuration, Source
from roku_desktop.config.entries import Entry, shown
from roku_desktop.config.file import Document, entries, parse, read_bytes
from roku_desktop.config.providers import warnings_about
from roku_desktop.config.schema import SCHEMA_VERSION
from roku_desktop.config.unknown import sentence, unique, unknown_top_level
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.paths import HomePaths


def load(paths: HomePaths, environ: Mapping[str, str]) -> Configuration:
    """Read the configuration of a home. Blocks for one small file: about 1 ms.

    Raises `ConfigurationError`: a sentence with file, line and column, or with the variable. A file
    that a person named must exist; the home's own may be absent.
    """
    content = read_bytes(paths.runtime_toml)
    if content is None and paths.config_named_by:
        raise ConfigurationError(
            f"{paths.config_named_by} names the configuration file {paths.runtime_toml}, which doesn't exist."
        )
    return load_content(paths.runtime_toml, content, environ)


def load_content(file: Path, content: bytes | None, environ: Mapping[str, str]) -> Configuration:
    """Build the configuration from the bytes of `file`; None = there is no file."""
    document = None if content is None else parse(file, content)
    from_file = entries(document) if document else []
    from_environment = environment.entries(environ, _provider_names(from_file))
    merged = merge(from_file, from_environment)
    decoded = decode_all(merged)
    settings = build_settings(decoded)
    unknown = unique([*(unknown_top_level(document) if document else []), *decoded.unknown])
    rows, sources = rows_and_sources(settings, decoded)
    return Configuration(
        settings=settings,
        file=file,
        file_found=content is not None,
        rows=rows,
        sources=sources,
        unknown=unknown,
        warnings=(
            *_version_warnings(document),
            *(sentence(key) for key in unknown),
            *_clamp_warnings(sources),
            *warnings_about(settings.llm, merged),
        ),
    )


def schema_version(document: Document) -> int:
    """Return the version a file was written for; 0 = it doesn't say. Raises `ConfigurationError`."""
    version = document.tree.get("schema_version", 0)
    if (
        isinstance(version, bool)
        or not isinstance(version, int)
        or ("schema_version" in document.tree and version < 1)
    ):
        raise ConfigurationError(
            f"{document.place(('schema_version',), of_value=True)}: schema_version is {shown(version)}, "
            f"but must be a whole number such as {SCHEMA_VERSION}."
        )
    return version


def _version_warnings(document: Document | None) -> list[str]:
    version = schema_version(document) if document else 0
    if document is None or version <= SCHEMA_VERSION:
        return []
    where = document.where(("schema_version",))
    return [
        f"{where}: the file has schema_version {shown(version)}, this program knows {SCHEMA_VERSION} at most."
    ]


def _clamp_warnings(sources: Mapping[str, Source]) -> list[str]:
    return [
        f"{source.where}: {key} was cut from {shown(source.clamped_from)} to {source.clamped_to}, "
        "a limit that no configuration can exceed."
        for key, source in sources.items()
        if source.clamped_from is not None
    ]


def _provider_names(from_file: list[Entry]) -> list[str]:
    return [
        entry.path[2] for entry in from_file if entry.path[:2] == ("llm", "providers") and len(entry.path) > 2
    ]
