"""The files a post offers, in the shapes that pages show them in: any name, any size."""

from html import escape

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from real_pages import FILE, beside_the_body, offered, post

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


@pytest.mark.parametrize("shape", ITEMS)
@given(st.lists(st.tuples(NAMES, SIZES), min_size=1, max_size=3))
@example([("a.hwp 2023.5.1.7z", "12 KB")])
def test_any_name_and_size_of_a_file_are_read_back(shape: str, files: list[tuple[str, str]]) -> None:
    # An icon, or not.
    assume(
        "<li>{name}" not in shape
        or not any(name.startswith((f"{name.rpartition('.')[2]} ", "첨부파일 ")) for name, _ in files)
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
        ('<li><a href="{0}1">a.hwpx (opens in a new window)</a></li>', [("a.hwpx", None)]),
        ('<li><a href="{0}1">a.pdf new window</a></li>', [("a.pdf", None)]),
        ('<li><a href="{0}1">A new window</a></li>', [("A new window", None)]),
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
        ("C:/Users/kim/자료.hwp", "자료.hwp"),
        ("/home/kim/a b.pdf", "a b.pdf"),
        ("A/B test.pdf", "A/B test.pdf"),
        ("자료.hwp（1.2MB）", "자료.hwp"),
        ("자료.hwp （다운로드 3회）", "자료.hwp"),
        ("자료（안）", "자료（안）"),
        (r"\\server\share\a b.pdf (3KB)", "a b.pdf"),
        ("[pdf] a.pdf", "a.pdf"),
        ("hwp 파일 아이콘 a.hwp", "a.hwp"),
        ("a.pdf Download 259회", "a.pdf"),
        ("a.pdf | 다운로드 횟수 : 3", "a.pdf"),
    ],
)
def test_folders_icons_and_bare_counts_are_no_part_of_a_name(words: str, name: str) -> None:
    assert offered(f'<li><a href="{FILE}1">{words}</a></li>')[0][0] == name


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
    html = beside_the_body(items)
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


@pytest.mark.parametrize("script", ["boarddownload.es", "BoardDownLoad.es", "BOARDDOWNLOAD.ES"])
def test_a_known_download_in_other_letters_is_read(script: str) -> None:
    item = f'<a href="{FILE}1">plan.pdf</a>'.replace("boardDownload.es", script)
    assert offered(f"<li>{item}</li>") == [("plan.pdf", None)]
