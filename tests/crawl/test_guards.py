"""Never good for worse: what no ParseError tells is told by the archive's own history, and nothing that is
right is held back."""

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from commands import Archive, assert_rebuild_equals
from first_days import first_day
from guarded import USUAL, known_post
from hypothesis import settings
from mutants import mutants, page_of, sources

from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.ingest.guards.suspicion import Suspicion
from kistep_archive.model.baseline import Baseline, KnownRow
from kistep_archive.model.items import ListedRow, Listing, Notice, ParsedPost
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.replica import Fault, Image, Paragraph, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.specials import CURRENT
from kistep_archive.replica.standard import DayChange
from kistep_archive.replica.standard import History as Days


def stored(item: ParsedPost | Listing) -> Any:
    """What of a page becomes rows."""
    if isinstance(item, ParsedPost):
        return known_post(item)
    return [
        (row.number, row.title, row.writer, row.date, row.hits, bool(row.attachments)) for row in item.rows
    ]


def judged(truth: ParsedPost | Listing, item: ParsedPost | Listing, url: str) -> list[Suspicion]:
    """The verdict on a page of an archive that holds the truth, where no other page speaks for it."""
    if isinstance(truth, ParsedPost):
        judge = Judge(Baseline.of({}, USUAL, lambda _: known_post(truth)))
        assert isinstance(item, ParsedPost)
        judge.post(url, item, None)
    else:
        held = {
            row.number: KnownRow(ListedRow.of(row), row.date or "2022-01-01", row.hits, False)
            for row in truth.rows
        }
        judge = Judge(Baseline.of(held, USUAL, lambda _: None))
        assert isinstance(item, Listing)
        judge.rows(url, 2, item)
    return judge.verdict()


# --- what a redesign may do ---

EVERY = 1 if settings().max_examples > 100 else 9  # of the mutants; `make soak` tries all


def test_fault_c10_mutated_pages_of_every_skin_are_caught_and_harmless_mutations_are_no_alarm() -> None:
    count, missed = Counter[str](), list[str]()
    for at, source in enumerate(sources()):
        truth = parse(page_of(source))
        assert not isinstance(truth, Notice)
        for mutant in islice(mutants(source), at % EVERY, None, EVERY):
            fate = fate_of(truth, mutant.page)
            count[fate] += 1
            if fate in ("missed", "false alarm"):
                missed.append(f"{fate}: {source.name}: {mutant.what}")
    harmful = count["error"] + count["caught"] + count["missed"]
    assert count["false alarm"] == 0, missed
    assert (count["error"] + count["caught"]) / harmful >= 0.99, missed
    seen = (harmful > 1200 / EVERY, count["caught"] > 450 / EVERY, count["harmless"] > 3000 / EVERY)
    assert seen == (True, True, True), count


def fate_of(truth: ParsedPost | Listing, page: Any) -> str:
    try:
        item = parse(page)
    except ParseError:
        return "error"
    if type(item) is not type(truth):
        return "error"
    assert not isinstance(item, Notice)
    alarm = bool(judged(truth, item, page.url))
    if stored(item) == stored(truth):
        return "false alarm" if alarm else "harmless"
    return "caught" if alarm else "missed"


# --- one post is no layout ---


# --- through the command ---

POSTS = tuple(
    replace(post, files=(), blocks=(*post.blocks[:1], Paragraph(f"Of {post.title}.")))
    for post in generate("es", 25)
)
LEGACY = tuple(
    replace(post, files=(), blocks=(Paragraph(f"Of {post.title}."),)) for post in generate("jsp", 6, seed=2)
)
NEWS = tuple(
    replace(POSTS[-1], number=POSTS[-1].number + n, title=f"News {n}", date=f"2026-06-2{6 + n}")
    for n in (1, 2)
)
EDITED = replace(POSTS[-3], title="Another title")
COMMAND = re.compile(r"kistep-archive --archive \S+ show --page '[^']+'")


