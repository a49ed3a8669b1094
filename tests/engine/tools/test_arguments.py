"""What a model writes is taken where it is clear, and answered with the expected shape where it is not."""

import subprocess
import sys

import msgspec
import pytest

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.arguments import decode, object_bytes
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from roku_desktop.engine.tools.read import ReadArguments

SHAPE = r'Expected {"path": string, "offset"\?: integer, "limit"\?: integer}'


@pytest.mark.parametrize("text", ["", "  ", "null", "{}", ' "{}" '])
def test_nothing_at_all_is_an_empty_object(text: str):
    assert msgspec.json.decode(object_bytes(text)) == {}


def test_an_object_inside_a_string_is_taken_out():
    assert msgspec.json.decode(object_bytes(r'"{\"path\": \"a\"}"')) == {"path": "a"}


@pytest.mark.parametrize(
    "text", ["[]", "3", '"text"', "{", '{"a": }', "[" * 100_000, "\ud800", '{"a": "\\ud800"}', "{} {}"]
)
def test_what_is_no_object_is_a_failure_that_says_so(text: str):
    with pytest.raises(ToolFailure, match="JSON"):
        object_bytes(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"{}", "missing required field `path`"),
        (b'{"path": null}', "missing required field `path`"),
        (b'{"path": 3}', r"Expected `str`, got `int` - at `\$.path`"),
        (b'{"path": "a", "limit": 0}', r">= 1 - at `\$.limit`"),
        (b'{"path": "a", "offset": -1}', r">= 0 - at `\$.offset`"),
        (b'{"path": "a", "offset": "soon"}', r"at `\$.offset`"),
        (b'{"path": "a", "lines": 3}', "unknown field `lines`"),
        (b'{"path": ["a"]}', r"got `array` - at `\$.path`"),
    ],
)
def test_a_wrong_field_is_named_together_with_the_expected_shape(text: bytes, names: str):
    with pytest.raises(ToolFailure, match=rf"{names}.*{SHAPE}"):
        decode(text, ReadArguments)


def test_null_is_absent_whatever_the_field():
    assert decode(b'{"path": "a", "offset": null, "lines": null}', ReadArguments) == ReadArguments(path="a")


def test_schemas_are_plain_objects_that_every_provider_takes(catalogue: ToolCatalogue):
    for spec in catalogue.specs():
        schema = msgspec.json.decode(spec.schema)
        assert set(schema) == {"type", "properties", "required", "additionalProperties"}
        assert schema["additionalProperties"] is False
        assert set(schema["required"]) <= set(schema["properties"])
        for field in schema["properties"].values():
            assert field["type"] in ("string", "integer", "boolean")
            assert field["description"]
            assert set(field) <= {"type", "description", "minimum"}


def test_the_arguments_are_those_that_models_know(catalogue: ToolCatalogue):
    fields = {spec.name: list(msgspec.json.decode(spec.schema)["properties"]) for spec in catalogue.specs()}
    assert fields == {
        "Read": ["path", "offset", "limit"],
        "ListDir": ["path"],
        "Glob": ["pattern", "path"],
        "Grep": ["pattern", "path", "glob"],
        "Find": ["name", "path"],
        "Inspect": ["path"],
        "TablePreview": ["path", "sheet", "rows"],
        "TableSchema": ["path", "sheet"],
        "Write": ["path", "content"],
        "Edit": ["path", "old_string", "new_string", "replace_all"],
        "WebFetch": ["url"],
        "Shell": ["command", "cwd", "timeout_ms"],
        "Python": ["code", "timeout_ms"],
    }


def test_specs_are_the_same_bytes_in_every_process(catalogue: ToolCatalogue):
    program = (
        "import sys\n"
        "from roku_desktop.engine.settings import ToolSettings\n"
        "from roku_desktop.engine.tools.catalogue import standard_catalogue\n"
        "for spec in standard_catalogue(ToolSettings()).specs():\n"
        "    sys.stdout.buffer.write(spec.name.encode() + spec.description.encode() + spec.schema)\n"
    )
    here = b"".join(s.name.encode() + s.description.encode() + s.schema for s in catalogue.specs())
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert there.stdout == here


def test_two_tools_of_one_name_are_a_bug(catalogue: ToolCatalogue):
    read = catalogue.get("Read")
    assert read is not None
    with pytest.raises(ValueError, match="two tools are named Read"):
        ToolCatalogue([read, read])
