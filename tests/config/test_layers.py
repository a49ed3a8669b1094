"""Four layers: defaults, file, environment, hard caps; and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from roku_desktop.config import Configuration, load
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.engine.settings import EngineSettings, Pin
from roku_desktop.paths import HomePaths

Configured = Callable[..., Configuration]

EXAMPLE = """\
schema_version = 1
[runtime.llm]
provider = "anthropic"                 # pinned: a person can't switch
[runtime.llm.pin]
failover = ["openrouter"]              # what the system may fail over to while pinned; default none
[runtime.llm.resilience]
max_retries = 5
initial_backoff_ms = 200
max_backoff_ms = 30000
failure_threshold = 4
cooldown_ms = 30000
idle_timeout_s = 60
[runtime.llm.anthropic]
primary_model = "claude-sonnet-4-6"
fallback_models = ["claude-haiku-4-5"]
base_url = "http://127.0.0.1:8000"
[runtime.llm.providers.mylab]          # any further OpenAI-compatible service
kind = "openai-chat"
base_url = "http://127.0.0.1:9000/v1"
primary_model = "qwen3"
"""


def test_without_a_file_the_defaults_hold(paths: HomePaths) -> None:
    configuration = load(paths, {})
    assert not configuration.file_found
    assert configuration.warnings == ()
    settings = configuration.settings
    assert (settings.loop, settings.tools, settings.memory) == (
        EngineSettings().loop,
        EngineSettings().tools,
        EngineSettings().memory,
    )
    assert list(settings.llm.providers) == ["anthropic", "openai", "openrouter", "embedded"]
    assert not any(provider.configured for provider in settings.llm.providers.values())
    assert {row.source for row in configuration.explain()} == {"default"}


def test_the_documented_example_is_understood(configured: Configured, paths: HomePaths) -> None:
    configuration = configured(EXAMPLE)
    llm = configuration.settings.llm
    assert configuration.warnings == ()
    assert llm.pin == Pin(provider="anthropic", source=f"{paths.runtime_toml}:3", failover=("openrouter",))
    assert list(llm.providers) == ["anthropic", "mylab", "openai", "openrouter", "embedded"]
    anthropic, mylab = llm.providers["anthropic"], llm.providers["mylab"]
    assert (anthropic.kind, anthropic.base_url) == ("anthropic", "http://127.0.0.1:8000")
    assert (anthropic.primary_model, anthropic.fallback_models) == (
        "claude-sonnet-4-6",
        ("claude-haiku-4-5",),
    )
    assert (mylab.kind, mylab.base_url) == ("openai-chat", "http://127.0.0.1:9000/v1")
    assert mylab.primary_model == "qwen3"
    assert [name for name, provider in llm.providers.items() if provider.configured] == [
        "anthropic",
        "mylab",
        "openrouter",
    ]
    assert str(configuration.source_of("runtime.llm.anthropic.base_url")) == f"{paths.runtime_toml}:16"


def test_a_built_in_vendor_works_with_nothing_but_its_name(configured: Configured) -> None:
    llm = configured('[runtime.llm]\nprovider = "openai"').settings.llm
    openai = llm.providers["openai"]
    assert llm.pin
    assert openai.configured
    assert openai.needs_key
    assert openai.base_url == "https://api.openai.com/v1"
    assert openai.primary_model


def test_whoever_is_never_to_stand_in_is_no_failover_of_the_pin(configured: Configured) -> None:
    llm = configured(
        'runtime.llm.provider = "anthropic"\nruntime.llm.pin.failover = ["openai", "openrouter"]\n'
        'runtime.llm.openai.risk_tier = "denied"'
    ).settings.llm
    assert llm.pin
    assert llm.pin.failover == ("openrouter",)


def test_default_models_are_in_the_price_list(paths: HomePaths) -> None:
    from genai_prices import Usage, calc_price

    providers = load(paths, {}).settings.llm.providers
    for name in ("anthropic", "openai", "openrouter"):
        usage = Usage(input_tokens=1_000, output_tokens=1_000)
        assert calc_price(usage, providers[name].primary_model, provider_id=name).total_price > 0


def test_only_a_vendor_at_its_own_address_is_sure_to_need_a_key(configured: Configured) -> None:
    def needs_key(text: str, name: str) -> bool:
        return configured(text).settings.llm.providers[name].needs_key

    assert needs_key("", "anthropic")
    assert needs_key('[runtime.llm.anthropic]\nbase_url = "https://api.anthropic.com/"', "anthropic")
    assert not needs_key('[runtime.llm.anthropic]\nbase_url = "http://127.0.0.1:8000"', "anthropic")
    assert not needs_key('[runtime.llm.providers.x]\nbase_url = "http://127.0.0.1:1/v1"', "x")
    assert not needs_key("", "embedded")


def test_a_vendor_may_also_stand_under_providers(configured: Configured) -> None:
    configuration = configured('[runtime.llm.providers.openai]\nprimary_model = "m"')
    assert configuration.settings.llm.providers["openai"].primary_model == "m"
    assert configuration.settings.llm.providers["openai"].kind == "openai-chat"


def test_the_same_key_in_two_places_is_refused_with_both(configured: Configured) -> None:
    text = '[runtime.llm.openai]\nprimary_model = "a"\n[runtime.llm.providers.openai]\nprimary_model = "b"'
    with pytest.raises(ConfigurationError, match=r"line 4, column 17: .*set twice.*runtime\.toml:2"):
        configured(text)


def test_providers_keep_the_order_of_the_file(configured: Configured) -> None:
    text = """
