"""The .dmg for macOS: an app bundle around the single-file program, signed and notarised where it can be.

Signing needs ROKU_SIGN_IDENTITY, the name of a "Developer ID Application" certificate in the keychain;
notarising needs ROKU_NOTARY_PROFILE too, as `xcrun notarytool store-credentials` made it. Without a
certificate the app is sealed by nobody in particular ("ad hoc"), and a sentence says so: one without any seal
is "damaged" to macOS, and offers no way to open it. An image is for the processor it was made on. Written
with care and never run by us: the CI workflow is the first. Called by `installers.py`.
"""

import os
import platform
import plistlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from devtools.checkout import ROOT, DevError, run_quietly, say, venv_program
from devtools.debian_package import document
from devtools.inventory import Part, version_of_the_program
from devtools.single_file import Flavour

IDENTIFIER = "io.github.roku-desktop"
ICON_SIZES_PX = (16, 32, 64, 128, 256, 512, 1024)
ENTITLEMENTS = ROOT / "packaging" / "macos" / "entitlements.plist"


def package(program: Path, target: Path, parts: Sequence[Part], flavour: Flavour) -> Path:
    """Write the .dmg into the folder `target`, and return it. Raises DevError."""
    for tool in ("hdiutil", "iconutil", "codesign"):
        if shutil.which(tool) is None:
            raise DevError(f"A .dmg is made with {tool}, which is not here: do this on macOS.")
    version = version_of_the_program()
    image = target / f"{flavour.name}-{version}-{platform.machine()}.dmg"
    with tempfile.TemporaryDirectory(prefix="roku dmg ") as folder:
        content = Path(folder, "content")
        app = fill(content / "Roku Desktop.app", program, parts, version)
        _draw(app / "Contents" / "Resources" / "roku-desktop.icns")
        sign(app, os.environ)
        (content / "Applications").symlink_to("/Applications")
        run_quietly(
            [
                *("hdiutil", "create", "-volname", "Roku Desktop", "-srcfolder", content),
                *("-format", "UDZO", "-ov", image),
            ],
            failing="hdiutil could not make the image:",
        )
    notarise(image, os.environ)
    return image


def fill(app: Path, program: Path, parts: Sequence[Part], version: str) -> Path:
    """The bundle without its icon; returns it."""
    for name in ("MacOS", "Resources"):
        (app / "Contents" / name).mkdir(parents=True)
    inside = app / "Contents" / "MacOS" / "roku-desktop"
    shutil.copyfile(program, inside)
    inside.chmod(0o755)
    (app / "Contents" / "Info.plist").write_bytes(plistlib.dumps(info(version)))
    document(app / "Contents" / "Resources" / "doc", parts)
    return app


def info(version: str) -> dict[str, object]:
    """What Finder, Launch Services and the Dock read of the app."""
    return {
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundleName": "Roku Desktop",
        "CFBundleDisplayName": "Roku Desktop",
        "CFBundleExecutable": "roku-desktop",
        "CFBundleIconFile": "roku-desktop",
        "CFBundlePackageType": "APPL",
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "zh-Hans"],
        "LSApplicationCategoryType": "public.app-category.productivity",
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "Apache License 2.0",
    }


def sign(app: Path, environ: Mapping[str, str]) -> None:
    """With the hardened runtime, which notarising asks for. Raises DevError."""
    identity = environ.get("ROKU_SIGN_IDENTITY", "")
    if not identity:
        say("Not signed: ROKU_SIGN_IDENTITY names no certificate. macOS will warn whoever opens the app.")
        run_quietly(["codesign", "--force", "--sign", "-", app], failing="The app could not be sealed:")
        return
    command = ["codesign", "--force", "--options", "runtime", "--timestamp", "--sign", identity]
    run_quietly(
        [*command, "--entitlements", ENTITLEMENTS, app / "Contents" / "MacOS" / "roku-desktop"],
        failing="The program could not be signed:",
    )
    run_quietly([*command, "--entitlements", ENTITLEMENTS, app], failing="The app could not be signed:")
    run_quietly(["codesign", "--verify", "--strict", app], failing="The signature does not hold:")


def notarise(image: Path, environ: Mapping[str, str]) -> None:
    """Let Apple look at the signed image, and fasten its answer to it. Raises DevError."""
    identity, profile = environ.get("ROKU_SIGN_IDENTITY", ""), environ.get("ROKU_NOTARY_PROFILE", "")
    if not (identity and profile):
        say("Not notarised: that needs ROKU_SIGN_IDENTITY and ROKU_NOTARY_PROFILE.")
        return
    run_quietly(["codesign", "--timestamp", "--sign", identity, image], failing="The image was not signed:")
    run_quietly(
        ["xcrun", "notarytool", "submit", image, "--keychain-profile", profile, "--wait"],
        failing="Apple did not notarise the image:",
    )
    run_quietly(["xcrun", "stapler", "staple", image], failing="The ticket could not be fastened:")


def _draw(icon: Path) -> None:
    """An .icns, from the pictures that iconutil wants: each size, and the double for sharp screens."""
    with tempfile.TemporaryDirectory(prefix="roku icons ") as folder:
        drawn, named = Path(folder), Path(folder, "roku.iconset")
        named.mkdir()
        renderer = ROOT / "scripts" / "devtools" / "render_icons.py"
        source = ROOT / "resources" / "icons" / "roku.svg"
        run_quietly(
            [venv_program("python"), renderer, source, drawn, *map(str, ICON_SIZES_PX)],
            env={"QT_QPA_PLATFORM": "offscreen"},
            failing="The icon can't be drawn:",
        )
        for size in (16, 32, 128, 256, 512):
            shutil.copyfile(drawn / f"{size}.png", named / f"icon_{size}x{size}.png")
            shutil.copyfile(drawn / f"{2 * size}.png", named / f"icon_{size}x{size}@2x.png")
        run_quietly(["iconutil", "-c", "icns", named, "-o", icon], failing="The icon could not be made:")
