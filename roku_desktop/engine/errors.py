"""Everything that can go wrong, as one tree.

    RokuError
    ├── ConfigurationError      runtime.toml, environment or arguments are wrong
    │   └── ProviderPinned      a person asked for another provider than the pinned one
    ├── CredentialError         no keyring, or a key that can't be stored or read
    ├── StorageError            the database can't be opened, read or written
    │   ├── NewerDatabaseError  written by a later version: refused, untouched
    │   ├── CorruptDatabaseError
    │   └── StorageFullError
    ├── MemoryServiceError      the memory service is gone, slow or refuses
    ├── EngineClosingError      a prompt came while the program was ending
    ├── EnginePausedError       a prompt came while a person wanted nothing sent
    ├── NotFoundError           no such session, run, message
    ├── SessionBusyError        a turn is already running there
    ├── NothingToCompactError   the conversation is too short for that
    ├── RunNotResumableError    it came to its end, or the conversation went on
    ├── ApprovalNotOpenError    it was decided, used, withdrawn or has expired already
    └── ProviderError           a request to a model failed; exactly one subclass each

Each carries one sentence for a person. What a provider error's class answers to retry, breaker and
failover (a test holds this table and the classes together):

    class                   retryable   trips the breaker   may fail over   what it is
    RateLimit               yes         yes                 yes             too many requests for now
    ServerOverloaded        yes         yes                 yes             the service has no room for now
    ServerError             yes         yes                 yes             the service broke
    Timeout                 yes         yes                 yes             `phase` says which of five limits
    ConnectionFailed        yes         yes                 yes             DNS, refused, reset, proxy
    TlsFailed               no          yes                 yes             the certificate is not trusted
    StreamInterrupted       no          yes                 yes             ended without its terminal event
    MalformedResponse       no          yes                 yes             not the protocol it should be
    InvalidRequest          no          no                  no              wrong here stays wrong elsewhere
    AuthenticationFailed    no          no                  yes             the key, or what it allows
    QuotaExceeded           no          no                  yes             the credit is used up
    ContextWindowExceeded   no          no                  no              compaction heals it, not waiting
    ContentRefused          no          no                  no              the content was judged
    BudgetExceeded          no          no                  no              the person's own limit
    NoEligibleModel         no          no                  no              nobody can be asked
    BreakerOpen             no          no                  yes             not asked at all: ours, not theirs
    Cancelled               no          no                  no              the person stopped it
    Fatal                   no          yes                 yes             a bug, or what nobody foresaw

The answers stand on the classes and nowhere else. Vendors' shapes are mapped to them in
`providers/classification`. A tool's failure is a `ToolResult`, not an exception.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from roku_desktop.engine.sentences import Wording, said, wording_of


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error as a value, for events, storage and the faces.

    `kind` is the class name from the tree above; `provider_says` the provider's own words,
    redacted; `next_step` what the person can do. `retry_after_s` counts from the failure. Where the two
    sentences have values, their wordings say how they were made.
    """

    kind: str
    message: str
    next_step: str = ""
    retryable: bool = False
    provider: str = ""
    model: str = ""
    status: int | None = None
    provider_says: str = ""
    retry_after_s: float | None = None
    phase: str = ""
    message_wording: Wording | None = None
    next_step_wording: Wording | None = None


class RokuError(Exception):
    """Base of all errors of ours. `str(error)` is one sentence for a person."""

    next_step: str = ""

    def failure(self) -> Failure:
        return Failure(
            kind=type(self).__name__,
            message=str(self),
            next_step=str(self.next_step),
            message_wording=wording_of(self),
            next_step_wording=wording_of(self.next_step),
        )


class ConfigurationError(RokuError):
    """Wrong configuration or arguments; the message names the file, line and column or the key."""


class ProviderPinned(ConfigurationError):
    """runtime.toml or the environment pins the provider; the message says where."""

    next_step = said("Remove the pin, or ask whoever manages this machine.")


class CredentialError(RokuError):
    """The keyring is missing, locked or refuses; the message says which and what to do."""


class EngineClosingError(RokuError):
    """The program is on its way out and takes no more prompts. Nothing was stored."""


class EnginePausedError(RokuError):
    """A person paused the program; nothing was stored."""

    next_step = said("Resume it, then send your prompt again.")


class StorageError(RokuError):
    """The database can't be used. Nothing was executed and nothing was overwritten."""

    next_step = said("Run `roku-desktop doctor` to see what is wrong with the home folder.")


class NewerDatabaseError(StorageError):
    """The database was written by a later version of the program."""

    next_step = said("Start the newer version, or use another home folder with --home.")


class CorruptDatabaseError(StorageError):
    """The integrity check failed; the file was left as it is."""


class StorageFullError(StorageError):
    """The disk is full or the quota is used up."""

    next_step = said("Free some disk space and try again.")


