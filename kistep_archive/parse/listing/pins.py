"""Which rows of a listing are pinned, by the classes and names of what they are in."""

import re
from collections.abc import Collection
from functools import cache
from itertools import islice, takewhile

from kistep_archive.parse.text import Element, content

WORDS = {"공지", "공지사항", "notice", "[공지]", "[notice]", "top"}
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:notices?|noti|gongji|pin|pinned|fixed|sticky|important)(?:$|[\s_-])", re.I
)


def pinned_rows(rows: Collection[Element]) -> set[Element]:
    """The rows that are pinned by a class or name of their own, of their section or of their table; a mark
    that all rows have is none."""
    shared = set.intersection(*({*row.iterancestors()} for row in rows)) if rows else set()
    says_pinned = cache(_says_pinned)  # many rows are in one table
    pinned = {row for row in rows if any(map(says_pinned, _boxes(row, shared)))}
    return pinned if len(pinned) < len(rows) else set()


def _boxes(row: Element, shared: Collection[Element]) -> list[Element]:
    """A row and up to three elements around it that do not hold all rows."""
    around = row.iterancestors()
    return [row, *takewhile(lambda each: each not in shared, islice(around, 3))]


def _says_pinned(box: Element) -> bool:
    if _CLASS.search(box.get("class") or ""):
        return True
    names = box.iterchildren("caption", "h2", "h3", "h4", "h5") if box.tag in ("table", "div") else ()
    return any(content(name).lower() in WORDS for name in names)
