"""A listing: its rows, in any skin, and what it declares about itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from parsel import Selector

from kistep_archive.model.items import Listing, Row
from kistep_archive.model.skins import ListingSkin
from kistep_archive.model.urls import Location
from kistep_archive.parse.dates import listed_day
from kistep_archive.parse.listing import (
    cells,
    checks,
    counts,
    forms,
    grouping,
    leading,
    more,
    page_links,
    pins,
    several,
    signs,
    titles,
    totals,
)
from kistep_archive.parse.listing.cells import Cells
from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.listing.headers import ListingHeaders
from kistep_archive.parse.listing.more import RepeatedWords
from kistep_archive.parse.skin import listings
from kistep_archive.parse.text import Element, ParseError, content, label


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row's element with its links to the post, its cells, the link that counts and the element with the
    title."""

    element: Element
    links: list[Link]
    cells: Cells
    link: Link
    title: Element
    buttons: RepeatedWords


def read(
    url: str, at: Location, document: Selector, skin: ListingSkin | None = None, *, ignore_total: bool = False
) -> Listing | None:
    """The listing on a page, by its skin where it has one; None if there are no rows and the page does not
    say so. `ignore_total`: its total is known to be wrong. Raises ParseError."""
    forms.check(url, at, document)
    bid = forms.bid_of(at, document)
    anchors = page_links.find(document)
    links = totals.links(at, bid, anchors)
    linked = grouping.links(at, bid, document, anchors)
    pager, is_picked = totals.pager(links), skin is not None and bool(skin.rows)
    if skin is not None and is_picked:
        groups = listings.groups(url, document, skin, linked)
        led = {}
    else:
        firsts = several.firsts(linked)
        groups = grouping.groups(firsts, pager)
        led = leading.rows(firsts, groups, pager) if (at.page or 1) == 1 else {}
    checks.check_boards(url, at, [link.url for each in groups.values() for link in each[:1]])
    readings = _readings(url, led) + _readings(url, groups)
    shown = _rows(url, readings, led)
    if skin is not None:
        both = (*led, *groups)
        shown = tuple(listings.row(url, row, each, skin) for row, each in zip(both, shown, strict=True))
    rows = checks.merge_repeats(url, shown)
    if not is_picked:
        several.check_none_lost(url, linked, (*led, *groups), {row.number for row in rows})
    listing, is_declared = counts.listing(
        url, at, document, counts.PageParts(groups, rows, links), skin, ignore_total=ignore_total
    )
    is_shown = any(map(_says_more, readings)) or (
        any(map(_is_picture, readings)) and checks.is_of_one_board(at, bid, document)
    )
    if rows and not (is_declared or checks.is_listing(document, links)) and not is_shown and skin is None:
        words = (
            "the rows have only titles and days, and the page has no pager and no total: a box of "
            "links, not a listing"
        )
        raise ParseError(url, "rows", words)
    says_none = not rows and totals.says_none(document)
    if not says_none:
        checks.check_files(url, bid, groups, {row.number for row in rows}, anchors)
    if not rows and not says_none:
        return None
    if not rows and listing.total and (at.page or 1) == 1:
        raise ParseError(url, "rows", f"the page declares {listing.total} posts but shows none")
    return listing


def _readings(url: str, groups: dict[Element, list[Link]]) -> list[RowReading]:
    columns, buttons = _columns(groups), more.repeated_words(groups)
    return [_read(url, row, links, columns[row], buttons) for row, links in groups.items()]


def _rows(url: str, read_rows: Sequence[RowReading], led: Collection[Element]) -> tuple[Row, ...]:
    numbered = any(row.cells.words.get("number", "").isdigit() for row in read_rows)
    pinned = pins.pinned_rows([row.element for row in read_rows if row.element not in led]) | set(led)
    files = [signs.has_files(row.element, row.cells) for row in read_rows]
    shown = any(files)
    return tuple(
        Row(
            row.links[0].number,
            *titles.read(url, row.title, row.link, row.buttons),
            _cell_text(row.cells, "writer"),
            listed_day(row.cells.words.get("date", "")),
            cells.hits(url, row.cells),
            row.link.url,
            row.element in pinned or signs.is_pinned(row.element, row.link, row.cells, numbered),
            signs.is_new(row.element, row.cells),
            file if file is not None else False if shown else None,
        )
        for row, file in zip(read_rows, files, strict=True)
    )


