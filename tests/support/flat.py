"""What a run asks of an archive that has everything, and how many steps of SQLite that takes."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.evidence.events import RunEnd, RunStart
from kistep_archive.model.outcomes import Verdict
from kistep_archive.store import baseline, crawls, frontier, known
from kistep_archive.store.rows import runs, walks
from kistep_archive.store.store import Store

NEWS = ("news", "es")
AT = "2026-01-01T00:00:02.000000Z"
FILE = "000002-crawl.warc.gz"
PAGE = """
INSERT INTO page (url, run_id, kind, status, fetched_at, sha256, warc_file, warc_offset, warc_length, outcome)
VALUES (?, ?, 'post', 200, '', '', ?, ?, 1, 'saved')
"""
UNIT = 100  # steps of SQLite's machine that are counted as one


class Steps:
    """How many steps SQLite's machine takes."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.count = 0
        conn.set_progress_handler(self._count, UNIT)

    def _count(self) -> int:
        self.count += 1
        return 0


def steps_of_a_run(folder: Path, posts: int) -> int:
    """The steps of what a crawl asks and writes that reads ten known rows of so many and nothing else."""
    with closing(Store(folder)) as store:
        conn = store.conn
        runs.begin(conn, RunStart(1, "000001-crawl", "crawl", AT, "", ["news"], {}, ()))
        conn.executemany(PAGE, [(number, 1, "000001-crawl.warc.gz", number) for number in range(posts)])
        runs.finish(conn, 1, RunEnd(AT, Verdict.COMPLETE, 0, "", {}, ()))
        steps = Steps(conn)
        runs.begin(conn, RunStart(2, "000002-crawl", "crawl", AT, "", ["news"], {}, ()))
        conn.execute(PAGE, ("the listing", 2, FILE, 0))
        assert crawls.origins(conn) == {""}
        assert not crawls.is_first(conn, 2)
        walks.walks(conn, *NEWS)
        posts_known, present = known.posts(conn, *NEWS), known.count_online(conn, *NEWS)
        assert (present, known.is_any(conn, *NEWS)) == (posts, True)
        assert (frontier.unread_posts(conn, *NEWS), frontier.unfetched_files(conn, *NEWS)) == ([], {})
        history = baseline.history(conn, *NEWS, FILE)
        for number in range(posts - 9, posts + 1):
            assert posts_known[number].removed is False
            assert history.row(number) is not None
            assert not frontier.has_file(conn, *NEWS, f"https://www.kistep.re.kr/{number}")
        assert len(history.between("2024-01-27", "9999")) > 0
        assert frontier.due_posts(conn, *NEWS, AT, 10) == []
        assert frontier.struck(conn, *NEWS) == set()
        assert len(baseline.witnesses(conn, *NEWS, FILE)) > 0
        runs.finish(conn, 2, RunEnd(AT, Verdict.COMPLETE, 0, "", {}, ()))
        return steps.count
