"""Asking a real archive, beside the plainest way to look through all of its texts: nothing missed, nothing
else found, nothing raised."""

import random
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import Archive
from generated import add, generate

from kistep_archive.query.filters import Filters, snapshot
from kistep_archive.query.search.search import counts_over_time, matches, search_document
from kistep_archive.query.search.suggest import MOST_SUGGESTIONS, suggestions
from kistep_archive.replica import Replica
from kistep_archive.store.database import DATABASE_FILE, open_archive
from kistep_archive.store.rows.contents import index

SAMPLES = 500  # of each kind
HANGUL = re.compile("[가-힣]+")
ENGLISH = re.compile("[a-z0-9]+")
LETTERS = "가-힣ㄱ-ㆎᄀ-ᇿ一-鿿぀-ヿ"


def search(
    conn: sqlite3.Connection,
    query: str,
    *,
    sort: str = "rank",
    limit: int = 20,
    offset: int = 0,
    **conditions: Any,
) -> tuple[int, list[dict[str, Any]]]:
    """What `found` finds for a query and conditions."""
    return matches(conn, Filters(query, **conditions), sort=sort, limit=limit, offset=offset)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of the replica's first two days, where posts were revised and removed."""
    with Replica() as site:
        archive = Archive(tmp_path_factory.mktemp("held"), site.origin)
        for day in (1, 2, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive


@pytest.fixture(scope="module")
def conn(held: Archive) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(held.folder)) as opened:
        yield opened


# everything there is, and nothing else


def plain(text: str) -> str:
    """The text as a reader compares it, by the standard library's letters alone: NFKC, lower case, no
    accents, nothing invisible."""
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", seen).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parts if unicodedata.category(c) != "Mn"))


@pytest.fixture(scope="module")
def texts(held: Archive) -> dict[int, str]:
    """All that can be found of each post: title, writer, body, names of files."""
    names: dict[int, list[str]] = {}
    for post, name in held.rows("SELECT post_id, name FROM attachments"):
        names.setdefault(post, []).append(name)
    rows = held.rows("SELECT id, title, writer, body_text FROM posts")
    return {
        post: plain("\n".join([title, writer or "", body, *names.get(post, [])]))
        for post, title, writer, body in rows
    }


def ids(conn: sqlite3.Connection, query: str) -> set[int]:
    source, values = Filters(query).source()
    return {post for (post,) in conn.execute(f"SELECT posts.id {source}", values)}


def by_eye(texts: dict[int, str], pattern: str) -> set[int]:
    return {post for post, text in texts.items() if re.search(pattern, text)}


def sampled(
    texts: dict[int, str], pattern: re.Pattern[str], piece: Callable[[random.Random, str], str]
) -> list[str]:
    """Pieces of words of all texts, the rare ones as often as the frequent ones, always the same ones."""
    chance = random.Random(20220714)
    words = sorted({word for text in texts.values() for word in pattern.findall(text)})
    drawn = (piece(chance, chance.choice(words)) for _ in range(100_000))
    return [next(each for each in drawn if each) for _ in range(SAMPLES)]


def of_two_or_more(chance: random.Random, word: str) -> str:
    """A piece of at least two characters, or nothing."""
    if len(word) < 2:
        return ""
    start = chance.randrange(len(word) - 1)
    return word[start : chance.randint(start + 2, len(word))]


def test_fault_d07_every_piece_of_a_korean_word_is_found_in_every_post_that_has_it_and_in_no_other(
    conn: sqlite3.Connection, texts: dict[int, str]
) -> None:
    samples = sampled(texts, HANGUL, of_two_or_more)
    assert len(set(samples)) > SAMPLES / 3
    for sample in samples:
        assert ids(conn, sample) == by_eye(texts, sample) != set(), sample


def test_fault_d07_every_single_syllable_is_found_in_every_post_that_has_it_and_in_no_other(
    conn: sqlite3.Connection, texts: dict[int, str]
) -> None:
    for syllable in sorted({c for text in texts.values() for c in "".join(HANGUL.findall(text))}):
        assert ids(conn, syllable) == by_eye(texts, syllable) != set(), syllable


