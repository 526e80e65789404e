"""Words of icons and buttons before the name of a file, and dates behind it: no part of the name, unless
something else on the page says so."""

import pytest
from real_pages import FILE, offered

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
    '<a href="{url}">첨부파일 #2 : {name}</a>',
    '<a href="{url}">첨부파일(2): {name}</a>',
    '<a href="{url}"><span class="blind">PDF 파일</span>{name}</a>',
    '<a href="{url}">{name} <span class="date">2021-03-05</span></a>',
    '<a href="{url}">{name} 2021-03-05 등록</a>',
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
    '<a href="{url}">{name} (용량: 3KB)</a>',
    '<a href="{url}">{name} [File size 3KB]</a>',
    '<a href="{url}">{name} 파일크기 3KB</a>',
    '<a href="{url}">{name} (다운로드 수 : 12)</a>',
    '<a href="{url}">{name} [12 hits]</a>',
    '<span>{name}</span><span>3KB</span> <a href="{url}">Download</a>',
    '<a href="{url}"><span class="sound_only">첨부</span>{name}</a>',
    '<a href="{url}">Attachment {name}</a>',
    '<a href="{url}">첨부파일 {name} (3KB)</a>',
    '<a href="{url}">[첨부] {name}</a>',
    '첨부 - {name} <a href="{url}">Download</a>',
    '<a href="{url}">첨부 1. {name}</a>',
    '<a href="{url}">Attachment 1 {name}</a>',
    '<a href="{url}">[첨부파일1] {name}</a>',
    '<a href="{url}">1.1MB {name}</a>',
    '<a href="{url}">(259KB) {name}</a>',
    '<a href="{url}">259 KB | {name}</a>',
    '<a href="{url}"><em>259KB</em>{name}</a>',
    '<a href="{url}"><em>[259KB]</em> {name}</a>',
    '<span>{name},</span> <a href="{url}">1.1MB</a>',
    '<a href="{url}">다운로드 259회 {name}</a>',
    '<a href="{url}">• {name}</a>',
    '<a href="{url}">{name}(259)</a>',
    '<a href="{url}">{name} 첨부파일</a>',
]


@pytest.mark.parametrize("shape", ICONS)
@pytest.mark.parametrize("name", ["plan 1.pdf", "자료.hwp", "HWP guide.pdf", "2021-03-05 (등록).xlsx"])
def test_icons_buttons_and_dates_beside_a_name_are_no_part_of_it(shape: str, name: str) -> None:
    item = shape.format(url=f"{FILE}1", name=name, kind=name.rpartition(".")[2].upper())
    assert [found for found, _ in offered(f"<li>{item}</li>")] == [name]


def test_the_numbers_of_files_behind_their_labels_count_if_all_have_theirs_in_order() -> None:
    def names(*words: str) -> list[str]:
        links = (f'<li><a href="{FILE}{at}">{each}</a></li>' for at, each in enumerate(words, start=1))
        return [found for found, _ in offered("".join(links))]

    assert names("첨부 1. a.pdf", "첨부 2. b.hwp") == ["a.pdf", "b.hwp"]
    assert names("Attachment 1: a.pdf", "Attachment 2: b.hwp") == ["a.pdf", "b.hwp"]
    assert names("첨부 1. a.pdf", "b.hwp") == ["첨부 1. a.pdf", "b.hwp"]
    assert names("첨부 2. a.pdf", "첨부 1. b.hwp") == ["첨부 2. a.pdf", "첨부 1. b.hwp"]


def test_a_size_before_a_name_is_the_size_of_the_file() -> None:
    for words in ("1.1MB plan.pdf", "[1.1MB] plan.pdf", "1.1MB | plan.pdf"):
        assert offered(f'<li><a href="{FILE}1">{words}</a></li>') == [("plan.pdf", "1.1MB")]


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
    ('<a href="{url}">{name}</a>', "plan v1.25 (2021-03-05)"),
    ('<a href="{url}">{name}</a>', "plan.pdf 2021-03-05.zip"),
    ('<a href="{url}">{name}</a>', "Downloads of 2020.pdf"),
    ('<a href="{url}">{name}</a>', "Filesystem.pdf"),
    ('<a href="{url}">{name}</a>', "첨부 2. plan.pdf"),
    ('<a href="{url}">{name}</a>', "size 3KB (용량 3KB).pdf"),
    ('<a href="{url}">{name}</a>', "plan.pdf size.zip"),
    ('<a href="{url}">{name}</a>', "첨부파일1.pdf"),
    ('<a href="{url}">{name}</a>', "Attachment 3 plan.pdf"),
    ('<a href="{url}" title="{name}">{name}</a>', "Attachment 1 plan.pdf"),
    ('<a href="{url}&amp;name={name}">{name}</a>', "첨부 1. plan.pdf"),
    ('<a href="{url}" download="{name}">{name}</a>', "첨부파일 plan.pdf"),
    ('<span>File</span> <a href="{url}">{name}</a>', "Attachment plan.pdf"),
    ('<a href="{url}">{name}</a>', "Attached to the plan.pdf"),
    ('<a href="{url}">{name}</a>', "5MB limits.pdf"),
    ('<a href="{url}">{name} (3KB)</a>', "(1.2MB) plan.pdf"),
    ('<a href="{url}">{name}</a>', "plan (2021-03-05 등록).pdf"),
    ('<a href="{url}"><b>HWP</b> and Word.pdf</a>', "HWP and Word.pdf"),
    ('<a href="{url}"><mark>Download</mark>able <b>plan</b>.pdf</a>', "Downloadable plan.pdf"),
    ('<a href="{url}"><b>Save</b> energy</a>', "Save energy"),
]


@pytest.mark.parametrize(("shape", "name"), REAL)
def test_a_name_that_only_looks_like_one_with_an_icon_is_whole(shape: str, name: str) -> None:
    assert [found for found, _ in offered(f"<li>{shape.format(url=f'{FILE}1', name=name)}</li>")] == [name]
