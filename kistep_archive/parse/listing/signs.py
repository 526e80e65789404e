"""The signs of a listing row: that it is new, that it is pinned, that it has files."""

from collections.abc import Sequence

from lxml import etree

from kistep_archive.parse.listing import pins, titles
from kistep_archive.parse.listing.cells import Cells
from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.text import Element, content, line

_FILE_SIGNS = etree.XPath(
    "boolean(descendant::a[contains(@href, 'boardDownload.es') or contains(@href, 'ownload')] or "
    "descendant::img[contains(@alt, '첨부') or contains(@alt, 'ttach') or contains(@src, 'file')] or "
    "descendant::*/@class[contains(., 'attach') or contains(., 'xi-file') or contains(., 'ico_file') or "
    "contains(., 'xi-diskette') or contains(., 'xi-clip')])"
)
_FILE_CELL = etree.XPath("boolean(descendant::a or descendant::img or descendant::i or descendant::button)")
_ALTS = etree.XPath("descendant::img/@alt")


def is_new(row: Element, row_cells: Cells) -> bool:
    """Whether a row is marked as new."""
    cell: Element = row_cells.elements.get("title", row)
    return any(titles.badge(element) == "new" for element in titles.leaves_of(cell)) or any(
        "xi-new" in (each.get("class") or "") for each in cell.iterdescendants()
    )


def is_pinned(row: Element, link: Link, row_cells: Cells, numbered: bool) -> bool:
    """Whether a row is marked as pinned: in the column of its number, else anywhere outside its link."""
    if "number" in row_cells.words:
        cell = row_cells.elements["number"]
        words = row_cells.words["number"] or line(" ".join(_ALTS(cell)))
        return words.lower() in pins.WORDS or (numbered and not words.isdigit())
    inside = set(link.element.iter())
    leaves: Sequence[Element] = [
        each for each in row.iter() if isinstance(each.tag, str) and each not in inside
    ]
    return (
        any(content(each).lower() in pins.WORDS for each in leaves if not len(each))
        or any((alt or "").strip().lower() in pins.WORDS for alt in _ALTS(row))
        or any(titles.badge(each) == "pinned" for each in titles.leaves_of(row))
    )


def has_files(row: Element, row_cells: Cells) -> bool | None:
    """Whether a row has files; None if neither a column nor a sign says so."""
    if "file" in row_cells.elements:
        cell, words = row_cells.elements["file"], row_cells.words["file"].strip("-0 ")
        return (len(cell) > 0 and _FILE_CELL(cell) is True) or words not in ("", "없음", "no", "none")
    return True if _FILE_SIGNS(row) else None