def _says_more(row: RowReading) -> bool:
    """Whether a row has labels, or a number or hits beside its title and day."""
    return row.cells.labelled or bool(row.cells.words.keys() & {"number", "hits"})


def _is_picture(row: RowReading) -> bool:
    """Whether a row is a card of a gallery: a picture inside the link to the post."""
    return any(titles.badge(image) is None for image in row.link.element.iter("img"))


def _columns(groups: Collection[Element]) -> dict[Element, list[str]]:
    """Row -> the words of the headers of its table, list or grid. A table without a header has that of the
    others, if they are alike."""
    columns: dict[Element, list[str]] = {}
    headers = ListingHeaders()
    tables = {row: next(row.iterancestors("table"), row) if row.tag == "tr" else row for row in groups}
    for row, table in tables.items():
        if table is not row and table not in columns:
            columns[table] = headers.of_table(table)
        elif cells.is_grid(row):
            columns[row] = headers.of_grid(row)
    known = {tuple(words) for words in columns.values() if any(map(label, words))}
    if len(known) == 1 and not all(columns.values()):
        words: list[str] = list(*known)
        for row, table in tables.items():
            if table in columns and not columns[table] and len(cells.of(row)) == len(words):
                columns[table] = words
    return {row: columns.get(table, []) for row, table in tables.items()}


def _read(
    url: str,
    row: Element,
    links: list[Link],
    header: list[str],
    buttons: RepeatedWords,
) -> RowReading:
    named = [
        link
        for link in links
        if (words := content(link.element)) not in buttons.words and not more.is_alone(words)
    ]
    headed = [link for link in named if titles.is_headed(link.element, row)] if len(named) > 1 else []
    best = _longest(headed or named or links)
    title = titles.element_of(best.element) if named else titles.heading(row, best, is_sure=buttons.is_sure)
    if row.tag == "tr" or header:
        row_cells = cells.of_table_row(row, header)
    else:
        row_cells = cells.of_item(row, best.element if title is None else title)
    _check_labels(url, row_cells)
    cell = row_cells.elements.get("title")
    if cell is None and title is None:
        words = f"the row of post {best.number} has no title, only its link {content(best.element)!r}"
        raise ParseError(url, "title", words)
    if cell is None:
        return RowReading(row, links, row_cells, best, title, buttons)
    within = [link for link in links if link.element in (row, cell) or cell in link.element.iterancestors()]
    if not within:
        raise ParseError(url, "title", "the title's cell has no link to the post")
    titled = [link for link in within if link in named]
    best = _longest(titled or within)
    fills_cell = best.element is row or (not titled and content(cell) != content(best.element))
    title = cell if fills_cell else titles.element_of(best.element)
    return RowReading(row, links, row_cells, best, title, buttons)


def _longest(links: Sequence[Link]) -> Link:
    """The link with the most words, the first of several."""
    return max(links, key=lambda link: len(content(link.element))) if len(links) > 1 else links[0]


def _check_labels(url: str, row_cells: Cells) -> None:
    """Rejects a row if one label is unknown and a known one is missing: the label may have changed."""
    if row_cells.labelled and "title" not in row_cells.elements:
        raise ParseError(
            url,
            "title",
            "the listing's columns have labels, but none for the title; the labels may have changed",
        )
    if "date" not in row_cells.words and row_cells.days:
        words = f"a row has the days {' and '.join(map(repr, dict.fromkeys(row_cells.days)))}"
        raise ParseError(url, "date", f"{words}; it is unclear which one is the post's")
    for kind in ("date", "writer", "hits"):
        if row_cells.labelled and row_cells.unknown and kind not in row_cells.words:
            other = (
                f"a column {row_cells.unknown[0]!r}" if row_cells.unknown[0] else "a column without a name"
            )
            raise ParseError(url, kind, f"no column for it, but {other}; the labels may have changed")


def _cell_text(row_cells: Cells, kind: str) -> str | None:
    return row_cells.words.get(kind) or None  # type: ignore[call-overload]