def test_every_english_word_is_found_whole_in_every_post_that_has_it_and_in_no_other(
    conn: sqlite3.Connection, texts: dict[int, str]
) -> None:
    for word in sampled(texts, ENGLISH, lambda _, word: word if len(word) > 1 else ""):
        assert (
            ids(conn, word.upper())
            == by_eye(texts, rf"(?<![^\W_{LETTERS}]){word}(?![^\W_{LETTERS}])")
            != set()
        ), word


def test_every_beginning_of_an_english_word_is_found_with_a_star(
    conn: sqlite3.Connection, texts: dict[int, str]
) -> None:
    for beginning in sampled(
        texts, ENGLISH, lambda chance, word: word[: chance.randint(2, len(word))] if len(word) > 1 else ""
    ):
        assert ids(conn, f"{beginning}*") == by_eye(texts, rf"(?<![^\W_{LETTERS}]){beginning}") != set(), (
            beginning
        )


def test_every_phrase_of_two_words_is_found(conn: sqlite3.Connection, texts: dict[int, str]) -> None:
    pairs = sampled(texts, re.compile(r"\w+ \w+"), lambda _, pair: pair)
    for pair in pairs:
        first, second = pair.split()
        assert ids(conn, f'"{pair}"') >= by_eye(texts, rf"(?<![^\W_]){first} {second}(?![^\W_])") != set(), (
            pair
        )


def test_every_match_is_marked(conn: sqlite3.Connection, texts: dict[int, str]) -> None:
    for sample in sampled(texts, HANGUL, of_two_or_more)[:100] + sampled(texts, ENGLISH, of_two_or_more)[:50]:
        for row in search(conn, sample, limit=3)[1]:
            marked = re.search("<mark>(.*?)</mark>", row["snippet"])
            assert marked, (sample, row)
            assert plain(marked[1]).startswith(sample)


# what people and machines type


PIECES = (
    *(
        '"',
        "*",
        "-",
        " ",
        "  ",
        "\t",
        "\n",
        "\u00a0",
        "\u3000",
        ":",
        "(",
        ")",
        "{",
        "}",
        "^",
        "+",
        "\\",
        "'",
        "“",
        "”",
        ";",
        ",",
        ".",
    ),
    *(
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "NEAR(",
        "title:",
        "writer:",
        "body:",
        "-title:",
        "rowid:",
        "OR OR",
        "--",
        "/*",
        "\0",
        "\x01",
        "\x1b[1m",
    ),
    *(
        "science",
        "Policy",
        "fo*",
        "R&D",
        "café",
        "ﬁn",
        "과학",
        "기",
        "술정책",
        "國家",
        "배분ㆍ조정",
        "배분·조정",
        "ㄱ",
        "ㅏ",
        "\u1100",
        "\u1161\u11a8",
    ),
    *(
        "\ud800",
        "\udfff",
        "\udcff",
        "😀",
        "👩\u200d🔬",
        "\u200b",
        "\u202e",
        "\ufeff",
        "ＡＩ",
        "ﾊﾞ",
        "𠀋",
        "𞤀",
        "\u0301",
        "½",
        "١٢",
        "İ",
        "ß",
        "\U0010ffff",
    ),
)


