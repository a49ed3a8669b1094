"""Sentences, times and figures as people read them. No state; called by models and views."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import accumulate

import msgspec
from PySide6.QtCore import QDate, QLocale, QTime

from roku_desktop.engine import DiskLow, Failure
from roku_desktop.ui.language import tr

_FIRST_ARGUMENTS = ("path", "pattern", "name", "command", "url", "task", "query")


def metrics_line(
    *,
    model: str,
    ttft_s: float | None = None,
    tokens_per_s: float | None = None,
    cost_usd: float | None = None,
) -> str:
    """For instance "first token 0.42 s · 83 tok/s · claude-haiku-4-5 · $0.0031", without what is unknown."""
    parts = []
    if ttft_s is not None:
        parts.append(tr("first token {0}").format(duration(ttft_s)))
    if tokens_per_s is not None:
        parts.append(
            tr("{0} tok/s").format(f"{tokens_per_s:.0f}" if tokens_per_s >= 10 else f"{tokens_per_s:.1f}")
        )
    if model:
        parts.append(model)
    if cost_usd:
        parts.append(f"${cost_usd:.4f}" if cost_usd < 1 else f"${cost_usd:.2f}")
    return " · ".join(parts)


def disk_line(event: DiskLow) -> str:
    """What a disk without room means, and what to do."""
    if event.is_over:
        return tr("The disk has room again: traces, the log and long outputs of tools are kept.")
    free = QLocale().formattedDataSize(event.free_bytes, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
    return tr(
        "The disk has only {0} left: free some space; traces, the log and long outputs are not kept."
    ).format(free)


def duration(seconds: float) -> str:
    if seconds < 0.1:
        return tr("{0} ms").format(f"{seconds * 1000:.{1 if seconds < 0.01 else 0}f}")
    if seconds < 60:
        return tr("{0} s").format(f"{seconds:.{2 if seconds < 10 else 0}f}")
    return tr("{0} min {1} s").format(int(seconds) // 60, int(seconds) % 60)


def when(at: float, now: float) -> str:
    """A moment in a list: the time today, "Yesterday", else the date. Both in Unix seconds."""
    moment = datetime.fromtimestamp(at).astimezone()
    today = datetime.fromtimestamp(now).astimezone().date()
    if moment.date() == today:
        return clock(moment)
    if moment.date() == today - timedelta(days=1):
        return tr("Yesterday")
    return day(moment, with_year=moment.year != today.year)


def clock(moment: datetime) -> str:
    """The time of day as the person writes it, to the minute."""
    return QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


def day(moment: datetime, *, with_year: bool) -> str:
    """For instance "12 Nov", "12 Nov 2026"."""
    pattern = tr("d MMM yyyy", "a date") if with_year else tr("d MMM", "a date")
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), pattern)


def padded(text: str, columns: int) -> str:
    """`text` and as many spaces as fill that many columns of a monospaced font; 中 takes two."""
    return text + " " * max(1, columns - sum(map(_columns_of, text)))


def _columns_of(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def arguments_in_short(arguments: str, limit: int = 90) -> str:
    """A call's arguments on one line: the value that tells most first, JSON where it isn't an object."""
    try:
        decoded = msgspec.json.decode(arguments) if arguments.strip() else {}
    except msgspec.DecodeError:
        return one_line(arguments, limit)
    if not isinstance(decoded, dict):
        return one_line(arguments, limit)
    names = [name for name in _FIRST_ARGUMENTS if name in decoded]
    first = names[0] if names else next(iter(decoded), "")
    words = [_value_in_short(decoded[first])] if first else []
    words += [f"{name}={_value_in_short(value)}" for name, value in decoded.items() if name != first]
    return one_line("  ".join(words), limit)


def arguments_in_full(arguments: str) -> str:
    """A call's arguments as indented JSON, or as they arrived where they are no JSON."""
    try:
        return msgspec.json.format(arguments, indent=2)
    except msgspec.DecodeError:
        return arguments


def _value_in_short(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def one_line(text: str, limit: int) -> str:
    """Text from outside on one line of at most `limit` columns, of which 中 takes two.

    Controls and invisible direction marks become "·", so that they can't rearrange what is read.
    """
    shown = "".join(
        " " if character in "\n\r\t" else "·" if unicodedata.category(character)[0] == "C" else character
        for character in text[: limit + 1]
    )
    ends = list(accumulate(map(_columns_of, shown)))
    if not ends or ends[-1] <= limit:
        return shown
    return f"{shown[: bisect_right(ends, limit - 1)]}…"


def inside_failure(error: BaseException) -> Failure:
    """A bug of ours, as a person is told of it; the log has the details."""
    return Failure(
        kind="Fatal",
        message=tr("Something inside the program went wrong ({0}).").format(type(error).__name__),
        next_step=tr("Try again; if it stays, start the program with --debug and report what it prints."),
    )
