"""The files a post offers, in the shapes that pages show them in: any name, any size."""

from html import escape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from real_pages import post, source

from kistep_archive.parse.text import ParseError

FILE = "/boardDownload.es?bid=0051&amp;list_no=43000&amp;seq="
ITEMS = [
    '<li><a href="{url}"><i class="ico">{kind} 첨부파일</i> {name} ({size} / Download 3회)</a> <a '
    'href="{url}">Download</a></li>',
    "<li><span>{kind} 첨부파일</span><span>{name}</span> <span>({size} / 다운로드 3회)</span>"
    '<div><a href="{url}" title="Download"><b>Download</b></a><a '
    'href="/attachPreview.es?x=1">바로보기</a></div></li>',
    '<li><strong>File</strong> <em>{name}</em> <em>[{size}]</em><p><a href="{url}">다운로드</a></p></li>',
    '<li><span>{kind}</span> <a href="{url}">첨부파일 {name}</a> ({size} / Download 3회) <a '
    'href="{url}">Download</a></li>',
    '<li>{kind} 첨부파일 {name} ({size}) <a href="{url}">Download</a></li>',
    "<li>{name} ({size} / Download 3회) <a href='{url}'><img src='/d.png' alt='Download'></a></li>",
]
SIZES = st.builds("{}{}{}".format, st.sampled_from(["3.0", "1,024.5", "12", "0"]), st.sampled_from(["", " "]),
                  st.sampled_from(["KB", "MB", "GB", "kb", "Byte", "bytes", "B", "K", "M",
                  "KiB"]))  # fmt: skip
PARTS = [
    "5G",
    "100K",
    "3B",
    "(1.2MB)",
    "[2 KB / x]",
    "보고서",
    "첨부파일",
    "File",
    "Download",
    "다운로드",
    "pdf",
    "v1.2",
    "2023.5.1",
    "-",
    "a.hwp",
    "(안),",
]
WORDS = st.lists(
    st.one_of(st.sampled_from(PARTS), st.text("abcXYZ가나다()[]&<>'._-0129", min_size=1, max_size=12)),
    min_size=1,
    max_size=6,
)
NAMES = st.builds("{}.{}".format, WORDS.map(" ".join), st.sampled_from(["pdf", "hwp", "hwpx", "PNG", "7z"]))


def offered(items: str) -> list[tuple[str, str | None]]:
    html = source("es_post_image_only.html").replace(
        '<div class="contents">', f'<div class="file"><ul>{items}</ul></div><div class="contents">'
    )
    return [(file.name, file.size_text) for file in post(html, "es_post_image_only.html").attachments]


@pytest.mark.parametrize("shape", ITEMS)
@given(st.lists(st.tuples(NAMES, SIZES), min_size=1, max_size=3))
def test_any_name_and_size_of_a_file_are_read_back(shape: str, files: list[tuple[str, str]]) -> None:
    # An icon, or not.
    assume(
        "<li>{name}" not in shape
        or not any(name.startswith(f"{name.rpartition('.')[2]} ") for name, _ in files)
    )
    items = "".join(
        shape.format(url=f"{FILE}{seq}", kind=name.rpartition(".")[2], name=escape(name), size=size)
        for seq, (name, size) in enumerate(files, start=1)
    )
    assert offered(items) == files


@pytest.mark.parametrize("name", ["no_ext", "README", "Top 100K jobs (5G)"])
@pytest.mark.parametrize("shape", ITEMS[:3])
def test_a_file_without_an_ending_has_its_name(shape: str, name: str) -> None:
    assert offered(shape.format(url=f"{FILE}1", kind="no_ext", name=name, size="3 KB")) == [(name, "3 KB")]


