"""`sessions`: list, read, search, export, delete. Reading pages through a session, however long it is."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator

from roku_desktop.cli import exits
from roku_desktop.cli.lookup import find_session
from roku_desktop.cli.output import (
    can_ask,
    colour,
    one_line,
    plain,
    print_json,
    say,
    shorten,
    table,
    when,
)
from roku_desktop.cli.place import engine_of
from roku_desktop.engine import (
    AssistantMessage,
    Engine,
    ExportFormat,
    StoredMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    UserMessage,
    export_head,
    export_message,
    export_tail,
)
from roku_desktop.engine.errors import ConfigurationError

_PAGE = 200


def list_all(arguments: argparse.Namespace) -> int:
    """Print the newest sessions."""
    return asyncio.run(_list(arguments))


async def _list(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        found = await engine.sessions(limit=arguments.limit)
    if arguments.json:
        print_json({"sessions": found})
    elif not found:
        print("No sessions yet.")
    else:
        rows = [
            (
                session.title or "untitled",
                session.state + (" · pinned" if session.pinned else ""),
                when(session.updated_at),
                session.session_id,
            )
            for session in found
        ]
        print(table(("TITLE", "STATE", "CHANGED", "ID"), rows, flexible=0))
    return exits.DONE


def show(arguments: argparse.Namespace) -> int:
    """Print a transcript."""
    return asyncio.run(_show(arguments))


async def _show(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        summary = await find_session(engine, arguments.session)
        messages = pages(engine, summary.session_id, last=arguments.limit)
        if arguments.json:
            await _write_document(messages, export_head(summary, "json"))
            return exits.DONE
        print(f"{colour(one_line(summary.title) or 'untitled', 'bold')}  {when(summary.created_at)}")
        async for stored in messages:
            for line in _lines_of(stored):
                print(line)
        if summary.state in {"interrupted", "failed"}:
            run = await engine.last_run(summary.session_id)
            if run is not None:
                print(f"\nThis turn is unfinished: `roku-desktop runs resume {run.run_id}` goes on with it.")
    return exits.DONE


async def _write_document(messages: AsyncIterator[StoredMessage], head: str) -> None:
    """Stream the JSON export to stdout, in UTF-8 on every system."""
    out = sys.stdout.buffer
    out.write(head.encode())
    first = True
    async for stored in messages:
        out.write(export_message(stored, "json", first=first).encode())
        first = False
    out.write(export_tail("json").encode())
    out.flush()


async def pages(engine: Engine, session_id: str, *, last: int | None = None) -> AsyncIterator[StoredMessage]:
    """Yield messages oldest first, a page at a time; only the `last` ones where that is given."""
    newest = await engine.messages(session_id, limit=1)
    if not newest:
        return
    end = newest[-1].position + 1
    if last is not None and last <= _PAGE:
        for stored in await engine.messages(session_id, before_position=end, limit=last):
            yield stored
        return
    start = await _first_position(engine, session_id, end, last) if last is not None else 0
    while start < end:
        stop = min(start + _PAGE, end)
        for stored in await engine.messages(session_id, before_position=stop, limit=_PAGE):
            if stored.position >= start:
                yield stored
        start = stop


async def _first_position(engine: Engine, session_id: str, end: int, last: int) -> int:
    """Return where the last so many messages begin; positions may have gaps, so they are counted."""
    start = end
    while last > 0:
        page = await engine.messages(session_id, before_position=start, limit=min(_PAGE, last))
        if not page:
            break
        start, last = page[0].position, last - len(page)
    return start


def _lines_of(stored: StoredMessage) -> list[str]:
    message = stored.message
    if isinstance(message, UserMessage):
        if message.origin == "runtime":
            return []
        return ["", colour(f"You · {when(stored.created_at)}", "bold"), plain(message.text.rstrip())]
    if isinstance(message, ToolMessage):
        return [
            colour(f"  {result.outcome}: {shorten(one_line(result.content), 100)}", "dim")
            for result in message.results
        ]
    return _answer_lines(message, stored.created_at)


def _answer_lines(message: AssistantMessage, created_at: float) -> list[str]:
    head = f"{message.provider} {message.model} · {when(created_at)}"
    lines = ["", colour(plain(head), "bold")]
    for part in message.parts:
        if isinstance(part, TextPart):
            lines.append(plain(part.text.rstrip()))
        elif isinstance(part, ToolCall):
            lines.append(colour(f"  {part.name} {shorten(one_line(part.arguments), 100)}", "dim"))
    if message.status != "complete":
        lines.append(f"({message.status})")
    return lines


def search(arguments: argparse.Namespace) -> int:
    """Print the messages that match, newest first."""
    return asyncio.run(_search(arguments))


async def _search(arguments: argparse.Namespace) -> int:
    text = " ".join(arguments.text)
    async with engine_of(arguments) as engine:
        hits = await engine.search(text, limit=arguments.limit)
    if arguments.json:
        print_json({"hits": hits})
        return exits.DONE
    if not hits:
        print(f"Nothing contains {plain(text)!r}.")
    for hit in hits:
        title = one_line(hit.session_title) or "untitled"
        print(f"{colour(title, 'bold')}  {when(hit.created_at)}  {hit.session_id}  {hit.role}")
        print(f"    {one_line(hit.snippet)}")
    return exits.DONE


def export(arguments: argparse.Namespace) -> int:
    """Write a session to stdout or to a file that only its owner can read."""
    from roku_desktop.cli.documents import new_document

    async def write() -> int:
        async with engine_of(arguments) as engine:
            summary = await find_session(engine, arguments.session)
            with new_document(arguments.output, replace=arguments.force) as document:
                document.write(export_head(summary, form).encode())
                first = True
                async for stored in pages(engine, summary.session_id):
                    document.write(export_message(stored, form, first=first).encode())
                    first = False
                document.write(export_tail(form).encode())
        return exits.DONE

    form: ExportFormat = "json" if arguments.json or arguments.format == "json" else "markdown"
    return asyncio.run(write())


def delete(arguments: argparse.Namespace) -> int:
    """Delete a session after asking, or with --yes."""
    if not arguments.yes and not can_ask():
        raise ConfigurationError("Deleting is for good: say --yes where nobody can be asked.")
    return asyncio.run(_delete(arguments))


async def _delete(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        summary = await find_session(engine, arguments.session)
        title = one_line(summary.title) or summary.session_id
        if not arguments.yes:
            say(f"Delete {title!r} with its {summary.message_count} messages for good? [y/N]")
            if sys.stdin.readline().strip().casefold() not in {"y", "yes"}:
                say("Nothing was deleted.")
                return exits.DONE
        await engine.delete_session(summary.session_id)
    if arguments.json:
        print_json({"deleted": summary.session_id})
    else:
        print(f"Deleted {title}.")
    return exits.DONE