def typed(chance: random.Random) -> str:
    """What might be typed: pieces of the language, of words and of rubbish, in any order; now and then very
    much of it."""
    kind = chance.random()
    if kind < 0.0005:
        return (chance.choice(PIECES) + chance.choice(PIECES)) * (10_000 // 4)
    if kind < 0.25:
        return "".join(
            chr(chance.choice((chance.randrange(0x80), chance.randrange(0x3000), chance.randrange(0x110000))))
            for _ in range(chance.randrange(12))
        )
    return "".join(chance.choices(PIECES, k=chance.randrange(7)))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Three posts, two with all of the words that are typed."""
    folder = generate(tmp_path_factory.mktemp("small"), 0)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as writing, writing:
        writing.row_factory = sqlite3.Row
        for number, body in enumerate(
            (
                " ".join(p for p in PIECES if p.isprintable()),
                "과학기술정책 예산배분ㆍ조정",
                "Science and policy, cafe",
            ),
            1,
        ):
            add(writing, number, f"제{number}회 Forum", "2022-07-14", body=body)
            index(writing, number)
    with closing(open_archive(folder)) as opened:
        yield opened


def test_fault_d06_a_hundred_thousand_queries_raise_nothing(small: sqlite3.Connection) -> None:
    chance, found = random.Random(4), 0
    for _ in range(100_000):
        found += search(small, typed(chance), limit=1)[0] > 0
    assert found > 10_000


def test_fault_d06_whole_answers_with_every_filter_raise_nothing(small: sqlite3.Connection) -> None:
    chance, suggested = random.Random(6), 0
    for _ in range(3_000):
        writer = chance.choice((None, typed(chance).encode("utf-8", "replace").decode()))
        filters = Filters(
            typed(chance), chance.choice((None, "news")), writer, removed=chance.choice((None, False))
        )
        found = search_document(
            small,
            filters,
            sort=chance.choice(("rank", "date", "hits")),
            limit=2,
            offset=chance.randrange(2),
            plot=True,
        )
        suggested += "suggestions" in found
    assert suggested > 100


# one word in many spellings


SPELLINGS = {
    "decomposed": unicodedata.normalize("NFD", "국가과학기술자문회의"),
    "zero width": "국가과\u200b학기\ufeff술자문회의",
    "soft hyphen": "국가과학\u00ad기술자문회의",
    "direction marks": "\u202a국가과학\u200e기술자문회의\u202c",
    "letters alone": "국ㄱㅏ과학기술자문회의",
    "half width": "국\uffa1\uffc2과학기술자문회의",
    "as it should be": "국가과학기술자문회의",
}


@pytest.fixture(scope="module")
def spelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A post for each spelling, then one of wide letters, spaces that do not break, and accents."""
    folder = generate(tmp_path_factory.mktemp("spelled"), 0)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as writing, writing:
        writing.row_factory = sqlite3.Row
        bodies = [f"x {text}는 y" for text in SPELLINGS.values()]
        for number, body in enumerate([*bodies, "Ｋ－ＩＮＮＯ\u00a0Ｐolicy, Cafe\u0301 ﬁne"], start=1):
            add(writing, number, f"Title {number}", "2022-07-14", body=body)
            index(writing, number)
    with closing(open_archive(folder)) as opened:
        yield opened


@pytest.mark.parametrize(
    "query",
    [
        "국가과학기술자문회의",
        "과학기술",
        "자문",
        unicodedata.normalize("NFD", "국가과학"),
        "과\u200b학기술",
        "국",
    ],
)
def test_fault_d05_a_word_is_found_in_every_spelling_and_marked_as_it_is_stored(
    spelled: sqlite3.Connection, query: str
) -> None:
    total, rows = search(spelled, query)
    assert total == len(SPELLINGS)
    for row in rows:
        (body,) = spelled.execute("SELECT body_text FROM posts WHERE id = ?", (row["id"],)).fetchone()
        assert row["snippet"].replace("<mark>", "").replace("</mark>", "") == body
        marked = re.findall("<mark>(.*?)</mark>", row["snippet"])
        assert [plain(mark) for mark in marked] == [plain(query)], row["snippet"]


@pytest.mark.parametrize(
    "query", ["k-inno", "Ｋ－ｉｎｎｏ", '"inno policy"', "inno\u00a0policy", "cafe", "CAFÉ", "fine", "ﬁ*"]
)
def test_fault_d05_wide_letters_accents_and_unbreaking_spaces_are_found(
    spelled: sqlite3.Connection, query: str
) -> None:
    total, (row, *_) = search(spelled, query)
    assert (total, row["id"], "<mark>" in row["snippet"]) == (1, len(SPELLINGS) + 1, True)


@pytest.mark.parametrize("typed", ["배분ㆍ조정", "배분·조정", "배분・조정"])
def test_a_middle_dot_is_found_by_each_dot_that_looks_like_it(small: sqlite3.Connection, typed: str) -> None:
    total, rows = search(small, f"예산{typed}")
    assert (total, rows[0]["snippet"]) == (1, "과학기술정책 <mark>예산배분ㆍ조정</mark>")


# which posts, in which order


def test_each_filter_keeps_the_posts_that_fit_and_no_other(held: Archive, conn: sqlite3.Connection) -> None:
    everything = ids(conn, "kistep") and {row["id"] for row in search(conn, "kistep", limit=1000)[1]}
    with_files = {
        post for (post,) in held.rows("SELECT DISTINCT post_id FROM attachments WHERE kind = 'file'")
    }
    removed = {post for (post,) in held.rows("SELECT id FROM posts WHERE removed_at IS NOT NULL")}
    for option, kept in (
        ({"has_file": True}, everything & with_files),
        ({"has_file": False}, everything - with_files),
        ({"removed": True}, everything & removed),
        ({"removed": False}, everything - removed),
        ({"removed": True, "has_file": False}, everything & removed - with_files),
    ):
        total, rows = search(conn, "kistep", limit=1000, **option)
        assert {row["id"] for row in rows} == kept
        assert total == len(kept)
    assert everything & removed
    assert everything & with_files
    assert everything - with_files


def test_a_writer_is_found_whatever_the_case_and_accents(conn: sqlite3.Connection) -> None:
    total = search(conn, "kistep", writer="maeng")[0]
    assert (
        total
        == search(conn, "kistep", writer="MÆNG".replace("Æ", "AE"))[0]
        == search(conn, "kistep", writer="Máeng")[0]
        > 0
    )
    assert search(conn, "kistep", writer="\ufffd")[0] == 0


def test_the_title_weighs_more_than_the_body(small: sqlite3.Connection, tmp_path: Path) -> None:
    folder = generate(tmp_path, 0)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as writing, writing:
        writing.row_factory = sqlite3.Row
        for number, (title, body) in enumerate(
            (("Other", "Budget talks went on"), ("Budget", "Other talks went on")), start=1
        ):
            add(writing, number, title, "2022-07-14", body=body)
            index(writing, number)
    with closing(open_archive(folder)) as opened:
        assert [row["id"] for row in search(opened, "budget")[1]] == [2, 1]


def test_results_are_sorted_by_rank_by_date_and_by_hits(conn: sqlite3.Connection) -> None:
    orders = {
        "rank": lambda row: -row["score"],
        "date": lambda row: row["date"],
        "hits": lambda row: row["hits"] or -1,
    }
    rows = {sort: search(conn, "kistep forum OR policy", sort=sort, limit=1000)[1] for sort in orders}
    assert len({tuple(row["id"] for row in found) for found in rows.values()}) == 3
    assert [row["score"] for row in rows["rank"]] == sorted(
        (row["score"] for row in rows["rank"]), reverse=True
    )
    dates = [(row["date"], row["score"]) for row in rows["date"]]
    assert dates == sorted(dates, reverse=True)
    hits = [-1 if row["hits"] is None else row["hits"] for row in rows["hits"]]
    assert hits == sorted(hits, reverse=True)


@pytest.mark.parametrize("sort", ["rank", "date", "hits"])
def test_pages_together_are_all_results_in_order_and_the_total_stays(
    conn: sqlite3.Connection, sort: str
) -> None:
    total, rows = search(conn, "kistep", sort=sort, limit=1000)
    pages = [search(conn, "kistep", sort=sort, limit=7, offset=offset) for offset in range(0, total + 7, 7)]
    assert {page[0] for page in pages} == {total}
    assert [row for page in pages for row in page[1]] == rows
    assert len(rows) == total > 14


# when nothing is found


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("sciense", "science"),
        ("polcy", "policy"),
        ("Diplomaci", "diplomacy"),
        ("science diplomasy", "diplomacy"),
        ('"wednesday fourm"', "forum"),
        ("기슐", "기술"),
        ("과학기슐", "과학기술"),
        ("예산배붕", "예산배분"),
        (unicodedata.normalize("NFD", "예산배붕"), "예산배분"),
        ("연구개발시업", "연구개발사업"),
        ("zcience", "science"),
        ("cience", "science"),
        ("과학술", "과학기술"),
    ],
)
def test_a_query_that_finds_nothing_suggests_words_that_do(
    conn: sqlite3.Connection, query: str, word: str
) -> None:
    assert search(conn, query)[0] == 0
    near = suggestions(conn, Filters(query))
    assert word in near
    assert len(near) <= MOST_SUGGESTIONS
    assert all(search(conn, each)[0] > 0 for each in near)