[runtime.llm.providers.b]
base_url = "http://127.0.0.1:1/v1"
[runtime.llm.openrouter]
[runtime.llm.providers.a]
base_url = "http://127.0.0.1:2/v1"
"""
    names = list(configured(text).settings.llm.providers)
    assert names == ["b", "openrouter", "a", "anthropic", "openai", "embedded"]


def test_resilience_holds_for_all_and_each_provider_may_differ(configured: Configured) -> None:
    text = """
[runtime.llm.resilience]
max_retries = 2
idle_timeout_s = 7
[runtime.llm.openai.resilience]
max_retries = 9
[runtime.llm.providers.lab]
base_url = "http://127.0.0.1:1/v1"
resilience = { idle_timeout_s = 0.5 }
"""
    configuration = configured(text)
    providers = configuration.settings.llm.providers
    figures = {
        name: (each.resilience.max_retries, each.resilience.idle_timeout_s)
        for name, each in providers.items()
    }
    assert figures == {
        "openai": (9, 7.0),
        "lab": (2, 0.5),
        "anthropic": (2, 7.0),
        "openrouter": (2, 7.0),
        "embedded": (2, 7.0),
    }
    keys = [
        row.key for row in configuration.explain() if ".resilience." in row.key and row.source != "default"
    ]
    assert "runtime.llm.openai.resilience.max_retries" in keys
    assert "runtime.llm.providers.lab.resilience.idle_timeout_s" in keys


def test_what_runs_on_this_computer_is_given_more_time_unless_the_file_says_otherwise(
    configured: Configured,
) -> None:
    text = """
[runtime.llm.resilience]
stream_timeout_s = 9
[runtime.llm.providers.here]
base_url = "http://localhost:1/v1"
[runtime.llm.providers.found]
kind = "local"
resilience = { idle_timeout_s = 1 }
[runtime.llm.providers.there]
base_url = "http://gpu.example/v1"
"""
    llm = configured(text).settings.llm
    figures = {
        name: (each.resilience.first_byte_timeout_s, each.resilience.idle_timeout_s)
        for name, each in llm.providers.items()
        if name not in {"openai", "openrouter"}
    }
    assert figures == {
        "here": (600, 300),
        "found": (600, 1),
        "there": (120, 60),
        "anthropic": (120, 60),
        "embedded": (600, 300),
    }
    assert {each.resilience.stream_timeout_s for each in llm.providers.values()} == {9}
    assert llm.local_resilience == llm.providers["embedded"].resilience


def test_every_section_reaches_its_struct(configured: Configured) -> None:
    text = """
