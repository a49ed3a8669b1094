"""Arguments of tools: their shape, its JSON Schema, and decoding what a model wrote.

One frozen struct per tool says everything: the schema a model is shown is made from it, and what
the model sends is checked against it. Strict where a silent guess would answer another question
(unknown names, wrong types), lenient where models are known to be sloppy: null for an absent value,
"12" or 12.0 for 12, nothing at all for `{}`, the object once more inside a JSON string.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from roku_desktop.engine.ports import ToolFailure


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all arguments; a field that may be left out has None as its default."""


ArgumentsT = TypeVar("ArgumentsT", bound=Arguments)


def object_bytes(text: str) -> bytes:
    """Return the JSON object in the text of a call as bytes. Raises `ToolFailure` if there is none."""
    if text.strip() in ("", "null"):
        return b"{}"
    value = _decoded(text.encode("utf-8", "surrogatepass"))
    if isinstance(value, str):
        text, value = value, _decoded(value.encode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise ToolFailure('The arguments must be a JSON object, such as {"path": "src/main.py"}.')
    return text.encode("utf-8", "surrogatepass")


def decode(arguments: bytes, shape: type[ArgumentsT]) -> ArgumentsT:
    """Return the arguments as their struct. Raises `ToolFailure` that names the field and the shape."""
    value = _decoded(arguments)
    if not isinstance(value, dict):
        raise ToolFailure(f"The arguments must be a JSON object. Expected {expected(shape)}.")
    given = {name: item for name, item in value.items() if item is not None}
    try:
        return msgspec.convert(given, shape, strict=False)
    except msgspec.ValidationError as error:
        raise ToolFailure(f"The arguments do not fit: {error}. Expected {expected(shape)}.") from error


def expected(shape: type[Arguments]) -> str:
    """Return the shape in short, for instance `{"path": string, "limit"?: integer}`."""
    schema = _schema(shape)
    fields = (
        f'"{name}"{"" if name in schema["required"] else "?"}: {field["type"]}'
        for name, field in schema["properties"].items()
    )
    return "{" + ", ".join(fields) + "}"


def schema_text(shape: type[Arguments]) -> bytes:
    """Return the JSON Schema of the arguments: one flat object, byte-identical in every run."""
    return msgspec.json.encode(_schema(shape))


def _schema(shape: type[Arguments]) -> dict[str, Any]:
    """Make the plain form that every provider takes: no `$ref`, no `anyOf` with null, no defaults."""
    _, components = msgspec.json.schema_components([shape])
    made = components[shape.__name__]
    return {
        "type": "object",
        "properties": {name: _plain(field) for name, field in made["properties"].items()},
        "required": made["required"],
        "additionalProperties": False,
    }


def _plain(field: dict[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in field.get("anyOf", ()) if choice != {"type": "null"}]
    plain: dict[str, Any] = {"type": field["type"]} if not choices else dict(choices[0])
    plain.update((key, value) for key, value in field.items() if key not in ("anyOf", "default"))
    return plain


def _decoded(arguments: bytes) -> object:
    try:
        return msgspec.json.decode(arguments)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ToolFailure(f"The arguments are not valid JSON: {error}.") from error
