"""A person decides which addresses are of one post; the program's own merging leaves that alone."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from sqlite3 import Connection

import pytest
from parsed import parsed

from kistep_archive.evidence.events import Decided, RunStart
from kistep_archive.http.response import digest
from kistep_archive.model.outcomes import Decision
from kistep_archive.store.rows import fold, runs
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence

POST = parsed()
PLACES = count()


def save(conn: Connection, layout: str, number: int, **values: object) -> None:
    place = next(PLACES)
    at = f"2026-01-01T00:{place // 60:02}:{place % 60:02}Z"
    url = f"https://x/{layout}/{number}"
    evidence = Evidence(f"{place}.warc.gz", place, 90, digest(str(place).encode()), url, at, 200)
    post = replace(POST, layout=layout, number=number, **values)  # type: ignore[arg-type]
    fold.save_post(conn, 1, fold.PostPage("news", url, evidence, None), post)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    with closing(Store(tmp_path)) as store:
        runs.begin(store.conn, RunStart(1, "000001", "crawl", "2026-01-01T00:00:00Z", "", ["news"], {}, ()))
        yield store.conn


def decide(conn: Connection, decision: Decision, *places: tuple[str, int]) -> None:
    sources = tuple(("news", layout, number) for layout, number in places)
    fold.decide(conn, Decided(decision, sources, "2026-02-01T00:00:00Z"))


def posts(conn: Connection) -> dict[str, int]:
    """Which post each address belongs to."""
    rows = conn.execute("SELECT layout || number, post_id FROM sources ORDER BY post_id, layout, number")
    return dict(rows.fetchall())


def shown(conn: Connection) -> list[tuple[int, str, int]]:
    rows = conn.execute("SELECT id, layout, revisions FROM posts ORDER BY id").fetchall()
    return [tuple(row) for row in rows]


def test_posts_of_two_addresses_become_one_under_the_id_of_the_current_address(conn: Connection) -> None:
    for layout, number in (("jsp", 7), ("es", 1), ("es", 2)):
        save(conn, layout, number)
    before = posts(conn)
    assert len(set(before.values())) == 3
    decide(conn, Decision.MERGE, ("jsp", 7), ("es", 2))
    assert posts(conn) == {"es1": before["es1"], "es2": before["es2"], "jsp7": before["es2"]}
    assert (before["es2"], "es", 1) in shown(conn)
    assert len(shown(conn)) == 2


def test_a_decision_that_is_taken_back_gives_the_old_ids_back(conn: Connection) -> None:
    for layout, number in (("jsp", 7), ("es", 1), ("es", 2)):
        save(conn, layout, number, body_text=f"{layout} {number}")
    before, said = posts(conn), shown(conn)
    decide(conn, Decision.MERGE, ("jsp", 7), ("es", 2))
    assert shown(conn) != said
    decide(conn, Decision.PART, ("jsp", 7), ("es", 2))
    assert (posts(conn), shown(conn)) == (before, said)


def test_an_id_is_never_given_away(conn: Connection) -> None:
    save(conn, "es", 1)
    save(conn, "es", 2)
    last = posts(conn)["es2"]
    decide(conn, Decision.MERGE, ("es", 1), ("es", 2))
    save(conn, "es", 3, title="Another")
    assert posts(conn)["es3"] > last


def test_a_merge_of_the_program_is_parted_and_stays_so(conn: Connection) -> None:
    save(conn, "jsp", 7)
    save(conn, "es", 1)
    assert len(set(posts(conn).values())) == 1
    decide(conn, Decision.PART, ("jsp", 7), ("es", 1))
    assert len(set(posts(conn).values())) == 2
    save(conn, "es", 1, hits=12)
    save(conn, "jsp", 7, hits=12)
    assert len(set(posts(conn).values())) == 2


def test_a_third_address_that_matches_does_not_split_what_a_person_merged(conn: Connection) -> None:
    save(conn, "jsp", 7)
    save(conn, "es", 1)
    decide(conn, Decision.MERGE, ("jsp", 7), ("es", 1))
    save(conn, "es", 2)
    assert posts(conn)["jsp7"] == posts(conn)["es1"] != posts(conn)["es2"]


def test_an_address_that_was_left_apart_is_not_merged_with_a_new_one(conn: Connection) -> None:
    save(conn, "jsp", 7)
    decide(conn, Decision.PART, ("jsp", 7))
    save(conn, "es", 1)
    assert posts(conn)["jsp7"] != posts(conn)["es1"]


def test_addresses_that_the_archive_does_not_have_are_left_out(conn: Connection) -> None:
    save(conn, "es", 1)
    before = shown(conn)
    decide(conn, Decision.MERGE, ("es", 1), ("es", 9))
    decide(conn, Decision.MERGE, ("es", 8), ("es", 9))
    decide(conn, Decision.PART, ("es", 8))
    assert shown(conn) == before
