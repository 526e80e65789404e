"""`python -m bench.searching [--posts N] [--rounds N] [--keep DIR]`: what `search` costs beside the bare
full-text query with a rank and a snippet, for 200 mixed queries by turns.

The archive is written through the product's own writer: English and Korean posts, some of them revised, some
removed, some seen at two addresses."""

import argparse
import random
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from parsed import parsed

from bench.table import aligned, divided
from kistep_archive.evidence.events import RunStart
from kistep_archive.model.items import ParsedPost
from kistep_archive.model.tokens import words
from kistep_archive.query.filters import Filters
from kistep_archive.query.language import fts_expression
from kistep_archive.query.search.search import search_document
from kistep_archive.store.database import DATABASE_FILE, open_archive
from kistep_archive.store.rows import runs
from kistep_archive.store.rows.fold import PostPage, save_post
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence

QUERIES = 200
_BARE = (
    "SELECT rowid, snippet(bare, -1, '<mark>', '</mark>', '…', 24) FROM bare "
    "WHERE bare MATCH ? ORDER BY rank LIMIT 20"
)
_LATIN = re.findall(
    r"\w+", "ba ce di fo gu ha je ki lo mu na pe qui ro sa te vi wa xo zen tor lin mar sol ver"
)
_HANGUL = (
    "과학기술정책예산평가연구개발협력미래전략혁신인재성장보고발간공모국제추진계획결과산업투자기후양자위성지역"
)
_PARTICLES = ("", "", "은", "는", "이", "을", "의", "에서", "으로", "하는")
_CHANCE = 20260101


class Words:
    """Words of one language, a few of them frequent and most rare, as in any text."""

    def __init__(self, parts: list[str] | str, count: int, pieces: tuple[int, int]) -> None:
        dice = random.Random(_CHANCE)
        made = dict.fromkeys("".join(dice.choices(parts, k=dice.randint(*pieces))) for _ in range(count * 2))
        self.all = list(made)[:count]
        self._weights = list(accumulate(1 / (place + 8) for place in range(len(self.all))))

    def some(self, dice: random.Random, count: int) -> list[str]:
        """That many words of a text."""
        return dice.choices(self.all, cum_weights=self._weights, k=count)


_ENGLISH, _KOREAN = Words(_LATIN, 8000, (2, 4)), Words(_HANGUL, 6000, (2, 4))


def _prose(dice: random.Random, korean: bool, count: int) -> str:
    if not korean:
        return " ".join(_ENGLISH.some(dice, count))
    return " ".join(word + dice.choice(_PARTICLES) for word in _KOREAN.some(dice, count))


def _post(dice: random.Random, number: int, layout: str = "es") -> ParsedPost:
    korean = dice.random() < 0.5
    title = f"{_prose(dice, korean, dice.randint(3, 9))} {number}"
    paragraphs = [_prose(dice, korean, dice.randint(10, 60)) for _ in range(dice.randint(1, 8))]
    body, html = "\n\n".join(paragraphs), "\n".join(f"<p>{each}</p>" for each in paragraphs)
    day = f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}"
    writer = dice.choice(("Lee Noeul", "Ana Lim", "홍보실", "정책기획팀"))
    values = {"title": title, "writer": writer, "date": day, "hits": number % 997}
    return parsed(number, layout=layout, body_text=body, body_html=html, **values)


def fill(folder: Path, posts: int) -> None:
    """An archive of so many posts: each 12th revised, each 10th also at an address of the old layout, each
    40th removed."""
    folder.mkdir(parents=True, exist_ok=True)
    dice, second = random.Random(_CHANCE), 0
    with closing(Store(folder, durable=False)) as store:
        at = "2026-01-01T00:00:00.000000Z"
        runs.begin(store.conn, RunStart(1, "bench", "crawl", at, "https://x", ("news",), {}, ()))
        for number in range(1, posts + 1):
            post = _post(dice, number)
            readings = [post]
            if number % 12 == 0:
                text = _prose(dice, number % 24 == 0, 120)
                readings.append(_again(post, body_text=text, body_html=f"<p>{text}</p>"))
            if number % 10 == 0:
                readings.append(_again(post, layout="jsp"))
            for reading in readings:
                second += 1
                url = f"https://x/{reading.layout}/{number}"
                save_post(store.conn, 1, PostPage("news", url, _place(second), None), reading)
        store.conn.execute("UPDATE source SET removed_at = ? WHERE number % 40 = 0", (at,))


def _again(post: ParsedPost, **other: str) -> ParsedPost:
    from dataclasses import replace

    return replace(post, **other)  # type: ignore[arg-type]


def _place(second: int) -> Evidence:
    at = f"{datetime(2026, 1, 1) + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}.000000Z"
    return Evidence("bench.warc.gz", second, 1, f"{second:064}", f"https://x/{second}", at, 200)