@pytest.mark.parametrize(
    ("item", "files"),
    [
        (
            '<li>a.pdf (1KB) <a href="{0}1">Download</a> b.pdf (2KB) <a href="{0}2">Download</a></li>',
            [("a.pdf", "1KB"), ("b.pdf", "2KB")],
        ),
        (
            '<li><a href="{0}1">a.pdf</a> (1KB) <a href="{0}2">b.pdf</a> (2KB)</li>',
            [("a.pdf", "1KB"), ("b.pdf", "2KB")],
        ),
        ('<li><a href="{0}1">a.pdf</a> 1.5MB</li>', [("a.pdf", "1.5MB")]),
        ('<li><a href="{0}1">a.pdf 1.5MB</a></li>', [("a.pdf", "1.5MB")]),
        ('<li><a href="{0}1">a.pdf | 1,024 bytes</a></li>', [("a.pdf", "1,024 bytes")]),
        (
            '<li><b>a.pdf</b> <a href="{0}1">Download</a> <b>b.pdf</b> <a href="{0}2">Download</a></li>',
            [("a.pdf", None), ("b.pdf", None)],
        ),
        ('<li><a href="{0}1">5MB limits.pdf</a></li>', [("5MB limits.pdf", None)]),
        ('<li><a href="{0}1">x (1.2MB).pdf</a></li>', [("x (1.2MB).pdf", None)]),
        (
            '<li><i>png</i> <a href="{0}1">첨부파일 a.hwp</a> (1KB) <a href="{0}1">Download</a></li>',
            [("a.hwp", "1KB")],
        ),
        ('<li>1. <a href="{0}1">a.pdf</a> (1KB)</li>', [("a.pdf", "1KB")]),
    ],
)
def test_names_and_sizes_of_files_in_other_shapes(item: str, files: list[tuple[str, str | None]]) -> None:
    assert offered(item.format(FILE)) == files


TOLD = [
    "(1.1KB / Download 259회)",
    "(Download 3)",
    "[다운로드: 3]",
    "(3회)",
    "(2.23MB)",
    "(다운로드 1,204건)",
]
PLACES = [
    '<li>{name}{gap}{told} <a href="{url}">Download</a></li>',
    '<li>{name}{gap}<span>{told}</span><span><a href="{url}">Download</a></span></li>',
    '<li><a href="{url}">{name}{gap}<em>{told}</em></a></li>',
    '<li><a href="{url}"><i>pdf icon</i> {name}</a>{gap}{told}</li>',
    '<li><img src="/i.gif" alt="pdf"> <a href="{url}">{name}</a>{gap}<b>{told}</b> '
    '<a href="{url}">바로보기</a></li>',
]


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("gap", ["", " "])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["자료.pdf", "2023 plan (final).pdf", "Downloads of 2020.pdf"])
def test_what_is_counted_and_measured_behind_a_name_is_no_part_of_it(
    name: str, place: str, gap: str, told: str
) -> None:
    item = place.format(name=name, gap=gap, told=told, url=f"{FILE}1")
    assert [found for found, _ in offered(item)] == [name]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (r"C:\Users\kim\Desktop\자료.hwp", "자료.hwp"),
        (r"\\server\share\a b.pdf (3KB)", "a b.pdf"),
        ("[pdf] a.pdf", "a.pdf"),
        ("hwp 파일 아이콘 a.hwp", "a.hwp"),
        ("a.pdf Download 259회", "a.pdf"),
        ("a.pdf | 다운로드 횟수 : 3", "a.pdf"),
    ],
)
def test_folders_icons_and_bare_counts_are_no_part_of_a_name(words: str, name: str) -> None:
    assert offered(f'<li><a href="{FILE}1">{words}</a></li>')[0][0] == name


ICONS = [
    '<a href="{url}"><span class="ico">{kind}</span>{name}</a>',
    '<a href="{url}"><span>{kind}</span> {name} (3KB)</a>',
    '<a href="{url}"><i>Download</i>{name}</a>',
    '<a href="{url}"><em>저장</em>{name}</a>',
    '<a href="{url}">Download</a>{name}',
    '<span>다운로드</span>{name} <a href="{url}">Download</a>',
    '<i class="file_type">hwp</i><i>Save</i>{name} <a href="{url}"><img src="/d.png" alt="Download"></a>',
    '<a href="{url}"><span>첨부파일 2</span>{name}</a>',
    '<a href="{url}">첨부파일1 : {name}</a>',
    '<a href="{url}">Attachment 12: {name} (3KB)</a>',
    '<a href="{url}">첨부 3 : {name}</a> <a href="{url}">Download</a>',
    '<a href="{url}">Download {name}</a>',
    '<a href="{url}">다운로드 : {name} (3KB)</a>',
    '<a href="{url}" title="Download {name}"><img src="/d.png" alt=""></a>',
    '<a href="{url}" title="{name} 다운로드">Save{name}</a>',
    '<a href="{url}" download="{name}">Download{name}</a>',
    '<a href="{url}&amp;filename={name}">{kind}{name}</a>',
    '<a href="{url}"><img src="/d.png" alt="{name}">저장 {name}</a>',
    '<a href="{url}"><img src="/d.png" alt="{name}"></a>',
    '<a href="{url}">{name} (2021-03-05 등록)</a>',
    '<a href="{url}">{name}</a>(등록일 : 2021.03.05) <a href="{url}">Download</a>',
    '<a href="{url}">{name}[2021년 3월 5일]</a>',
    '<a href="{url}">{name} (2021-03-05, 3KB)</a>',
    '<a href="{url}">{name} (Registered 2021-03-05 10:20)</a>',
]


