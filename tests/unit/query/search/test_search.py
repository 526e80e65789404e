"""The index of words and pairs: whatever stands in a text is found, whatever is typed is survived."""

import re
import sqlite3
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.model.tokens import folded, words
from kistep_archive.query.language import fts_expression, remark
from kistep_archive.query.search.snippets import _PLAIN, snippet

HANGUL = st.text(alphabet="가나다라과학기술정책연구", min_size=1, max_size=12)
WORD = st.text(alphabet="abcdeé", min_size=1, max_size=6)


def matches(text: str, query: str) -> bool:
    conn = sqlite3.connect(":memory:")
    conn.execute(
        "CREATE VIRTUAL TABLE t USING fts5 (title, writer, body, files, tokenize = 'unicode61 "
        "remove_diacritics 2')"
    )
    conn.execute("INSERT INTO t VALUES (?, '', '', '')", (words(text),))
    wanted = fts_expression(query)
    found = (
        bool(wanted) and conn.execute("SELECT count(*) FROM t WHERE t MATCH ?", (wanted,)).fetchone()[0] > 0
    )
    conn.close()
    return found


@given(HANGUL, st.data())
def test_fault_d07_any_piece_of_a_korean_compound_is_found(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    assert matches(f"2026 {run} plan", run[start:end])


@given(HANGUL, HANGUL)
def test_a_korean_word_of_two_or_more_syllables_that_does_not_stand_there_is_not_found(
    text: str, query: str
) -> None:
    if len(query) > 1:
        assert matches(text, query) == (query in text)


@given(st.lists(WORD, min_size=1, max_size=5), st.data())
def test_any_word_is_found_whatever_its_case_and_accents(tokens: list[str], data: st.DataObject) -> None:
    assert matches(" ".join(tokens), data.draw(st.sampled_from(tokens)).upper())


@given(HANGUL, WORD, HANGUL)
def test_a_term_that_mixes_scripts_is_found_as_it_stands(before: str, word: str, after: str) -> None:
    assert matches(f"{before}{word}{after}", f"{before}{word}{after}")
    assert matches(f"{before}{word}{after}", f"{before[-1]}{word}{after[0]}")


def test_fault_d06_a_query_is_looked_for_whole_however_long_it_is() -> None:
    words = [f"w{number}" for number in range(400)]
    assert matches(" ".join(words), f'"{" ".join(words)}"')
    assert not matches(" ".join(words[:-1]), f'"{" ".join(words)}"')
    assert matches("forum", " OR ".join([*words, "forum"]))
    assert not matches("kistep forum", " ".join(["kistep", *(f"-{word}" for word in words), "-forum"]))


def test_what_a_query_has_too_many_terms_of_is_told() -> None:
    assert remark("kistep forum -policy") == ""
    assert remark(" ".join(["kistep"] * 10_000)) == ""  # the same one is one
    assert (
        remark(" ".join(f"w{number}" for number in range(503)))
        == "the query has too many terms: only the first 500 were used, the other 3 were ignored"
    )
    assert "only excludes" in remark("-forum")


@given(st.text(max_size=200))
def test_fault_d06_no_query_raises(query: str) -> None:
    matches("science policy 과학기술", query)
    snippet("science policy 과학기술", query)


@pytest.mark.parametrize(
    "query",
    ['"', "*", "AND", "-", "", "\0", "NOT", "NEAR(a b)", "title:", "a" * 10_000, "(((", "OR OR", '-"'],
)
def test_fault_d06_named_queries_do_not_raise(query: str) -> None:
    matches("science", query)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("science policy", True),
        ("policy science", True),
        ('"policy science"', False),
        ('"science and policy"', True),
        ("science -policy", False),
        ("science -budget", True),
        ("budget OR policy", True),
        ("science AND policy", True),
        ("science AND budget", False),
        ("science NOT policy", False),
        ("science AND NOT policy", False),
        ("science NOT budget", True),
        ('science NOT "and policy"', False),
        ("science NOT title:policy", False),
        ("NOT budget science", True),
        ("science NOT NOT policy", False),
        ("budget OR NOT OR science", True),
        ("title: AND science", True),
        ("science and budget", False),
        ("science AND", True),
        ("science NOT", True),
        ("sci*", True),
        ("title:science", True),
        ("writer:science", False),
    ],
)
def test_the_query_language(query: str, found: bool) -> None:
    assert matches("Science and Policy", query) is found