def queries() -> list[tuple[str, str]]:
    """(kind, query): words frequent and rare, phrases, beginnings, fields, and words that no post has."""
    dice = random.Random(_CHANCE + 1)
    kinds: dict[str, Callable[[], str]] = {
        "frequent": lambda: dice.choice(_ENGLISH.all[:20]),
        "usual": lambda: dice.choice(_ENGLISH.all[20:400]),
        "rare": lambda: dice.choice(_ENGLISH.all[3000:]),
        "two words": lambda: " ".join(_ENGLISH.some(dice, 2)),
        "phrase": lambda: f'"{" ".join(_ENGLISH.some(dice, 2))}"',
        "beginning": lambda: f"{dice.choice(_ENGLISH.all)[:4]}*",
        "or, not": lambda: "{} OR {} -{}".format(*_ENGLISH.some(dice, 3)),
        "title": lambda: f"title:{dice.choice(_ENGLISH.all[:400])}",
        "Korean frequent": lambda: dice.choice(_KOREAN.all[:20]),
        "Korean usual": lambda: dice.choice(_KOREAN.all[20:400]),
        "Korean rare": lambda: dice.choice(_KOREAN.all[3000:]),
        "Korean pair": lambda: "".join(dice.sample(_HANGUL, 2)),
        "Korean letter": lambda: dice.choice(_HANGUL),
        "Korean two": lambda: " ".join(_KOREAN.some(dice, 2)),
        "nothing": lambda: dice.choice(_ENGLISH.all[:2000]) + "zq",
        "Korean nothing": lambda: dice.choice(_KOREAN.all[:2000])[:2] + "쀍",
    }
    names = [list(kinds)[place % len(kinds)] for place in range(QUERIES)]
    return [(name, kinds[name]()) for name in names]


def _seconds(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return perf_counter() - begun


def measure(folder: Path, rounds: int) -> Iterator[tuple[str, str, int, float, float]]:
    """(kind, query, matches, seconds of ours, seconds of the bare query) of each query, medians."""
    with (
        closing(open_archive(folder)) as conn,
        closing(_bare(folder)) as bare,
    ):
        spent: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for _ in range(rounds + 1):
            for kind, query in queries():
                filters, expression = Filters(query), fts_expression(query)
                ours = _seconds(lambda: _ask(conn, filters))  # noqa: B023
                plain = _seconds(lambda: bare.execute(_BARE, (expression,)).fetchall())  # noqa: B023
                spent.setdefault((kind, query), []).append((ours, plain))
        for (kind, query), pairs in spent.items():
            mine, theirs = zip(*pairs[1:], strict=True)
            yield kind, query, int(_ask(conn, Filters(query))["total"]), median(mine), median(theirs)


def _bare(folder: Path) -> sqlite3.Connection:
    """A database of nothing but a full-text table, with the words of all contents."""
    path = folder / "bare.db"
    is_new = not path.exists()
    bare = sqlite3.connect(path)
    if is_new:
        bare.execute(
            "CREATE VIRTUAL TABLE bare USING fts5 (title, writer, body, tokenize = 'unicode61 "
            "remove_diacritics 2')"
        )
        with closing(open_archive(folder)) as conn, bare:
            texts = conn.execute("SELECT id, title, coalesce(writer, ''), body_text FROM content")
            bare.executemany(
                "INSERT INTO bare (rowid, title, writer, body) VALUES (?, ?, ?, ?)",
                ((row[0], *map(words, tuple(row)[1:])) for row in texts),
            )
    return bare


def _ask(conn: sqlite3.Connection, filters: Filters) -> dict[str, object]:
    return search_document(conn, filters, sort="rank", limit=20, offset=0, plot=False)


def _at(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def _line(name: str, mine: list[float], theirs: list[float], total: str = "") -> list[tuple[str, ...]]:
    if not mine:
        return []
    figures = [
        (_at(mine, part) * 1000, _at(theirs, part) * 1000)
        for part in ((0.5, 0.99) if len(mine) > 50 else (0.5,))
    ]
    return [(name, total, *(f"{a:.3f} / {b:.3f} ms = {divided(a, b):.2f} ×" for a, b in figures))]


def main() -> None:
    """Fills an archive, or takes the one that was kept, measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.searching", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder in which the archive stays for the next time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = (options.keep or Path(passing)) / f"searched-{options.posts}"
        if not (folder / DATABASE_FILE).exists():
            fill(folder, options.posts)
        rows = list(measure(folder, options.rounds))
    lines = [("queries", "matches", "p50: ours / bare", "p99"),
             *_line("all", [row[3] for row in rows], [row[4] for row in rows])]  # fmt: skip
    matching = [row for row in rows if row[2]]
    lines += _line("that find something", [row[3] for row in matching], [row[4] for row in matching])
    for kind in dict.fromkeys(row[0] for row in rows):
        some = [row for row in rows if row[0] == kind]
        total = f"{median(row[2] for row in some):.0f}"
        lines += _line(kind, [row[3] for row in some], [row[4] for row in some], total)
    print("\n".join(aligned([(*line, *[""] * (4 - len(line))) for line in lines])))


if __name__ == "__main__":
    main()
