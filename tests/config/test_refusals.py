"""What is refused, warned about or kept: every sentence names the place and what is allowed."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from roku_desktop.config import Configuration, load
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.paths import HomePaths

Configured = Callable[..., Configuration]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[runtime.loop]\ninitial_step_budget = "many"',
            'runtime.loop.initial_step_budget is "many", but must be a whole number from 1 to 100_000 calls.',
        ),
        ("[runtime.loop]\ninitial_step_budget = 0", "line 2, column 23"),
        ("[runtime.loop]\ninitial_step_budget = true", "is true, but must be a whole number"),
        ("[runtime.loop]\ninitial_step_budget = 1.0", "is 1.0, but must be a whole number"),
        ("[runtime.loop]\ninitial_step_budget = 1979-05-27", "is a date or time, but"),
        ("[runtime.loop]\ninitial_step_budget = { a = 1 }", "is a table, but must be a whole number"),
        ("[runtime.loop.initial_step_budget]\na = 1", "is a table, but must be a whole number"),
        ("[runtime.loop]\ninitial_step_budget = [1]", "is a list, but"),
        ("[runtime.llm.resilience]\nidle_timeout_s = inf", "is inf, but must be a number from 0.01"),
        ("[runtime.llm.resilience]\nidle_timeout_s = nan", "is nan, but"),
        ("[runtime.llm.resilience]\nidle_timeout_s = -1", "is -1, but"),
        (
            "[runtime.llm.openai]\nresilience.max_retries = 1000",
            "line 2, column 26: runtime.llm.openai.resilience",
        ),
        ("[runtime.llm]\nprovider = 3", "line 2, column 12: runtime.llm.provider is 3, but must be text"),
        ('[runtime.llm.openai]\nfallback_models = "m"', 'is "m", but must be a list of texts'),
        (
            '[runtime.llm.openai]\nfallback_models = ["m",\n  7]',
            "line 3, column 3: runtime.llm.openai.fallback_models is 7",
        ),
        ('[runtime.llm.openai]\nfallback_models = ["m", "m"]', 'line 2, column 25: .* names "m" twice'),
        ('[runtime.llm.openai]\nfallback_models = ["m", ""]', "line 2, column 25: .* holds an empty text"),
        ('[runtime.llm.openai]\nprimary_model = "m "', "begins or ends with a space"),
        (
            '[runtime.llm.openai]\nprimary_model = "m\\u200b"',
            r"\\u200b.* contains characters that can't be seen",
        ),
        ('[runtime.llm.openai]\nkind = "smoke"', "one of openai-chat, openai-responses, anthropic, local"),
        (
            '[runtime.llm.openai]\nbase_url = "localhost:80"',
            "line 2, column 12: .* must be an address such as",
        ),
        ('[runtime.llm.openai]\nbase_url = "ftp://x"', "must be an address"),
        ('[runtime.llm.openai]\nbase_url = "http://x:port"', "must be an address"),
        ('[runtime.llm.openai]\nbase_url = "http://x?a=b"', r"must end before the '\?'"),
        (
            '[runtime.telemetry]\nlog_levels = ["engine=debug",\n  "engine.routing: debug"]',
            'line 3, column 3: .* is "engine.routing: debug", but must be .*texts .* with one of debug, ',
        ),
        ('[runtime.telemetry]\nlog_levels = ["engine=loud"]', 'line 2, column 15: .* is "engine=loud", but'),
        ('[runtime.telemetry]\nlog_levels = ["=debug"]', 'line 2, column 15: .* is "=debug", but'),
        ('[runtime.telemetry]\nlog_levels = ["x=off", "x = info"]', '.*column 24: .* gives "x" two levels'),
        ('[runtime.network]\nca_file = "ca.pem"', "must be the absolute path of a file"),
        ('[runtime.network]\nproxy = "socks5://x"', "must be an address such as"),
        ("runtime = 1", "line 1, column 11: runtime must be a table"),
        (
            "[runtime]\nloop = 1",
            r"line 2, column 8: runtime.loop is 1, but must be a table, written as \[runtime.loop\]",
        ),
        ("[[runtime.llm]]\nx = 1", "line 1, column 11: runtime.llm is a list, but must be a table"),
        ("schema_version = '1'", 'line 1, column 18: schema_version is "1", but must be a whole number'),
        ("schema_version = 0", "schema_version is 0"),
        (
            '[runtime.llm]\nprovider = "antropic"',
            'column 12: no provider is called "antropic"; there are anthropic, embedded, openai, openrouter.',
        ),
        ('[runtime.llm.pin]\nfailover = ["openai", "x"]', 'line 2, column 23: no provider is called "x"'),
        (
            '[runtime.llm]\nprovider = "openai"\npin.failover = ["openai"]',
            "line 3, column 17: openai is pinned and can't be its own failover",
        ),
        (
            '[runtime.llm.providers.lab]\nkind = "openai-chat"',
            r"the provider lab has no base_url: add it to \[runtime.llm.providers.lab\]",
        ),
        ('[runtime.llm.providers."a b"]\nprimary_model = "m"', "can't be a provider's name"),
        (
            '[runtime.llm.providers]\na-b.base_url = "http://x/v1"\na_b.base_url = "http://y/v1"',
            "line 3, column 16: the providers a-b and a_b would share one key, ROKU_A_B_API_KEY",
        ),
        ('[runtime.llm.embedded]\nbase_url = "http://x"', "the embedded model runs inside the program"),
        ('[runtime.llm.embedded]\nkind = "anthropic"', "the embedded model runs inside the program"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    configured: Configured, paths: HomePaths, text: str, sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=sentence) as refusal:
        configured(text)
    assert str(refusal.value).startswith(f"{paths.runtime_toml}, line ")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[runtime\n", "line 1, column 9: this is not valid TOML"),
        (b"[runtime.loop]\ninitial_step_budget 7\n", "line 2, column 21: this is not valid TOML"),
        (b'a = "x', "line 1, column 7"),
        (b"a = [1,\n\n", "line 1, column 8"),
        (b"a = 1\na = 2", "line 2, column 6: this key or table is set twice"),
        (b"[a]\n[a]", "line 2, column 3: this key or table is set twice"),
        (b"a = 1\r\n\r\nb = \r\n", "line 3, column 5"),
        (b"\xef\xbb\xbfa = \n", "line 1, column 5"),
        (b"ok = 1\na = \x00\n", "line 2, column 5"),
        ("ok = 1\nä = 'ü".encode() + b"\xff'", "line 2, column 7: the byte here is not UTF-8"),
        ("a = 1".encode("utf-16"), "UTF-16: save it as UTF-8"),
        (
            rb"[runtime.network]" + b"\n" + rb'ca_file = "C:\Users\me\ca.pem"',
            "line 2, .*write a Windows path in 'single quotes'",
        ),
        (b"x = " + b"[" * 5_000, "nested too deeply"),
        (b"x = " + b"1" * 5_000, "too many digits"),
        (b"#" * 300_000, "holds 300000 bytes"),
    ],
)
def test_a_broken_file_is_refused_with_line_and_column(
    configured: Configured, content: bytes, sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=sentence) as refusal:
        configured(content)
    assert "runtime.toml" in str(refusal.value)


def test_a_folder_in_place_of_the_file_is_explained(paths: HomePaths) -> None:
    paths.runtime_toml.mkdir()
    with pytest.raises(ConfigurationError, match=r"runtime\.toml is a folder"):
        load(paths, {})


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
def test_a_pipe_in_place_of_the_file_is_refused_without_waiting_for_it(paths: HomePaths) -> None:
    os.mkfifo(paths.runtime_toml)
    with pytest.raises(ConfigurationError, match="not an ordinary file"):
        load(paths, {})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_explained(paths: HomePaths) -> None:
    paths.runtime_toml.touch(0o000)
    with pytest.raises(ConfigurationError, match=r"can't be read \(Permission denied\)"):
        load(paths, {})


@pytest.mark.skipif(os.name != "posix", reason="links without rights of their own")
def test_a_link_to_itself_is_explained(paths: HomePaths) -> None:
    paths.runtime_toml.symlink_to(paths.runtime_toml)
    with pytest.raises(ConfigurationError, match="can't be read"):
        load(paths, {})


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        (
            "[runtime.loop]\ninitial_step_buget = 1",
            "runtime.loop.initial_step_buget",
            "Did you mean initial_step_budget?",
        ),
        ("[runtime.lopo]\na = 1\nb = 2", "runtime.lopo", "Did you mean loop?"),
        ("[runtime.llm.anthropik]\nkind = 1", "runtime.llm.anthropik", "Did you mean anthropic?"),
        ('[runtime.llm.openai]\n\nbase_ulr = "x"', "runtime.llm.openai.base_ulr", "Did you mean base_url?"),
        ("[runtime.llm.mylab]\nx = 1", "runtime.llm.mylab", r"[runtime.llm.providers.mylab]"),
        ("[runtime.llm]\nmax_retries = 1", "runtime.llm.max_retries", "runtime.llm.resilience.max_retries"),
        ("[runtime.quantum.x]\ny = 1", "runtime.quantum", ""),
        ("[loop]\ninitial_step_budget = 1", "loop", "Did you mean [runtime.loop]?"),
        ('"a b\\n" = 1', '"a b\\n"', ""),
    ],
)
def test_an_unknown_key_is_kept_and_warned_about(
    configured: Configured, paths: HomePaths, text: str, key: str, hint: str
) -> None:
    configuration = configured(text)
    assert [unknown.key for unknown in configuration.unknown] == [key]
    line = 3 if "\n\n" in text else 2 if text.startswith(("[runtime.loop", "[runtime.llm]")) else 1
    assert configuration.unknown[0].where == f"{paths.runtime_toml}:{line}"
    (warning,) = configuration.warnings
    assert warning.startswith(f"{paths.runtime_toml}:{line}: {key} is not a key of this version")
    assert hint in warning


def test_an_unknown_variable_is_warned_about(paths: HomePaths) -> None:
    configuration = load(paths, {"ROKU_RUNTIME__LOOP__STEP_BUDGETS": "5"})
    (warning,) = configuration.warnings
    assert warning.startswith("ROKU_RUNTIME__LOOP__STEP_BUDGETS is not a key of this version")
    assert "initial_step_budget" in warning


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "ROKU_RUNTIME__LOOP__INITIAL_STEP_BUDGET",
            "five",
            'INITIAL_STEP_BUDGET: .* is "five", but must be a whole',
        ),
        ("ROKU_RUNTIME__LOOP__INITIAL_STEP_BUDGET", "٥", "must be a whole number"),
        ("ROKU_RUNTIME__LOOP__INITIAL_STEP_BUDGET", "9" * 5_000, "must be a whole number"),
        ("ROKU_RUNTIME__LLM__RESILIENCE__IDLE_TIMEOUT_S", "nan", "must be a number"),
        ("ROKU_RUNTIME__LLM__RESILIENCE__IDLE_TIMEOUT_S", "1e999", "must be a number"),
        ("ROKU_RUNTIME__LLM__PROVIDER", "nobody", "no provider is called"),
        ("ROKU_RUNTIME__LLM__OPENAI__FALLBACK_MODELS", "[a", "is no list"),
        ("ROKU_RUNTIME__LLM", "x", "names a whole section"),
        ("ROKU_RUNTIME__LLM____PROVIDER", "x", "is no complete name"),
        ("ROKU_RUNTIME__", "x", "is no complete name"),
    ],
)
def test_a_wrong_variable_is_refused_by_name(
    paths: HomePaths, variable: str, value: str, sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=sentence) as refusal:
        load(paths, {variable: value})
    assert variable in str(refusal.value)


def test_two_variables_for_one_key_are_refused(paths: HomePaths) -> None:
    with pytest.raises(ConfigurationError, match="set the same key"):
        load(paths, {"ROKU_RUNTIME__LLM__PROVIDER": "openai", "roku_runtime__llm__provider": "anthropic"})


def test_a_newer_file_is_used_and_both_versions_are_named(configured: Configured) -> None:
    configuration = configured("schema_version = 7\n[runtime.loop]\ninitial_step_budget = 3")
    assert configuration.settings.loop.initial_step_budget == 3
    (warning,) = configuration.warnings
    assert "schema_version 7" in warning
    assert "knows 1" in warning


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('[runtime.llm.anthropic]\nbase_url = "http://127.0.0.1/v1"', "adds /v1/messages itself"),
        ('[runtime.llm.openai]\nbase_url = "http://x/v1/chat/completions"', "ends too late"),
        ('[runtime.llm.pin]\nfailover = ["openai"]', "no provider is pinned"),
        (
            '[runtime.llm]\npin.failover = ["openai"]\nprovider = "anthropic"\nopenai.risk_tier = "denied"',
            "openai can't stand in for others, because its risk_tier is denied",
        ),
    ],
)
def test_an_unlikely_setting_is_taken_and_warned_about(
    configured: Configured, text: str, advice: str
) -> None:
    (warning,) = configured(text).warnings
    assert advice in warning
    assert "runtime.toml:2" in warning