@pytest.mark.parametrize("shape", ICONS)
@pytest.mark.parametrize("name", ["plan 1.pdf", "자료.hwp", "HWP guide.pdf", "2021-03-05 (등록).xlsx"])
def test_icons_buttons_and_dates_beside_a_name_are_no_part_of_it(shape: str, name: str) -> None:
    item = shape.format(url=f"{FILE}1", name=name, kind=name.rpartition(".")[2].upper())
    assert [found for found, _ in offered(f"<li>{item}</li>")] == [name]


REAL = [
    ('<a href="{url}" title="{name}">{name}</a>', "Download statistics 2020.pdf"),
    ('<a href="{url}" download="{name}">{name} (3KB)</a>', "Download statistics 2020.pdf"),
    ('<a href="{url}&amp;name=Download+statistics_2020.pdf">{name}</a>', "Download statistics 2020.pdf"),
    (
        '<a href="{url}&amp;name=%EB%8B%A4%EC%9A%B4%EB%A1%9C%EB%93%9C%20%EC%88%98.hwp">{name}</a>',
        "다운로드 수.hwp",
    ),
    ('<a href="{url}">{name}</a> <a href="{url}">Download</a>', "Download statistics 2020.pdf"),
    ('<a href="{url}" title="{name}">{name}</a>', "PDF plan.pdf"),
    ('<a href="{url}" title="Download"><b>{name}</b></a>', "Downloadplan.pdf"),
    ('<a href="{url}">{name}</a>', "HWPX guide.pdf"),
    ('<a href="{url}">{name}</a>', "HWPplan 1.hwp"),
    ('<a href="{url}">{name}</a>', "Saveplan 1.pdf"),
    ('<a href="{url}">{name}</a>', "Save the rivers.pdf"),
    ('<a href="{url}">{name}</a>', "Downloads of 2020.pdf"),
    ('<a href="{url}">{name}</a>', "Filesystem.pdf"),
    ('<a href="{url}">{name}</a>', "첨부파일1.pdf"),
    ('<a href="{url}">{name}</a>', "Attachment 1 plan.pdf"),
    ('<a href="{url}">{name}</a>', "plan (2021-03-05 등록).pdf"),
    ('<a href="{url}"><b>HWP</b> and Word.pdf</a>', "HWP and Word.pdf"),
    ('<a href="{url}"><mark>Download</mark>able <b>plan</b>.pdf</a>', "Downloadable plan.pdf"),
    ('<a href="{url}"><b>Save</b> energy</a>', "Save energy"),
]


@pytest.mark.parametrize(("shape", "name"), REAL)
def test_a_name_that_only_looks_like_one_with_an_icon_is_whole(shape: str, name: str) -> None:
    assert [found for found, _ in offered(f"<li>{shape.format(url=f'{FILE}1', name=name)}</li>")] == [name]


BESIDE = [
    '<li><img src="/i.png">{name}<span>( 27.3KB / 다운로드 89회 / 미리보기 2회 )</span><span><a href="{url}">'
    '다운로드</a><a href="/attachPreview.es?seq=1">미리보기/음성듣기</a></span></li>',
    '<li><span>{name}</span> <a href="/attachPreview.es?seq=1&amp;tts=true">음성듣기</a> '
    '<a href="/attachPreview.es?seq=1">Open viewer</a> <a href="{url}"></a></li>',
    '<li><p>{name}</p><div><a href="{url}">Download</a> <button type="button">Read aloud</button></div></li>',
    '<li><a href="{url}"><b>{name}</b><i><script>var size = "27.3";</script></i></a></li>',
    '<li><a href="/attachPreview.es?seq=1">{name}</a> <a href="{url}"><img src="/d.png" alt="Download"></a>'
    "</li>",
    '<li><a href="/attachPreview.es?seq=1">{name} 미리보기</a> <a href="/s.es">Share</a> '
    '<a href="{url}"></a></li>',
]


