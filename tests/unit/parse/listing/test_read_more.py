"""Words in a listing row that only lead to the post ("Read more"), beside its title or inside its link."""

import pytest
from listed import PAGER, framed, link, read, refusal

POSTS = [(9, "A forum"), (8, "Talk"), (7, "The view of the seas")]
TITLES = [title for _, title in POSTS]
WORDS = [
    "Read more",
    "READ MORE +",
    "more",
    "Details",
    "View post",
    "Continue reading",
    "Read the full story",
    "Learn more →",
    "자세히 보기",
    "더보기",
    "내용보기",
    "상세내용 보기",
    "바로가기",
    "Go",
]
LEFT = '<span class="writer">Kim</span><span class="date">2022-07-01</span><span class="hit">7</span>'
CELLS: dict[str, str] = {
    "behind the title": "{link} {more}",
    "before the title": "{more} {link}",
    "behind a title without a link": "{title} {more}",
    "in the link of the title": "{inner}",
}
ITEMS: dict[str, str] = {
    "below a heading": f"<h4>{{title}}</h4>{LEFT}{{more}}",
    "below a linked title": f"{{link}}{LEFT}{{more}}",
    "below an excerpt": f"{{link}}<p>Some long excerpt of the post.</p>{LEFT}{{more}}",
    "in a link around a heading": f"{{card}}{LEFT}",
}


def filled(form: str, number: int, title: str, words: str) -> str:
    return form.format(
        title=title,
        link=link(number, title),
        more=link(number, words),
        inner=link(number, f"{title} <span>{words}</span>"),
        card=link(number, f'<strong>{title}</strong> <span class="go">{words}</span>'),
    )


def table(form: str, words: str, posts: list[tuple[int, str]] = POSTS) -> str:
    rows = "".join(
        f"<tr><td>{number}</td><td>{filled(form, number, title, words)}</td><td>2022-07-01</td></tr>"
        for number, title in posts
    )
    heads = "<tr><th>No</th><th>Title</th><th>Date</th></tr>"
    return framed(f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>{PAGER}")


def items(form: str, words: str) -> str:
    rows = "".join(f"<li>{filled(form, number, title, words)}</li>" for number, title in POSTS)
    return framed(f"<ul>{rows}</ul>{PAGER}")


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("place", CELLS)
def test_a_cells_title_is_without_them(place: str, words: str) -> None:
    assert [row.title for row in read(table(CELLS[place], words)).rows] == TITLES


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("place", ITEMS)
def test_an_items_title_is_without_them(place: str, words: str) -> None:
    assert [row.title for row in read(items(ITEMS[place], words)).rows] == TITLES


@pytest.mark.parametrize("words", ["Read more", "View post", "더보기", "Go"])
@pytest.mark.parametrize("place", ["behind the title", "before the title", "behind a title without a link"])
def test_in_the_only_row_of_a_page_too(place: str, words: str) -> None:
    assert [row.title for row in read(table(CELLS[place], words, POSTS[:1])).rows] == TITLES[:1]


@pytest.mark.parametrize("words", ["Open", "Entrée", "글 열기"])
def test_a_link_with_the_same_words_in_many_rows_without_any_title_is_an_error(words: str) -> None:
    error = refusal(items(f"<p>{{title}}</p>{LEFT}{{more}}", words))
    assert (error.field, error.why) == ("title", f"the row of post 9 has no title, only its link {words!r}")


@pytest.mark.parametrize("title", ["Sea <em>view</em>", "The <b>more</b> we know", "<em>Details</em> of it"])
def test_such_a_word_in_a_title_is_a_part_of_it(title: str) -> None:
    rows = read(table("{link}", "", [(9, title), (8, "Talk"), (7, "Forum")])).rows
    assert rows[0].title == title.replace("<em>", "").replace("</em>", "").replace("<b>", "").replace(
        "</b>", ""
    )
