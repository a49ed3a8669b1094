"""What holds for every file and every environment, whatever stands there."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from roku_desktop.config import Configuration, migrate
from roku_desktop.config.layers import load_content
from roku_desktop.config.schema import KEYS
from roku_desktop.engine import settings as engine
from roku_desktop.engine.errors import ConfigurationError

FILE = Path("/nowhere/runtime.toml")

# The machine may be busy: no example is judged by its time.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

names = st.one_of(
    st.sampled_from(sorted({segment for path in KEYS for segment in path if segment != "*"})),
    st.sampled_from(
        [
            "runtime",
            "anthropic",
            "openai",
            "embedded",
            "mylab",
            "schema_version",
            "x",
            "",
            "a b",
            "ä.\n\u202e",
        ]
    ),
    st.text(max_size=4),
)
scalars = st.one_of(
    st.integers(-(2**70), 2**70),
    st.integers(0, 300),
    st.floats(),
    st.booleans(),
    st.text(max_size=8),
    st.sampled_from(
        ["anthropic", "openai", "mylab", "openai-chat", "local", "http://127.0.0.1:1/v1", "http://[", "/x"]
    ),
    st.dates(),
    st.datetimes(),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)
tables = st.recursive(
    st.dictionaries(names, values, max_size=4),
    lambda inner: st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
documents = st.one_of(
    tables,
    st.builds(lambda table: {"runtime": table}, tables),
    st.builds(lambda table: {"runtime": {"llm": table}}, tables),
    st.builds(lambda table: {"runtime": {"llm": {"providers": {"mylab": table}}}}, tables),
)


def toml(document: dict[str, Any]) -> bytes:
    """Write the document with inline tables only: that form can nest everything."""
    return "".join(f"{text(key)} = {written(value)}\n" for key, value in document.items()).encode()


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(key)} = {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return text(value)
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def text(value: str) -> str:
    return '"' + "".join(char if char.isalnum() else f"\\U{ord(char):08x}" for char in value) + '"'


def attempt(content: bytes, environ: dict[str, str] | None = None) -> Configuration | None:
    try:
        return load_content(FILE, content, environ or {})
    except ConfigurationError as error:
        sentence = str(error)
        assert sentence.isprintable()
        assert str(FILE) in sentence or "variable" in sentence or "ROKU" in sentence
        return None


def assert_within_caps(configuration: Configuration) -> None:
    given_settings = configuration.settings
    assert given_settings.tools.default_max_bytes <= engine.HARD_MAX_READ_BYTES
    assert given_settings.memory.recall_top_k <= engine.HARD_MAX_MEMORY_RECALL_TOP_K
    assert given_settings.memory.write_batch_size <= engine.HARD_MAX_MEMORY_WRITE_BATCH_SIZE
    assert given_settings.context.window_tokens <= engine.HARD_MAX_CONTEXT_WINDOW_TOKENS
    for provider in given_settings.llm.providers.values():
        assert (provider.context_window_tokens or 0) <= engine.HARD_MAX_CONTEXT_WINDOW_TOKENS


def assert_typed(configuration: Configuration) -> None:
    """The settings are exactly what their annotations say, down to the last field."""
    plain = msgspec.to_builtins(configuration.settings)
    assert msgspec.convert(plain, engine.EngineSettings) == configuration.settings


@patient
@given(documents)
def test_no_document_crashes_and_what_is_taken_is_typed_and_within_the_caps(document: dict[str, Any]) -> None:
    configuration = attempt(toml(document))
    if configuration:
        assert_within_caps(configuration)
        assert_typed(configuration)
        assert all(warning.isprintable() for warning in configuration.warnings)


@patient
@given(st.binary(max_size=200))
def test_no_bytes_crash(content: bytes) -> None:
    attempt(content)


@patient
@given(st.text("[]{}=\"'.#\\\n,a1_- \r\t\u2028", max_size=30))
def test_no_punctuation_crashes(content: str) -> None:
    attempt(content.encode())


def path_of(pattern: tuple[str, ...], provider: str) -> tuple[str, ...]:
    return tuple(provider if segment == "*" else segment for segment in pattern)


@patient
@given(st.sampled_from(sorted(KEYS)), scalars, st.booleans())
def test_a_known_key_is_taken_as_it_is_or_cut_with_a_warning_or_refused(
    pattern: tuple[str, ...], value: Any, from_environment: bool
) -> None:
    assume(not (from_environment and (not isinstance(value, int | str) or isinstance(value, bool))))
    assume(not (isinstance(value, str) and ("\0" in value or not value.strip() or value != value.strip())))
    path = path_of(pattern, "openai")
    document: Any = value
    for segment in reversed(("runtime", *path)):
        document = {segment: document}
    variable = "ROKU_RUNTIME__" + "__".join(path).upper()
    configuration = attempt(b"", {variable: str(value)}) if from_environment else attempt(toml(document))
    if configuration is None:
        return
    key = "runtime." + ".".join(path).replace("llm.providers.openai", "llm.openai")
    (row,) = [row for row in configuration.explain() if row.key == key]
    source = configuration.source_of(key)
    assert source.layer == ("environment" if from_environment else "file")
    if source.clamped_from is not None:
        hard_cap = KEYS[pattern].hard_cap
        assert hard_cap is not None
        assert row.value == source.clamped_to == hard_cap
        assert source.clamped_from > hard_cap
        assert any("was cut from" in warning for warning in configuration.warnings)
    elif KEYS[pattern].shape in ("texts", "levels"):
        assert row.value == [part.strip() for part in str(value).split(",") if part.strip()]
    elif not (isinstance(value, str) and (value == "" or row.value == str(value))):
        assert (
            str(row.value) == str(value) or row.value == value or float(str(row.value)) == float(str(value))
        )


whole_keys = st.sampled_from(
    [path for path in sorted(KEYS) if KEYS[path].shape == "integer" and "*" not in path]
)


@patient
@given(whole_keys, st.data())
def test_the_environment_wins_over_the_file(path: tuple[str, ...], data: st.DataObject) -> None:
    bounds = st.integers(int(KEYS[path].lower or 0), int(KEYS[path].upper or 0))
    in_file, in_environment = data.draw(bounds), data.draw(bounds)
    content = f"runtime.{'.'.join(path)} = {in_file}".encode()
    configuration = attempt(content, {"ROKU_RUNTIME__" + "__".join(path).upper(): str(in_environment)})
    assert configuration
    rows = {row.key: row.value for row in configuration.explain()}
    assert rows["runtime." + ".".join(path)] == in_environment


@settings(patient, max_examples=40)
@given(tables)
def test_migration_loses_no_key(table: dict[str, Any]) -> None:
    table.pop("schema_version", None)
    content = toml(table)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "runtime.toml"
        file.write_bytes(content)
        try:
            done = migrate(file)
        except ConfigurationError:  # a generated name looked like a secret
            assert file.read_bytes() == content
            return
        assert done.backup
        assert done.backup.read_bytes() == content
        after = tomllib.loads(file.read_bytes().decode())
        assert after.pop("schema_version") == 1
        assert repr(after) == repr(tomllib.loads(content.decode()))