def serve(port: int) -> Replica:
    """25 posts; on day 2 two are new and one is edited."""
    boards = {("es", "0051"): POSTS, ("jsp", "0051"): LEGACY}
    return Replica(Site(Days(boards, {2: DayChange((*NEWS, EDITED))}, {})), port=port)


@contextmanager
def serve_current_board(port: int) -> Iterator[Replica]:
    """The same; the old board does not answer yet."""
    with serve(port) as site:
        site.faults["/en/c4/sub3.jsp"] = Fault(status=404, times=-1)
        yield site


@pytest.fixture
def site() -> Iterator[Replica]:
    with serve(first_day(serve_current_board).port) as replica:
        yield replica


@pytest.fixture
def held(site: Replica, tmp_path: Path) -> Archive:
    """The first day of the current board."""
    site.site.day = 2
    return first_day(serve_current_board).copy(tmp_path / "archive", site)


def current(archive: Archive) -> list[list[tuple[Any, ...]]]:
    """All that is held of the current board."""
    of_board = "WHERE post_id IN (SELECT post_id FROM sources WHERE layout = 'es') ORDER BY 1, 2"
    return [
        archive.rows(f"SELECT * FROM {view} {of_board}")
        for view in ("sources", "revisions", "hits", "attachments", "removals")
    ]


