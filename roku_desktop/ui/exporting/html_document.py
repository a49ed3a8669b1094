"""A session as one HTML file that needs nothing else: its style is inside, and nothing is loaded.

Light or dark as the reader's system is. Pure functions, one message at a time; called by `forms.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Final, assert_never

from roku_desktop.engine import (
    AssistantMessage,
    ImageRef,
    SessionSummary,
    StoredMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from roku_desktop.ui.exporting.answer_html import html_of_answer
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.wording import arguments_in_full

# Whatever a text may contain, a browser loads nothing for this page and runs nothing in it.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE: Final = """
body { max-width: 46em; margin: 2em auto; padding: 0 1em; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  overflow-wrap: anywhere }
h1 { font-size: 1.5em } h2 { font-size: .85em; color: var(--muted); font-weight: normal; margin: 2em 0 .4em }
h3, h4, h5, h6 { font-size: 1.1em; margin: 1.2em 0 .3em }
.about, .label, .notice { color: var(--muted); font-size: .85em } .notice { color: var(--warning) }
.prompt { background: var(--panel); border-radius: 9px; padding: .5em .8em }
img { display: block; max-width: 100%; max-height: 24em; margin: .6em 0; border-radius: 9px }
.prompt { white-space: pre-wrap; width: fit-content }
.code, details { border-radius: 9px; padding: .5em .8em; margin: .8em 0 }
.code { background: var(--panel) } details { border: 1px solid var(--line) } summary { cursor: pointer }
pre, code { font-family: ui-monospace, "Noto Sans Mono", Consolas, Menlo, monospace; font-size: .92em }
pre { margin: .2em 0; white-space: pre-wrap }
p code, li code, td code { background: var(--panel); padding: 0 .2em }
table { border-collapse: collapse } th, td { padding: .3em .6em; text-align: left; vertical-align: top }
tr + tr { border-top: 1px solid var(--line) } .right { text-align: right } .centre { text-align: center }
blockquote { margin: .6em 0; padding-left: .8em; border-left: 3px solid var(--line); color: var(--muted) }
hr { border: 0; border-top: 1px solid var(--line) } a { color: var(--accent) }
.keyword, .number, .place { color: var(--accent) } .string { color: var(--warning) }
.comment { color: var(--muted); font-style: italic }
.added { color: var(--accent) } .removed { color: var(--danger) }
@media print { details { display: none } }
"""


def _variables(colours: theme.Colours) -> str:
    names = ("page", "text", "muted", "line", "panel", "accent", "warning", "danger")
    return " ".join(f"--{name}: {getattr(colours, name)};" for name in names)


def _style() -> str:
    return (
        f"\n:root {{ color-scheme: light dark; {_variables(theme.LIGHT)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(theme.DARK)} }} }}{_STYLE}"
    )


def html_head(summary: SessionSummary) -> str:
    title = escape(" ".join(summary.title.split()) or tr("Untitled session"))
    about = escape(f"{_time(summary.created_at)} · {summary.workspace} · {summary.session_id}")
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{_style()}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f'<p class="about">{about}</p>\n'
    )


def html_message(stored: StoredMessage, embedded: Callable[[ImageRef], str] = lambda _image: "") -> str:
    """One message; nothing for a nudge of the program's own.

    `embedded` gives an image as a data URL, "" where it is only named.
    """
    return "".join(f"{block}\n" for block in _blocks(stored, embedded))


def html_tail() -> str:
    return "</body>\n</html>\n"


def _blocks(stored: StoredMessage, embedded: Callable[[ImageRef], str]) -> Iterator[str]:
    message, at = stored.message, _time(stored.created_at)
    match message:
        case UserMessage(text=text, origin=origin):
            if origin == "person":
                yield f"<h2>{escape(tr('You'))} · {at}</h2>"
                yield f'<div class="prompt">{escape(text.strip(chr(10)))}</div>'
                for image in message.images:
                    yield _picture(image, embedded(image))
        case AssistantMessage():
            star = f' · <span title="{escape(tr("Starred"))}">★</span>' if stored.starred else ""
            yield f"<h2>{escape(message.model or tr('Answer'))} · {at}{star}</h2>"
            yield from _parts(message)
        case ToolMessage(results=results):
            for result in results:
                outcome = "" if result.outcome == "ok" else f" ({result.outcome})"
                yield _folded(tr("{0} answered").format(result.name) + outcome, result.content)
        case _:
            assert_never(message)


def _picture(image: ImageRef, url: str) -> str:
    words = escape(tr("Image: {0}").format(image.described))
    return f'<img src="{escape(url)}" alt="{words}">' if url else f'<p class="about">{words}</p>'


def _parts(message: AssistantMessage) -> Iterator[str]:
    for part in message.parts:
        match part:
            case TextPart(text=text):
                yield html_of_answer(text)
            case ThinkingPart(text=text):
                if text.strip():
                    yield _folded(tr("The model's thinking"), text)
            case ToolCall(name=name, arguments=arguments):
                yield _folded(tr("Asked for {0}").format(name), arguments_in_full(arguments))
            case _:
                assert_never(part)
    if message.status != "complete":
        yield f'<p class="notice">{escape(tr("This answer is not complete."))}</p>'


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>"


def _time(at: float) -> str:
    """UTC, because an exported file travels."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
