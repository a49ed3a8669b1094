"""Which environment variables a command gets: a short list, so that no key can slip through.

A list of what to drop would have to know every name of a key and every variable that makes a program
load code (LD_PRELOAD, BASH_ENV, GIT_EXTERNAL_DIFF …); this one has to know what commands need. More
can be named in the configuration (`runtime.tools.shell_environment`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from roku_desktop.engine.sentences import said

POLICY: Final = said("the usual variables (list 1)")
"""Named in executions: another list is another environment, and asks again."""

_LIST: Final = """
    PATH HOME USER LOGNAME SHELL LANG LANGUAGE TERM TZ TMPDIR DISPLAY WAYLAND_DISPLAY XAUTHORITY
    XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME DBUS_SESSION_BUS_ADDRESS
    VIRTUAL_ENV CONDA_PREFIX JAVA_HOME GOPATH CARGO_HOME RUSTUP_HOME NVM_DIR PNPM_HOME DOTNET_ROOT
    ANDROID_HOME PKG_CONFIG_PATH SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS
    SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT TEMP TMP USERPROFILE USERNAME APPDATA LOCALAPPDATA
    PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) COMMONPROGRAMFILES HOMEDRIVE HOMEPATH
    PROCESSOR_ARCHITECTURE NUMBER_OF_PROCESSORS
    """
_PASSED_ON: Final = frozenset(_LIST.split())
_PROXIES: Final = frozenset(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"])


def scrubbed(
    environ: Mapping[str, str], *, also: Collection[str] = (), traceparent: str = ""
) -> dict[str, str]:
    """Return what a command gets: the list, the names in `also`, and `traceparent` (W3C) if there is one."""
    kept = {name: value for name, value in environ.items() if name in also or _is_passed_on(name, value)}
    if traceparent:
        kept["TRACEPARENT"] = traceparent
    return kept


def policy_in_words(also: Collection[str]) -> str:
    """How an execution names it."""
    return f"{POLICY} and {', '.join(sorted(also))}" if also else POLICY


def _is_passed_on(name: str, value: str) -> bool:
    upper = name.upper()
    if upper in _PROXIES:
        return "@" not in value  # in front of it a proxy's address has a name and a password
    return upper in _PASSED_ON or name.startswith("LC_")
