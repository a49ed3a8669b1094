"""From a record of Python's `logging` to a line that can't hold anybody's words or keys.

What may be in it is decided by kind, not by searching for secrets: the sentence of our own code with
numbers filled in, the classes of errors, where in the code it was, and where in the work
(`whereabouts`). A text that is filled in becomes "…", an error its class, because both may quote a
prompt, a page or a header. Of other libraries, whose sentences we don't write, only the place is told.
With content captured, sentences are whole, but for what has the shape of a key.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath
from types import TracebackType
from typing import Final

from roku_desktop.engine.tracing import root_span_of, trace_id_of
from roku_desktop.engine.whereabouts import whereabouts
from roku_desktop.telemetry.logs.line import Level, LogLine

OURS: Final = "roku_desktop"
HIDDEN: Final = "…"
MAX_FRAMES: Final = 20
MAX_CAUSES: Final = 5
MAX_MESSAGE_CHARS: Final = 4_000

Clean = Callable[[str], str]
"""Takes what has the shape of a key out of a text."""


def component_of(logger: str) -> str:
    """`roku_desktop.engine.loop` is the component `engine.loop`; others keep their names."""
    return logger.removeprefix(f"{OURS}.")


def line_of(record: logging.LogRecord, *, clean: Clean | None = None) -> LogLine:
    """Make the line, in the task and thread that logged; with `clean`, content is captured."""
    here = whereabouts()
    error = record.exc_info[1] if record.exc_info else None
    cause = error if error is not None else _error_among(record.args)
    return LogLine(
        at=record.created,
        level=_level(record.levelno),
        component=component_of(record.name),
        message=_message(record) if clean is None else clean(record.getMessage())[:MAX_MESSAGE_CHARS],
        session_id=here.session_id,
        run_id=here.run_id,
        trace_id=trace_id_of(here.run_id) if here.run_id else "",
        span_id=here.span_id or (root_span_of(here.run_id) if here.run_id else ""),
        provider=here.provider,
        tool=here.tool,
        error=_classes(cause),
        stack=_places(error.__traceback__) if error is not None else (),
    )


def _message(record: logging.LogRecord) -> str:
    if record.name != OURS and not record.name.startswith(f"{OURS}."):
        return f"logged at {_place(record.pathname, record.lineno, record.funcName)}"
    template = str(record.msg)
    if not isinstance(record.args, tuple) or not record.args:
        return template
    try:
        return template % tuple(_shown(value) for value in record.args)
    except (TypeError, ValueError):
        return template


def _shown(value: object) -> object:
    if isinstance(value, int | float):
        return value
    return _class(value) if isinstance(value, BaseException) else HIDDEN


def _error_among(values: object) -> BaseException | None:
    found = (
        (value for value in values if isinstance(value, BaseException)) if isinstance(values, tuple) else ()
    )
    return next(iter(found), None)


def _classes(error: BaseException | None) -> str:
    """`StorageError from OSError`."""
    names: list[str] = []
    while error is not None and len(names) < MAX_CAUSES:
        names.append(_class(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " from ".join(names)


def _class(error: BaseException) -> str:
    number = f" {error.errno}" if isinstance(error, OSError) and error.errno else ""
    return type(error).__name__ + number


def _places(innermost: TracebackType | None) -> tuple[str, ...]:
    frames = traceback.walk_tb(innermost)
    places = [_place(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in frames]
    return tuple(places[-MAX_FRAMES:])


def _place(path: str, line: int, function: str | None) -> str:
    """The last parts of the path alone: the ones before may tell a person's name."""
    parts = PurePath(path).parts
    known = parts[len(parts) - parts[::-1].index(OURS) - 1 :] if OURS in parts else parts[-2:]
    return f"{'/'.join(known)}:{line} {function or ''}".rstrip()


def _level(number: int) -> Level:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"