[runtime]
loop = { initial_step_budget = 7, initial_recovery_budget = 0 }
tools.max_dir_entries = 3
[runtime.llm]
thinking_budget_tokens = 2048
[runtime.memory]
recall_top_k = 9
[runtime.context]
window_tokens = 200_000
[runtime.network]
proxy = "http://proxy.example:3128"
[runtime.storage]
run_detail_ttl_days = 0.5
"""
    settings = configured(text).settings
    assert settings.loop.initial_step_budget == 7
    assert settings.loop.initial_recovery_budget == 0
    assert settings.tools.max_dir_entries == 3
    assert settings.llm.thinking_budget_tokens == 2048
    assert settings.memory.recall_top_k == 9
    assert settings.context.window_tokens == 200_000
    assert settings.network.proxy == "http://proxy.example:3128"
    assert settings.storage.run_detail_ttl_days == 0.5


def test_the_environment_wins_over_the_file(configured: Configured) -> None:
    configuration = configured(
        EXAMPLE,
        ROKU_RUNTIME__LLM__PROVIDER="mylab",
        ROKU_RUNTIME__LLM__PROVIDERS__MYLAB__BASE_URL="http://127.0.0.1:1/v1",
        ROKU_RUNTIME__LLM__ANTHROPIC__FALLBACK_MODELS="a, b",
        ROKU_RUNTIME__LLM__RESILIENCE__IDLE_TIMEOUT_S="1.5",
        roku_runtime__loop__Initial_Step_Budget="1_0",
        ROKU_RUNTIME__LLM__PIN__FAILOVER="['openai']",
    )
    settings = configuration.settings
    assert settings.llm.pin == Pin(
        provider="mylab", source="ROKU_RUNTIME__LLM__PROVIDER", failover=("openai",)
    )
    assert settings.llm.providers["mylab"].base_url == "http://127.0.0.1:1/v1"
    assert settings.llm.providers["mylab"].primary_model == "qwen3"
    assert settings.llm.providers["anthropic"].fallback_models == ("a", "b")
    assert settings.llm.providers["anthropic"].resilience.idle_timeout_s == 1.5
    assert settings.loop.initial_step_budget == 10
    assert (
        str(configuration.source_of("runtime.loop.initial_step_budget"))
        == "roku_runtime__loop__Initial_Step_Budget"
    )


def test_variables_find_providers_whose_names_they_cannot_spell(configured: Configured) -> None:
    text = '[runtime.llm.providers.My-Lab]\nbase_url = "http://127.0.0.1:1/v1"'
    settings = configured(text, ROKU_RUNTIME__LLM__PROVIDERS__MY_LAB__PRIMARY_MODEL="m").settings
    assert settings.llm.providers["My-Lab"].primary_model == "m"
    assert "my_lab" not in settings.llm.providers


def test_a_provider_may_come_from_the_environment_alone(paths: HomePaths) -> None:
    settings = load(
        paths,
        {
            "ROKU_RUNTIME__LLM__PROVIDERS__LAB__BASE_URL": "http://127.0.0.1:1/v1",
            "ROKU_RUNTIME__LLM__PROVIDER": "lab",
        },
    ).settings
    assert settings.llm.providers["lab"].configured
    assert settings.llm.pin
    assert settings.llm.pin.provider == "lab"


def test_an_empty_variable_counts_as_not_set(configured: Configured) -> None:
    assert configured(EXAMPLE, ROKU_RUNTIME__LLM__PROVIDER=" ").settings.llm.pin


@pytest.mark.parametrize(
    ("key", "asked", "cap"),
    [
        ("tools.default_max_bytes", 10**9, 256 * 1024),
        ("memory.recall_top_k", 65, 64),
        ("memory.write_batch_size", 10**6, 256),
        ("context.window_tokens", 2_000_001, 2_000_000),
        ("llm.openai.context_window_tokens", 10**12, 2_000_000),
    ],
)
def test_hard_caps_hold_and_are_reported(configured: Configured, key: str, asked: int, cap: int) -> None:
    variable = "ROKU_RUNTIME__" + key.upper().replace(".", "__")
    for configuration in (configured(f"runtime.{key} = {asked}"), configured("", **{variable: str(asked)})):
        row = next(row for row in configuration.explain() if row.key == f"runtime.{key}")
        assert row.value == cap
        assert f"cut from {asked} to the hard cap {cap}" in row.source
        assert any(
            f"runtime.{key} was cut from {asked} to {cap}" in warning for warning in configuration.warnings
        )


def test_the_changed_keys_of_two_configurations_are_named(configured: Configured) -> None:
    before = configured(EXAMPLE)
    after = configured(EXAMPLE.replace('"qwen3"', '"qwen4"') + "[runtime.loop]\ninitial_step_budget = 1")
    assert before.changed_keys(after) == (
        "runtime.llm.providers.mylab.primary_model",
        "runtime.loop.initial_step_budget",
    )


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    for paths in (
        HomePaths.locate({"ROKU_RUNTIME_CONFIG_PATH": str(missing)}, home=str(tmp_path)),
        HomePaths.locate({}, home=str(tmp_path), config=str(missing)),
    ):
        with pytest.raises(
            ConfigurationError, match=r"names the configuration file .*missing\.toml, which doesn't"
        ):
            load(paths, {})


@pytest.mark.skipif(os.name != "posix", reason="the name of the null device")
def test_the_null_device_means_no_configuration(tmp_path: Path) -> None:
    paths = HomePaths.locate({}, home=str(tmp_path), config=os.devnull)
    assert load(paths, {}).settings == load(HomePaths.locate({}, home=str(tmp_path)), {}).settings


def test_a_windows_file_is_read(configured: Configured, paths: HomePaths) -> None:
    text = b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode()
    pin = configured(text).settings.llm.pin
    assert pin
    assert pin.source == f"{paths.runtime_toml}:3"


def test_a_ca_file_may_lie_in_the_persons_home(configured: Configured, home: Path) -> None:
    network = configured('[runtime.network]\nca_file = "~/ca.pem"').settings.network
    assert network.ca_file == str(home / "ca.pem")
