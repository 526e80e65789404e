"""Files that a post lists and that cannot be fetched: a script offers them, or their address is unknown."""

import pytest
from real_pages import FILE, beside_the_body, post, source
from skins import BODY, ES, JSP, filled, framed, page

from kistep_archive.parse.parser import parse
from kistep_archive.parse.text import ParseError


@pytest.mark.parametrize(
    ("link", "names"),
    [
        ("<a href=\"javascript:fileDown('1')\">plan.pdf (2.1MB)</a>", ("plan.pdf",)),
        ('<a href="#" onclick="goDownLoad(3)">계획.hwp</a> <a href="#">Preview</a>', ("계획.hwp",)),
        ("<a href=\"javascript:fileDown('1')\">Download plan.pdf</a>", ("plan.pdf",)),
        ('<a href="#" title="Download plan.pdf">Download plan.pdf</a>', ("Download plan.pdf",)),
        ("<a>notes.zip</a>", ("notes.zip",)),
        (f'<a href="{FILE}1">plan.pdf</a> <a href="#" onclick="preview(1)">plan.pdf</a>', ()),
        ('<a href="#">Download</a>', ()),
    ],
)
def test_files_that_only_a_script_offers_are_named(link: str, names: tuple[str, ...]) -> None:
    html = beside_the_body(f"<li>{link}</li>")
    assert post(html, "es_post_image_only.html").scripted == names


@pytest.mark.parametrize(
    ("link", "names"),
    [
        (
            "<a href=\"javascript:fn_down('700','1')\"><img src='/d.gif' alt='download'></a>",
            ("fn_down('700','1')",),
        ),
        (
            "<a href=\"#\" onclick=\"fn_egov_downFile('FILE_7', '0'); return false\">download</a>",
            ("fn_egov_downFile('FILE_7', '0')",),
        ),
        ('<a href="javascript:void(0);" onclick="fileDownload(77)"></a>', ("fileDownload(77)",)),
        ("<a href=\" JAVASCRIPT:board.goDownLoad('a1')\">첨부파일</a>", ("board.goDownLoad('a1')",)),
        ('<button type="button" onclick="fnFileDown(1, 2)">Save</button>', ("fnFileDown(1, 2)",)),
        (
            "<button onclick=\"location.href='/cmm/FileDown.do?id=7'\">Save</button>",
            ("'/cmm/FileDown.do?id=7'",),
        ),
        ('plan.pdf (2MB) <a href="#" onclick="fn_down(3)">Download</a>', ("plan.pdf",)),
        ('<a href="#" onclick="fn_down(3)" title="plan.pdf 다운로드"><i></i></a>', ("plan.pdf",)),
        (
            '<a href="#" onclick="down(1)">plan.pdf</a> <a href="#" onclick="down(1)">Download</a>',
            ("plan.pdf",),
        ),
        (f'<a href="{FILE}1">plan.pdf</a> <a href="#" onclick="fn_down(1)">Download</a>', ()),
        (f'<a href="{FILE}1">a.pdf</a></li><li><a href="#" onclick="downAll(9)">전체 다운로드</a>', ()),
        ("<a href=\"javascript:slideDown('box7')\">Open</a>", ()),
        ('<a href="#" onclick="fontDown(1)">-</a> <a href="#" onclick="pageDown(1)">Down</a>', ()),
        ('<a href="javascript:hwpViewerDown(1)">Viewer</a>', ()),
        ('<a href="javascript:countdown(10)">10</a> <a href="javascript:dropdown(1)">Menu</a>', ()),
        ('<a href="#" onclick="download()">Download</a>', ()),
        ("<a href=\"javascript:share('download')\">Share</a>", ()),
    ],
)
def test_files_without_a_name_that_only_a_script_offers_are_told(link: str, names: tuple[str, ...]) -> None:
    assert post(beside_the_body(f"<li>{link}</li>"), "es_post_image_only.html").scripted == names


def test_a_name_of_a_file_in_the_body_is_no_offer() -> None:
    html = source("es_post_image_only.html").replace(
        '<div class="contents">', '<div class="contents"><p>See <a href="#note">plan.pdf</a>.</p>'
    )
    assert post(html, "es_post_image_only.html").scripted == ()


@pytest.mark.parametrize(
    ("link", "is_refused"),
    [
        ('<a href="/boardDownload.es?bid=0051&amp;id=43000&amp;seq=1">plan.pdf</a>', True),
        ('<a href="/get.es?bid=0051&amp;list_no=43000&amp;seq=1">plan.pdf</a>', True),
        ('plan.pdf <a href="/fileDown.do?key=77">Download</a>', True),
        (f'<a href="{FILE}1">plan.pdf</a> <a href="/zipDownload.es?id=43000">All files</a>', False),
        ('<a href="/boardDownload.es?bid=0051&amp;list_no=1&amp;seq=1">of another post.pdf</a>', False),
        ('<a href="/viewer/download">Viewer</a>', False),
        ('<a href="/cmm/fms/FileDown.do?atchFileId=F7&amp;fileSn=0">plan.pdf</a>', True),
        ('plan.pdf <a href="/cmm/fms/FILEDOWN.do?atchFileId=F7&amp;fileSn=0">Download</a>', True),
        ('<a href="/GetFile.do?ATCHFILEID=F7">plan.pdf</a>', True),
        ('<a href="/BOARDDOWNLOAD.do?no=7">plan.pdf</a>', True),
        ('<a href="/viewer.do?atchFileId=F7">plan.pdf</a>', False),
        ('<a href="/cmm/getImage.do?atchFileId=F7&amp;fileSn=0"><img src="/t.png"></a>', False),
        ('<a href="/Download/guide.es">다운로드</a>', False),
    ],
)
def test_a_download_that_is_spelled_in_an_unknown_way_is_refused(link: str, is_refused: bool) -> None:
    html = beside_the_body(f"<li>{link}</li>")
    if is_refused:
        with pytest.raises(
            ParseError, match="attachments: the link to 'plan.pdf' is spelled in an unknown way"
        ):
            post(html, "es_post_image_only.html")
    else:
        post(html, "es_post_image_only.html")


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/cmm/fms/FileDown.do?atchFileId=F7&amp;fileSn=0"><img src="/d.gif" alt="download"></a>',
        '<a href="/cmm/fms/fileDOWN.do?file_id=7"></a>',
        '<a href="/Down/Download.do?no=7">첨부파일 1</a>',
    ],
)
@pytest.mark.parametrize("url", [ES, JSP])
def test_a_download_without_a_name_in_an_unknown_spelling_is_refused(link: str, url: str) -> None:
    html = framed(filled("cells", {"body": f'{BODY}</div><div class="file">{link}'}))
    with pytest.raises(ParseError, match="attachments: a link to a file without a name is spelled in an un"):
        parse(page(html, url))
