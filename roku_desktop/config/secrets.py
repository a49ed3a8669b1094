"""What looks like a secret, judged by the name of a key or by the shape of a value.

Owns the patterns alone. `config.file` and `config.environment` refuse what is found here, so that
no key ever reaches settings, a message or a listing. The prefixes are those the vendors document.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_SECRET_NAMES: Final = frozenset(
    {"password", "passwords", "passwd", "passphrase", "pwd", "secret", "secrets", "authorization", "bearer"}
    | {"credential", "credentials", "token", "apikey", "apikeys", "apitoken", "authtoken", "accesstoken"}
)
_SECRET_PAIRS: Final = frozenset(
    {
        "api_key",
        "api_keys",
        "access_key",
        "secret_key",
        "private_key",
        "auth_key",
        "auth_tokens",
        "access_tokens",
    }
)
# A count is no secret: `max_token = 5` is a misspelt limit.
_NEVER_A_NUMBER: Final = frozenset({"token", "secret", "secrets", "credentials"})

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_KEY_SHAPES: Final = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        sk-[A-Za-z0-9_-]{6,}                    # OpenAI, Anthropic, OpenRouter and many who copied them
      | (?:AKIA|ASIA)[0-9A-Z]{12,}              # AWS
      | gh[pousr]_[A-Za-z0-9]{10,} | github_pat_[A-Za-z0-9_]{10,}
      | glpat-[A-Za-z0-9_-]{10,}                # GitLab
      | AIza[A-Za-z0-9_-]{20,}                  # Google
      | hf_[A-Za-z0-9]{16,} | gsk_[A-Za-z0-9]{16,} | xai-[A-Za-z0-9]{16,} | pplx-[A-Za-z0-9]{16,}
      | xox[abeprs]-[A-Za-z0-9-]{8,}            # Slack
      | eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}   # JSON Web Token
      | (?i:bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}
      | -----BEGIN\ [A-Z ]*PRIVATE\ KEY
    )""",
    re.VERBOSE,
)


def is_secret_name(name: str, value: object) -> bool:
    """Whether a key's name says that its value is a secret: `api_key`, `authToken`, `X-Api-Key` …"""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words:
        return False
    last, pair = words[-1], "_".join(words[-2:])
    if isinstance(value, bool) or (isinstance(value, int | float) and last in _NEVER_A_NUMBER):
        return False
    return last in _SECRET_NAMES or pair in _SECRET_PAIRS


def is_secret_value(value: object) -> bool:
    """Whether a text has the shape of a key, or is an address that carries a password."""
    return isinstance(value, str) and (bool(_KEY_SHAPES.search(value)) or _carries_password(value))


def without_secrets(text: str) -> str:
    """Return the text with everything that has the shape of a key blotted out."""
    return _KEY_SHAPES.sub("••••", text)


def _carries_password(text: str) -> bool:
    if "://" not in text or "@" not in text:
        return False
    try:
        return urlsplit(text.strip()).password is not None
    except ValueError:
        return False  # no address at all; whoever needs one refuses it
