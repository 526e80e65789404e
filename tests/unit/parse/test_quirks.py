"""Pages of the replica with shapes that mislead a reader: they say what the same pages say without them."""

from dataclasses import replace

import pytest

from kistep_archive.http.response import Page
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.parse.parser import parse
from kistep_archive.replica import Site
from kistep_archive.replica.look import Look
from kistep_archive.replica.quirks import ON_LISTINGS, ON_POSTS, QUIRKS, UNCLEAR
from kistep_archive.replica.routes import Routes

BOARD = {"mid": "a20501000000", "bid": "0051"}
NUMBERS = (42794, 97751, 41601)
CLEAR = tuple(name for name in QUIRKS if name not in UNCLEAR)
ALL = tuple(sorted(set(CLEAR) - {"hyphens", "ks-c-5601"}))


def read(form: dict[str, str], quirks: tuple[str, ...]) -> Listing | ParsedPost:
    answer = Routes(Site.standard(), Look(quirks=quirks)).answer("/board.es", BOARD | form)
    url = "https://www.kistep.re.kr/board.es?" + "&".join(f"{k}={v}" for k, v in (BOARD | form).items())
    headers = (("Content-Type", answer.media_type), *answer.headers)
    said = parse(Page(url, "", 200, headers, answer.body))
    assert isinstance(said, (Listing, ParsedPost))
    return said


@pytest.mark.parametrize("quirks", [*((name,) for name in CLEAR), ALL], ids=[*CLEAR, "all"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_post_with_a_quirk_says_what_it_says_without(number: int, quirks: tuple[str, ...]) -> None:
    form = {"act": "view", "list_no": str(number)}
    plain, shown = read(form, ()), read(form, quirks)
    assert isinstance(plain, ParsedPost)
    assert isinstance(shown, ParsedPost)
    if "surplus-end-tag" in quirks:  # an empty box of its own stays
        shown = replace(shown, body_html=shown.body_html.removeprefix("<div><p> </p></div>\n"))
    assert shown == plain


@pytest.mark.parametrize("quirks", [*((name,) for name in CLEAR), ALL], ids=[*CLEAR, "all"])
@pytest.mark.parametrize("page", ["1", "2"])
def test_a_listing_with_a_quirk_has_the_rows_that_it_has_without(page: str, quirks: tuple[str, ...]) -> None:
    plain, shown = read({"nPage": page}, ()), read({"nPage": page}, quirks)
    assert isinstance(plain, Listing)
    assert isinstance(shown, Listing)
    rows = {row.number: row for row in reversed(shown.rows)}  # the pinned one of several counts
    assert {number: replace(row, pinned=False) for number, row in rows.items()} == {
        row.number: replace(row, pinned=False) for row in plain.rows
    }
    assert shown.pages == plain.pages
    assert shown.total == (None if "total-zero" in quirks else plain.total)


def test_every_quirk_changes_a_page() -> None:
    routes = {name: Routes(Site.standard(), Look(quirks=(name,))) for name in QUIRKS}
    plain = Routes(Site.standard())
    for name, found in routes.items():
        forms = [{"act": "view", "list_no": "42794"}] if name not in ON_LISTINGS else [{}]
        forms += [] if name in ON_POSTS or name in ON_LISTINGS or name in UNCLEAR else [{}]
        for form in forms:
            assert found.answer("/board.es", BOARD | form) != plain.answer("/board.es", BOARD | form), name


def test_an_unknown_quirk_is_an_error() -> None:
    with pytest.raises(ValueError, match="'odd': unknown quirk; known are doubled-ids"):
        Look(quirks=("odd",))
