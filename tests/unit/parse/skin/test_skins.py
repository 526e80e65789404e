"""Skins: selectors as data, read, checked and applied."""

from dataclasses import replace
from pathlib import Path

import pytest
from mutants import page_of, sources

from kistep_archive.http.response import Page
from kistep_archive.model import boards, skins
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.skins import PostSkin, Selection, Skin
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.parse.skin import boards_file, known
from kistep_archive.parse.skin.unmatched import keys_without_value
from kistep_archive.replica import Site
from kistep_archive.replica.routes import Routes

URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=71"
PAGE = """<html><head><title>Institute</title></head><body>
<h2>Post information</h2>
<section id="p71"><h3>A seminar on bridges <i>NEW</i></h3>
<p class="by">By Ana Lim | Posted: 2024-03-05 | seen 1,204 times</p>
<div class="f">Attachments: none</div>
<div class="prose"><p>It begins at nine.</p><p class="tool">Print</p></div>
<div class="prose"><p>Bring shoes.</p></div></section>
<p>Date 2001-01-01 Writer Menu Hit 9</p><footer>x</footer></body></html>"""
TOML = r"""
[post]
applies = "section h3"
title = "//section/h3/text()"
writer = { select = "p.by", pattern = '^By (.+?) \|' }
date = { select = "p.by", pattern = "Posted: ([0-9-]+)" }
hits = { select = "p.by", pattern = "seen ([0-9,]+) times" }
body = "div.prose"
drop = [".tool"]
"""


def skin(text: str = TOML, folder: Path | None = None) -> Skin:
    import tomllib

    return boards_file.check_skin(skins.read(tomllib.loads(text), "own"), "own")


def board(found: Skin | None, **more: str) -> Board:
    address = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
    return Board("news", "News", "es", address, "en", skin=found, **more)  # type: ignore[arg-type]


def page(html: str = PAGE, url: str = URL) -> Page:
    return Page(url, "", 200, (), html.encode())


def test_a_page_is_read_by_its_skin() -> None:
    post = parse(page(), board(skin()))
    assert isinstance(post, ParsedPost)
    assert (post.title, post.writer, post.date, post.hits) == (
        "A seminar on bridges",
        "Ana Lim",
        "2024-03-05",
        1204,
    )
    assert post.body_text == "It begins at nine.\n\nBring shoes."
    assert post.attachments == ()


def test_an_xpath_may_take_one_of_what_it_finds_by_its_place() -> None:
    nth = TOML.replace('body = "div.prose"', "body = \"(//div[@class='prose'])[2]\"")
    assert parse(page(), board(skin(nth))).body_text == "Bring shoes."  # type: ignore[union-attr]


def test_keys_of_a_skin_that_find_nothing_on_a_page_are_told() -> None:
    wrong = TOML.replace("seen (", "read (").replace("^By", "^From")
    for text, unfound in ((wrong, ["post.writer", "post.hits"]), (TOML, [])):
        own = board(skin(text))
        post = parse(page(), own)
        assert isinstance(post, ParsedPost)
        assert keys_without_value(own, post) == unfound
        assert keys_without_value(board(None), post) is None


def test_boxes_and_files_of_a_skin_that_a_page_does_not_have_are_told() -> None:
    linked = PAGE.replace("none</div>", '<a href="/x?no=1">plan.pdf</a></div>')
    for files, html, unfound in (
        (".g a", linked, ["post.files"]),
        (".f a", linked, []),
        (".g a", PAGE, []),  # a post may have no files
    ):
        text = TOML.replace('"div.prose"', '["div.lead", "div.prose"]').replace(
            '".tool"', '".tool", ".share"'
        )
        own = board(skin(f'{text}files = "{files}"\n'))
        post = parse(page(html), own)
        assert isinstance(post, ParsedPost)
        boxes = ["post.body 'div.lead'", "post.drop '.share'"]
        assert keys_without_value(own, post) == [*boxes, *unfound]


