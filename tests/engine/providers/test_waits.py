"""Every form in which a server says how long to wait: seconds from now, or nothing."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.providers.waits import MAX_WAIT_S, rate_reset_s, retry_after_s

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z
DATE = {"date": formatdate(NOW + 30, usegmt=True)}


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1_000"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "1800000060"}, None),
        ({"retry-after": "Wed, 99 Foo 2027 08:00:00 GMT"}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
        ({"retry-after": formatdate(NOW + 60, usegmt=True)}, 60.0),
        ({"retry-after": formatdate(NOW - 60, usegmt=True)}, 0.0),
        ({"retry-after": formatdate(NOW + 60, usegmt=True), "date": formatdate(NOW + 30, usegmt=True)}, 30.0),
    ],
)
def test_the_wait_is_read_in_every_form(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers, now=NOW) == wait_s


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"x-ratelimit-reset-requests": "1s"}, 1.0),
        ({"x-ratelimit-reset-requests": "20ms"}, 0.02),
        ({"x-ratelimit-reset-tokens": "6m0s"}, 360.0),
        ({"x-ratelimit-reset-tokens": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-reset-tokens": "1d"}, 86_400.0),
        ({"x-ratelimit-reset-tokens": "7.66"}, 7.66),
        ({"x-ratelimit-reset-tokens": "soon"}, None),
        ({"x-ratelimit-reset-tokens": "5s later"}, None),
        ({"x-ratelimit-reset-tokens": "-5s"}, None),
        ({"x-ratelimit-reset-tokens": "999999h"}, None),
        ({"anthropic-ratelimit-tokens-reset": "2027-01-15T08:01:00Z"}, 60.0),
        ({"anthropic-ratelimit-tokens-reset": "2027-01-15T09:01:00+01:00"}, 60.0),
        ({"anthropic-ratelimit-tokens-reset": "2027-01-15T08:01:00Z"} | DATE, 30.0),
        ({"anthropic-ratelimit-requests-reset": "2027-01-15T07:59:00Z"}, 0.0),
        ({"anthropic-ratelimit-input-tokens-reset": "2027-01-15T08:00:09Z"}, 9.0),
        ({"anthropic-ratelimit-output-tokens-reset": "tomorrow"}, None),
        ({"anthropic-ratelimit-output-tokens-reset": "0001-01-01T00:00:00Z"}, 0.0),
        ({"x-ratelimit-reset": "1800000060000"}, 60.0),
        ({"x-ratelimit-reset": "60"}, None),
    ],
)
def test_the_reset_of_a_rate_is_read_in_every_form(headers: dict[str, str], wait_s: float | None) -> None:
    assert rate_reset_s(headers, now=NOW) == wait_s


def test_the_limit_that_is_used_up_counts_and_the_last_of_several() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1h0s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "5s",
    }
    assert rate_reset_s(headers, now=NOW) == 5
    assert rate_reset_s(headers | {"x-ratelimit-remaining-requests": "0"}, now=NOW) == 3600
    assert rate_reset_s(headers | {"x-ratelimit-remaining-tokens": "12"}, now=NOW) == 3600


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_header_says_a_wait_is_sensible_or_none(said: str, more: str) -> None:
    names = ("retry-after", "retry-after-ms", "date", "x-ratelimit-reset", "x-ratelimit-reset-tokens")
    for headers in ({name: said} for name in (*names, "anthropic-ratelimit-requests-reset")):
        for wait_s in (
            retry_after_s(headers | {"retry-after": more}, now=NOW),
            rate_reset_s(headers, now=NOW),
        ):
            assert wait_s is None or 0 <= wait_s <= MAX_WAIT_S
