"""cmd's own text tricks undone: carets, variables that the text sets, loops over files.

Owns the reading of a batch text as cmd would expand it, as far as the text alone tells. Judges nothing.
Called by `windows`.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

_MAX_VALUES: Final = 20
_MAX_VALUE_CHARS: Final = 200
_MAX_CHARS: Final = 65_536
_MAX_BODY_CHARS: Final = 2_000
_SET: Final = re.compile(r"\bset\s+\"?(\w+)=([^&|\"\r\n]*)", re.IGNORECASE)
_EACH: Final = re.compile(
    r"\bfor\s+(?:/([dr])\s+(?:\"?([^\s%\"]{1,300})\"?\s{1,9})?)?%{1,2}(\w)\s{1,9}in\s{0,9}\(([^()\r\n]{0,300})\)"
    r"\s{0,9}do\s{1,9}([^\r\n]*)",
    re.IGNORECASE,
)


def as_cmd_reads(text: str) -> str:
    """Return the text without carets and backticks, its own variables and the files of loops put in."""
    text = text.replace("^", "").replace("`", "")
    if "%" not in text and "!" not in text:
        return text
    for found in list(itertools.islice(_SET.finditer(text), _MAX_VALUES)):
        value = found[2].strip()[:_MAX_VALUE_CHARS].replace("\\", r"\\")
        text = re.sub(rf"%{found[1]}%|!{found[1]}!", value, text, flags=re.IGNORECASE)
        if len(text) > _MAX_CHARS:  # values that hold themselves double the text each time
            return text[:_MAX_CHARS]
    return _EACH.sub(_body, text)


def _body(found: re.Match[str]) -> str:
    """The body of a loop, once for each thing it goes through, in the place of its variable."""
    kind, root, name, files, body = found.groups()
    places = re.findall(r"\"[^\"]*\"|[^\s,;\"]+", files)[:_MAX_VALUES] or [""]
    if kind in {"r", "R"}:
        places = [(root or ".").rstrip("\\") + "\\" + place for place in places]
    if len(body) > _MAX_BODY_CHARS:
        places = [" ".join(places)]
    variable = re.compile(rf"\"?%{{1,2}}~?[a-z]*{name}\"?")
    bodies = [variable.sub(place.replace("\\", r"\\"), body) for place in places]
    return " & ".join(f"{body} /s" if kind in {"r", "R"} else body for body in bodies)