def differing(now: list[list[tuple[Any, ...]]], before: list[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The rows that are in one of the two only."""
    return [row for one, other in zip(now, before, strict=True) for row in {*one} ^ {*other}]


REDESIGNS: dict[str, tuple[str, Callable[[str], str]]] = {
    "writer": ("act=view", lambda page: re.sub(r'(<li class="write"><strong>Writer</strong>)<span>[^<]*',
    r"\1<span>", page)),
    "hits": ("act=view", lambda page: re.sub(r'(<li class="hit"><strong>Hit</strong>)<span>[^<]*',
    r"\1<span>-", page)),
    "body": ("act=view", lambda page: re.sub(r'(?s)<div class="contents">.*?</div>',
    '<div class="contents"><p>More.</p></div>', page)),
    "title": ("act=view", lambda page: re.sub(r'<h2 class="title">(?!News '
                                              r'&amp;|SNS)[^<]*', '<h2 class="title">View', page)),
    "date": ("act=view", lambda page: re.sub(r'(<li class="date"><strong>Date</strong>)<span>[^<]*',
    r"\1<span>2000-01-01", page)),
    "page": ("act=view", lambda page: page.replace("<strong>Writer</strong>", "<strong>Anmerkung</strong>")),
    "hits of rows": ("nPage=", lambda page: re.sub(r'<td class="hits"[^>]*>[^<]*</td>', "",
    re.sub('<th scope="col">Hit</th>', "", page))),
    "newest rows": ("nPage=1", lambda page: re.sub(r"(<tbody>\n)(<tr>.*?</tr>\n){6}", r"\1", page,
    flags=re.S)),
}  # fmt: skip


@pytest.mark.parametrize("what", REDESIGNS)
def test_fault_c10_a_changed_layout_ends_with_4_writes_nothing_of_its_board_and_all_of_the_other(
    held: Archive, site: Replica, what: str
) -> None:
    before, (where, rewrite) = current(held), REDESIGNS[what]
    site.faults[f"bid=0051&{where}"] = Fault(rewrite=rewrite, times=-1)
    done = held.crawl()
    assert done.returncode == 4, done.stderr
    assert "news (es): the site changed, so nothing of this board was written" in done.stderr
    assert differing(current(held), before) == []
    assert held.value("SELECT count(*) FROM sources WHERE layout = 'jsp'") == len(LEGACY)
    assert (
        held.value(
            "SELECT count(*) FROM pages WHERE run_id = 2 AND outcome IN ('quarantined', 'unreadable') "
            "AND url LIKE '%board.es%'"
        )
        > 0
    )
    assert held.value("SELECT count(*) FROM failures WHERE run_id = 2") > 0
    assert sum("board.es" in path for _, path in site.requests) < 15
    assert_rebuild_equals(held.folder)
    assert held.run("verify").returncode == 0
    shown = subprocess.run(["bash", "-c", as_installed(COMMAND.search(done.stderr))], capture_output=True)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"</html>" in shown.stdout
    site.faults.clear()
    assert (held.crawl().returncode, held.value("SELECT new FROM runs WHERE id = 3")) == (0, len(NEWS))
    assert_rebuild_equals(held.folder)


def as_installed(command: re.Match[str] | None) -> str:
    """The printed command, with the program from this environment."""
    assert command is not None
    return f"PATH={Path(sys.executable).parent}:$PATH; {command[0]}"


ODD = {
    "no writer": replace(NEWS[0], writer=""),
    "an image only": replace(NEWS[0], blocks=(Image("/upload/x.png"),)),
    "a file": replace(NEWS[0], files=CURRENT[0].files),
    "an edit that leaves little": replace(POSTS[-3], title="Cancelled", blocks=(Paragraph("Cancelled."),)),
}


@pytest.mark.parametrize("what", ODD)
def test_one_odd_post_is_written_for_a_known_one_bears_witness(tmp_path: Path, what: str) -> None:
    days = Days({("es", "0051"): POSTS, ("jsp", "0051"): LEGACY}, {2: DayChange((ODD[what],))}, {})
    with Replica(Site(days)) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        archive.crawl()
        site.site.day = 2
        site.requests.clear()
        assert (archive.crawl().returncode, sum("act=view" in path for _, path in site.requests)) == (0, 2)
        assert archive.value("SELECT new + revised FROM runs WHERE id = 2") == 1
        site.requests.clear()
        assert (archive.crawl().returncode, len(site.requests)) == (0, 3)
    assert_rebuild_equals(archive.folder)


def test_a_change_that_was_looked_at_can_be_accepted(held: Archive, site: Replica) -> None:
    where, rewrite = REDESIGNS["writer"]
    site.faults[where] = Fault(rewrite=rewrite, times=-1)
    assert held.crawl().returncode == 4
    assert held.crawl("--accept-changes").returncode == 0
    failed = held.value("SELECT count(DISTINCT url) FROM failures WHERE kind = 'post'")
    assert failed > len(NEWS)
    # All of it was asked again.
    assert held.value("SELECT count(*) FROM posts WHERE writer IS NULL") == failed
    assert held.run("status", "--check").returncode == 0
    assert_rebuild_equals(held.folder)


def test_what_a_killed_run_had_read_is_judged_before_it_is_folded_in(held: Archive, site: Replica) -> None:
    where, rewrite = REDESIGNS["writer"]
    before = current(held)
    site.faults[f"0051&{where}"] = Fault(rewrite=rewrite, times=2)
    site.faults[where] = Fault(delay=100, times=-1)
    command = held.command("crawl", "news", "--origin", held.origin, "--delay", "0")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as crawl:
        while sum("act=view" in path and "board.es" in path for _, path in site.requests) < 3:
            time.sleep(0.01)
        crawl.send_signal(signal.SIGKILL)
    site.faults.clear()
    site.site.day = 1
    assert held.run("recheck", "news", "--origin", held.origin, "--delay", "0").returncode == 0
    assert current(held)[1:] == before[1:]
    assert held.value("SELECT count(*) FROM pages WHERE run_id = 2 AND outcome = 'quarantined'") > 1
    assert_rebuild_equals(held.folder)


def test_an_old_copy_of_the_listing_is_an_alarm(held: Archive, site: Replica) -> None:
    assert held.crawl().returncode == 0
    whole = current(held)
    site.site.entries = lambda layout, bid="0051": list(POSTS[-6::-1]) if layout == "es" else []  # type: ignore[method-assign]
    done = held.crawl()
    assert done.returncode == 4
    assert f"its newest post is of {POSTS[-6].date}" in done.stderr
    assert "but the archive has 7 newer posts, the newest of 2026-06-28" in done.stderr
    assert differing(current(held), whole) == []
    assert_rebuild_equals(held.folder)
