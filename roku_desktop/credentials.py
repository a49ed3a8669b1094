"""API keys: from the environment, else from the system's keyring; never from anywhere else.

Owns where a key is looked for and what a key may look like. The keyring (`system_keyring`) is imported
at first use (60 ms) and spoken to in threads of its own, because a locked one may wait for a person.
Implements the engine's `Credentials`; also called by the settings dialog, `providers` and `doctor`.
No key is ever part of a message, a listing or a representation.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from roku_desktop.config.desk import KeyringStatus
from roku_desktop.config.schema import name_in_variable
from roku_desktop.engine.credential_port import KeySource
from roku_desktop.engine.errors import CredentialError
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import EMBEDDED_PROVIDER
from roku_desktop.system_keyring import (
    READ_TIMEOUT_S,
    SERVICE,
    Backend,
    NoKeyring,
    delete,
    explained,
    look_up,
    name_of,
    system_backend,
)

# Storing happens while a person looks on, who may first have to type the keyring's password.
WRITE_TIMEOUT_S: Final = 60.0

# CRED_MAX_CREDENTIAL_BLOB_SIZE of Windows; the text is stored as UTF-16.
_WINDOWS_LIMIT_BYTES: Final = 2_560
# Longer than any vendor's key, shorter than what HTTP servers take as a header.
_KEY_LIMIT_BYTES: Final = 8_192

# Names other programs use too, beside ROKU_<NAME>_API_KEY.
_SHARED_VARIABLES: Final[Mapping[str, str]] = {"openrouter": "OPENROUTER_API_KEY"}

# What the vendors' own programs read: used here only once a person has taken the key over.
_VENDORS_VARIABLES: Final[Mapping[str, str]] = {
    "anthropic": "ANTHROPIC_API_KEY",
    "openai": "OPENAI_API_KEY",
}

_T = TypeVar("_T")


class SystemCredentials:
    """Keys by provider name. Safe to be called by several tasks at once."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        find_backend: Callable[[], Backend] | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        write_timeout_s: float = WRITE_TIMEOUT_S,
        platform: str = sys.platform,
    ) -> None:
        self._environ = environ
        self._find_backend = find_backend or (lambda: system_backend(environ, platform))
        self._read_timeout_s = read_timeout_s
        self._write_timeout_s = write_timeout_s
        self._platform = platform
        self._stuck: threading.Thread | None = None

    async def key_for(self, provider: str) -> str | None:
        """Return the key, None where there is none or no keyring to hold it.

        Raises `CredentialError` where a keyring is there but locked or broken, or a key is malformed.
        """
        variable = self._variable_set_for(provider)
        if variable:
            return clean_key(self._environ[variable], f"The key in {variable}")
        if provider == EMBEDDED_PROVIDER:
            return None
        try:
            key = await self._in_keyring(
                lambda backend: backend.get_password(SERVICE, provider), self._read_timeout_s
            )
        except NoKeyring:
            return None
        return clean_key(key, f"The key for {provider} in the keyring") if key else None

    async def source_of(self, provider: str) -> KeySource:
        """Return where the key is, without reading it where that could ask a person anything."""
        if self._variable_set_for(provider):
            return "environment"
        if provider == EMBEDDED_PROVIDER:
            return "missing"
        try:
            return await self._in_keyring(lambda backend: look_up(backend, provider), self._read_timeout_s)
        except NoKeyring:
            return "missing"
        except CredentialError:
            return "unknown"

    async def keyring_status(self) -> KeyringStatus:
        """Return whether keys can be stored on this system, and if not, why and what to do instead."""
        try:
            name = await self._in_keyring(name_of, self._read_timeout_s)
        except (NoKeyring, CredentialError) as error:
            return KeyringStatus(available=False, reason=error.args[0])  # which remembers its wording
        return KeyringStatus(available=True, name=name)

    async def advice_for(self, provider: str) -> str:
        """Return what a person can do to give this provider a key."""
        status = await self.keyring_status()
        variable = key_variables(provider)[0]
        if status.available:
            return said(
                "Store the key with `roku-desktop keys set {provider}`, or set the variable {variable}.",
                provider=provider,
                variable=variable,
            )
        return said("Set the variable {variable}. {reason}", variable=variable, reason=status.reason)

    async def store(self, provider: str, key: str) -> None:
        """Put the key into the keyring. Raises `CredentialError`; nothing is kept anywhere else, ever."""
        cleaned = clean_key(key, "The key")
        if self._platform == "win32" and len(cleaned.encode("utf-16-le")) > _WINDOWS_LIMIT_BYTES:
            raise CredentialError(
                said(
                    "The key is longer than the {limit} characters Windows can keep: set the variable "
                    "{variable} instead.",
                    limit=_WINDOWS_LIMIT_BYTES // 2,
                    variable=key_variables(provider)[0],
                )
            )
        await self._change(
            lambda backend: backend.set_password(SERVICE, provider, cleaned), provider, secret=cleaned
        )

    async def delete(self, provider: str) -> None:
        """Remove the key from the keyring; none there is fine. Raises `CredentialError`."""
        await self._change(lambda backend: delete(backend, provider), provider)

    async def importable(self) -> dict[str, str]:
        """Return the vendors' own variables whose keys could be taken over, by provider."""
        return {
            provider: variable
            for provider, variable in _VENDORS_VARIABLES.items()
            if self._environ.get(variable, "").strip() and await self.source_of(provider) == "missing"
        }

    async def take_over(self, provider: str) -> None:
        """Put the key of the vendor's own variable into the keyring. Raises `CredentialError`."""
        variable = _VENDORS_VARIABLES.get(provider, "")
        await self.store(provider, clean_key(self._environ.get(variable, ""), f"The key in {variable}"))

    async def _change(self, action: Callable[[Backend], None], provider: str, secret: str = "") -> None:
        try:
            await self._in_keyring(action, self._write_timeout_s, secret=secret)
        except NoKeyring as error:
            variable = key_variables(provider)[0]
            raise CredentialError(
                said(
                    "{reason} Until then, set the variable {variable}.",
                    reason=error.args[0],
                    variable=variable,
                )
            ) from None

    def _variable_set_for(self, provider: str) -> str | None:
        return next((name for name in key_variables(provider) if self._environ.get(name, "").strip()), None)

    async def _in_keyring(self, action: Callable[[Backend], _T], timeout_s: float, secret: str = "") -> _T:
        """Run the action in a thread of its own, which a hanging keyring may keep for good."""
        if self._stuck is not None and self._stuck.is_alive():
            raise CredentialError(said("The system keyring is still waiting: unlock it, then try again."))
        answer: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        thread = threading.Thread(
            target=_deliver, args=(lambda: action(self._find_backend()), answer), name="keyring", daemon=True
        )
        thread.start()
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        except TimeoutError:
            self._stuck = thread
            raise CredentialError(
                said(
                    "The system keyring gave no answer within {limit} s: unlock it, then try again.",
                    limit=f"{timeout_s:g}",
                )
            ) from None
        except (NoKeyring, CredentialError):
            raise
        except Exception as error:  # noqa: BLE001  # each backend raises what it likes
            raise CredentialError(explained(error, secret)) from None


