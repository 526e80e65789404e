"""Values that only icons part: no label and no mark says which is which, but each icon has a class or a
picture of its own."""

import pytest

from kistep_archive.http.response import Page
from kistep_archive.learn import fields, page_tree
from kistep_archive.learn.samples import RowValues
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.model.skins import Selection
from kistep_archive.parse.skin import selectors

URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no={}"
BOARD = next(board for board in BUILT_IN if board.key == ("news", "es"))
WRITERS = ("Ana Lim", "Bo Cho", "Kim Sol", "Lee Noeul", "Ana Lim", "Ryu Han")
ROWS = [
    RowValues(f"Talk {n} of the river people", False, writer, f"2024-0{n}-1{n}", 100 + 37 * n, None)
    for n, writer in enumerate(WRITERS, 1)
]
ICONS = {
    "a class": '<i class="ico-{}"></i>',
    "two classes": '<i class="fa fa-{}"></i>',
    "a picture": '<img src="/img/ico_{}.png" alt="">',
    "a drawing": '<svg class="ico-{}"><path d="M1"/></svg>',
    "a drawing that is used": '<svg><use href="#{}"></use></svg>',
}
FORMS = {
    "before": '<p class="m">{0} {writer} {1} {date} {2} {hits}</p>',
    "behind": '<p class="m">{writer} {0} {date} {1} {hits} {2}</p>',
    "in elements": "<p><span>{0} {writer}</span> <span>{1} {date}</span> <span>{2} {hits}</span></p>",
    "in items": "<ul><li>{0}{writer}</li><li>{1}{date}</li><li>{2}{hits}</li></ul>",
}
FIELDS = {"title", "writer", "date", "hits"}


def page(row: RowValues, form: str, icons: list[str], more: str = "") -> Page:
    head = form.format(*icons, writer=row.writer, date=row.date, hits=row.hits)
    body = f'<div class="b"><p>Words of {row.title}.</p></div>'
    html = f'<html><body><div id="v"><h3>{row.title}</h3>{head}{body}{more}</div></body></html>'
    number = ROWS.index(row) + 5
    return Page(URL.format(number), "2026-01-01T00:00:00Z", 200, (), html.encode())


def learnt(pages: list[Page]) -> dict[str, tuple[Selection, int]]:
    trees = [page_tree.read(5 + at, ROWS[at], each, BOARD) for at, each in enumerate(pages)]
    return {name: (place.selection, place.agreeing) for name, place in fields.find(trees).items()}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("icon", ICONS.values(), ids=ICONS)
def test_values_are_found_beside_their_icons(icon: str, form: str) -> None:
    icons = [icon.format(each) for each in ("user", "day", "eye")]
    skin = learnt([page(row, form, icons) for row in ROWS])
    assert {name: agreeing for name, (_, agreeing) in skin.items()} == dict.fromkeys(FIELDS, len(ROWS))


@pytest.mark.parametrize("icon", ["<i></i>", '<i class="dot"></i>', "<br>"])
def test_values_between_icons_that_are_alike_are_found_by_their_places(icon: str) -> None:
    skin = learnt([page(row, FORMS["before"], [icon] * 3) for row in ROWS])
    assert {name: agreeing for name, (_, agreeing) in skin.items()} == dict.fromkeys(FIELDS, len(ROWS))


def test_an_icon_that_other_posts_have_too_says_nothing_alone() -> None:
    icons = [ICONS["a class"].format(each) for each in ("user", "day", "eye")]
    more = f'<ul class="o"><li>Another {icons[1]} 2020-01-01 {icons[2]} 12</li></ul>'
    skin = learnt([page(row, FORMS["before"], icons, more) for row in ROWS])
    assert skin["date"][1] == skin["hits"][1] == len(ROWS)
    assert "ico-day" not in skin["date"][0].select


def test_an_icon_without_a_value_takes_none_from_the_next_one() -> None:
    icons = [ICONS["a class"].format(each) for each in ("user", "day", "eye")]
    skin = learnt([page(row, FORMS["before"], icons) for row in ROWS])
    tree = page_tree.read(
        5, ROWS[0], page(ROWS[0], '<p class="m">{0}{1} {date} {2} {hits}</p>', icons), BOARD
    )
    assert selectors.values(tree.root, skin["writer"][0]) == []
    assert [text for text, _ in selectors.values(tree.root, skin["date"][0])] == [ROWS[0].date]
