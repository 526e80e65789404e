"""The whole value of a label is read as a reader sees it, or refused, in every skin."""

import pytest
from skins import BODY, TITLE, VALUES, filled, framed, page, post

from kistep_archive.parse.parser import ParseError, parse

LINES = {
    "paragraphs": '<div class="v"><div class="t">{title}</div><p><b>Author:</b> {writer}</p><p>'
    '<b>Posted:</b> {date}</p><p><b>Hits:</b> {hits}</p><div class="q">{body}</div></div>',
    "items": '<div class="v"><h2>{title}</h2><ul><li><span>Writer</span> {writer}</li><li><span>Date</span> '
    '{date}</li><li><span>Views</span> {hits}</li></ul><div class="q">{body}</div></div>',
    "texts": '<div class="v"><h2>{title}</h2><ul><li>Writer: {writer}</li><li>Date: {date}</li><li>Hits: '
    '{hits}</li></ul><div class="q">{body}</div></div>',
    "one line": '<div class="v"><h2>{title}</h2><p><b>Writer</b> {writer} | <b>Date</b> {date} | <b>Hit</b> '
    '{hits}</p><div class="q">{body}</div></div>',
}
SHAPES = ["cells", "definitions", "list", "paragraphs", "items", "one line"]


def html(shape: str, **values: str) -> str:
    words = {"title": TITLE, "writer": "KISTEP", "date": "2022-07-14", "hits": "519", "body": BODY} | values
    return framed(LINES[shape].format(**words) if shape in LINES else filled(shape, values | {"body": BODY}))


def why(shape: str, **values: str) -> str:
    with pytest.raises(ParseError) as caught:
        parse(page(html(shape, **values)))
    return f"{caught.value.field}: {caught.value.why}"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("words", "writer"),
    [
        ("<span>Lv.9</span> admin", "Lv.9 admin"),
        ("<em>Dr.</em> Hong", "Dr. Hong"),
        ('<a href="#">Hong</a> and <a href="#">Kim</a>', "Hong and Kim"),
        ("Hong <em>(Planning)</em>", "Hong (Planning)"),
        ("Hong<br>Kim", "Hong Kim"),
        ("<s>Lee</s> Hong", "Hong"),
        ('<span style="text-decoration: line-through">Lee</span> Hong', "Hong"),
        ('<script>document.write("x")</script>KISTEP', "KISTEP"),
        ("<style>.a{}</style>KISTEP", "KISTEP"),
        ('<span style="display:none">x</span>KISTEP', "KISTEP"),
        ("Hong <button>Profile</button>", "Hong"),
        ('<img src="/x.gif" alt=""> Hong', "Hong"),
        ("Hong", "Hong"),
        ("<b>Hong</b>", "Hong"),
        ("-", None),
    ],
)
def test_a_writer_is_read_as_a_whole(shape: str, words: str, writer: str | None) -> None:
    assert post(html(shape, writer=words)).writer == writer


@pytest.mark.parametrize("shape", ["cells", "definitions", "paragraphs", "items"])
def test_a_label_for_screen_readers_is_no_part_of_a_value(shape: str) -> None:
    assert post(html(shape, writer='<span class="blind">Writer</span>KISTEP')).writer == "KISTEP"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("words", ["<s>Lee</s>", '<script>document.write("x")</script>'])
def test_a_writer_that_no_reader_sees_is_refused(shape: str, words: str) -> None:
    assert why(shape, writer=words).startswith("writer: ")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("<em>5</em>19", 519),
        ("1<span>,</span>519", 1519),
        ("<em>1</em>,<em>519</em>", 1519),
        ('<span style="display:none">9</span>519', 519),
        ("<s>500</s> 519", 519),
        ("1,234,567", 1234567),
        ("1519", 1519),
        ('519 <a class="btn" href="#">Print</a>', 519),
    ],
)
def test_hits_are_read_as_a_whole(shape: str, words: str, hits: int) -> None:
    if "btn" not in words or shape in ("paragraphs", "items", "one line"):
        assert post(html(shape, hits=words)).hits == hits


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("words", ["1,23", "12,34,567", "0,519", "519<sup>1</sup>", "519<br>7", "<s>519</s>"])
def test_hits_that_are_no_count_are_refused(shape: str, words: str) -> None:
    if "br" not in words or shape != "one line":
        assert why(shape, hits=words).startswith("hits: ")


