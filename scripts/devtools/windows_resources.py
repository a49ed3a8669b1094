"""What Windows shows of the single-file program: its icon, and the version in its properties.

Owns: making both from what the checkout has, in the folder of the build. Called by the spec.
"""

import re
import struct
from pathlib import Path

from devtools.checkout import ROOT

LANGUAGE_AND_CHARSET = "040904B0"  # US English, Unicode
VERSION_TEXT = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}),
  kids=[
    StringFileInfo([StringTable({language!r}, [
      StringStruct("FileDescription", "Roku Desktop"),
      StringStruct("FileVersion", {version!r}),
      StringStruct("OriginalFilename", "roku-desktop.exe"),
      StringStruct("ProductName", "Roku Desktop"),
      StringStruct("ProductVersion", {version!r}),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 0x04B0])]),
  ],
)
"""


def icon(png: Path, folder: Path) -> str:
    """An .ico with the one picture of 256 × 256 pixels; Windows makes the smaller ones of it."""
    picture = png.read_bytes()
    header_bytes, entry_bytes = 6, 16
    # Width and height of 256 are written as 0 (one byte each); 1 plane, 32 bits for a pixel.
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(picture), header_bytes + entry_bytes)
    target = folder / "roku-desktop.ico"
    target.write_bytes(header + entry + picture)
    return str(target)


def version_info(folder: Path) -> str:
    """The version resource as the text that PyInstaller reads; returns its path."""
    source = (ROOT / "roku_desktop" / "__init__.py").read_text(encoding="utf-8")
    version = re.findall(r'__version__ = "(.+)"', source)[0]
    digits = [int(number) for number in re.findall(r"\d+", version)][:3]
    numbers = (*digits, *(0 for _ in range(4 - len(digits))))
    target = folder / "version.txt"
    text = VERSION_TEXT.format(numbers=numbers, version=version, language=LANGUAGE_AND_CHARSET)
    target.write_text(text, encoding="utf-8")
    return str(target)
