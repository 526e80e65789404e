"""What changed between two revisions: every word that differs is marked, and nothing else is."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from commands import Archive, one_line
from edited import NUMBER, OTHER, edited
from golden import assert_golden
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from terminals import on_terminal

from kistep_archive.cli.render.diff import Side, cell_width, side_by_side, unified
from kistep_archive.export.diff_html import as_html
from kistep_archive.model.columns import CONTENT
from kistep_archive.query.diff import FieldDiff, Line, compare, hunks, rows, spans

POST = f"news/{NUMBER}"
LINES = st.lists(st.text("ab 기술정책\u0301\x1b", max_size=8), max_size=12)
SIDES = Side(1, "2019-05-01T00:00:00Z"), Side(2, "2021-05-01T00:00:00Z")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


# the command


@pytest.mark.parametrize(("a", "b"), [(1, 2), (2, 3), (3, 4), (4, 5), (1, 5), (5, 1)])
def test_each_form_says_what_it_should(held: Archive, a: int, b: int) -> None:
    for form, options in (("unified", []), ("columns", ["--side-by-side"]), ("json", ["--json"])):
        done = held.run("diff", POST, str(a), str(b), *options)
        assert (done.returncode, done.stderr) == (0, "")
        assert_golden(f"diff_{a}_{b}_{form}.txt", done.stdout)


def test_the_last_two_are_meant_where_none_is_named_and_the_last_one_where_one_is(held: Archive) -> None:
    assert held.run("diff", POST).stdout == held.run("diff", POST, "4", "5").stdout
    assert held.run("diff", POST, "2").stdout == held.run("diff", POST, "2", "5").stdout
    by_id = held.json("show", POST)["id"]
    assert held.json("diff", str(by_id), "1", "2") == held.json(
        "diff", held.json("show", POST)["url"], "1", "2"
    )


def test_json_holds_the_values_as_show_has_them_and_leads_to_both_pages(held: Archive) -> None:
    answer = held.json("diff", POST, "1", "2")
    assert list(answer) == ["post", "a", "b", "evidence", "changes"]
    before, after = (held.json("show", POST, "--revision", number) for number in ("1", "2"))
    assert [change["field"] for change in answer["changes"]] == ["title", "body_text"]
    for change in answer["changes"]:
        assert list(change) == ["field", "before", "after", "hunks"]
        assert (change["before"], change["after"]) == (before[change["field"]], after[change["field"]])
    assert answer["evidence"] == {
        "a": before["revisions"][0]["evidence"],
        "b": before["revisions"][1]["evidence"],
    }
    assert answer["evidence"]["a"]["record_id"]


def test_a_replaced_file_is_told_with_its_old_bytes_and_its_new_ones(held: Archive) -> None:
    (change,) = held.json("diff", POST, "2", "3")["changes"]
    assert change["field"] == "attachments"
    (old, _), (new, _) = change["before"], change["after"]
    assert (old["url"], old["size"], new["size"]) == (new["url"], 14, 34)
    stored = held.rows("SELECT sha256 FROM attachments WHERE kind = 'file' AND size = 34")
    assert old["sha256"] != new["sha256"] == stored[0][0]


def test_a_post_of_one_revision_says_so_in_one_line(held: Archive) -> None:
    done = held.run("diff", f"news/{OTHER}")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    assert "was never edited; its only revision was seen" in done.stdout
    assert held.json("diff", f"news/{OTHER}")["changes"] == []
    assert "was compared with itself: no difference" in held.run("diff", POST, "5").stdout


@pytest.mark.parametrize("numbers", [("9",), ("1", "9"), ("0", "1"), ("one", "2"), ("-1",)])
def test_a_revision_that_is_not_there_is_one_line(held: Archive, numbers: tuple[str, ...]) -> None:
    one_line(held.run("diff", POST, *numbers), 2)
    one_line(held.run("diff", "news/1"), 2, "no post 'news/1'", "search")


def test_as_of_a_day_only_the_revisions_that_were_known_are_set_against_each_other(held: Archive) -> None:
    assert held.json("diff", POST, "--as-of", "2021-12-31") == held.json("diff", POST, "1", "2")
    assert ("was never edited; its only revision was seen") in held.run(
        "diff", POST, "--as-of", "2020-12-31"
    ).stdout
    one_line(
        held.run("diff", POST, "1", "2", "--as-of", "2020-12-31"), 2, "1 revision; there is no revision 2"
    )
    (change,) = held.json("diff", POST, "2", "3", "--as-of", "2022-12-31")["changes"]
    assert change["before"][0]["size"] == 14


def test_colours_are_for_terminals_that_may_have_them(held: Archive) -> None:
    said = on_terminal(held, "diff", POST, "1", "2")
    assert "\x1b[31m\x1b[7mA Call\x1b[0m" in said
    assert "[-" not in said
    for plain in (
        on_terminal(held, "diff", POST, "1", "2", NO_COLOR="1"),
        held.run("diff", POST, "1", "2").stdout,
    ):
        assert "\x1b" not in plain
        assert "[-A Call-]" in plain
        assert "{+The Results+}" in plain


def test_columns_are_as_wide_as_the_terminal_and_hangul_takes_two_cells(held: Archive) -> None:
    done = subprocess.run(
        held.command("diff", POST, "1", "2", "--side-by-side"),
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "61"},
    )
    lines = [line for line in done.stdout.splitlines() if not line.startswith("@@")]
    assert 50 < max(map(cell_len, lines)) <= 61
    gutters = {column(line, 30) for line in lines}
    assert gutters == {" ", "|", "<", ">"}
    assert {column(line, at) for line in lines for at in (29, 31)} == {" "}


def test_a_character_takes_the_cells_that_rich_gives_it() -> None:
    for char in "a기術ㅂ가\u0301\u1161（。é─…‘’—":
        assert cell_width(char) == cell_len(char), char


def column(line: str, wanted: int) -> str:
    """The character at this cell; a space behind the end."""
    at = 0
    for char in line:
        if at == wanted:
            return char
        at += cell_len(char)
    return " "


# lines and words


def text(line: Line | None) -> str | None:
    return None if line is None else "".join(span.text for span in line)


@given(LINES, LINES)
def test_all_lines_of_both_sides_are_there_in_order_and_same_means_same(
    before: list[str], after: list[str]
) -> None:
    aligned = rows(before, after)
    assert [text(row.before) for row in aligned if row.before is not None] == before
    assert [text(row.after) for row in aligned if row.after is not None] == after
    assert all(row.same == (row.before == row.after) for row in aligned if row.same)
    assert (before == after) == all(row.same for row in aligned)


@given(LINES, LINES)
def test_hunks_hold_every_change_at_the_line_that_they_name(before: list[str], after: list[str]) -> None:
    found = hunks(before, after)
    changed = [row for hunk in found for row in hunk.rows if not row.same]
    assert changed == [row for row in rows(before, after) if not row.same]
    for hunk in found:
        old = [text(row.before) for row in hunk.rows if row.before is not None]
        new = [text(row.after) for row in hunk.rows if row.after is not None]
        assert before[hunk.before_line - 1 :][: len(old)] == old
        assert after[hunk.after_line - 1 :][: len(new)] == new


@given(st.text("ab, 기술.", max_size=30), st.text("ab, 기술.", max_size=30))
def test_what_is_not_marked_in_a_line_is_the_same_on_both_sides(before: str, after: str) -> None:
    old, new = spans(before, after)
    assert (text(old) or "", text(new) or "") == (before, after)
    assert [span.text for span in old if not span.changed] == [span.text for span in new if not span.changed]


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("a big dog ran", "a small cat ran", ["big dog"], ["small cat"]),
        ("KISTEP은 정책을 평가한다", "KISTEP이 정책을 심의한다", ["은", "평가한다"], ["이", "심의한다"]),
        (
            "국가연구개발사업예산배분 설명회",
            "국가연구개발사업예산조정 설명회",
            ["국가연구개발사업예산배분"],
            ["국가연구개발사업예산조정"],
        ),
        ("科學 技術", "科學 政策", ["技術"], ["政策"]),
        ("price 1,234", "price 1,235", ["234"], ["235"]),
        ("same", "same more", [], [" more"]),
    ],
)
def test_words_are_marked_whole_in_latin_hangul_and_han(
    before: str, after: str, old: list[str], new: list[str]
) -> None:
    found = spans(before, after)
    assert [[span.text for span in line if span.changed] for line in found] == [old, new]


def test_an_edited_line_stands_beside_what_it_was_and_not_beside_a_new_one() -> None:
    before = ["The forum is held in May at the main hall.", "Lunch is free."]
    after = [
        "A new first line.",
        "The forum is held in June at the main hall.",
        "Dinner costs ten thousand won.",
    ]
    assert [(text(row.before), text(row.after)) for row in rows(before, after)] == [
        (None, after[0]),
        (before[0], after[1]),
        (before[1], None),
        (None, after[2]),
    ]


def test_what_is_too_long_to_be_compared_word_by_word_is_told_as_a_whole() -> None:
    words = [f"w{n % 977} " for n in range(21_000)]
    assert all(not row.same for row in rows(words, words[::-1])[1:-1])
    # All, and the space at the end.
    assert [len(line) for line in spans("".join(words), "".join(["x ", *words[::-1]]))] == [2, 2]
    assert {row.after for row in rows(words[:300], [f"{word}x" for word in words[:300]]) if row.before} == {
        None
    }
    (hunk,) = hunks(words, [*words[:10_000], "new", *words[10_000:]])
    assert [text(row.after) for row in hunk.rows if row.before is None] == ["new"]


def revision(**said: Any) -> dict[str, Any]:
    plain = {"title": "T", "date": "2022-01-01", "body_text": "x", "body_html": "<p>x</p>", "attachments": []}
    return {**dict.fromkeys(CONTENT), **plain, **said}


def file(**said: Any) -> dict[str, Any]:
    return {
        "kind": "file",
        "listed_as": "a.pdf",
        "url": "https://x.kr/a",
        "size": None,
        "sha256": None,
        **said,
    }


def test_a_file_that_was_fetched_for_one_side_alone_is_no_change() -> None:
    assert (
        compare(revision(attachments=[file()]), revision(attachments=[file(size=1, sha256="a" * 64)])) == []
    )
    (change,) = compare(revision(attachments=[file()]), revision(attachments=[file(listed_as="b.pdf")]))
    assert change.field == "attachments"


def test_a_writer_that_was_not_named_before_is_an_added_line() -> None:
    (change,) = compare(revision(), revision(writer="W"))
    assert (change.before, change.after, [(row.before, text(row.after)) for row in change.hunks[0].rows]) == (
        None,
        "W",
        [(None, "W")],
    )


def test_markup_alone_is_told_and_markup_beside_words_is_not() -> None:
    assert [change.field for change in compare(revision(), revision(body_html="<b>x</b>"))] == ["body_html"]
    assert [
        change.field for change in compare(revision(), revision(body_html="<b>y</b>", body_text="y"))
    ] == ["body_text"]


@given(LINES, LINES, st.integers(0, 90), st.booleans())
def test_no_text_makes_a_form_fail_and_no_control_character_reaches_the_terminal(
    before: list[str], after: list[str], width: int, color: bool
) -> None:
    changes = [FieldDiff("body_text", "\n".join(before), "\n".join(after), hunks(before, after))]
    for said in (unified(*SIDES, changes, color=color), side_by_side(*SIDES, changes, width, color=color)):
        assert color or "\x1b" not in said
    assert len(json.dumps(as_html(changes))) > 0


def test_a_difference_is_the_same_whatever_the_order_of_the_imports(held: Archive, tmp_path: Path) -> None:
    other = edited(tmp_path, backwards=True)
    for numbers in (("1", "2"), ("2", "3"), ("3", "4"), ("4", "5")):
        assert held.run("diff", POST, *numbers).stdout == other.run("diff", POST, *numbers).stdout
