"""How long a server asks to wait: every form in which vendors say it.

Owns the reading of `retry-after-ms`, `Retry-After`, and the reset headers of rate limits. Pure; called
by `failures`. What is done with a wait (retry, breaker, failover) is decided elsewhere.

Precedence: what is meant for this very answer counts most (`retry-after-ms`, then `Retry-After`); only a
rate limit without either is read from the reset headers, which stand on every answer. What makes no
sense is as if it were not said, and no wait is negative.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

# A longer wait is a mistake (milliseconds taken for seconds, a date of another century).
MAX_WAIT_S: Final = 366 * 86_400.0

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d*)?|[+-]?\.\d+")
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|us|µs|[dhms]))+")
_DURATION_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|[dhms])")
_UNIT_S: Final = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6}
_OPENAI_LIMITS: Final = ("requests", "tokens")
_ANTHROPIC_LIMITS: Final = ("requests", "tokens", "input-tokens", "output-tokens")


def retry_after_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds to wait from now: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date.

    A date counts from the server's own `Date` where it sends one, so that a wrong clock here does
    not shorten the wait. None where nothing usable is said. `now` is Unix seconds.
    """
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return _sensible(milliseconds / 1000)
    said = headers.get("retry-after")
    if (seconds := _number(said)) is not None:
        return _sensible(seconds)
    until = _http_date(said)
    return None if until is None else _sensible(until - _server_time(headers, now))


def rate_reset_s(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds until a rate limit has room again, from the reset headers; None where they say nothing.

    Of several limits those count that have nothing left, and of those the last to heal. Where none is
    used up, the request was larger than what remained of one of them: then the last of all counts.
    """
    resets = list(_resets(headers, _server_time(headers, now)))
    used_up = [wait_s for wait_s, is_used_up in resets if is_used_up]
    return max(used_up or [wait_s for wait_s, _ in resets], default=None)


def _resets(headers: Mapping[str, str], server_now: float) -> Iterator[tuple[float, bool]]:
    """Each limit with its wait in seconds, and whether nothing of it is left."""
    for limit in _OPENAI_LIMITS:
        wait_s = duration_s(headers.get(f"x-ratelimit-reset-{limit}"))
        if wait_s is not None:
            yield wait_s, _number(headers.get(f"x-ratelimit-remaining-{limit}")) == 0
    for limit in _ANTHROPIC_LIMITS:
        wait_s = _until(headers.get(f"anthropic-ratelimit-{limit}-reset"), server_now)
        if wait_s is not None:
            yield wait_s, _number(headers.get(f"anthropic-ratelimit-{limit}-remaining")) == 0
    at_ms = _number(headers.get("x-ratelimit-reset"))
    # OpenRouter: Unix milliseconds. Other servers mean other things by it, and those are far smaller.
    if at_ms is not None and (wait_s := _sensible(at_ms / 1000 - server_now)) is not None and at_ms > 1e12:
        yield wait_s, _number(headers.get("x-ratelimit-remaining")) == 0


def _server_time(headers: Mapping[str, str], now: float) -> float:
    reference = _http_date(headers.get("date"))
    return now if reference is None else reference


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    if not (text.isascii() and _NUMBER.fullmatch(text)):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _sensible(wait_s: float) -> float | None:
    return max(wait_s, 0.0) if wait_s <= MAX_WAIT_S else None


def _http_date(text: str | None) -> float | None:
    import email.utils  # with the first such date

    try:
        return email.utils.parsedate_to_datetime(text or "").timestamp()
    except (ValueError, OverflowError):
        return None


def duration_s(text: str | None) -> float | None:
    """OpenAI's durations: `1s`, `6m0s`, `20ms`, `1h2m3.5s`; plain numbers are seconds."""
    text = (text or "").strip().lower()
    if (seconds := _number(text)) is not None:
        return _sensible(seconds)
    if not _DURATION.fullmatch(text):
        return None
    return _sensible(sum(float(figure) * _UNIT_S[unit] for figure, unit in _DURATION_PART.findall(text)))


def _until(text: str | None, server_now: float) -> float | None:
    """Anthropic's resets: a moment in RFC 3339."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
        at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return _sensible(at - server_now)