def test_what_a_compound_begins_with_is_suggested_before_what_stands_inside_it(
    small: sqlite3.Connection,
) -> None:
    assert suggestions(small, Filters("과학기솔"))[0] == "과학기술"


def test_suggestions_are_found_with_the_filters_too_and_there_are_none_for_words_that_are_known(
    conn: sqlite3.Connection,
) -> None:
    early = Filters("sciense", until="2012-12-31")
    near = suggestions(conn, early)
    assert near
    assert all(search(conn, each, until="2012-12-31")[0] > 0 for each in near)
    for query in ("science", "science -science", "", "!?", "쀍", "-sciense", "x" * 10_000):
        assert suggestions(conn, Filters(query, until="1999-12-31")) == []


def test_a_suggestion_of_what_was_said_later_is_not_made_of_the_past(held: Archive) -> None:
    (then,) = held.rows("SELECT finished_at FROM runs WHERE id = 1")[0]
    title, day = held.rows("SELECT title, first_seen_at FROM posts ORDER BY first_seen_at DESC LIMIT 1")[0]
    assert day > then
    word = max(re.findall("[a-z]+", title.lower()), key=len)
    with closing(open_archive(held.folder, "2001-01-01")) as past:
        answer = search_document(past, Filters(word), sort="rank", limit=1, offset=0, plot=True)
    assert answer.pop("remark").startswith("the archive's first post was seen on ")
    assert answer == {"query": word, "total": 0, "results": [], "plot": {}}


