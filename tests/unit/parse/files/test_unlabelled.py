"""Links to files beside the body that no label leads."""

import pytest
from skins import BODY, TEXT, filled, framed, page, post

from kistep_archive.parse.parser import ParseError, parse


def source(links: str, before: str = "") -> str:
    body = filled("list", {"body": BODY}).replace("</article>", f"{links}</article>")
    return framed(body.replace('<div class="q">', f'{before}<div class="q">'))


def link(address: str, words: str) -> str:
    return f'<ul class="fil"><li><a href="{address}">{words}</a> <button>Preview</button></li></ul>'


OWN = link("/upload/att/42794/1/plan.pdf", "plan.pdf (12 KB)")


@pytest.mark.parametrize("source", [source(OWN), source("", OWN)])
def test_a_file_with_the_number_of_the_post_in_its_address_is_the_posts(source: str) -> None:
    found = post(source)
    assert [(file.name, file.url.rpartition("kr")[2]) for file in found.attachments] == [
        ("plan.pdf", "/upload/att/42794/1/plan.pdf")
    ]
    assert found.body_text == TEXT


def test_a_file_that_may_be_anybodys_is_refused() -> None:
    with pytest.raises(ParseError, match="attachments: the link to 'plan.pdf' beside the body has no label"):
        parse(page(source(link("/upload/att/7/plan.pdf", "plan.pdf"))))


@pytest.mark.parametrize(
    "links",
    [
        '<div><a href="/upload/guide.pdf" class="btn">Print</a></div>',
        f"<nav>{link('/upload/guide.pdf', 'guide.pdf')}</nav>",
        f"<footer>{link('/upload/guide.pdf', 'guide.pdf')}</footer>",
        '<a href="/board.es?mid=a20501000000&amp;bid=0051">List</a>',
    ],
)
def test_other_links_are_none(links: str) -> None:
    assert post(source(links)).attachments == ()


def test_beside_known_files_such_a_link_is_the_sites() -> None:
    known = '<a href="/boardDownload.es?bid=0051&amp;list_no=42794&amp;seq=1">first.pdf</a>'
    row = f"<dl><dt>File</dt><dd>{known}</dd></dl>"
    found = post(source(link("/upload/guide.pdf", "guide.pdf"), row))
    assert [file.name for file in found.attachments] == ["first.pdf"]
