"""Addresses that nobody should ask for, drawn from pieces of those that there are."""

import random
from collections.abc import Iterator

from kinds import SERVED

_WORDS = [
    "news",
    "notice",
    "boards",
    "writers",
    "years",
    "runs",
    "search",
    "changed",
    "removed",
    "files",
    "images",
    "view",
    "feed",
    "static",
    "data",
    "proof",
    "changes",
    "cite",
    "page",
    "bytes",
    "index",
    "KISTEP",
    "98911",
    "42794",
    "1",
    "0",
    "-1",
    "2022",
    "2",
    "99999999",
    "999999999999999999999",
    "es-98911",
    "jsp-6024",
    "page-2",
    "page-0",
    "1-2",
    "2-1",
    "site.css",
    "site.js",
    "kistep",
    "kistep.db",
    "posts",
    "edited",
    "-",
]
_ENDS = [
    ".json",
    ".html",
    ".atom",
    ".csv",
    ".xlsx",
    ".jsonl",
    ".wacz",
    ".pdf",
    ".png",
    ".txt",
    ".db",
    "/",
    "",
    "",
    "",
    "",
]
_BITS = [
    "..",
    "%2e%2e",
    "%2f",
    "%5c",
    "\\",
    "%00",
    "%0d%0aX-Y:%20z",
    "%25",
    "%",
    "%zz",
    "%ff",
    "%c0%af",
    "%ed%a0%80",
    ";",
]
_BITS += [
    "//",
    "///",
    ".",
    "~",
    "~root",
    "C:",
    "etc/passwd",
    "proc/self/environ",
    "%EC%98%88%EC%82%B0",
    "é",
    "예산",
    "😀",
]
_BITS += [
    "<script>",
    "%3Cscript%3E",
    "'",
    '"',
    "|",
    "`",
    "{{7*7}}",
    "${x}",
    "*",
    "?",
    "&",
    "=",
    "+",
    "%20",
    "a" * 300,
]
_BITS += [
    "0" * 64,
    "f" * 64,
    "f" * 63,
    "F" * 64,
    "१२३",
    "１２３",
    "²",
    "1e9",
    "0x1",
    "NaN",
    "null",
    "None",
    "true",
    "-0",
]
_NAMES = [
    "q",
    "board",
    "writer",
    "since",
    "until",
    "sort",
    "page",
    "removed",
    "has_file",
    "as_of",
    "lang",
    "limit",
    "offset",
    "_search",
    "_sort",
    "_sort_desc",
    "_size",
    "_next",
    "_col",
    "_facet",
    "_shape",
    "_labels",
    "_format",
    "_nocol",
    "_stream",
    "sql",
    "_where",
    "_trace",
    "title__contains",
    "date__gte",
    "id",
    "__proto__",
    "constructor",
]
_VALUES = [
    "",
    "yes",
    "no",
    "news",
    "2024",
    "2024-13-45",
    "0000-00-00",
    "9999-12-31",
    "-1",
    "0",
    "1",
    "2",
    "1" * 30,
    "rank",
    "date",
]
_VALUES += [
    "forum",
    '"',
    '"a',
    "a*",
    "(",
    "NOT",
    "title:",
    "예산",
    "%00",
    "%ff",
    "1; DROP TABLE post",
    "' OR 1=1 --",
    "en",
    "ko",
]
_VALUES += [
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "%F0%9F%98%80",
    "7d",
    "yesterday",
    "1970-01-01",
    "a" * 2000,
    "²",
    "１",
]


_KNOWN = [path.partition("?")[0] for path in SERVED.values()] + [
    "search.atom",
    "feed.atom",
    "feed.json",
    "removed.atom",
    "boards/news.atom",
    "news/98911.wacz",
    "news/98911/bytes/1.txt",
    "news/98911/page/1.html",
    "news/jsp-6024",
    "static/site.css",
    "data",
    "data/kistep",
    "data/kistep/posts",
    "data/kistep/edited",
    "search.jsonl",
]


def addresses(count: int, seed: int) -> Iterator[str]:
    """So many addresses, always the same for a seed: paths with and without a query."""
    chance = random.Random(seed)
    for _ in range(count):
        path = _nearly(chance) if chance.random() < 0.6 else _made_up(chance)
        query = "&".join(_pair(chance) for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 4))))
        yield f"{path}{f'?{query}' if query else ''}"


def _made_up(chance: random.Random) -> str:
    parts = [_part(chance) for _ in range(chance.choice((1, 1, 2, 2, 2, 3, 3, 4, 6)))]
    return f"/{'/'.join(parts)}{chance.choice(_ENDS)}"


def _nearly(chance: random.Random) -> str:
    """A page that there is, often with one of its parts changed or one too many."""
    path = chance.choice(_KNOWN) + chance.choice(("", "", "", ".json", ".html", "/"))
    parts = path.split("/")
    if chance.random() < 0.5:
        place = chance.randrange(len(parts))
        parts[place : place + chance.choice((0, 1))] = [chance.choice(_BITS + _WORDS)]
    return "/" + "/".join(parts)


def _part(chance: random.Random) -> str:
    drawn = chance.random()
    if drawn < 0.7:
        return chance.choice(_WORDS)
    if drawn < 0.85:
        return chance.choice(_BITS)
    return "".join(chance.choice(chance.choice((_WORDS, _BITS))) for _ in range(2))


def _pair(chance: random.Random) -> str:
    name = chance.choice(_NAMES) if chance.random() < 0.9 else chance.choice(_BITS)
    return f"{name}={chance.choice(_VALUES if chance.random() < 0.8 else _BITS)}"