@pytest.mark.parametrize("shape", BESIDE)
@pytest.mark.parametrize("name", ["자료.hwpx", "2023 plan (final).pdf"])
def test_the_words_of_other_links_and_of_scripts_beside_a_file_are_no_part_of_its_name(
    shape: str, name: str
) -> None:
    assert [found for found, _ in offered(shape.format(name=name, url=f"{FILE}1"))] == [name]


def test_a_file_that_only_a_link_to_its_preview_names_has_that_name() -> None:
    items = f'<li><a href="/attachPreview.es?seq=1">The plan</a> <a href="{FILE}1"></a></li>'
    assert offered(items) == [("The plan", None)]


def test_a_size_is_read_where_the_word_download_follows_at_once() -> None:
    items = BESIDE[0].format(name="자료.hwpx", url=f"{FILE}1")
    assert offered(items) == [("자료.hwpx", "27.3KB")]


OTHER = "/download.es?filename=1a.pdf&amp;f_path=board&amp;bid={}&amp;type=board&amp;list_no={}&amp;seq={}"


def addresses(items: str) -> list[str]:
    html = source("es_post_image_only.html").replace(
        '<div class="contents">', f'<div class="file"><ul>{items}</ul></div><div class="contents">'
    )
    return [file.url.partition(".kr")[2] for file in post(html, "es_post_image_only.html").attachments]


def test_a_file_behind_another_download_script_of_the_site_is_one_of_the_post() -> None:
    items = "".join(
        f'<li><a href="{OTHER.format("0051", 43000, seq)}">{name} <i>(17KByte / 다운로드:21)</i></a></li>'
        for seq, name in ((1, "plan.xlsx"), (2, "report.pdf"))
    )
    assert offered(items) == [("plan.xlsx", "17KByte"), ("report.pdf", "17KByte")]
    assert addresses(items) == [OTHER.format("0051", 43000, seq).replace("&amp;", "&") for seq in (1, 2)]


@pytest.mark.parametrize(("bid", "number"), [("0052", 43000), ("0051", 42999)])
def test_a_file_of_another_post_behind_any_script_is_none_of_this_one(bid: str, number: int) -> None:
    assert offered(f'<li><a href="{OTHER.format(bid, number, 1)}">plan.xlsx</a></li>') == []


def test_a_file_that_two_scripts_offer_has_the_address_of_the_usual_one() -> None:
    items = (
        f'<li><a href="{OTHER.format("0051", 43000, 1)}">plan.xlsx</a> <a href="{FILE}1">Download</a></li>'
    )
    assert offered(items) == [("plan.xlsx", None)]
    assert addresses(items) == [f"{FILE}1".replace("&amp;", "&")]


@pytest.mark.parametrize(
    ("link", "names"),
    [
        ("<a href=\"javascript:fileDown('1')\">plan.pdf (2.1MB)</a>", ("plan.pdf",)),
        ('<a href="#" onclick="goDownLoad(3)">계획.hwp</a> <a href="#">Preview</a>', ("계획.hwp",)),
        ("<a>notes.zip</a>", ("notes.zip",)),
        (f'<a href="{FILE}1">plan.pdf</a> <a href="#" onclick="preview(1)">plan.pdf</a>', ()),
        ('<a href="#">Download</a>', ()),
        ('<a href="/files/plan.pdf">plan.pdf</a>', ()),
    ],
)
def test_files_that_only_a_script_offers_are_named(link: str, names: tuple[str, ...]) -> None:
    html = source("es_post_image_only.html").replace(
        '<div class="contents">', f'<div class="file"><ul><li>{link}</li></ul></div><div class="contents">'
    )
    assert post(html, "es_post_image_only.html").scripted == names


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
    ],
)
def test_a_download_that_is_spelled_in_an_unknown_way_is_refused(link: str, is_refused: bool) -> None:
    html = source("es_post_image_only.html").replace(
        '<div class="contents">', f'<div class="file"><ul><li>{link}</li></ul></div><div class="contents">'
    )
    if is_refused:
        with pytest.raises(
            ParseError, match="attachments: the link to 'plan.pdf' is spelled in an unknown way"
        ):
            post(html, "es_post_image_only.html")
    else:
        post(html, "es_post_image_only.html")
