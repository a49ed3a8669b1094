"""Names under which credentials are kept, so that no command shows them without a question.

Owns the two lists: names that are known to hold credentials, and the hidden ones that are known to hold
none. A hidden name that is on neither asks, because each program has its own (`.databrickscfg`). Names
alone are judged, never contents. Called by `harmless`.
"""

from __future__ import annotations

import re
from typing import Final

_KNOWN: Final = re.compile(
    r"env\..*|.*\.env|_netrc|netrc|kubeconfig.*|id_(?:rsa|dsa|ecdsa|ed25519|xmss).*"
    r"|.*[_-](?:rsa|dsa|ecdsa|ed25519)(?:\..*)?|ssh_host_.*"
    r"|.*\.(?:pem|key|p12|pfx|p8|kdbx?|keystore|jks|jceks|ppk|ovpn|asc|gpg|age|agekey|crt|cer|der|psafe3|rdp|cred"
    r"|mobileprovision|tfstate|tfvars|secret|token)(?:[._~-].*)?"
    r"|.*(?:credential|creds|secret|passw|token|apikey|api_key|api-key|privkey|private_key|private-key|keystore"
    r"|htpasswd|oauth|adminsdk|connectionstring).*"
    r"|shadow.*|gshadow.*|sudoers.*|authorized_keys.*|known_hosts.*|wallet\.dat|keyring.*"
    r"|.*_history|.*history\.txt|login data.*|cookies.*|logins\.json|key[34]\.db|cert9\.db|service-?account.*"
    r"|auth\.json|appsettings.*\.json|local\.settings\.json|.*\.local\.[a-z]{1,10}|local_?settings.*|settings_local.*"
    r"|application.*\.(?:properties|ya?ml)|database\.ya?ml|wp-config.*|config\.inc\.php|web\.config|rclone\.conf"
    r"|wg\d*\.conf|pgpass\.conf|winscp\.ini|sitemanager\.xml|recentservers\.xml|(?:auto)?unattend\.xml",
    re.IGNORECASE,
)
_HIDDEN_HARMLESS: Final = re.compile(
    r"\.(?:\.?|github|gitlab|gitlab-ci\.yml|gitignore|gitattributes|gitkeep|mailmap|travis\.yml|circleci|cirrus\.yml"
    r"|editorconfig|eslint(?:rc.*|ignore)|prettier(?:rc.*|ignore)|stylelintrc.*|babelrc.*|browserslistrc|jshintrc"
    r"|nvmrc|node-version|python-version|ruby-version|java-version|tool-versions|(?:docker|npm|vscode)ignore"
    r"|flake8|pylintrc|coveragerc|ruff\.toml|isort\.cfg|mypy\.ini|importlinter|pre-commit-config\.yaml|readthedocs.*"
    r"|clang-(?:format|tidy)|rubocop.*|rspec|golangci.*|swiftlint.*|yamllint.*|markdownlint.*|devcontainer|husky"
    r"|storybook|next|nuxt|cache|venv|tox|nox|(?:pytest|mypy|ruff)_cache|hypothesis|ipynb_checkpoints|DS_Store)"
)


def may_be_secret(path: str) -> bool:
    """Whether a part of a path, or of a pattern for one, is a name under which credentials may be kept."""
    parts = path.split("/")
    if any(part.startswith(".") and not _HIDDEN_HARMLESS.fullmatch(part) for part in parts):
        return True
    return any(map(_KNOWN.fullmatch, {*parts, *re.sub(r"[*?]", "", path).split("/")}))