class MemoryServiceError(RokuError):
    """The memory service could not do it; the sentence says what is wrong with it."""

    next_step = "Start the service, or set memory.backend to sqlite in runtime.toml."


class NotFoundError(RokuError):
    """No session, run or message has that id."""


class SessionBusyError(RokuError):
    """A turn is already running in this session."""

    next_step = said("Stop the running answer or wait for it to end.")


class ImageRefusedError(RokuError):
    """An image can't be taken, or the model can't see any; the message says which and what to do."""


class NothingToCompactError(RokuError):
    """Nothing of the conversation would be shorter."""

    next_step = "Go on with it: it is shortened by itself when it has to be."


class RunNotResumableError(RokuError):
    """The run is complete, or a later one followed it."""

    next_step = said("Ask again in its session.")


class ApprovalNotOpenError(RokuError):
    """The approval is not in a state that allows this; the message says in which. Nothing ran."""

    next_step = said("See what waits with `roku-desktop approvals list`.")


class ProviderError(RokuError):
    """A request to a model failed.

    `retryable`: the same request may succeed later. `trips_breaker`: counts against the provider's
    circuit breaker. `may_fail_over`: another provider may be asked instead. `phase` says where a
    `Timeout` struck: connect, first_byte, idle, progress or whole. `next_step` replaces that of the
    class where more is known.
    """

    retryable: ClassVar[bool] = False
    trips_breaker: ClassVar[bool] = False
    may_fail_over: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        model: str = "",
        status: int | None = None,
        provider_says: str = "",
        retry_after_s: float | None = None,
        phase: str = "",
        next_step: str = "",
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.model = model
        self.status = status
        self.provider_says = provider_says
        self.retry_after_s = retry_after_s
        self.phase = phase
        self.next_step = next_step or type(self).next_step

    def failure(self) -> Failure:
        return Failure(
            kind=type(self).__name__,
            message=str(self),
            next_step=str(self.next_step),
            message_wording=wording_of(self),
            next_step_wording=wording_of(self.next_step),
            retryable=self.retryable,
            provider=self.provider,
            model=self.model,
            status=self.status,
            provider_says=self.provider_says,
            retry_after_s=self.retry_after_s,
            phase=self.phase,
        )


class RateLimit(ProviderError):
    retryable = trips_breaker = may_fail_over = True
    next_step = said("Wait a moment and try again, or choose another model.")


class ServerOverloaded(ProviderError):
    retryable = trips_breaker = may_fail_over = True
    next_step = said("Try again in a minute, or choose another model.")


class ServerError(ProviderError):
    retryable = trips_breaker = may_fail_over = True
    next_step = said("Try again; if it stays, choose another provider.")


class Timeout(ProviderError):
    retryable = trips_breaker = may_fail_over = True
    next_step = said("Try again, or raise the limit in [runtime.llm.resilience] for a slow model.")


class ConnectionFailed(ProviderError):
    retryable = trips_breaker = may_fail_over = True
    next_step = said("Check that the server runs and that its base_url and the network are right.")


class TlsFailed(ProviderError):
    """The certificate could not be verified. Never retried without verification."""

    trips_breaker = may_fail_over = True
    next_step = said(
        "If your network uses its own certificate authority, add it as ca_file in [runtime.network]."
    )


class StreamInterrupted(ProviderError):
    """The stream ended without its terminal event, so the answer is not complete."""

    trips_breaker = may_fail_over = True
    next_step = said("Resume the answer or try again.")


class MalformedResponse(ProviderError):
    """The server answered something that is not the protocol it was configured for."""

    trips_breaker = may_fail_over = True
    next_step = said("Check base_url and kind of this provider: something else may be answering there.")


class InvalidRequest(ProviderError):
    next_step = said("Check the model name and the provider's settings.")


class AuthenticationFailed(ProviderError):
    may_fail_over = True
    next_step = said("Check the API key of this provider.")


class QuotaExceeded(ProviderError):
    may_fail_over = True
    next_step = said("Add credit at the provider, or choose another one.")


class ContextWindowExceeded(ProviderError):
    next_step = said("Start a new session, or choose a model with a larger context window.")


class ContentRefused(ProviderError):
    next_step = said("Rephrase the request, or choose another model.")


class BudgetExceeded(ProviderError):
    next_step = said("Raise the budget in the settings to go on.")


class NoEligibleModel(ProviderError):
    next_step = said("Configure a provider in runtime.toml, or choose another model.")


class BreakerOpen(ProviderError):
    may_fail_over = True
    next_step = said("Wait for the next probe, or choose another provider.")


class Cancelled(ProviderError):
    """The person stopped it. Never counts against anyone."""


class Fatal(ProviderError):
    """Anything else: a bug of ours or an answer nobody foresaw."""

    trips_breaker = may_fail_over = True
    next_step = said("Run the command again with --debug and report what it prints.")
