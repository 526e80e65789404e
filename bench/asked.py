"""What readers of a site ask for: the addresses of each kind of page with the bare questions behind it, and
words to search, made of the words of the archive itself, so that every archive can be measured."""

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.api import Archive
from kistep_archive.model.documents import Document
from kistep_archive.query.rows import Post
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.web import addresses

QUERIES = 200
_READ = 2_000  # posts whose words are taken
_CHANCE = 20260101
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A kind of page: where it stands, and the questions to the archive without which it cannot be made."""

    name: str
    path: str
    bare: Callable[[Archive], object]
    query: Mapping[str, str] = field(default_factory=dict)


def pages(folder: Path) -> list[Asked]:
    """The kinds of pages, each once. The post is the newest one."""
    with Archive(folder) as archive:
        (newest,) = archive.search(sort="date", limit=1)
        post = archive.post(newest.id)
    path = addresses.post(post)
    return [
        Asked("home", "", lambda archive: (archive.status(), archive.latest(12))),
        Asked("search without a query", "search", lambda archive: (_newest(archive, 20), archive.facets())),
        Asked("post", path, lambda archive: _of_post(archive, post)),
        Asked("changes", f"{path}/changes", lambda archive: (archive.diff(post), archive.history(post))),
        Asked("proof", f"{path}/proof", lambda archive: _of_page(archive, post)),
        Asked("changed", "changed", lambda archive: [*zip(archive.changes(), range(500), strict=False)]),
        Asked("board", f"boards/{post.board}", lambda archive: _newest(archive, 50, board=post.board)),
        Asked("year", f"years/{post.date[:4]}", lambda archive: _of_year(archive, post.date[:4])),
        Asked("writers", "writers", lambda archive: archive.facets().writers),
        Asked("removed", "removed", lambda archive: _newest(archive, 50, removed=True)),
        Asked("runs", "runs", lambda archive: list(archive.runs())),
        Asked("feed", "feed.atom", lambda archive: archive.latest(50)),
    ]


def _newest(archive: Archive, limit: int, **conditions: str | bool) -> Document:
    return archive.search(sort="date", limit=limit, **conditions).document  # type: ignore[arg-type]


def _of_year(archive: Archive, year: str) -> Document:
    return archive.search(sort="date", limit=50, since=year, until=year).document


def _of_post(archive: Archive, post: Post) -> object:
    archive.post(f"{post.board}/{post.number}")
    return archive.document(post), archive.history(post), archive.hits_series(post)


def _of_page(archive: Archive, post: Post) -> object:
    return archive.document(post), archive.revision(post).read()


def queries(folder: Path) -> list[tuple[str, str]]:
    """(kind, query), by turns of kinds: words frequent and rare, several of them, phrases, beginnings,
    fields, two syllables of Korean compounds, and words that no post has."""
    texts = _texts(folder)
    counts = Counter(word.lower() for text in texts for word in _WORD.findall(text))
    words = [word for word, _ in counts.most_common()]
    compounds = [word for word in words if len(word) > 3 and word >= "가"] or words
    dice = random.Random(_CHANCE)
    frequent, usual, rare = words[:20], words[20:400] or words, words[len(words) // 2 :]
    kinds: dict[str, Callable[[], str]] = {
        "frequent": lambda: dice.choice(frequent),
        "usual": lambda: dice.choice(usual),
        "rare": lambda: dice.choice(rare),
        "two words": lambda: " ".join(dice.choices(usual, k=2)),
        "phrase": lambda: f'"{_phrase(dice, texts)}"',
        "beginning": lambda: f"{dice.choice(words)[:4]}*",
        "or, not": lambda: "{} OR {} -{}".format(*dice.choices(usual, k=3)),
        "title": lambda: f"title:{dice.choice(usual)}",
        "inside a word": lambda: dice.choice(compounds)[1:3],
        "nothing": lambda: f"{dice.choice(words)}zq",
    }
    names = list(kinds)
    return [(name, kinds[name]()) for name in (names[place % len(names)] for place in range(QUERIES))]


def _texts(folder: Path) -> list[str]:
    with closing(sqlite3.connect(f"{(folder / DATABASE_FILE).as_uri()}?mode=ro", uri=True)) as conn:
        rows = conn.execute("SELECT title || ' ' || body_text FROM posts ORDER BY id LIMIT ?", (_READ,))
        return [text for (text,) in rows]


def _phrase(dice: random.Random, texts: list[str]) -> str:
    words = _WORD.findall(dice.choice(texts))
    start = dice.randrange(max(1, len(words) - 1))
    return " ".join(words[start : start + 2])
