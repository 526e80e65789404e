"""Which rows of a listing are pinned, by the classes and names of what they are in."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from kistep_archive.parse.text import Element, content

WORDS = {"공지", "공지사항", "notice", "[공지]", "[notice]", "top"}
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:notices?|noti|gongji|pin|pinned|fixed|sticky|important)(?:$|[\s_-])", re.I
)


def pinned_rows(rows: Collection[Element]) -> set[Element]:
    """The rows that are pinned by a class or name of their own, of their section or of their table; a mark
    that all rows have is none."""
    around = {each: (each, *each.iterancestors()) for each in {row.getparent() for row in rows}}
    shared = set.intersection(*map(set, around.values())) if rows else set()
    pinning = {each for each, chain in around.items() if any(map(_says_pinned, _boxes(chain, shared)))}
    pinned = {row for row in rows if row.getparent() in pinning or _says_pinned(row)}
    return pinned if len(pinned) < len(rows) else set()


def _boxes(around: Sequence[Element], shared: Collection[Element]) -> Iterator[Element]:
    """Up to three elements around a row that do not hold all rows."""
    return takewhile(lambda each: each not in shared, around[:3])


def _says_pinned(box: Element) -> bool:
    if _CLASS.search(box.get("class") or ""):
        return True
    names = box.iterchildren("caption", "h2", "h3", "h4", "h5") if box.tag in ("table", "div") else ()
    return any(content(name).lower() in WORDS for name in names)
