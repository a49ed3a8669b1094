"""Which fonts show Chinese: per system, for text and for code, asked after the person's own font.

Left to itself, fontconfig often takes the first font that has a character, and that is a Japanese one,
whose characters are written differently. Where the system speaks another language of that script, its
own choice is right and stays. Called by `theme.py`.
"""

from __future__ import annotations

import sys
from typing import Final, Literal

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QFontInfo

Kind = Literal["text", "code"]

_LINUX: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)
_FAMILIES: Final[dict[str, dict[Kind, tuple[str, ...]]]] = {
    "linux": {
        "text": _LINUX,
        "code": ("Noto Sans Mono CJK SC", "Source Han Mono SC", "WenQuanYi Micro Hei Mono", *_LINUX),
    },
    "darwin": {"text": ("PingFang SC",), "code": ("PingFang SC",)},
    "win32": {
        "text": ("Microsoft YaHei UI", "Microsoft YaHei"),
        "code": ("NSimSun", "Microsoft YaHei UI"),
    },
}


def chinese_families(kind: Kind, *, system: str = sys.platform, locale: QLocale | None = None) -> list[str]:
    """The families that show Chinese, best first; none where the system's language has its own."""
    locale = locale or QLocale.system()
    language, script = locale.language(), locale.script()
    traditional = language == QLocale.Language.Chinese and script == QLocale.Script.TraditionalHanScript
    if traditional or language in (QLocale.Language.Japanese, QLocale.Language.Korean):
        return []
    return list(_FAMILIES.get(system, _FAMILIES["linux"])[kind])


def with_chinese(font: QFont, kind: Kind) -> QFont:
    """The same font, which asks `chinese_families` for what it doesn't have itself."""
    wanted = QFont(font)
    # By its real name: an alias such as "monospace" stands behind real ones, and the Chinese font's
    # narrow spaces would then be taken for code.
    own = [QFontInfo(font).family()]
    wanted.setFamilies(list(dict.fromkeys([*own, *chinese_families(kind)])))
    return wanted
