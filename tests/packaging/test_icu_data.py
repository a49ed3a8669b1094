"""ICU's data, made small: the format is read and written right, and Qt goes on sorting with it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from devtools.icu_data import (
    KEPT_FILES,
    NotAPackage,
    is_wanted,
    read_package,
    shrunk_library,
    write_package,
)
from hypothesis import given
from hypothesis import strategies as st

# Its first sixteen bytes are checked; the rest is a copyright.
HEADER = b"\x20\x00\xda\x27\x14\x00\x00\x00\x00\x00\x02\x00CmnD\x01".ljust(32, b"\0")

on_linux_with_binutils = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("ld") is None,
    reason="only Linux's Qt brings ICU; binutils make it",
)

SORTED_AND_NAMED = """
from PySide6.QtCore import QCollator, QLocale, QTimeZone
for name, words in (("zh_CN", "王 李 张"), ("en", "b Ä a"), ("sv", "z ö a"), ("de", "z ö a")):
    words = words.split()
    words.sort(key=QCollator(QLocale(name)).sortKey)
    print(name, *words)
print(QLocale("zh_CN").toUpper("i"), QTimeZone(b"Europe/Berlin").isValid())
"""


@given(
    st.dictionaries(
        st.from_regex(r"icudt99l/[a-z]{1,8}(/[a-z_]{1,8})?\.res", fullmatch=True), st.binary(), min_size=1
    )
)
def test_what_is_written_is_read_again(items):
    header, read = read_package(b"before" + write_package(HEADER, items))
    assert header == HEADER
    assert list(read) == sorted(items)  # ICU searches by halves
    for name, content in items.items():
        assert read[name].startswith(content)
        assert not read[name][len(content) :].strip(b"\0")


def test_every_item_starts_at_a_multiple_of_sixteen():
    package = write_package(HEADER, {"icudt99l/a.res": b"first", "icudt99l/b.res": b"second"})
    assert package.index(b"first") % 16 == package.index(b"second") % 16 == 0


def test_other_bytes_are_no_package():
    with pytest.raises(NotAPackage):
        read_package(b"\x7fELF and nothing more")


@pytest.mark.parametrize("item", ["coll/zh.res", "coll/root.res", "en_GB.res", "zone/zh_TW.res", *KEPT_FILES])
def test_what_the_window_s_languages_need_is_kept(item):
    assert is_wanted(item)


@pytest.mark.parametrize(
    "item", ["coll/ja.res", "de.res", "gb18030.cnv", "translit/root.res", "brkitr/cjdict.dict"]
)
def test_other_languages_and_services_are_left_out(item):
    assert not is_wanted(item)


@on_linux_with_binutils
def test_qt_sorts_as_before_in_our_languages_and_goes_on_in_others(tmp_path):
    import PySide6

    (library,) = Path(PySide6.__file__).parent.glob("Qt/lib/libicudata.so.*")
    small = shrunk_library(library, tmp_path / "small")
    assert small.stat().st_size < library.stat().st_size / 8
    before, after = (printed_by_qt(LD_PRELOAD=preloaded) for preloaded in ("", str(small)))
    assert after[0] == before[0] == "zh_CN 李 王 张"
    assert after[1] == before[1]
    assert before[2] == "sv a z ö"
    assert after[2] == "sv a ö z"  # the root order: a Swedish order is not among the data
    assert after[3:] == before[3:]


def printed_by_qt(**variables: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SORTED_AND_NAMED], env=variables, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_a_library_of_another_form_is_kept_whole(tmp_path):
    library = tmp_path / "libicudata.so.99"
    library.write_bytes(b"nothing we know")
    assert shrunk_library(library, tmp_path / "small") == library
