"""What may not be lost when a conversation is shortened, found by rules that always give the same.

Owns: open tasks, decisions, identifiers and numbers in what a person wrote, and paths that tools changed;
choosing among them where there is no room for all; and the check whether a text still holds them. A
sentence is one fact, however many numbers stand in it, and is kept as it was said. Pure; calls that wait
for a person need no rule, because the newest messages are never shortened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from roku_desktop.engine.compactions import Fact, FactKind
from roku_desktop.engine.context.estimate import text_tokens
from roku_desktop.engine.messages import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage

KINDS: Final[dict[FactKind, str]] = {
    "task": "Open tasks",
    "decision": "What the person decided or wants",
    "path": "Files changed by tools",
    "identifier": "Names and identifiers the person gave",
    "number": "Numbers the person gave",
}
"""Their headings, the most important kind first."""

MAX_FACT_CHARACTERS: Final = 240
MAX_FACTS_PER_MESSAGE: Final = 30
_MAX_PROSE_CHARACTERS: Final = 8_000  # what is longer was pasted: its beginning says what it is for
_AROUND_A_KEY: Final = 60
_CHANGING_TOOLS: Final = ("Write", "Edit")

_FENCED: Final = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?;])(?<!\b(?:Dr|Mr|Ms|St|No|vs|cf)\.)(?<!\b(?:Mrs|etc|e\.g|i\.e|Fig|Inc|Ltd)\.)\s+"
    r"|(?<=[。！？；])|\n+"
)
_CHECKBOX: Final = re.compile(r"^\s*[-*]\s*\[([ xX])\]\s*(.+)$", re.MULTILINE)
_TASK_WORDS: Final = frozenset({"todo", "to-do", "remind", "later", "afterwards", "remaining", "follow-up"})
_TASK_PHRASES: Final = re.compile(
    "needs? to|ha(?:ve|s) to|still open|still missing|don't forget|next step|follow up"
)
_PHRASE_WORDS: Final = frozenset(
    {"need", "needs", "have", "has", "still", "don't", "next", "follow", "not", "longer", "name", "call"}
)
_TASK_CJK: Final = re.compile("待办|还要|还需|别忘|之后|稍后|接下来|提醒")
_WISH_WORDS: Final = frozenset(
    {"always", "never", "must", "mustn't", "should", "shouldn't", "don't", "prefer", "decided", "decision"}
    | {"let's", "instead", "only", "agreed", "use", "keep", "remember", "want", "wants"}
)
_WISH_PHRASES: Final = re.compile("do not|no longer|my name|call (?:me|it|her|him|them)")
_WISH_CJK: Final = re.compile("记住|不要|必须|决定|总是|永远|改用|请用|使用|只能|应该|我叫|偏好|采用")
_TO_SPACES: Final = str.maketrans(dict.fromkeys('.,;:!?()[]{}"“”', " ") | {"’": "'"})
_SIGN: Final = re.compile(r"[\d/\\@`_#]")
_DOTTED: Final = re.compile(r"\.\w")
_CAMEL: Final = re.compile(r"[A-Z](?<=[a-z].)")  # capitals are rare: looking back from them is quick
_IDENTIFIER: Final = re.compile(
    r"https?://[^\s<>\"'`)\]]+"  # addresses
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # mail
    r"|`[^`\n]{1,80}`"  # what the person set apart as code
    r"|(?<![\w/])(?:[A-Za-z]:\\|~?/|\.{1,2}/)?(?:[\w.-]+[/\\])+[\w.-]+"  # paths
    r"|\b[\w-]+\.(?:[a-z]{1,4}|[a-z]+\d)\b(?!\()"  # file names and hosts
    r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b"  # hashes
    r"|\b[A-Z][A-Z0-9]*[-_#]\d[\w-]*"  # ABC-123
    r"|#\d+\b"
    r"|\b[A-Za-z][a-z0-9]*(?:_[A-Za-z0-9]+)+\b"  # snake_case
    r"|\b[a-z]+[A-Z]\w*\b|\b[A-Z][a-z]+[A-Z]\w*\b",  # camelCase
    re.ASCII,
)
_NUMBER: Final = re.compile(r"\d+(?:[.,:/_-]\d+)*%?")


def facts_of(messages: Sequence[Message]) -> list[Fact]:
    """Return the facts in order; what a message says again takes the place of the earlier one."""
    found: dict[tuple[FactKind, str], Fact] = {}
    calls: dict[str, ToolCall] = {}
    for message in messages:
        match message:
            case UserMessage(text=text, origin="person"):
                _enter(found, _said(text))
                _tick(found, text)
            case AssistantMessage():
                calls = {call.call_id: call for call in message.tool_calls if call.name in _CHANGING_TOOLS}
                _tick(found, message.text)
            case ToolMessage(results=results):
                done = (calls[one.call_id] for one in results if one.outcome == "ok" and one.call_id in calls)
                _enter(found, filter(None, map(_changed_path, done)))
            case _:
                pass
    return list(found.values())


def merged(earlier: Iterable[Fact], later: Iterable[Fact], closed_in: Sequence[Message] = ()) -> list[Fact]:
    """Facts of two stretches of one conversation; tasks ticked off in the later one are over."""
    found = {(fact.kind, fact.text): fact for fact in earlier}
    for message in closed_in:
        if isinstance(message, UserMessage | AssistantMessage) and "[" in (text := message.text):
            for mark, task in _CHECKBOX.findall(text):
                if mark != " ":
                    found.pop(("task", task.strip()), None)
    _enter(found, later)
    return list(found.values())


def fitting(facts: Sequence[Fact], budget_tokens: int) -> list[Fact]:
    """Those for which there is room, in their order: the kinds in turn, the newest of each first."""
    queues = [[fact for fact in facts if fact.kind == kind] for kind in KINDS]
    left, kept = budget_tokens, set()
    while any(queues):
        for queue in queues:
            if queue:
                fact = queue.pop()
                left -= fact_tokens(fact)
                if left < 0:
                    return [fact for fact in facts if id(fact) in kept]
                kept.add(id(fact))
    return list(facts)


def fact_tokens(fact: Fact) -> int:
    return text_tokens(fact.text) + 3  # its mark and its line


def lost(facts: Iterable[Fact], text: str) -> list[Fact]:
    """The must-survive check: which of them a text does not hold."""
    folded = text.casefold()
    return [fact for fact in facts if not all(_holds(folded, key.casefold()) for key in fact.keys)]


def facts_block(facts: Sequence[Fact]) -> str:
    """The facts as Markdown lists, one for each kind."""
    lists = []
    for kind, heading in KINDS.items():
        lines = [f"- {fact.text}" for fact in facts if fact.kind == kind]
        if lines:
            lists.append("\n".join([f"{heading}:", *lines]))
    return "\n\n".join(lists)


def _holds(folded: str, key: str) -> bool:
    if key not in folded:
        return False
    before = r"(?<!\d)" if key[:1].isdigit() else ""
    after = r"(?!\d)" if key[-1:].isdigit() else ""
    return not (before or after) or re.search(before + re.escape(key) + after, folded) is not None


def _enter(found: dict[tuple[FactKind, str], Fact], facts: Iterable[Fact]) -> None:
    for fact in facts:
        found.pop((fact.kind, fact.text), None)  # said again: it is as new as that
        found[fact.kind, fact.text] = fact


def _tick(found: dict[tuple[FactKind, str], Fact], text: str) -> None:
    """Check boxes open tasks and close them, whoever writes them."""
    if "[" not in text:
        return
    for mark, task in _CHECKBOX.findall(text):
        words = task.strip()[:MAX_FACT_CHARACTERS]
        found.pop(("task", words), None)
        if mark == " ":
            found["task", words] = Fact(kind="task", text=words, keys=(words,))


def _said(text: str) -> Iterator[Fact]:
    prose = _FENCED.sub("\n", text) if "```" in text else text
    prose = (_CHECKBOX.sub("", prose) if "[" in prose else prose)[:_MAX_PROSE_CHARACTERS]
    if not (_is_named(prose) or _wish(prose)):  # most of what is said; looking closer takes longer
        return
    count = 0
    for sentence in _SENTENCE_END.split(prose):
        fact = _of_sentence(sentence.strip())
        if fact is not None:
            yield fact
            count += 1
            if count == MAX_FACTS_PER_MESSAGE:
                return


def _of_sentence(sentence: str) -> Fact | None:
    identifiers: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    if _is_named(sentence):
        identifiers = tuple(dict.fromkeys(found.strip("`.,") for found in _IDENTIFIER.findall(sentence)))
        outside = _IDENTIFIER.sub(" ", sentence) if identifiers else sentence
        numbers = tuple(dict.fromkeys(_NUMBER.findall(outside)))
    kind = _wish(sentence) or ("identifier" if identifiers else "number" if numbers else None)
    if kind is None:
        return None
    keys = tuple(key for key in (*identifiers, *numbers) if key)
    text = sentence if len(sentence) <= MAX_FACT_CHARACTERS else _around(sentence, keys)
    # Words alone can be found anywhere: what has no name and no number in it is kept as it was said.
    return Fact(kind=kind, text=text, keys=tuple(key for key in keys if key in text) or (text,))


def _is_named(text: str) -> bool:
    """Whether a name or number may stand in it: quick, and rather too often."""
    return any(sign.search(text) for sign in (_SIGN, _DOTTED, _CAMEL))


def _wish(text: str) -> FactKind | None:
    """Whether somebody wants something kept in mind, or done."""
    lowered = text.lower().translate(_TO_SPACES)
    words, cjk = lowered.split(), not lowered.isascii()
    may_be_phrase = not _PHRASE_WORDS.isdisjoint(words)  # looking for phrases takes longer
    if not _TASK_WORDS.isdisjoint(words) or (may_be_phrase and _TASK_PHRASES.search(lowered)):
        return "task"
    if cjk and _TASK_CJK.search(lowered):
        return "task"
    if not _WISH_WORDS.isdisjoint(words) or (may_be_phrase and _WISH_PHRASES.search(lowered)):
        return "decision"
    return "decision" if cjk and _WISH_CJK.search(lowered) else None


def _around(sentence: str, keys: Sequence[str]) -> str:
    """The pieces of a long sentence that hold its keys."""
    if not keys:
        return sentence[:MAX_FACT_CHARACTERS].rstrip()
    pieces: list[str] = []
    end = 0
    for start in sorted(sentence.find(key) for key in keys):
        if start >= end and sum(map(len, pieces)) < MAX_FACT_CHARACTERS:
            end = start + _AROUND_A_KEY
            pieces.append(sentence[max(start - _AROUND_A_KEY, 0) : end].strip())
    return " … ".join(pieces)


def _changed_path(call: ToolCall) -> Fact | None:
    try:
        path = msgspec.json.decode(call.arguments, type=dict[str, object]).get("path")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return Fact(kind="path", text=path, keys=(path,)) if isinstance(path, str) and path else None
