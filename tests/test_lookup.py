"""Asking a real archive, beside the plainest way to look through all of its texts: nothing missed, nothing else found, nothing raised."""

import random
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from conftest import Archive
from generated import add, generate

from kistep_archive.answers import NAME, open_archive
from kistep_archive.fold import index
from kistep_archive.lookup import answer, search
from kistep_archive.replica import Replica
from kistep_archive.selection import Filters

SAMPLES = 500  # of each kind
HANGUL = re.compile("[가-힣]+")
ENGLISH = re.compile("[a-z0-9]+")
LETTERS = "가-힣ㄱ-ㆎᄀ-ᇿ一-鿿぀-ヿ"


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
    """The text as a reader compares it, by the standard library's letters alone: NFKC, lower case, no accents, nothing invisible."""
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
    return {post: plain("\n".join([title, writer or "", body, *names.get(post, [])])) for post, title, writer, body in rows}


def ids(conn: sqlite3.Connection, query: str) -> set[int]:
    source, values = Filters(query).source()
    return {post for (post,) in conn.execute(f"SELECT posts.id {source}", values)}


def by_eye(texts: dict[int, str], pattern: str) -> set[int]:
    return {post for post, text in texts.items() if re.search(pattern, text)}


def sampled(texts: dict[int, str], pattern: re.Pattern[str], piece: Callable[[random.Random, str], str]) -> list[str]:
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
        assert ids(conn, word.upper()) == by_eye(texts, rf"(?<![^\W_{LETTERS}]){word}(?![^\W_{LETTERS}])") != set(), word


def test_every_beginning_of_an_english_word_is_found_with_a_star(conn: sqlite3.Connection, texts: dict[int, str]) -> None:
    for beginning in sampled(texts, ENGLISH, lambda chance, word: word[: chance.randint(2, len(word))] if len(word) > 1 else ""):
        assert ids(conn, f"{beginning}*") == by_eye(texts, rf"(?<![^\W_{LETTERS}]){beginning}") != set(), beginning


def test_every_phrase_of_two_words_is_found(conn: sqlite3.Connection, texts: dict[int, str]) -> None:
    pairs = sampled(texts, re.compile(r"\w+ \w+"), lambda _, pair: pair)
    for pair in pairs:
        first, second = pair.split()
        assert ids(conn, f'"{pair}"') >= by_eye(texts, rf"(?<![^\W_]){first} {second}(?![^\W_])") != set(), pair


def test_every_match_is_marked(conn: sqlite3.Connection, texts: dict[int, str]) -> None:
    for sample in sampled(texts, HANGUL, of_two_or_more)[:100] + sampled(texts, ENGLISH, of_two_or_more)[:50]:
        for row in search(conn, sample, limit=3)[1]:
            marked = re.search("<mark>(.*?)</mark>", row["snippet"])
            assert marked, (sample, row)
            assert plain(marked[1]).startswith(sample)


# what people and machines type


PIECES = (
    *('"', "*", "-", " ", "  ", "\t", "\n", "\u00a0", "\u3000", ":", "(", ")", "{", "}", "^", "+", "\\", "'", "“", "”", ";", ",", "."),
    *("AND", "OR", "NOT", "NEAR", "NEAR(", "title:", "writer:", "body:", "-title:", "rowid:", "OR OR", "--", "/*", "\0", "\x01", "\x1b[1m"),
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
    """What might be typed: pieces of the language, of words and of rubbish, in any order; now and then very much of it."""
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
    with closing(sqlite3.connect(folder / NAME)) as writing, writing:
        writing.row_factory = sqlite3.Row
        for number, body in enumerate(
            (" ".join(p for p in PIECES if p.isprintable()), "과학기술정책 예산배분ㆍ조정", "Science and policy, cafe"), 1
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
        filters = Filters(typed(chance), chance.choice((None, "news")), writer, removed=chance.choice((None, False)))
        found = answer(small, filters, sort=chance.choice(("rank", "date", "hits")), limit=2, offset=chance.randrange(2), plot=True)
        suggested += "suggestions" in found
    assert suggested > 100
