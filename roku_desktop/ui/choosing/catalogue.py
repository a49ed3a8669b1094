"""Who could answer: providers with their models, keys, breakers and prices, as rows to choose from.

Told piece by piece as the engine answers; knows no engine call and no widget. Read by the switcher
(`switcher.py`) and for the lamp of the status line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from roku_desktop.engine import BreakerState, Failure, ModelChoice, ModelInfo, ModelPrice, Pin, ProviderStatus
from roku_desktop.ui.fuzzy import fuzzy_score
from roku_desktop.ui.language import tr
from roku_desktop.ui.names import failure_name
from roku_desktop.ui.retelling import message_of, retold
from roku_desktop.ui.wording import one_line


class ProviderRow(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a group. `closed_off`: a pin keeps a person from choosing it; `stands_in`: all the same
    the system may go over to it."""

    status: ProviderStatus
    breaker: BreakerState = BreakerState()
    pinned: bool = False
    closed_off: bool = False
    stands_in: bool = False


class ModelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be chosen. `price` is None where it is unknown, or not known yet."""

    choice: ModelChoice
    info: ModelInfo | None = None
    price: ModelPrice | None = None
    current: bool = False
    closed_off: bool = False


class NoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something to know about what stands above: it is being asked, or why it can't be used."""

    text: str
    problem: bool = False


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """The way to give that provider its key."""

    provider: str


Row = ProviderRow | ModelRow | NoteRow | KeyRow


class ModelCatalogue:
    """Attributes: what is known so far.

    models: by provider; a provider that is missing has not answered.
    problems: by provider, why it did not list its models.
    takes_keys: whether a missing key can be typed in this window.
    """

    def __init__(self) -> None:
        self.current = ModelChoice()
        self.takes_keys = False
        self.pin: Pin | None = None
        self.providers: Sequence[ProviderStatus] = ()
        self.breakers: Mapping[str, BreakerState] = {}
        self.models: dict[str, Sequence[ModelInfo]] = {}
        self.problems: dict[str, str] = {}
        self.prices: dict[tuple[str, str], ModelPrice | None] = {}

    # What is told

    def set_models(self, provider: str, models: Sequence[ModelInfo], failure: Failure | None) -> None:
        if failure is None:
            self.models[provider] = models
            self.problems.pop(provider, None)
        else:
            self.problems[provider] = message_of(failure)

    def set_prices(self, provider: str, prices: Mapping[str, ModelPrice | None]) -> None:
        self.prices |= {(provider, model): price for model, price in prices.items()}

    # What is read

    def unlisted(self) -> list[str]:
        """The providers whose models have not been told, and could be."""
        return [known.name for known in self.providers if known.usable and known.name not in self.models]

    def problem_of_current(self) -> str:
        """Why the current provider can't answer, for instance which key is missing; "" if it can."""
        known = next((known for known in self.providers if known.name == self.current.provider), None)
        return retold(known.problem) if known is not None and not known.usable else ""

    def troubled(self) -> list[tuple[str, BreakerState]]:
        """The providers whose breaker is not closed, open ones first."""
        states = [(name, state) for name, state in self.breakers.items() if state.phase != "closed"]
        return sorted(states, key=lambda named: (named[1].phase != "open", named[0]))

    def rows(self, typed: str = "") -> list[Row]:
        """All that fits what was typed; the head of a group stands where anything of the group does."""
        rows: list[Row] = []
        for status in self.providers:
            group = list(self._group(status, typed))
            if group or not typed.strip() or fuzzy_score(typed, status.name) is not None:
                rows += [self._head(status), *group]
        return rows

    def _head(self, status: ProviderStatus) -> ProviderRow:
        return ProviderRow(
            status=status,
            breaker=self.breakers.get(status.name, BreakerState()),
            pinned=self.pin is not None and self.pin.provider == status.name,
            closed_off=self._closed_off(status.name),
            stands_in=self.pin is not None and status.name in self.pin.failover,
        )

    def _group(self, status: ProviderStatus, typed: str) -> Iterator[Row]:
        if not typed.strip():
            yield from self._notes(status)
        infos = {info.model: info for info in self.models.get(status.name, ())}
        named = [status.primary_model, *status.fallback_models]
        for model in dict.fromkeys(name for name in (*named, *infos) if name):
            if typed.strip() and fuzzy_score(typed, f"{status.name} {model}") is None:
                continue
            choice = ModelChoice(status.name, model)
            yield ModelRow(
                choice=choice,
                info=infos.get(model),
                price=self.prices.get((status.name, model)),
                current=choice == self.current,
                closed_off=self._closed_off(status.name),
            )

    def _notes(self, status: ProviderStatus) -> Iterator[NoteRow | KeyRow]:
        if not status.usable and status.key == "missing" and self.takes_keys:
            yield KeyRow(provider=status.name)
        elif not status.usable:
            yield NoteRow(text=retold(status.problem), problem=True)
        elif status.name in self.problems:
            yield NoteRow(text=self.problems[status.name], problem=True)
        elif status.name not in self.models:
            yield NoteRow(text=tr("Asking for its models…"))

    def _closed_off(self, provider: str) -> bool:
        return self.pin is not None and provider != self.pin.provider


