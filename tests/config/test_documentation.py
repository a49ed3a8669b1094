"""docs/configuration.md says what the code does: every key, every vendor, every hard cap."""

from __future__ import annotations

from pathlib import Path

from roku_desktop.config.schema import KEYS, VENDORS, Key, dotted
from roku_desktop.engine.settings import LOCAL_RESILIENCE, Resilience
from tests.config.test_layers import EXAMPLE

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"


def key_line(path: tuple[str, ...], key: Key) -> str:
    name = dotted(path).replace('"*"', "NAME")
    return f"| `{name}` | {default_of(path, key)} | {bounds_of(key)} | {key.meaning} |"


def default_of(path: tuple[str, ...], key: Key) -> str:
    if path[-2:-1] == ("resilience",) and "*" in path:
        return "as above"
    if path == ("llm", "providers", "*", "kind"):
        return "`openai-chat`"
    if key.default in (None, ""):
        return "none"
    if isinstance(key.default, bool):
        return str(key.default).lower()
    if key.default == ():
        return "`[]`"
    unit = f" {key.unit}" if key.unit else ""
    return f"{key.default:_}{unit}" if isinstance(key.default, int | float) else f"`{key.default}`"


def bounds_of(key: Key) -> str:
    cut = ", more is cut" if key.hard_cap else ""
    return f"{key.allowed}{cut}"


def vendor_lines() -> list[str]:
    return [
        f"| `{name}` | `{vendor.kind}` | `{vendor.base_url}` | `{vendor.primary_model}` |".replace(
            "``", "none"
        )
        for name, vendor in VENDORS.items()
    ]


def expected_lines() -> list[str]:
    return [*vendor_lines(), *(key_line(path, key) for path, key in KEYS.items())]


def test_every_key_and_vendor_is_described_as_it_is() -> None:
    written = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    expected = expected_lines()
    assert written == expected, "docs/configuration.md should hold:\n" + "\n".join(expected)


def test_each_clock_is_described_with_its_defaults() -> None:
    clocks = {
        "connect": "connect_timeout_s",
        "first byte": "first_byte_timeout_s",
        "idle": "idle_timeout_s",
        "progress": "progress_timeout_s",
        "whole stream": "stream_timeout_s",
    }
    rows = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text().splitlines() if " s |" in line]
    written = {row[0]: tuple(row[2:]) for row in rows if row[0] in clocks}
    assert written == {
        clock: tuple(
            f"{getattr(limits, field):,g} s".replace(",", " ") for limits in (Resilience(), LOCAL_RESILIENCE)
        )
        for clock, field in clocks.items()
    }


def test_the_example_is_the_one_that_is_tested() -> None:
    assert EXAMPLE in DOCUMENT.read_text()
