"""`explain`: the piece of the page that a value was read from, in the page's own characters, for every skin
and for old revisions."""

import json
from dataclasses import asdict

import pytest
from explained import pieces, post
from places import PAGES

from kistep_archive.http.response import Page, content
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.explain import FIELDS, Piece, explain, read
from kistep_archive.parse.parser import ParseError, parse

INDEX: dict[str, str] = json.loads((PAGES / "index.json").read_text(encoding="utf-8"))
POSTS = [name for name in INDEX if "_post_" in name]
ROOMY = ("title", "writer", "date", "hits", "body", "number")


def page(name: str, html: str | bytes | None = None, charset: str = "UTF-8") -> Page:
    body = (
        (PAGES / name).read_bytes()
        if html is None
        else html
        if isinstance(html, bytes)
        else html.encode(charset)
    )
    return Page(
        INDEX[name], "2026-01-01T00:00:00Z", 200, (("Content-Type", f"text/html;charset={charset}"),), body
    )


def only(of: Page, field: str) -> Piece:
    (piece,) = explain(read(of), field)[1]
    return piece


def with_piece(of: Page, piece: Piece, changed: str) -> Page:
    """The page with other words in the place of a piece."""
    assert piece.byte_offset is not None
    assert piece.byte_length is not None
    body = of.body[: piece.byte_offset] + changed.encode() + of.body[piece.byte_offset + piece.byte_length :]
    return Page(of.url, of.fetched_at, of.status, of.headers, body)


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("field", FIELDS)
def test_a_piece_is_the_pages_own_characters_where_it_says(name: str, field: str) -> None:
    of = page(name)
    source = of.body.decode()
    for piece in pieces(of, field):
        assert piece.exact
        assert piece.line is not None
        assert piece.column is not None
        assert piece.byte_offset is not None
        assert piece.byte_length is not None
        assert of.body[piece.byte_offset : piece.byte_offset + piece.byte_length].decode() == piece.source
        assert "\n".join(source.split("\n")[piece.line - 1 :])[piece.column - 1 :].startswith(piece.source)


@pytest.mark.parametrize("name", POSTS)
def test_a_value_is_the_one_that_parse_reads(name: str) -> None:
    item = asdict(post(page(name)))
    for field, (_, key) in FIELDS.items():
        if item[key] not in (None, ()):
            assert explain(read(page(name)), field)[0] == (
                list(item[key]) if key == "attachments" else item[key]
            )


def changed(field: str, piece: str, item: ParsedPost) -> str:
    """A piece that says something else."""
    match field:
        case "title":
            return piece.replace(item.title.split()[-1], "Changed")
        case "writer":
            return piece.replace(item.writer or "", "Somebody Changed")
        case "date":
            return piece.replace(item.date[:4], "1999")
        case "hits":
            digits = str(item.hits) if str(item.hits) in piece else f"{item.hits:,}"
            return piece.replace(digits, "7")
        case _:
            at = piece.rindex("</")
            return f"{piece[:at]}<p>Changed</p>{piece[at:]}"


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("field", ["title", "writer", "date", "hits", "body"])
def test_who_changes_the_piece_changes_the_value_and_no_other(name: str, field: str) -> None:
    of, before = page(name), asdict(post(page(name)))
    for piece in pieces(of, field):
        after = asdict(post(with_piece(of, piece, changed(field, piece.source, post(of)))))
        differing = {key for key in before if before[key] != after[key]}
        assert differing == ({"body_text", "body_html"} if field == "body" else {field})


@pytest.mark.parametrize("name", POSTS)
def test_each_file_has_its_own_piece(name: str) -> None:
    of, before = page(name), post(page(name))
    found = pieces(of, "attachments")
    assert len(found) == len(before.attachments)
    for seq, piece in enumerate(found):
        name_there = before.attachments[seq].name
        assert name_there in piece.source
        after = post(with_piece(of, piece, piece.source.replace(name_there, "changed.pdf"))).attachments
        assert [file.name for file in after] == [
            file.name if at != seq else "changed.pdf" for at, file in enumerate(before.attachments)
        ]


@pytest.mark.parametrize("name", POSTS)
def test_a_number_is_read_from_the_form_or_only_from_the_address(name: str) -> None:
    of = page(name)
    number = str(post(of).number)
    for piece in explain(read(of), "number")[1]:
        with pytest.raises(ParseError, match="number"):
            parse(with_piece(of, piece, piece.source.replace(number, "3")))
    if not explain(read(of), "number")[1]:
        assert number not in of.body.decode().replace(f"list_no={number}", "")


