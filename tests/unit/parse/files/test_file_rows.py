"""The row that a label such as "File" leads: each link in it is read, told, refused, or no file."""

import pytest
from skins import BODY, ES, JSP, TEXT, filled, framed, page
from skins import post as read

from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.parser import ParseError, parse

OWN = '<a href="/boardDownload.es?bid=0051&amp;list_no=42794&amp;seq=1">first.pdf</a>'
ROWS = [
    '<div class="files"><strong>첨부파일</strong><ul><li>{}</li></ul></div>',
    "<dl><dt>File</dt><dd>{}</dd></dl>",
    "<table><tr><th>Attachment</th><td>{}</td></tr></table>",
    "<table><tr><td>첨부</td><td>{}</td></tr></table>",
    "<ul><li><span>Attached files (1)</span> {}</li></ul>",
]


def source(row: str, inside: str) -> str:
    """A post with a row between its labels and its body."""
    body = f'{row.format(inside)}<div class="view_con">'
    return framed(filled("list", {"body": BODY}).replace('<div class="q">', body))


def post(row: str, inside: str, url: str = ES) -> ParsedPost:
    return read(source(row, inside), url)


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize(
    ("link", "name"),
    [
        ('<a href="/upload/2022/plan.pdf">plan.pdf</a>', "plan.pdf"),
        ('<a href="/upload/2022/plan.pdf">Download</a>', "plan.pdf"),
        ('<a href="/upload/2022/plan.HWP?v=2"><img src="/d.gif"></a>', ""),
        ('<a href="/files/a.zip">The plan (2MB)</a>', "The plan"),
        ('<a href="https://other.example/%EA%B3%84%ED%9A%8D.hwpx">내려받기</a>', "계획.hwpx"),
    ],
)
def test_an_address_that_ends_as_files_do_is_a_file(row: str, url: str, link: str, name: str) -> None:
    found = post(row, link, url)
    assert [file.name for file in found.attachments] == [name or "plan.HWP"]
    assert (found.scripted, found.body_text) == ((), TEXT)


def test_files_behind_addresses_of_their_own_come_after_the_known_ones() -> None:
    second = '<a href="/upload/second.pdf">second.pdf</a> <a href="/upload/second.pdf"></a>'
    found = post(ROWS[0], f"{OWN} {second}")
    assert [(file.seq, file.name) for file in found.attachments] == [(1, "first.pdf"), (2, "second.pdf")]


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("beside", ["", OWN])
@pytest.mark.parametrize(
    "link",
    [
        '<a href="/comm/getFile?id=77">plan.pdf</a>',
        '<a href="/comm/getFile?id=77">Plan of the year</a>',
        '<a href="https://drive.google.com/file/d/1">plan.pdf</a>',
        '<a href="/boardDownload.es?bid=0051&amp;list_no=42700&amp;seq=1">plan.pdf</a>',
    ],
)
def test_a_link_that_is_no_known_download_is_refused(row: str, beside: str, link: str) -> None:
    words = "attachments: the link '[Pp]lan.* beside the label of files is no known"
    with pytest.raises(ParseError, match=words):
        parse(page(source(row, beside + link)))


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(
    ("control", "name"),
    [
        ('<form action="/down.do" method="post"><button>plan.pdf</button></form>', "plan.pdf"),
        ('<form method="post">plan.pdf <input type="submit" value="Download"></form>', "plan.pdf"),
        ('<form method="post"><input type="submit" value="Download"></form>', "Download"),
        ("<a onclick=\"atch('F01')\"><span>The plan</span></a>", "The plan"),
        ("<span onclick=\"atch('F01')\">plan.pdf</span>", "plan.pdf"),
        ("<a href=\"javascript:atch('F01')\"></a>", "a file without a name"),
        ("<button onclick=\"viewer('F01')\">미리보기</button>", "미리보기"),
        ('<button type="button">첨부파일</button>', "첨부파일"),
    ],
)
def test_a_file_without_an_address_is_told(row: str, control: str, name: str) -> None:
    found = post(row, control)
    assert (found.scripted, found.attachments, found.body_text) == ((name,), (), TEXT)


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(
    "beside",
    [
        '<a href="/viewer.es?f=1">바로보기</a>',
        '<a href="/attachPreview.es?seq=1">first.pdf</a>',
        "<button>Preview</button>",
        '<a href="#" onclick="all(1)">전체 다운로드</a>',
        '<a href="/zip.do?id=3">Download all</a>',
        '<a href="/getIcon?id=7"><img src="/i.gif"></a>',
        '<a href="/tts?id=7">음성듣기</a>',
        '<a href="#" onclick="atch(1)">Download</a>',
    ],
)
def test_what_looks_at_a_known_file_is_no_other_one(row: str, beside: str) -> None:
    found = post(row, OWN + beside)
    assert [file.name for file in found.attachments] == ["first.pdf"]
    assert found.scripted == ()


@pytest.mark.parametrize("row", ROWS[:4])
@pytest.mark.parametrize("words", ["없음", "No file", "첨부파일이 없습니다.", "-", ""])
def test_a_row_without_files_is_read(row: str, words: str) -> None:
    found = post(row, words)
    assert (found.attachments, found.scripted, found.body_text) == ((), (), TEXT)


@pytest.mark.parametrize("words", ["Attachment : -", "첨부파일이 없습니다.", "No files", "None"])
def test_behind_a_box_that_says_that_there_are_no_files_are_none(words: str) -> None:
    other = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no=41001"
    others = f'<div><h4>Related posts</h4><ul><li><a href="{other}">Another post</a></li></ul></div>'
    box = f"<div><b>Attachment</b><p>{words}</p></div>{others}"
    found = post(f"{box}{{}}", "")
    assert (found.attachments, found.body_text) == ((), TEXT)


def test_a_link_in_the_body_behind_the_word_file_is_none_of_the_row() -> None:
    body = f'{BODY}<p><b>File:</b> see <a href="/comm/getFile?id=77">the list</a>.</p>'
    assert read(framed(filled("cells", {"body": body}))).attachments == ()


@pytest.mark.parametrize("row", ROWS)
def test_a_preview_whose_address_ends_as_files_do_is_no_file(row: str) -> None:
    preview = '<a href="/attachPreview.es?seq=1&amp;name=first.pdf">Preview</a>'
    assert [file.name for file in post(row, f"{OWN} {preview}").attachments] == ["first.pdf"]
    with pytest.raises(ParseError, match="attachments: the link 'Preview' beside the label of files"):
        parse(page(source(row, preview)))
