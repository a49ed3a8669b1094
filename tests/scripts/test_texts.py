"""`dev.py translate`: which texts are found, and that a .ts file keeps what was translated."""

from pathlib import Path

from devtools.texts import Text, read, texts_of, texts_of_sources, written

CODE = """
TITLES = (marked("New session"),)

class Panel:
    def show(self, n):
        self.name(tr("Open", "of a breaker"), tr("{0} today").format(n))
        self.count(counted(n, "1 answer", "%Ln answers"))
        self.tell(said("{provider} is overloaded.", provider=n), tr(n), other("Not this"))
"""


def test_each_way_of_marking_a_text_is_found_in_the_order_of_the_source():
    assert list(texts_of(CODE)) == [
        Text("New session"),
        Text("Open", "of a breaker"),
        Text("{0} today"),
        Text("1 answer"),
        Text("%Ln answers", counted=True),
        Text("{provider} is overloaded."),
    ]


def test_a_file_keeps_what_is_translated_and_marks_the_rest_unfinished(tmp_path: Path):
    texts = dict.fromkeys(texts_of(CODE), "roku_desktop/ui/panel.py")
    known = {
        Text("Open", "of a breaker"): ("“断开” & <br>",),
        Text("%Ln answers", counted=True): ("%Ln 个回答",),
        Text("gone"): ("不再有",),
    }
    file = tmp_path / "roku_zh_CN.ts"
    file.write_text(written("zh_CN", texts, known), encoding="utf-8")
    again = read(file)
    assert list(again) == list(texts)
    assert {text: forms for text, forms in again.items() if forms} == {
        text: forms for text, forms in known.items() if text in texts
    }
    assert file.read_text(encoding="utf-8") == written("zh_CN", texts, again)


def test_a_merge_of_two_sides_loses_no_translation(tmp_path: Path):
    text = Text("Open")
    sides = [written("zh_CN", {text: "a.py"}, known) for known in ({}, {text: ("打开",)})]
    unfinished, finished = (side.splitlines(keepends=True) for side in sides)
    message = unfinished[5:-2]
    assert message[-1].strip() == "</message>"
    file = tmp_path / "merged.ts"
    for merged in ([*message, *finished[5:-2]], [*finished[5:-2], *message]):
        file.write_text("".join([*unfinished[:5], *merged, *unfinished[-2:]]), encoding="utf-8")
        assert read(file) == {text: ("打开",)}
    both = [line for line in message if "translation" in line] + [finished[-4]]
    file.write_text("".join([*unfinished[:8], *both, *unfinished[-3:]]), encoding="utf-8")
    assert read(file) == {text: ("打开",)}


def test_the_window_has_texts():
    assert {text.source for text in texts_of_sources()} >= {"New session", "Ask anything"}