@pytest.mark.parametrize(
    ("listing", "unfound"),
    [
        ('date = "td.date"\ntotal = "span.total strong"', []),
        ('writer = "td.nobody"\nrows = "tbody tr"', ["listing.writer"]),
        ('date = "td.day"', ["listing.date"]),
        ('hits = { select = "td.hits", pattern = "read ([0-9]+)" }', ["listing.hits"]),
        ('total = "p.sum"', ["listing.total"]),
        ('pages = "p.sum"', ["listing.pages"]),
    ],
)
def test_keys_of_a_skin_that_find_nothing_in_any_row_are_told(listing: str, unfound: list[str]) -> None:
    answer = Routes(Site.generated(3)).answer("/board.es", {"mid": "a20501000000", "bid": "0051"})
    url = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
    own = board(skin(f"[listing]\n{listing}"))
    said = parse(Page(url, "", 200, (), answer.body), own)
    assert isinstance(said, Listing)
    assert keys_without_value(own, said) == unfound


def test_rows_that_a_skin_does_not_find_are_refused_with_its_key() -> None:
    answer = Routes(Site.generated(3)).answer("/board.es", {"mid": "a20501000000", "bid": "0051"})
    url = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
    with pytest.raises(ParseError, match="listing.rows finds no links to posts with 'tr.none'"):
        parse(Page(url, "", 200, (), answer.body), board(skin('[listing]\nrows = "tr.none"')))


LABELS = "<dl><dt>Writer</dt><dd>Ana Lim</dd><dt>Date</dt><dd>2024-03-05</dd><dt>Hit</dt><dd>1,204</dd></dl>"


@pytest.mark.parametrize(
    ("before", "after", "labelled"),
    [
        ("", "", ()),
        ("Ana Lim", "Bo Han", (("writer", "Bo Han"),)),
        ("2024-03-05", "2023-12-31", (("date", "2023-12-31"),)),
        ("1,204", "3", (("hits", "3"),)),
        ("<dt>Hit</dt><dd>1,204</dd>", "", ()),
    ],
)
def test_labels_bear_witness_against_a_skin(
    before: str, after: str, labelled: tuple[tuple[str, str], ...]
) -> None:
    html = PAGE.replace("<p>Date 2001-01-01 Writer Menu Hit 9</p>", "")
    html = html.replace('<p class="by">', LABELS.replace(before, after) + '<p class="by">')
    post = parse(page(html), board(skin()))
    assert isinstance(post, ParsedPost)
    assert (post.writer, post.date, post.hits) == ("Ana Lim", "2024-03-05", 1204)
    assert post.labelled == labelled


def test_where_a_skin_does_not_apply_labels_are_read() -> None:
    html = PAGE.replace("<h3>", "<h4 class='title'>").replace("</h3>", "</h4>")
    with pytest.raises(ParseError):
        parse(page(html), board(skin(TOML.replace('applies = "section h3"\n', ""))))
    labels = (
        "<html><body><article><h2 class='title'>A talk</h2><ul><li><b>Writer</b> Kim</li>"
        "<li><b>Date</b> 2024-01-02</li><li><b>Hit</b> 5</li></ul><div class='contents'><p>Words.</p></div>"
        "</article><footer>x</footer></body></html>"
    )
    post = parse(page(labels), board(skin()))
    assert isinstance(post, ParsedPost)
    assert (post.title, post.writer, post.date) == ("A talk", "Kim", "2024-01-02")


@pytest.mark.parametrize(
    ("before", "after", "field", "words"),
    [
        ("<h3>A seminar on bridges <i>NEW</i></h3>", "<h3><i>NEW</i></h3>", "title", "finds nothing"),
        ("Posted: 2024-03-05", "Posted: soon", "date", "finds nothing"),
        ("Posted: 2024-03-05", "Posted: 2024-13-05", "date", "is not a date"),
        ('class="prose"', 'class="other"', "body", "finds nothing"),
        (
            '<div class="f">',
            '<p class="by">By Bo Han | Posted: 2024-03-06 | seen 2 times</p><div class="f">',
            "writer",
            "two values with 'p.by': 'Ana Lim' and 'Bo Han'",
        ),
    ],
)
def test_what_a_skin_cannot_read_is_refused_with_its_key(
    before: str, after: str, field: str, words: str
) -> None:
    assert before in PAGE
    with pytest.raises(ParseError) as refused:
        parse(page(PAGE.replace(before, after)), board(skin()))
    assert refused.value.field == field
    assert words in str(refused.value)
    assert f"post.{field}" in str(refused.value)


