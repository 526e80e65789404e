"""Citations, read back by the readers of others: whatever a title holds, nothing is lost and no entry
breaks."""

import json
from typing import Any

import bibtexparser
import pytest
import rispy
from hypothesis import example, given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from kistep_archive.export.citations import csl
from kistep_archive.export.citations.bibtex import bibtex
from kistep_archive.export.citations.ris import ris
from kistep_archive.export.citations.styles import Sentence, sentence

ODD = 'R&D {budget: 100% of $5_000 #1} "예산배분" \\ ~ <i>x</i> | } {{'
# without what TeX itself writes otherwise, such as two hyphens, and without ^
TITLES = st.text("aZ 9예산é{}\\%&#_$~<>|.,:;@=()[]\n", min_size=1).filter(str.strip)


def item(title: str = "A title", **others: Any) -> dict[str, Any]:
    evidence = {
        "file": "000001-crawl-20260101T000000Z.warc.gz",
        "offset": 700,
        "sha256": "ab" * 32,
        "url": "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=7",
        "fetched_at": "2026-03-04T23:59:59.000000Z",
    }
    post = {
        "id": 3,
        "board": "news",
        "number": 7,
        "layout": "es",
        "title": title,
        "writer": "KISTEP",
        "date": "2024-05-02",
        "url": evidence["url"],
        "removed_at": None,
        "revisions": [{"seen_at": evidence["fetched_at"], "evidence": evidence}],
        **others,
    }
    return csl.item(post, 1, "News & Event", "en")


def one_line(text: str) -> str:
    return " ".join(text.split())


def from_tex(text: str) -> str:
    """What TeX prints of it. pylatexenc knows all commands but these three, which are TeX's own too."""
    for command, letter in (("textless", "<"), ("textgreater", ">"), ("textbar", "|")):
        text = text.replace(f"{{\\{command}}}", letter)
    return one_line(LatexNodes2Text().latex_to_text(text))


@given(TITLES)
@example(ODD)
@example("}")
def test_bibtex_is_read_by_two_parsers_and_says_the_title_unchanged(title: str) -> None:
    text = bibtex(item(title))
    fields = parse_string(text, "bibtex").entries["news-7-p3-r1"].fields
    (entry,) = bibtexparser.parse_string(text).entries
    assert entry.entry_type == "online"
    assert one_line(entry["title"]) == one_line(fields["title"])
    assert from_tex(fields["title"]) == one_line(title)
    assert fields["url"] == item()["URL"]
    assert (fields["date"], fields["urldate"]) == ("2024-05-02", "2026-03-04")
    assert parse_string(text, "bibtex").entries["news-7-p3-r1"].persons["author"][0].last_names == [
        "{KISTEP}"
    ]


@given(TITLES)
@example(ODD)
def test_ris_is_one_record_that_says_the_title_unchanged(title: str) -> None:
    (record,) = rispy.loads(ris(item(title)))
    assert record["type_of_reference"] == "ELEC"
    assert record["title"] == one_line(title)
    assert (record["date"], record["access_date"]) == ("2024/05/02", "2026/03/04")
    assert record["urls"] == [item()["URL"]]
    assert "ab" * 32 in record["notes"][0]


@pytest.mark.parametrize("style", list(Sentence))
@pytest.mark.parametrize("title", [ODD, "제8회 포럼 개최 안내", "A title"])
def test_a_sentence_says_who_when_what_where_and_which_bytes(style: Sentence, title: str) -> None:
    said = sentence(item(title), style)
    for words in (
        "KISTEP. ",
        "2024",
        "May 2",
        title,
        "News & Event",
        "March 4, 2026",
        item()["URL"],
        "Post 3 (news/7), revision 1, sha256 " + "ab" * 32,
    ):
        assert words.casefold() in said.casefold()  # Chicago begins each word of a title with a capital


@pytest.mark.parametrize("style", list(Sentence))
def test_without_a_writer_the_board_stands_in_front_and_nothing_stands_twice(style: Sentence) -> None:
    said = sentence(item(writer=None), style)
    assert said.startswith("News & Event. ")
    assert said.count("News & Event") == said.casefold().count("a title") == 1


@pytest.mark.parametrize("form", [bibtex, ris, lambda it: sentence(it, Sentence.APA)])
def test_a_post_without_a_readable_date_or_writer_is_still_cited(form: Any) -> None:
    parts = item(writer=" ", date="2024-13-45")
    assert {"author", "issued"} & set(parts) == set()
    said = form(parts)
    assert "A title" in said
    assert "None" not in said


def test_an_old_address_a_removal_and_an_odd_board_name_are_said() -> None:
    parts = item(layout="jsp", board="뉴스 2/x", removed_at="2026-04-01T00:00:00Z")
    assert parts["id"] == "2-x-jsp-7-p3-r1"
    assert parts["note"].endswith(" Missing on the site since 2026-04-01.")
    assert json.dumps(parts)


def test_no_title_gives_a_terminal_commands_or_turns_its_text_around() -> None:
    assert item("a\x1b[2Jb\u202ec\x9bd\u2028e")["title"] == "a [2Jb c d e"