@pytest.mark.parametrize("shape", ["cells", "definitions", "list"])
@pytest.mark.parametrize("words", ["<em>519</em> views", "519 <i>views</i>", "<b>519</b>회"])
def test_a_unit_behind_a_number_is_no_other_label(shape: str, words: str) -> None:
    assert post(html(shape, hits=words)).hits == 519


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "words",
    [
        "<s>2022-07-13</s> 2022-07-14",
        "2022-07-14 <em>09:00</em>",
        "<em>2022</em>-<em>07</em>-<em>14</em>",
        '<span style="display:none">2020-01-01</span>2022-07-14',
        '<script>fmt("2022-07-14")</script>2022-07-14',
    ],
)
def test_a_date_is_read_as_a_whole(shape: str, words: str) -> None:
    assert post(html(shape, date=words)).date == "2022-07-14"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "words",
    [
        "<em>2022-07-14</em> ~ <em>2022-07-20</em>",
        "2022-07-<del>13</del>",
        "2022-07-1<sup>4</sup>",
        "<del>2022-07-14</del>",
        "2022-07-14<br>2022-08-01",
    ],
)
def test_a_date_that_is_not_one_day_is_refused(shape: str, words: str) -> None:
    assert why(shape, date=words).startswith("date: ")


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ({"writer": "Dr. <em>Hong</em>"}, (TITLE, "Dr. Hong", "2022-07-14", 519)),
        ({"hits": "5<em>19</em>"}, VALUES),
        ({"date": "2022-07-14 <em>09:00</em>"}, VALUES),
        ({"hits": '519 <a href="#">Print</a>'}, VALUES),
    ],
)
def test_a_value_goes_on_behind_the_text_of_its_label(
    values: dict[str, str], read: tuple[str, str, str, int]
) -> None:
    found = post(html("texts", **values))
    assert (found.title, found.writer, found.date, found.hits) == read


def test_a_second_line_behind_the_last_label_of_several_is_no_part_of_its_value() -> None:
    lines = html("one line", hits="519<br>Some words of the page")
    assert post(lines).hits == 519


def test_every_shape_is_read_as_it_is() -> None:
    for shape in (*SHAPES, *LINES):
        found = post(html(shape))
        assert (found.title, found.writer, found.date, found.hits) == VALUES, shape


LINE = (
    '<div class="v"><h2>{title}</h2><p>Writer Kim{between}Date {date} | Hit {hits}</p>'
    '<div class="q">{body}</div></div>'
)


def in_line(between: str) -> str:
    words = {"title": TITLE, "date": "2022-07-14", "hits": "519", "body": BODY}
    return framed(LINE.format(between=between, **words))


@pytest.mark.parametrize(
    "between",
    [
        " | ",
        " | Modified 2022-08-01 | ",
        " | Likes 4 | 수정일 : 2022. 8. 1. | ",
        " | Last updated: 1 May 2023 | ",
        " · ",
        " • Modified 2022-08-01 • ",
        " ㆍ Likes 4 ㆍ ",
    ],
)
def test_a_writer_ends_where_another_label_of_its_line_begins(between: str) -> None:
    assert post(in_line(between)).writer == "Kim"


@pytest.mark.parametrize(
    "between", [" | Event day 2022-08-01 | ", " / Modified 2022-08-01 / ", " Seen on 2022.8.1 "]
)
def test_a_line_with_an_unknown_label_behind_its_writer_is_refused(between: str) -> None:
    with pytest.raises(ParseError):
        parse(page(in_line(between)))