@pytest.mark.parametrize(("day", "date"), [("2024. 3. 5.", "2024-03-05"), ("2024-03-06", None)])
def test_a_day_that_a_skin_finds_twice_must_be_one_day(day: str, date: str | None) -> None:
    text = TOML.replace('"Posted: ([0-9-]+)"', "'(?:Posted|on): ([0-9. -]+[0-9])'").replace(
        '"p.by", pattern = \'(', '".by", pattern = \'('
    )
    html = page(PAGE.replace('<div class="f">', f'<i class="by">on: {day}</i><div class="f">'))
    if date is None:
        with pytest.raises(ParseError, match="date gives two values"):
            parse(html, board(skin(text)))
    else:
        post = parse(html, board(skin(text)))
        assert isinstance(post, ParsedPost)
        assert post.date == date


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('title = "h3["', "own: post.title: 'h3[' is neither CSS nor XPath"),
        ('title = "//h3["', "own: post.title: '//h3[' is neither CSS nor XPath"),
        ('title = "count(//h3)"', "own: post.title: 'count(//h3)' "),
        ('title = "//h3[lower(.)]"', "own: post.title: '//h3[lower(.)]' is neither CSS nor XPath"),
        ('title = "//h3[$x]"', "own: post.title: '//h3[$x]' is neither CSS nor XPath"),
        ('title = "//h3[re:test(., 1)]"', "own: post.title: '//h3[re:test(., 1)]' is neither CSS nor XPath"),
        ("title = 5", "own: post.title: not a selector"),
        ('body = ["div", ""]', "own: post.body: not a selector, nor a list of selectors"),
        ('headline = "h3"', "own: post.headline: unknown key; the keys are applies, title"),
        ('title = { select = "h3", pattern = "(" }', "own: post.title: '(' is not a regular expression"),
        ('title = { select = "h3", pattern = "x" }', "own: post.title: 'x' has 0 groups"),
        ('title = { select = "h3", patern = "(x)" }', "own: post.title.patern: unknown key"),
    ],
)
def test_a_skin_that_cannot_be_read_is_refused_with_its_key(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        skin(f"[post]\n{line}\n")
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", ["applies", "title", "body", "drop", "files"])
def test_a_selector_that_fails_on_a_page_is_refused_with_its_words(key: str) -> None:
    text = "\n".join(line for line in TOML.split("\n") if not line.startswith(key))
    with pytest.raises(ParseError, match=r"board.es.*: skin: '//section\[@id\]\[lower") as refused:
        parse(page(), board(skin(f'{text}\n{key} = "//section[@id][lower(.)]"\n')))
    assert str(refused.value).endswith("cannot be evaluated (Unregistered function)")


def test_a_skin_is_the_same_after_it_was_written_and_by_its_digest() -> None:
    one = skin()
    assert skin(skins.as_toml(one)).post == one.post
    assert skin(skins.as_toml(one)).digest == one.digest
    assert skin(TOML.replace(".tool", ".tools")).digest != one.digest
    odd = Skin("odd", PostSkin(title=Selection('a[title="\\x"]', "(\t|\u3000)\"'"), body=("p", "div")))
    import tomllib

    assert skins.read(tomllib.loads(skins.as_toml(odd)), "odd").post == odd.post


def test_a_board_is_the_same_after_it_was_logged() -> None:
    own = board(skin(), encoding="cp949", total="ignore")
    assert boards.from_record(boards.as_record(own) | {"of a newer program": 1}) == own


def test_a_listing_is_read_by_its_skin() -> None:
    rows = "".join(
        f"<div class=r><a href='board.es?mid=a20501000000&bid=0051&act=view&list_no={n}'>Go</a>"
        f"<b>Talk {n}</b> 2024-01-0{n} / Kim / {n}0</div>"
        for n in range(1, 4)
    )
    html = f"<html><body><p>All 77 posts</p><p>Total 9</p>{rows}<footer>x</footer></body></html>"
    text = r"""
    [listing]
    rows = "div.r"
    title = "b"
    date = { select = ".", pattern = "([0-9]{4}-[0-9]{2}-[0-9]{2})" }
    writer = { select = ".", pattern = "/ ([^/]+) /" }
    hits = { select = ".", pattern = "/ ([0-9]+)$" }
    total = { select = "p", pattern = "All ([0-9]+)" }
    """
    url = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&nPage=1"
    found = parse(page(html, url), board(skin(text)))
    assert isinstance(found, Listing)
    assert [(row.number, row.title, row.date, row.writer, row.hits) for row in found.rows] == [
        (n, f"Talk {n}", f"2024-01-0{n}", "Kim", n * 10) for n in range(1, 4)
    ]
    assert found.total == 77
    ignored = parse(page(html, url), board(skin(text), total="ignore"))
    assert isinstance(ignored, Listing)
    assert ignored.total is None


def test_a_boards_own_encoding_counts() -> None:
    html = PAGE.replace("bridges", "다리").encode("cp949")
    post = parse(Page(URL, "", 200, (), html), board(skin(), encoding="cp949"))
    assert isinstance(post, ParsedPost)
    assert post.title == "A seminar on 다리"
    broken = parse(
        Page(URL, "", 200, (), html.replace(b"shoes", b"sh\xff\x20es")), board(skin(), encoding="cp949")
    )
    assert isinstance(broken, ParsedPost)
    assert broken.body_text.endswith("Bring sh\ufffd es.")
    with pytest.raises(ParseError, match="not cp949, as the boards file says, but UTF-8"):
        parse(Page(URL, "", 200, (), ("다리" * 9 + PAGE).encode()), board(skin(), encoding="cp949"))


SHIPPED = {
    "es-article": [source for source in sources() if source.name.startswith("es post info")],
    "es-table": [source for source in sources() if source.name.startswith("es post table")],
    "jsp-table": [source for source in sources() if source.name.startswith("jsp post table")],
}


@pytest.mark.parametrize("name", known.names())
def test_a_shipped_skin_reads_what_labels_read(name: str) -> None:
    skin = boards_file.check_skin(known.skin(name), name)
    assert skin in known.of_layout(name.partition("-")[0])  # type: ignore[arg-type]
    assert SHIPPED[name]
    for source in SHIPPED[name]:
        by_labels = parse(page_of(source))
        by_skin = parse(page_of(source), replace(board(skin), layout=by_labels.layout))  # type: ignore[union-attr]
        assert by_skin == by_labels


ENTRY = """[[board]]
name = "news"
title = "News"
layout = "es"
address = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
language = "en"
"""


def test_a_board_of_a_boards_file_names_a_skin_or_brings_its_own(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    (tmp_path / "mine.toml").write_text(TOML)
    file.write_text(f'{ENTRY}skin = "mine.toml"\nretired = true\nencoding = "euc-kr"\n')
    (row,) = [each for each in boards_file.load(file).rows if each.name == "news"]
    assert (row.skin and row.skin.post) == skin().post
    assert (row.retired, row.encoding) == (True, "euc-kr")
    file.write_text(f'{ENTRY}[board.skin.post]\ntitle = "h3"\n')
    (row,) = [each for each in boards_file.load(file).rows if each.name == "news"]
    assert row.skin == Skin(f"{file}: board 1 ('news'): skin", PostSkin(title=Selection("h3")))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('skin = "none.toml"', "skin 'none.toml' is no file beside the boards file"),
        ("skin = 5", "skin is neither a name, nor a file, nor a table"),
        ('[board.skin.post]\ntitle = "h3["', "skin: post.title: 'h3[' is neither CSS nor XPath"),
        ('total = "never"', "total is 'never'; the only value is \"ignore\""),
        ('encoding = "klingon"', "encoding 'klingon' is unknown"),
        ("retired = 1", "retired is 1; it is true or false"),
        ("requires_cookie = true", "has unknown keys requires_cookie; the keys are name,"),
        ("[board.skin.post]", "skin: post selects nothing; name a field such as post.title"),
        ('[board.skin.listing]\napplies = "table"', "skin: listing selects nothing; name a field such as"),
        ('[board.skin.post]\ntitle = "a:hover"', "skin: post.title: 'a:hover' finds nothing on any page"),
        (
            '[board.skin.post]\ntitle = {select = "h1", pattern = ""}',
            "skin: post.title.pattern: empty; leave",
        ),
        ('[board.skin.post]\ntitle = {select = "h1", pattern = "a"}', "skin: post.title: 'a' has 0 groups"),
        (
            'total = "ignore"\n[board.skin.listing]\ntotal = "b"',
            'listing.total does nothing beside total = "ignore"',
        ),
    ],
)
def test_a_boards_file_that_is_wrong_is_one_line(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(f"{ENTRY}{line}\n")
    with pytest.raises(ValueError, match=r".") as refused:
        boards_file.load(file)
    assert str(refused.value).startswith(f"{file}: board 1 ('news')")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_second_board_with_an_address_of_the_same_board_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    other = ENTRY.replace('"news"', '"mine"').replace("mid=a20501000000", "mid=a1").replace("www.", "")
    file.write_text(ENTRY + other)
    with pytest.raises(
        ValueError, match="board 'mine' has the address of 'news' and would get no posts; remove"
    ):
        boards_file.load(file)


def test_a_board_built_in_is_replaced_only_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    other = ENTRY.replace('"news"', '"mine"')
    file.write_text(f'{other}encoding = "euc-kr"\n')
    with pytest.raises(ValueError, match="would get no posts; call it 'news' to replace that board"):
        boards_file.load(file)
    file.write_text(other)
    assert len(boards_file.load(file).rows) == len(boards.BUILT_IN) + 1


@pytest.mark.parametrize(
    "text",
    [
        f'total = "ignore"\n{ENTRY}',
        f'{ENTRY}[skin.post]\ntitle = "h3"\n',
        f'{ENTRY}[listing]\nrows = "tr"\n',
    ],
)
def test_a_key_of_a_boards_file_that_belongs_to_no_board_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(text)
    with pytest.raises(
        ValueError, match=r"boards.toml: '(total|skin|listing)' belongs to no board; write it"
    ):
        boards_file.load(file)


def test_a_boards_file_may_begin_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(ENTRY, encoding="utf-8-sig")
    assert boards_file.load(file).rows[-1].title == "News"


def test_a_boards_file_that_is_nested_too_deep_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(f"{ENTRY}skin = {'[' * 2000}{']' * 2000}\n")
    with pytest.raises(ValueError, match="nested too deep"):
        boards_file.load(file)


@pytest.mark.parametrize("text", ["", "board = []", "board = 5"])
def test_a_boards_file_without_boards_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"no \[\[board\]\] entry; it needs the keys name"):
        boards_file.load(file)


def test_a_page_without_labels_has_no_writer_and_no_hits_but_must_have_a_date() -> None:
    html = PAGE.replace("Date 2001-01-01 Writer Menu Hit 9", "")
    without = "\n".join(line for line in TOML.split("\n") if not line.startswith(("writer", "hits")))
    post = parse(page(html), board(skin(without)))
    assert isinstance(post, ParsedPost)
    assert (post.date, post.writer, post.hits) == ("2024-03-05", None, None)
    undated = "\n".join(line for line in without.split("\n") if not line.startswith("date"))
    with pytest.raises(ParseError, match="date: skin 'own' leaves it to labels"):
        parse(page(html), board(skin(undated)))