def test_pieces_are_as_small_as_label_and_value() -> None:
    said = {name: only(page(name), "writer").source for name in POSTS}
    assert said["es_post_info.html"] == "<strong>Writer</strong> <span>KISTEP</span>"
    assert said["es_post_dl.html"] == "<dt>작 성 자</dt><dd>Juyeon Maeng</dd>"
    assert said["es_post_table.html"] == "<th>Name</th><td>KISTEP</td>"
    assert said["es_post_unseen.html"] == "<span>Writer KISTEP</span>"
    assert said["jsp_post_later.html"] == '<span class="tit"><em>Writer</em> Gyuha Jo</span>'
    assert said["jsp_post_one_line.html"] == "<p>Writer Hyojin Jang Date 2016-05-04 Hit 1249</p>"


# what stands between the source and the tree


def test_menus_comments_scripts_and_unclosed_tags_before_it_do_not_shift_a_piece() -> None:
    links = "".join(f"<li><a href='/menu.es?mid={n}'>메뉴 {n}" for n in range(30))
    before = (
        f"<nav><ul>{links}</ul></nav><!-- <h2>not here</h2> --><script>var a = '<h2 "
        'class="title">\';</script><p>one<p>two'
    )
    source = (
        (PAGES / "es_post_info.html")
        .read_text(encoding="utf-8")
        .replace('<div id="container">', f'{before}<div id="container">')
    )
    of = page("es_post_info.html", source)
    assert post(of) == post(page("es_post_info.html"))
    for field in ROOMY:
        piece = only(of, field)
        assert (piece.exact, source[source.index(piece.source) :][: len(piece.source)]) == (
            True,
            piece.source,
        )
        assert piece.source == only(page("es_post_info.html"), field).source


@pytest.mark.parametrize("end", ["\r\n", "\n\n"])
def test_line_ends_are_counted_as_they_are(end: str) -> None:
    source = (PAGES / "jsp_post_table.html").read_text(encoding="utf-8").replace("\n", end)
    piece = only(page("jsp_post_table.html", source), "date")
    assert source.encode()[piece.byte_offset :].startswith(piece.source.encode())
    assert (piece.line or 0) == source[: source.index(piece.source)].count("\n") + 1


def test_bytes_are_counted_in_the_pages_own_encoding() -> None:
    source = (
        (PAGES / "es_post_dl.html")
        .read_text(encoding="utf-8")
        .replace('charset="utf-8"', 'charset="euc-kr"')
        .replace("&copy;", "")
    )
    for of in (
        page("es_post_dl.html", source, "cp949"),
        page("es_post_dl.html", b"\xef\xbb\xbf" + source.encode()),
    ):
        if of.body[:3] != b"\xef\xbb\xbf":
            of = Page(
                of.url, of.fetched_at, of.status, (("Content-Type", "text/html;charset=euc-kr"),), of.body
            )
        piece = only(of, "date")
        assert piece.byte_offset is not None
        wanted = piece.source.encode("cp949" if of.body[:3] != b"\xef\xbb\xbf" else "utf-8")
        assert (content(of)[piece.byte_offset :][: len(wanted)], piece.byte_length) == (wanted, len(wanted))


def test_a_piece_ends_where_its_neighbour_begins_when_end_tags_are_left_out() -> None:
    source = (PAGES / "es_post_dl.html").read_text(encoding="utf-8")
    bare = source.replace("</dt>", "").replace("</dd>", "")
    assert only(page("es_post_dl.html", bare), "writer").source == "<dt>작 성 자<dd>Juyeon Maeng"


def test_what_cannot_be_matched_is_shown_as_the_parser_had_it_and_said_to_be_that() -> None:
    source = (PAGES / "es_post_dl.html").read_text(encoding="utf-8").replace("Post-COVID", "Post\x02-COVID")
    value, (piece,), _ = explain(read(page("es_post_dl.html", source)), "title")
    assert value == "S&T in Post-COVID-19 Era"
    assert piece == Piece("<h4>S&amp;T in Post-COVID-19 Era</h4>", False, None, None, None, None)
    assert only(page("es_post_dl.html", source), "date").exact


def test_an_attribute_of_the_same_name_on_the_page_does_no_harm() -> None:
    source = (
        (PAGES / "es_post_dl.html")
        .read_text(encoding="utf-8")
        .replace("<h4>", '<h4 data-at="now" data-atx="8">')
    )
    assert only(page("es_post_dl.html", source), "title").source == (
        '<h4 data-at="now" data-atx="8">S&amp;T in Post-COVID-19 Era</h4>'
    )


# the command