# In words


def pin_in_words(pin: Pin) -> str:
    """Where the pin stands and what may stand in for it."""
    if not pin.failover:
        return tr("Pinned to {0} by {1}; nothing may stand in for it.").format(pin.provider, pin.source)
    others = ", ".join(pin.failover)
    return tr("Pinned to {0} by {1}; {2} may stand in for it.").format(pin.provider, pin.source, others)


def state_in_words(row: ProviderRow, now: float) -> str:
    """What the right end of a provider's row says; `now` in Unix seconds."""
    breaker = breaker_in_words(row.breaker, now)
    if breaker:
        return breaker
    if row.closed_off:
        return tr("may stand in") if row.stands_in else tr("closed off by the pin")
    match row.status.key:
        case "missing":
            return tr("no key")
        case "environment":
            return tr("key from the environment")
        case "keyring":
            return tr("key in the keyring")
        case "not needed":
            return tr("on this computer") if row.status.origin == "embedded" else tr("needs no key")
        case "unknown":
            return ""


def breaker_in_words(state: BreakerState, now: float) -> str:
    left_s = math.ceil(state.until - now)
    match state.phase:
        case "closed":
            return ""
        case "half_open":
            return tr("tried with one request just now")
        case "open" if left_s > 0:
            time = f"{left_s} s" if left_s < 60 else f"{left_s // 60}:{left_s % 60:02} min"
            return tr("left alone for {0} after {1}").format(
                time, failure_name(state.last_error) if state.last_error else tr("failures")
            )
        case "open":
            return tr("tried again with the next prompt")


def figures_in_words(row: ModelRow) -> str:
    """What it can do, its context, and US dollars per million tokens: "tools   200k   $3 / $15"."""
    parts = []
    if row.info is not None:
        does = ((tr("tools"), row.info.supports_tools), (tr("images"), row.info.supports_images))
        can = [words for words, known in does if known]
        if can:
            parts.append(", ".join(can))
        if row.info.context_window_tokens:
            parts.append(_tokens(row.info.context_window_tokens))
    parts.append(price_in_words(row.price))
    return "   ".join(parts)


def price_in_words(price: ModelPrice | None) -> str:
    if price is None:
        return tr("price unknown")
    if not price.input_usd and not price.output_usd:
        return tr("free")
    return f"${_amount(price.input_usd)} / ${_amount(price.output_usd)}"


def row_in_words(row: Row, now: float) -> str:
    """For those who listen."""
    match row:
        case ProviderRow():
            return f"{row.status.name}, {state_in_words(row, now)}"
        case ModelRow():
            words = [one_line(row.choice.model, 120), row.choice.provider, figures_in_words(row)]
            return ", ".join([*words, tr("chosen")] if row.current else words)
        case NoteRow():
            return row.text
        case KeyRow():
            return tr("Enter a key for {0}…").format(row.provider)


def _tokens(tokens: int) -> str:
    if tokens >= 1_000_000:
        return f"{tokens / 1_000_000:.3g}M"
    return f"{tokens // 1_000}k" if tokens >= 1_000 else str(tokens)


def _amount(usd: float) -> str:
    return f"{usd:.2f}" if usd < 10 and usd != int(usd) and usd >= 0.01 else f"{usd:g}"
