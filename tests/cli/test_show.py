"""One post in each form: whole, as it was, and nothing in it that runs or misleads."""

import json
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from commands import Archive, one_line
from edited import FILE, NUMBER, edited
from golden import assert_golden
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from kistep_archive.cli.render.page import as_page
from kistep_archive.cli.render.posts import post_as_html, post_as_markdown, post_as_text
from kistep_archive.store.database import DATABASE_FILE

POST = f"news/{NUMBER}"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
@pytest.mark.parametrize("revision", [None, 1])
def test_each_form_says_what_it_should(held: Archive, form: str, revision: int | None) -> None:
    done = held.run("show", POST, "--as", form, *(["--revision", str(revision)] if revision else []))
    assert (done.returncode, done.stderr) == (0, "")
    assert_golden(f"show_{form}{f'_{revision}' if revision else ''}.txt", done.stdout)


def test_a_revision_is_shown_with_its_files_of_then(held: Archive) -> None:
    sizes = []
    for number in range(1, 6):
        shown = held.json("show", POST, "--revision", str(number))
        (file,) = [file for file in shown["attachments"] if file["kind"] == "file"]
        assert (shown["revision"], file["url"], file["evidence"]["sha256"]) == (number, FILE, file["sha256"])
        sizes.append(file["size"])
    assert sizes == [14, 14, 34, 34, 34]
    assert "revision 1 of 5, seen 2019-05-01" in held.run("show", POST, "--revision", "1").stdout
    now = held.json("show", POST)
    assert "revision" not in now
    assert [shown["attachments"][0] | file for file in now["attachments"][:1]] == [
        shown["attachments"][0] | {"post_id": now["id"]}
    ]


def test_as_of_a_day_a_revision_is_shown_as_it_was_known(held: Archive) -> None:
    shown = held.json("show", POST, "--revision", "2", "--as-of", "2021-12-31")
    assert [file["size"] for file in shown["attachments"] if file["kind"] == "file"] == [14]
    assert len(shown["revisions"]) == 2


def post(**said: Any) -> dict[str, Any]:
    return {
        **{
            "title": "T",
            "writer": "W",
            "date": "2022-01-01",
            "hits": 1,
            "board": "news",
            "number": 1,
            "removed_at": None,
        },
        **{
            "url": "https://www.kistep.re.kr/x?a=1&b=2",
            "body_text": "B",
            "body_html": "<p>B</p>",
            "attachments": [],
        },
        **said,
    }


@given(TEXT, TEXT, TEXT)
@example("<i>", "<i>", "<i>")
def test_html_holds_all_text_as_text(title: str, writer: str, name: str) -> None:
    file = {"kind": "file", "name": name, "url": "https://www.kistep.re.kr/f?a=1&b=2"}
    shown = post_as_html(post(title=f"t{title}", writer=f"w{writer}", attachments=[file]))
    tags = Tags()
    tags.feed(shown)
    assert tags.seen == ["article", "h1", "p", "a", "p", "h2", "ul", "li", "a"]
    assert all(char.isprintable() or char in "\n\t" for char in shown)


class Tags(HTMLParser):
    """The names of the elements that begin."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


def test_html_says_who_when_and_where_and_links_the_files() -> None:
    file = {"kind": "file", "name": "a & b.pdf", "url": "https://www.kistep.re.kr/f?a=1&b=2"}
    root = html.fromstring(post_as_html(post(title="<b>T</b>", writer=None, attachments=[file])))
    assert root.findtext("h1") == "<b>T</b>"
    assert "no writer · 2022-01-01 · 1 hit · news/1" in root.findtext("p")
    assert [(link.text, link.get("href")) for link in root.iter("a")][1:] == [("a & b.pdf", file["url"])]


def test_html_is_a_whole_page_whose_pictures_are_in_it_and_that_loads_nothing(held: Archive) -> None:
    done = held.run("show", POST, "--as", "html")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    root = html.fromstring(done.stdout)
    assert [meta.get("name") or meta.get("http-equiv") for meta in root.iter("meta")] == [
        None, "viewport", "Content-Security-Policy",
    ]  # fmt: skip
    assert "prefers-color-scheme: dark" in root.findtext(".//style")
    (picture,) = root.iter("img")
    kind, _, data = picture.get("src").partition(";base64,")
    assert (kind, b64decode(data)) == ("data:image/png", b"\x89PNG\r\n\x1a\nIEND pic")
    loaded = [each.get("src") or each.get("href") or "" for each in root.iter() if each.tag != "a"]
    assert not any("http" in address for address in loaded)


def test_a_picture_that_the_archive_does_not_have_is_words_and_damage_is_told(
    held: Archive, tmp_path: Path
) -> None:
    said = post(
        body_html='<p><img alt="A &amp; B" src="https://x/a.png?b=1&amp;c=2"><img src="https://x/b"></p>'
    )
    assert "<p><em>[an image that the archive does not have: A &amp; B]</em><em>[an" in as_page(said, "", {})
    shown = as_page(said, "", {"https://x/a.png?b=1&c=2": "data:image/png;base64,AA=="})
    assert '<img alt="A &amp; B" src="data:image/png;base64,AA=="><em>' in shown
    (tmp_path / DATABASE_FILE).write_bytes((held.folder / DATABASE_FILE).read_bytes())
    done = Archive(tmp_path).run("show", POST, "--as", "html")
    one_line(done, 5, ".warc.gz", "the page is printed without these pictures")
    assert done.stdout.endswith("</html>\n")


@pytest.mark.parametrize("title", ["*bold* [x](javascript:alert(1))", "<script>", "a_b_c `d`", "# no"])
def test_markdown_holds_a_title_as_text(title: str) -> None:
    first = post_as_markdown(post(title=title)).splitlines()[0]
    assert first.startswith("# ")
    for sign in ("*", "<", "`", "_", "]("):
        assert first.count(sign) == first.count(f"\\{sign}")


def test_markdown_links_files_whatever_their_names_hold() -> None:
    files = [
        {"kind": "file", "name": name, "url": "https://www.kistep.re.kr/f(1)?a=1"}
        for name in ("a[1].pdf", "b](x).pdf", "c_d.pdf")
    ]
    lines = post_as_markdown(post(attachments=files)).splitlines()[-3:]
    assert [line.rpartition("](")[0] for line in lines] == [
        r"- [a\[1\].pdf",
        r"- [b\](x).pdf",
        r"- [c\_d.pdf",
    ]
    assert {line.rpartition("](")[2] for line in lines} == {"https://www.kistep.re.kr/f%281%29?a=1)"}


def test_no_form_lets_a_control_character_reach_the_terminal() -> None:
    hostile = "a\x1b[31m\x9b\u202eb"
    file = {"kind": "file", "name": hostile, "url": "https://www.kistep.re.kr/f"}
    made = post(
        title=hostile, writer=hostile, body_text=hostile, body_html=f"<p>{hostile}</p>", attachments=[file]
    )
    for form in (post_as_text, post_as_html, post_as_markdown):
        assert not {"\x1b", "\x9b", "\u202e"} & set(form(made))


def test_json_is_the_same_document_by_either_option(held: Archive, tmp_path: Path) -> None:
    assert json.loads(held.run("show", POST, "--as", "json").stdout) == held.json("show", POST)
