"""Any text survives Markdown, and none of it becomes markup."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kistep_archive.export.markdown import body, markdown
from kistep_archive.export.tables.csv_json import EXPORTED_COLUMNS

TEXT = st.text(st.characters(codec="utf-8"), max_size=80)
POST: dict[str, Any] = {
    **dict.fromkeys(EXPORTED_COLUMNS, ""),
    **{
        "id": 7,
        "board": "news",
        "number": 3,
        "date": "2022-07-14",
        "hits": None,
        "revisions": 1,
        "attachments": [],
    },
}


@given(TEXT, TEXT)
@example("---\nid: 9", "%")
@example("\x85\u2028\u2029\ufeff\ufffe\x7f\x9f: #", "- ? !")
@example("x" * 2000, "y" * 2000)
def test_any_title_survives_the_yaml_before_a_post(title: str, name: str) -> None:
    files = [{"seq": 1, "name": name, "url": "https://x/", "kind": "file", "size": None, "sha256": None}]
    said = markdown(POST | {"title": title, "attachments": files}, {})
    facts, rest = said.removeprefix("---\n").split("\n---\n", 1)
    assert yaml.safe_load(facts)["title"] == title
    assert yaml.safe_load(facts)["attachments"] == [file | {"path": None} for file in files]
    assert rest.startswith("\n# ")


def test_text_is_no_markup_and_an_image_keeps_its_place_in_headings_and_tables() -> None:
    html = (
        '<p>1 &lt; 2 &lt;script&gt;</p><h2><img src="https://x/a b(1).png" '
        'alt="a]"></h2><table><tr><td><img src="https://x/k"></td></tr></table>'
    )
    said = markdown(
        POST | {"title": "<b>R&D</b> &amp; *", "body_html": html}, {"https://x/k": "images/k.png"}
    )
    assert r"# \<b>R&D\</b> \&amp; \*" in said
    assert r"1 \< 2 \<script>" in said
    assert r"## ![a\]](https://x/a%20b%281%29.png)" in said
    assert "![](images/k.png)" in said


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<table><tr><th>a</th></tr><tr><td>1|2</td></tr></table>", "| a |\n| --- |\n| 1\\|2 |"),
        ("<p># no heading</p>", "\\# no heading"),
        ("<p>1. no item<br>2) nor this</p>", "1\\. no item  \n2\\) nor this"),
        ("<p>- no item</p>", "\\- no item"),
        ("<p>no heading<br>---</p>", "no heading  \n\\---"),
        ("<p>&gt; no quote</p>", "\\> no quote"),
        ("<p>`no code` C:\\*</p>", "\\`no code\\` C:\\\\\\*"),
        ("<p>R&amp;D [Notice] -5 #1 a|b</p>", "R&D [Notice] -5 #1 a|b"),
        ("<pre>a\n```\nb</pre>", "````\na\n```\nb\n````"),
        ("<ul><li>item</li></ul><p>text</p>", "* item\n\ntext"),
    ],
)
def test_text_that_looks_like_markdown_stays_text(html: str, said: str) -> None:
    assert body(html, {}) == said


def test_an_image_is_found_however_its_address_is_spelled() -> None:
    html = '<img src="https://x/행사 (1).png"><img src="https://x/%ED%96%89%EC%82%AC%20(1).png">'
    said = markdown(
        POST | {"title": "T", "body_html": html}, {"https://x/%ED%96%89%EC%82%AC%20(1).png": "images/k.png"}
    )
    assert said.count("![](images/k.png)") == 2


def test_a_link_to_a_local_file_is_read_as_its_name() -> None:
    files = [
        {"seq": 1, "name": "R&D [1].pdf", "url": "https://x/1", "kind": "file", "size": 1, "sha256": "a"}
    ]
    said = markdown(POST | {"attachments": files}, {"https://x/1": "files/p/R&D 100%20 #1 (예).pdf"})
    assert said.endswith(
        "\n## Files\n\n- [R&D \\[1\\].pdf](files/p/R%26D%20100%2520%20%231%20%28%EC%98%88%29.pdf)\n"
    )
    assert yaml.safe_load(said.split("---\n")[1])["attachments"][0]["path"].endswith("#1 (예).pdf")
