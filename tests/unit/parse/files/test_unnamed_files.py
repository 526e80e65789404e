"""Files whose link has only the words of a button: another witness names them, never the rest of the page."""

import pytest
from skins import BODY, SKINS, filled, framed, post

LINK = '<a href="/boardDownload.es?bid=0051&amp;list_no=42794&amp;seq={}"{}>{}</a>'
ROWS = [
    '<div class="files"><strong>첨부파일</strong><ul><li>{}</li></ul></div>',
    "<ul><li>{}</li></ul>",
    "<dl><dt>File</dt><dd>{}</dd></dl>",
    "<table><tr><th>Attachment</th><td>{}</td></tr></table>",
    "{}",
]


def names(skin: str, row: str, inside: str) -> list[tuple[str, str | None]]:
    """The names and sizes of the files in a row behind the body."""
    html = framed(filled(skin, {"body": BODY}), after=row.format(inside))
    return [(file.name, file.size_text) for file in post(html).attachments]


@pytest.mark.parametrize("skin", ["cells", "definitions", "spans", "list"])
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(
    "words",
    [
        "첨부파일 다운로드",
        "Download",
        "바로보기",
        "",
        '<img src="/d.gif">',
        '<img src="/d.gif" alt="Download">',
    ],
)
def test_a_file_that_nothing_names_has_its_number(skin: str, row: str, words: str) -> None:
    assert names(skin, row, LINK.format(1, "", words)) == [("File 1", None)]


@pytest.mark.parametrize("row", ROWS)
def test_two_files_that_nothing_names_have_their_numbers(row: str) -> None:
    two = LINK.format(1, "", "다운로드") + LINK.format(2, "", "다운로드 (2MB)")
    assert names("cells", row, two) == [("File 1", None), ("File 2", "2MB")]


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(
    "link",
    [
        LINK.format(1, ' title="plan.pdf"', "다운로드"),
        LINK.format(1, ' download="plan.pdf"', "Download"),
        LINK.format(1, "", '<img src="/d.gif" alt="plan.pdf">'),
        LINK.format("1&amp;name=plan.pdf", "", "첨부파일 다운로드"),
        "plan.pdf " + LINK.format(1, "", "Download"),
        "<span>plan.pdf</span> " + LINK.format(1, "", "바로보기"),
        LINK.format(1, "", "Download") + " plan.pdf",
        LINK.format(1, "", "plan.pdf"),
    ],
)
def test_another_witness_names_a_file(row: str, link: str) -> None:
    assert names("list", row, link) == [("plan.pdf", None)]


@pytest.mark.parametrize("words", ["plan", "plan v1.2", "Plan of the year", "붙임", "PDF", "File 1"])
@pytest.mark.parametrize("row", ROWS)
def test_a_link_with_words_of_its_own_keeps_them(row: str, words: str) -> None:
    assert names("spans", row, LINK.format(1, "", words)) == [(words, None)]


def test_a_sentence_of_the_body_names_no_file() -> None:
    sentence = "The hall opened at nine, and everybody who came found the plan of the day on the desk, " * 2
    html = framed(filled("cells", {"body": f"{BODY}<p>{sentence}{LINK.format(1, '', 'Download')}</p>"}))
    assert [file.name for file in post(html).attachments] == ["File 1"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("<span>plan.pdf</span><span>1MB</span>", ("plan.pdf", "1MB")),
        ("<span>plan.pdf</span><span>30</span>", ("plan.pdf", None)),
        ("<b>plan.pdf</b><i>30회</i>", ("plan.pdf", None)),
        ("plan.pdf <b>N</b>", ("plan.pdf", None)),
        ("plan.pdf<em>(New)</em>", ("plan.pdf", None)),
        ("plan.pdf New", ("plan.pdf", None)),
        ("<b>plan.doc</b>x", ("plan.docx", None)),
        ("plan<mark>.pdf</mark>.zip", ("plan.pdf.zip", None)),
        ("<b>2022</b> plan 30.pdf", ("2022 plan 30.pdf", None)),
        ("New plan.pdf", ("New plan.pdf", None)),
        ("Plan <b>N</b>", ("Plan N", None)),
    ],
)
def test_what_an_element_behind_a_name_tells_is_no_part_of_it(
    words: str, found: tuple[str, str | None]
) -> None:
    assert names("cells", ROWS[1], LINK.format(1, "", words)) == [found]


def test_all_skins_read_a_file_without_a_name() -> None:
    link = LINK.format(1, "", "Download")
    assert {skin: names(skin, ROWS[0], link) for skin in SKINS} == {
        skin: [("File 1", None)] for skin in SKINS
    }
