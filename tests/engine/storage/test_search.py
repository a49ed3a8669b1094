"""Search: all words, newest first, in English and Chinese, whatever a person types."""

from __future__ import annotations

import pytest

from roku_desktop.engine.storage.search import SNIPPET_LENGTH, indexed
from roku_desktop.engine.storage.store import SqliteStore
from tests.support.turns import Turn

CORPUS = (
    "The migration of the database failed on Tuesday",
    "数据库迁移在周二失败了,我们需要回滚",
    "用Postgres数据库存储用户信息",
    "Résumé of the café: naïve façade, ÜBER",
    "データベースの移行、東京タワー",
    "데이터베이스 마이그레이션",
    "snake_case and kebab-case and dotted.name",
    "C'est l'été 2024 — prix: 12,50 €",
)


@pytest.fixture
async def corpus(store: SqliteStore, session_id: str) -> SqliteStore:
    for number, text in enumerate(CORPUS):
        turn = Turn(session_id, f"run_{number}", began_at=1000.0 + number)
        await store.append([turn.prompt(text)])
        await store.finish_run(turn.finished())
    return store


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("migration", [0]),
        ("DATABASE failed", [0]),
        ("failed tuesday migration", [0]),
        ("migrat", [0]),
        ("migrat ", []),
        ("mi", []),
        ("databa migration", []),
        ("migration databa", [0]),
        ("kebab-cas", [6]),
        ("kebab-ca", []),
        ("用postgr", [2]),
        ("数据库", [2, 1]),
        ("数据", [2, 1]),
        ("周二", [1]),
        ("库", [2, 1]),
        ("失败 数据", [1]),
        ("据数", []),
        ("postgres", [2]),
        ("Postgres数据库", [2]),
        ("postgres 用户", [2]),
        ("resume", [3]),
        ("CAFÉ uber", [3]),
        ("データ", [4]),
        ("タワー", [4]),
        ("东京", []),
        ("東京", [4]),
        ("데이터베이스", [5]),
        ("snake_case", [6]),
        ("case", [6]),
        ("kebab-case", [6]),
        ("dotted name", [6]),
        ("été", [7]),
        ("l'été", [7]),
        ("12,50", [7]),
        ("2024", [7]),
    ],
)
async def test_messages_with_all_words_are_found_newest_first(
    corpus: SqliteStore, query: str, expected: list[int]
) -> None:
    hits = await corpus.search(query)
    assert [hit.position - 1 for hit in hits] == expected
    for hit in hits:
        assert hit.highlights
        assert hit.role == "user"


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("database FAILED", ["database", "failed"]),
        ("数据 库", ["数据", "库"]),
        ("naive facade", ["naïve", "façade"]),
        ("snake", ["snake"]),
        ("failed migra", ["migra", "failed"]),
    ],
)
async def test_the_words_are_marked_in_the_snippet(
    corpus: SqliteStore, query: str, marked: list[str]
) -> None:
    hit = (await corpus.search(query))[-1]
    assert [hit.snippet[start:end] for start, end in hit.highlights] == marked


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        '"',
        '""',
        "'",
        "*",
        "mig*",
        "-migration",
        "NEAR(migration database)",
        "migration NEAR nothing",
        "search_text:migration",
        "^migration",
        "{a b}",
        "migration AND",
        "OR",
        "NOT migration",
        "(((",
        'mig"ration',
        "a\0b",
        "\0",
        "😀",
        "数*据",
        "\ud800",
        "a" * 10_000,
        "word " * 1000,
    ],
)
async def test_what_a_person_types_is_never_syntax(corpus: SqliteStore, query: str) -> None:
    assert isinstance(await corpus.search(query), list)


async def test_quotes_and_stars_around_a_word_are_only_punctuation(corpus: SqliteStore) -> None:
    for query in ('"migration"', "*migration*", "(migration)", "-migration", "migration!"):
        assert [hit.position for hit in await corpus.search(query)] == [1]


async def test_a_long_message_shows_the_neighbourhood_of_the_word(
    store: SqliteStore, session_id: str
) -> None:
    text = "filler words\n" * 500 + "the needle lies here\n" + "more words " * 500
    await store.append([Turn(session_id).prompt(text)])
    (hit,) = await store.search("needle")
    assert len(hit.snippet) <= SNIPPET_LENGTH + 2
    assert "\n" not in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    ((start, end),) = hit.highlights
    assert hit.snippet[start:end] == "needle"


async def test_a_renamed_session_is_shown_under_its_name(corpus: SqliteStore, session_id: str) -> None:
    await corpus.rename_session(session_id, "Renamed")
    (hit,) = await corpus.search("migration")
    assert hit.session_title == "Renamed"


async def test_answers_are_found_too(store: SqliteStore, session_id: str) -> None:
    turn = Turn(session_id)
    await store.append([turn.prompt("zebra?"), turn.step(), turn.answer("A zebra.")])
    assert [(hit.role, hit.position) for hit in await store.search("zebra")] == [
        ("assistant", 2),
        ("user", 1),
    ]
    assert len(await store.search("zebra", limit=1)) == 1


def test_cjk_characters_are_set_apart_and_nothing_else() -> None:
    assert indexed("plain ASCII, untouched") == "plain ASCII, untouched"
    assert indexed("用Postgres数据库 ok") == "用 Postgres 数 据 库 ok"
    assert indexed("naïve café") == "naïve café"