def key_variables(provider: str) -> tuple[str, ...]:
    """Return the environment variables that may hold a provider's key, the first wins."""
    own = f"ROKU_{name_in_variable(provider)}_API_KEY"
    shared = _SHARED_VARIABLES.get(provider)
    return (own, shared) if shared else (own,)


def clean_key(key: str, what: str) -> str:
    """Return the key without space around it. Raises `CredentialError` where it can't be sent as one."""
    cleaned = key.strip()
    if not cleaned:
        raise CredentialError(said("{what} is empty: copy it again from the provider's page.", what=what))
    if any(char.isspace() for char in cleaned):
        raise CredentialError(
            said("{what} has a space or a line break inside: copy it again, only the key.", what=what)
        )
    if not cleaned.isascii() or not cleaned.isprintable():
        raise CredentialError(
            said("{what} contains characters that no API key has: copy it again.", what=what)
        )
    if len(cleaned) > _KEY_LIMIT_BYTES:
        raise CredentialError(
            said(
                "{what} is longer than {limit} characters: that is no API key.",
                what=what,
                limit=_KEY_LIMIT_BYTES,
            )
        )
    return cleaned


def _deliver(work: Callable[[], _T], answer: asyncio.Future[_T]) -> None:
    """Run `work` in this thread and hand its outcome to the loop that waits for it, if it still does."""
    loop = answer.get_loop()

    def settle(outcome: _T | None, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(outcome)  # type: ignore[arg-type]  # no error: the outcome is a _T

    outcome: _T | None = None
    failure: Exception | None = None
    try:
        outcome = work()
    except Exception as error:  # noqa: BLE001  # handed to the waiting task, which judges it
        failure = error
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(settle, outcome, failure)
