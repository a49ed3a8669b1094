"""Secrets never stand in the configuration, and a refused one is never repeated (promise 16)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roku_desktop.config import Configuration, load
from roku_desktop.config.schema import KEYS
from roku_desktop.config.secrets import is_secret_name, is_secret_value, without_secrets
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.paths import HomePaths

Configured = Callable[..., Configuration]

CANARY = "sk-canary-4f1d6c2a9b"


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ('[runtime.llm.anthropic]\napi_key = "hunter2hunter2"', "line 2, column 1", "ROKU_ANTHROPIC_API_KEY"),
        (
            '[runtime.llm.providers.my-lab]\n"API-Key" = "hunter2hunter2"',
            "line 2, column 1",
            "ROKU_MY_LAB_API_KEY",
        ),
        (
            '[runtime.llm]\nopenai = { kind = "openai-chat", token = "hunter2hunter2" }',
            "line 2, column 34",
            "ROKU_OPENAI_API_KEY",
        ),
        (f'[runtime.llm.openai]\nprimary_model = "{CANARY}"', "line 2, column 1", "keyring"),
        (f'[runtime.llm.openai]\nfallback_models = ["m", "{CANARY}"]', "line 2, column 25", "keyring"),
        (
            '[runtime.llm.openai.headers]\nAuthorization = "Basic hunter2hunter2"',
            "line 2, column 1",
            "keyring",
        ),
        ('[runtime.llm.openai.headers]\nx = "Bearer hunter2hunter2"', "line 2, column 1", "keyring"),
        ('clientSecret = "hunter2hunter2"', "line 1, column 1", "keyring"),
        ("[[other]]\n[[other.list]]\npassword = 12345678", "line 3, column 1", "keyring"),
        ('[secrets]\nopenai = "hunter2hunter2"', "line 2, column 1", "keyring"),
        ('[api_keys]\nlist = ["hunter2hunter2"]', "line 2, column 9", "keyring"),
        (f'"{CANARY}" = 1', "line 1, column 1", "keyring"),
        (f"[runtime.llm.providers.{CANARY}]\nx = 1", "line 1, column 24", "keyring"),
        ('[runtime.llm.openai]\nbase_url = "https://me:hunter2hunter2@x/v1"', "line 2, column 1", "keyring"),
        ('[runtime.network]\nproxy = "http://me:hunter2hunter2@proxy:1"', "line 2, column 1", "HTTPS_PROXY"),
        ('x = """\n-----BEGIN RSA PRIVATE KEY-----\nhunter2hunter2"""', "line 1, column 1", "keyring"),
        ('aws = "AKIAIOSFODNN7EXAMPLE"', "line 1, column 1", "keyring"),
        ('gh = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"', "line 1, column 1", "keyring"),
    ],
)
def test_a_secret_is_refused_with_its_place_and_never_shown(
    configured: Configured, paths: HomePaths, text: str, place: str, advice: str
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        configured(text)
    sentence = str(refusal.value)
    assert sentence.startswith(f"{paths.runtime_toml}, {place}: ")
    assert advice in sentence
    for secret in ("hunter2", "canary", "12345678", "AKIA", "ghp_"):
        assert secret not in sentence
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ROKU_RUNTIME__LLM__ANTHROPIC__API_KEY", "hunter2hunter2"),
        ("ROKU_RUNTIME__LLM__ANTHROPIC__PRIMARY_MODEL", CANARY),
        ("ROKU_RUNTIME__NETWORK__PROXY", "http://me:hunter2hunter2@proxy:1"),
    ],
)
def test_a_secret_in_a_variable_of_the_configuration_is_refused(
    paths: HomePaths, variable: str, value: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"{variable} looks like a secret") as refusal:
        load(paths, {variable: value})
    assert value not in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_broken_line_is_not_repeated_either(configured: Configured) -> None:
    for text in (
        f'api_key = "{CANARY}',
        f"api_key = {CANARY}",
        f"[{CANARY}]\n[{CANARY}]",
        f"{CANARY} {CANARY}",
    ):
        with pytest.raises(ConfigurationError) as refusal:
            configured(text)
        assert "canary" not in str(refusal.value)


def test_no_key_of_ours_looks_like_a_secret() -> None:
    assert not [path for path in KEYS if is_secret_name(path[-1], "text") or is_secret_name(path[-1], 1)]


@pytest.mark.parametrize(
    "text",
    [
        "[runtime.llm.providers.token]\nbase_url = 'http://127.0.0.1:1/v1'",
        "[runtime.llm.openai]\nmax_token = 5",
        "[runtime.llm.openai]\nmax_tokens = '5'",
        "[runtime.llm.openai]\nuse_api_key = true",
        "[runtime.llm.openai]\nsecret_name = 'x'",
        "[runtime.llm.openai]\napi_key = ''",
        "[runtime.llm.openai]\nprimary_model = 'task-sketch-desk-model'",
        "[runtime.llm.openai]\nprimary_model = 'basic sk-1'",
        "[runtime.future]\nkeyboard = 'x'\nmonkey = 'y'\nmail = 'me@example.org'",
    ],
)
def test_what_only_resembles_a_secret_is_let_through(configured: Configured, text: str) -> None:
    configured(text)


@pytest.mark.parametrize(
    "name",
    [
        "api_key",
        "apiKey",
        "API-KEY",
        "openai.api_key",
        "accessToken",
        "x-api-key",
        "db_password",
        "PASSWORD",
        "clientSecret",
        "private_key",
    ],
)
def test_names_of_secrets_are_known_in_every_spelling(name: str) -> None:
    assert is_secret_name(name, "x")


def test_shapes_of_keys_are_blotted_out() -> None:
    assert without_secrets(f"before {CANARY} after") == "before •••• after"
    assert is_secret_value(f"text around {CANARY}")
    assert not is_secret_value("nothing here")
