"""Errors as sentences on stderr and as exit codes. Called by `main` and by the commands that run a turn.

Standard output stays empty on an error, also with `--json`: whoever reads it gets a whole document
or none. (`ask --json` is a stream and says `failed` in its last line.)
"""

from __future__ import annotations

from roku_desktop.cli import exits
from roku_desktop.cli.output import say
from roku_desktop.engine import errors
from roku_desktop.engine.errors import Failure, RokuError

_EXITS: tuple[tuple[type[RokuError], int], ...] = (
    (errors.Cancelled, exits.INTERRUPTED),
    (errors.EngineClosingError, exits.INTERRUPTED),
    (errors.ProviderError, exits.PROVIDER),
    (errors.StorageError, exits.STORAGE),
    (errors.ConfigurationError, exits.USAGE),
    (errors.CredentialError, exits.USAGE),
    (errors.ImageRefusedError, exits.USAGE),
    (errors.NotFoundError, exits.USAGE),
    (errors.SessionBusyError, exits.USAGE),
    (errors.EnginePausedError, exits.USAGE),
    (errors.NothingToCompactError, exits.USAGE),
    (errors.MemoryServiceError, exits.PROVIDER),
    (errors.RunNotResumableError, exits.USAGE),
    (errors.ApprovalNotOpenError, exits.USAGE),
)
_HEALS_LATER = frozenset({"StreamInterrupted", "BreakerOpen"})
"""Not retried by the program within one request, but worth a person's second try."""


def report(error: Exception, *, debug: bool) -> int:
    """Say what went wrong; returns the exit code. The traceback only with `debug`."""
    if debug:
        import traceback

        say("".join(traceback.format_exception(error)).rstrip())
    failure = failure_of(error)
    if isinstance(error, RokuError):
        say(sentence(failure))
        return exit_code(type(error))
    say(failure.message if debug else f"{failure.message} {failure.next_step}")
    return exits.BUG


def failure_of(error: Exception) -> Failure:
    """Return the error as a value; one that is not ours is a bug."""
    if isinstance(error, RokuError):
        return error.failure()
    return Failure(
        kind="Fatal",
        message=f"Something went wrong inside the program ({type(error).__name__}: {error}).",
        next_step="--debug shows the traceback.",
    )


def failure_code(failure: Failure | None) -> int:
    """Return the exit code of a turn that failed."""
    return exit_code(_class_of(failure) if failure is not None else None)


def sentence(failure: Failure) -> str:
    """Return what happened and the next step; a provider's failure with its class and whether to retry."""
    kind = _class_of(failure)
    if kind is None or not issubclass(kind, errors.ProviderError):
        return f"{failure.message} {failure.next_step}".rstrip()
    retry = "worth trying again" if worth_trying_again(failure) else "trying again as it is won't help"
    words = [f"Failed ({failure.kind}, {retry}): {failure.message}"]
    if failure.provider_says and failure.provider_says not in failure.message:
        words.append(f"It says: {_ended(failure.provider_says.strip())}")
    return " ".join([*words, failure.next_step]).rstrip()


def _ended(words: str) -> str:
    """Return somebody else's words with an end, because a sentence of ours follows them."""
    return words if words.endswith((".", "!", "?", "…", "。")) else f"{words}."


def worth_trying_again(failure: Failure) -> bool:
    return failure.retryable or failure.kind in _HEALS_LATER


def exit_code(kind: type[RokuError] | None) -> int:
    """Return the exit code of an error's class; 1 for one that nobody foresaw."""
    for known, code in _EXITS:
        if kind is not None and issubclass(kind, known):
            return code
    return exits.BUG


def _class_of(failure: Failure) -> type[RokuError] | None:
    kind = getattr(errors, failure.kind, None)
    return kind if isinstance(kind, type) and issubclass(kind, RokuError) else None