# while a crawl writes


def test_fault_e2_an_answer_is_of_one_moment_while_posts_are_written(tmp_path: Path) -> None:
    folder = generate(tmp_path, 3)
    with (
        closing(sqlite3.connect(folder / DATABASE_FILE)) as writing,
        closing(open_archive(folder)) as reading,
    ):
        writing.row_factory = sqlite3.Row
        for number in range(1, 4):
            index(writing, number)
        writing.commit()
        with snapshot(reading):
            before = search_document(reading, Filters("words"), sort="rank", limit=9, offset=0, plot=True)
            add(writing, 9, "Title 9", "2026-01-01")
            index(writing, 9)
            writing.commit()
            assert (
                search_document(reading, Filters("words"), sort="rank", limit=9, offset=0, plot=True)
                == before
            )
        assert search(reading, "words")[0] == before["total"] + 1 == 4
        add(writing, 11, "Title 11", "2026-01-01")  # not committed: a crawl in the middle of a post
        assert search(reading, "words")[0] == 4
        writing.rollback()


# how they spread


def test_a_plot_has_every_year_of_what_was_found_or_every_month_where_those_are_few(
    held: Archive, conn: sqlite3.Connection
) -> None:
    by_hand = Counter(date[:4] for (date,) in held.rows("SELECT date FROM posts"))
    years = counts_over_time(conn, Filters())
    assert {year: number for year, number in years.items() if number} == by_hand
    assert list(years) == [str(year) for year in range(int(min(by_hand)), int(max(by_hand)) + 1)]
    months = counts_over_time(conn, Filters("kistep", since="2021-11-01", until="2022-03-31"))
    assert sum(months.values()) == search(conn, "kistep", since="2021-11-01", until="2022-03-31")[0]
    assert list(months) == [
        month
        for month in ("2021-11", "2021-12", "2022-01", "2022-02", "2022-03")
        if min(months) <= month <= max(months)
    ]
    assert (counts_over_time(conn, Filters("zzzzzz")), counts_over_time(conn, Filters("!"))) == ({}, {})


# dates as people write them


def test_every_option_that_takes_a_date_reads_it_in_the_same_forms(place: Archive) -> None:
    by_days = place.json("search", "kistep", "--since", "2024-05-01", "--until", "2024-12-31")
    assert by_days == place.json("search", "kistep", "--since", "2024-05", "--until", "2024")
    assert 0 < by_days["total"] < place.json("search", "kistep", "--since", "2024-05")["total"]
    assert place.json("search", "kistep", "--as-of", "today")["total"] > 0
    assert place.json("search", "kistep", "--as-of", "3 months ago")["total"] == 0