def test_fault_d05_decomposed_wide_and_zero_width_text_is_found_by_plain_text() -> None:
    assert matches("\u1112\u1161\u11ab\u1100\u1173\u11af 과학\u200b기술 ＡＩ", "한글")
    assert matches("과학\u200b기술", "과학기술")
    assert matches("ＡＩ policy", "AI")


def test_a_snippet_marks_the_match_in_the_text_as_it_is_and_escapes_the_rest() -> None:
    assert (
        snippet("<b>국가과학기술자문회의</b>", "기술")
        == "&lt;b&gt;국가과학<mark>기술</mark>자문회의&lt;/b&gt;"
    )
    long = snippet("x " * 300 + "Café" + " y" * 300, "cafe")
    assert "<mark>Café</mark>" in long
    assert long.startswith("…")
    assert long.endswith("…")


def test_folding_keeps_hangul_whole() -> None:
    assert folded("한글") == "한글"


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_has_the_same_words_as_by_the_long_way(text: str) -> None:
    assert words(f"{text} é") == f"{words(text)} e".strip()


def test_a_snippet_marks_words_whole_their_beginnings_with_a_star_and_hangul_anywhere() -> None:
    text = "AI maintains Taiwan, aircraft and AI기술 (인공지능AI)"
    assert snippet(text, "ai") == (
        "<mark>AI</mark> maintains Taiwan, aircraft and <mark>AI</mark>기술 (인공지능<mark>AI</mark>)"
    )
    assert (
        snippet(text, "ai*") == "<mark>AI</mark> maintains Taiwan, <mark>aircraft</mark> and "
        "<mark>AI</mark>기술 (인공지능<mark>AI</mark>)"
    )
    assert snippet(text, '"and ai기" 지능') == (
        "AI maintains Taiwan, aircraft <mark>and AI기</mark>술 (인공<mark>지능</mark>AI)"
    )
    assert snippet("a a b a a", '"b a a"') == "a a <mark>b a a</mark>"
    assert snippet("xa a a", '"a a"') == "xa <mark>a a</mark>"
    assert snippet("science -policy", "-policy science") == "<mark>science</mark> -policy"


def test_a_snippet_is_the_passage_with_most_of_the_words_and_begins_and_ends_between_words() -> None:
    text = f"policy {'lorem ' * 60} policy of science {'ipsum ' * 60}"
    passage = snippet(text, "science policy")
    assert "<mark>policy</mark> of <mark>science</mark>" in passage
    assert set(passage.replace("<mark>", "").replace("</mark>", "").strip("…").split()) == {
        "lorem",
        "policy",
        "of",
        "science",
        "ipsum",
    }
    assert snippet(f"{'가나 ' * 30_000}다라", "다라").endswith("<mark>다라</mark>")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("b" + "a" * 100_000, "a*"),
        ("a" * 100_000, "a"),
        ("a " * 50_000, f'"{"a " * 400}b"'),
        (f"a{' ' * 100_000}c", '"a b"'),
        ("가" * 100_000, "가" * 900 + "나"),
        ("\u1100" * 100_000, "가"),
        ("a b c " * 20_000, " ".join("abcdefghij" * 50)),
    ],
)
def test_fault_f8_no_text_makes_marking_it_slow(text: str, query: str) -> None:
    snippet(text, query)
    asked = process_time()
    snippet(text, query)
    assert process_time() - asked < 1  # of the processor, for 100 KB; a pattern that backtracks takes minutes


@given(st.text(max_size=80))
def test_the_mark_is_on_the_word_whatever_stands_before_it(before: str) -> None:
    assert "<mark>forum</mark>" in snippet(f"{before} forum", "forum")


@pytest.mark.slow
def test_characters_that_are_taken_as_they_stand_are_folded_one_by_one_to_themselves_or_small_letters() -> (
    None
):
    plain = [chr(code) for code in range(0x110000) if re.fullmatch(_PLAIN, chr(code))]
    assert len(plain) > 30_000
    assert folded("".join(plain)) == "".join(plain).lower()
    assert all(folded(character) == character.lower() for character in plain)


def test_words_that_join_are_no_words_to_find_unless_they_are_written_small_or_quoted() -> None:
    for query in ("AND", "NOT", "AND NOT", "NOT OR"):
        assert remark(query) == "the query has no word to find: write one with a letter or a digit"
    for query in ("and", '"AND"', "not"):
        assert remark(query) == ""
    assert "only excludes words" in remark("NOT forum")


def test_brackets_around_joined_words_get_a_remark_and_others_none() -> None:
    assert remark("policy (forum OR budget)").startswith("brackets are ignored")
    assert remark("(AI) policy OR R&D (2024)") == ""
