"""Years of crawls from a schedule, one after the other on a site where things happen, held against a
model that knows the site, the requests and the rules, and nothing of the code."""

import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from commands import Archive, assert_ledger_adds_up, assert_rebuild_equals
from hypothesis import settings
from places import TESTS

from kistep_archive.replica import Entry, Paragraph, Replica, Site
from kistep_archive.replica.content import Author, attachment, generate
from kistep_archive.replica.standard import History

# three years of crawls with `make soak`, ten months of them with `make test`
CRAWLS, STEP = min(1000, 10 * settings().max_examples), timedelta(days=3 * 365 / 1000)
START = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
BUDGET, ROWS = 10, 10
MOST_FILES = 2
# Known posts that may be read beyond the budget, without their files, where a page looks worse than what is
# held.
WITNESSES = 3
TICK = timedelta(minutes=10)  # a crawl's own time, in which posts fall due that were not at its start
# All posts were first seen in one crawl: they fall due together, and wait for each other.
LONGEST = timedelta(days=90 + 10)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one crawl asked the site for, from the site's own record."""

    robots: int
    legacy: list[int]
    old: Counter[int]
    pages: list[int]
    posts: Counter[int]
    files: Counter[tuple[int, int]]

    def total(self) -> int:
        return (
            self.robots
            + len(self.legacy)
            + self.old.total()
            + len(self.pages)
            + self.posts.total()
            + self.files.total()
        )


def asked_for(requests: Iterable[tuple[str, str]]) -> Asked:
    asked = Asked(0, [], Counter(), [], Counter(), Counter())
    for _, target in requests:
        path, _, query = target.partition("?")
        form = {name: values[-1] for name, values in parse_qs(query).items()}
        if path == "/board.es" and "list_no" in form:
            asked.posts[int(form["list_no"])] += 1
        elif path == "/board.es":
            asked.pages.append(int(form["nPage"]))
        elif path == "/boardDownload.es":
            asked.files[int(form["list_no"]), int(form["seq"])] += 1
        elif path == "/en/c4/sub3.jsp" and "bbIdx" not in form:
            asked.legacy.append(1)
        elif path == "/en/c4/sub3.jsp":
            asked.old[int(form["bbIdx"])] += 1
        else:
            asked = replace(asked, robots=asked.robots + 1)
            assert path == "/robots.txt", target
    return asked


def row_of(entry: Entry) -> tuple[object, ...]:
    """What a listing shows of a post, hits aside."""
    return entry.title, entry.writer, entry.date, bool(entry.files)


def page_of(entry: Entry) -> tuple[object, ...]:
    """What a post's own page says, hits and downloads aside."""
    return (
        entry.title,
        entry.writer,
        entry.date,
        entry.blocks,
        tuple((file.seq, file.name) for file in entry.files),
    )


def bytes_of(entry: Entry) -> dict[int, str]:
    return {file.seq: sha256(file.body).hexdigest() for file in entry.files}


class Editors:
    """The people who run the board: what they do before each crawl is random, and the same for the same
    seed."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.chance, self.author = site, random.Random(seed), Author(seed, "es")
        self.number = max(entry.number for entry in site.entries("es"))
        self.gone: list[Entry] = []
        self.was: dict[int, Entry] = {}
        self.rest = 0  # crawls until a post may go or come back again: each removal takes two to be believed
        self.done: Counter[str] = Counter()

    def work(self, today: date) -> None:
        self.rest -= 1
        for rate, act in (
            (0.06, self.write),
            (0.05, self.retitle),
            (0.05, self.rewrite),
            (0.04, self.refile),
            (0.03, self.take_back),
        ):
            if self.chance.random() < rate:
                act(today)
                self.done[act.__name__] += 1
        if self.rest < 0 and self.chance.random() < 0.04:
            self.rest = 3
            act = self.chance.choice([self.remove, self.bring_back] if self.gone else [self.remove])
            act(today)
            self.done[act.__name__] += 1
        for entry in self.chance.sample(self.site.entries("es"), self.chance.randint(0, 4)):
            self.site.viewed("es", entry.number)

    def any_post(self) -> Entry:
        """New ones more often than old ones, as it is."""
        entries = self.site.entries("es")
        return entries[min(int(self.chance.expovariate(1 / 15)), len(entries) - 1)]

    def edit(self, entry: Entry, after: Entry) -> None:
        self.was[entry.number] = entry
        self.site.change([after])

    def write(self, today: date) -> None:
        for _ in range(self.chance.choice([*[1] * 12, 2, 2, 12])):
            self.number += self.chance.randint(1, 9)
            self.site.change([plain(self.author.write(self.number, today))])

    def retitle(self, _today: date) -> None:
        entry = self.any_post()
        self.edit(
            entry, replace(entry, title=f"[{self.chance.randint(10, 99)}] {entry.title.rpartition('] ')[2]}")
        )

    def rewrite(self, _today: date) -> None:
        entry = self.any_post()
        self.edit(
            entry,
            replace(entry, blocks=(*entry.blocks[:3], Paragraph(f"Note {self.chance.randint(1, 10**6)}."))),
        )

    def refile(self, _today: date) -> None:
        entry = self.any_post()
        if entry.files:
            first, *others = entry.files
            other = attachment(first.seq, first.name, (entry.title, str(self.chance.randint(1, 10**6))))
            self.edit(entry, replace(entry, files=(other, *others)))

    def take_back(self, _today: date) -> None:
        """The last edit of some post is undone."""
        live = [number for number in self.was if self.site.entry("es", number)]
        if live:
            self.site.change([self.was.pop(self.chance.choice(live))])

    def remove(self, _today: date) -> None:
        entry = self.any_post()
        self.gone.append(entry)
        self.site.change(gone=[entry.number])

    def bring_back(self, _today: date) -> None:
        self.site.change([self.gone.pop(self.chance.randrange(len(self.gone)))])


def plain(entry: Entry) -> Entry:
    """Without pictures, and with two files at most: what is at stake is when, not what."""
    blocks = tuple(block for block in entry.blocks if isinstance(block, Paragraph)) or (
        Paragraph(entry.title),
    )
    files = tuple(
        attachment(file.seq, file.name, (entry.title, file.name))
        for file in entry.files[:MOST_FILES]
        if file.name.endswith(".png")
    )
    return replace(entry, blocks=blocks, files=files, pinned=False, pasted=False)


@dataclass
class Post:
    """What an archive must know of a post: by when it was last visited, edited, and what was said then."""

    entry: Entry
    row: tuple[object, ...]
    visited: datetime
    edited: datetime
    bytes: dict[int, str] = field(default_factory=dict)
    said: set[tuple[object, ...]] = field(default_factory=set)
    revisions: int = 1
    strikes: int = 0
    removed: bool = False

    def due(self) -> datetime:
        """An eighth of the time for which it has been still, but a day at least and 90 days at most; when it
        is missed, a day."""
        still = max(self.visited - self.edited, timedelta()) / 8
        wait = timedelta(days=90) if self.removed else timedelta(days=1) if self.strikes else still
        return self.visited + min(max(wait, timedelta(days=1)), timedelta(days=90))


class Model:
    """The rules: what a crawl has to ask for, and what the archive holds after it."""

    def __init__(self) -> None:
        self.posts: dict[int, Post] = {}
        self.old: dict[int, Post] = {}  # under the old address, where nothing happens any more
        self.removals: dict[int, int] = defaultdict(int)
        self.readings = 0

    def crawl(self, live: dict[int, Entry], asked: Asked, now: datetime) -> Counter[str]:
        """Checks what was asked; returns what is to stand in the run's row."""
        pages, wanted = self.walk(live)
        files = Counter((number, seq) for number in wanted for seq in bytes_of(live[number]))
        assert (asked.robots, len(asked.legacy)) == (1, 1)
        assert asked.pages == pages
        assert not wanted - asked.posts.keys()
        rechecks = asked.posts - Counter(wanted)
        again = asked.files - files
        assert asked.files - again == files
        spent = rechecks.total() + again.total() + asked.old.total()
        assert spent <= BUDGET + WITNESSES
        assert rechecks.keys() <= self.posts.keys()
        visited = Counter(
            (number, seq) for number in rechecks if number in live for seq in bytes_of(live[number])
        )
        assert not again - visited
        assert len({number for number, _ in visited - again}) <= WITNESSES
        for posts, read in ((self.posts, asked.posts), (self.old, asked.old)):
            due = {number for number, post in posts.items() if post.due() < now - TICK}
            assert due <= read.keys() or spent > BUDGET - 1 - MOST_FILES
        told = self.learn(
            live, wanted, set(rechecks), set(asked.files), len(pages) > 1 and pages[-1] == 1, now
        )
        for number in asked.old:
            told[self.visit(self.old, self.old[number].entry, {}, False, now)] += 1
            self.readings += 1
        assert (
            max(now - post.visited for posts in (self.posts, self.old) for post in posts.values()) < LONGEST
        )
        return told

    def walk(self, live: dict[int, Entry]) -> tuple[list[int], set[int]]:
        """The pages that have to be asked for, and the posts."""
        order, wanted = sorted(live, reverse=True), set[int]()
        held = sum(not post.removed for post in self.posts.values())
        last = max(1, -(-len(order) // ROWS))
        for page in range(1, last + 1):
            rows = order[(page - 1) * ROWS : page * ROWS]
            new = {number for number in rows if self.differs(live[number])}
            wanted |= new
            fresh = sum(number not in self.posts or self.posts[number].removed for number in wanted)
            if not new and len(order) == held + fresh:
                return list(range(1, page + 1)), wanted
        return [*range(1, last + 1), *([1] if last > 1 else [])], wanted

    def differs(self, entry: Entry) -> bool:
        post = self.posts.get(entry.number)
        return post is None or post.removed or post.row != row_of(entry)

    def learn(
        self,
        live: dict[int, Entry],
        wanted: set[int],
        rechecks: set[int],
        files: set[tuple[int, int]],
        whole: bool,
        now: datetime,
    ) -> Counter[str]:
        told: Counter[str] = Counter()
        missed = {number for number, post in self.posts.items() if number not in live and not post.removed}
        struck = missed if whole else missed & rechecks
        for number in (wanted | rechecks) - live.keys():
            self.posts[number].visited = now
        for number in (wanted | rechecks) & live.keys():
            read = {seq: digest for seq, digest in bytes_of(live[number]).items() if (number, seq) in files}
            told[self.visit(self.posts, live[number], read, number in wanted, now)] += 1
            self.readings += 1
        for number in struck:
            post = self.posts[number]
            post.strikes += 1
            if post.strikes == 2:
                post.removed = True
                self.removals[number] += 1
                told["removed"] += 1
        return told

    def visit(
        self, posts: dict[int, Post], entry: Entry, read: dict[int, str], for_its_row: bool, now: datetime
    ) -> str:
        post = posts.get(entry.number)
        if post is None:
            written = datetime.fromisoformat(f"{entry.date}T00:00:00+00:00")
            posts[entry.number] = Post(entry, row_of(entry), now, written, read, {page_of(entry)})
            return "new"
        said, replaced = page_of(entry) != page_of(post.entry), False
        for seq, digest in read.items():
            replaced |= post.bytes.get(seq, digest) != digest
        post.revisions += said or replaced
        if said:
            post.edited = now
        outcome = "restored" if post.removed else "revised" if said else "unchanged"
        post.entry, post.visited, post.strikes, post.removed = entry, now, 0, False
        post.bytes |= read
        post.said.add(page_of(entry))
        if for_its_row:
            post.row = row_of(entry)
        return outcome


COUNTS = ("new", "revised", "removed", "restored", "unchanged")


OLD = tuple(replace(plain(entry), files=()) for entry in generate("jsp", 8))


@pytest.fixture
def site() -> Iterator[Replica]:
    posts = tuple(plain(entry) for entry in generate("es", 40))
    with Replica(Site(History({("es", "0051"): posts, ("jsp", "0051"): OLD}, {}, {}))) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", site.origin)


class Crawler:
    """A process that crawls whenever it is told an instant."""

    def __init__(self, archive: Archive) -> None:
        command = [
            sys.executable,
            "-W",
            "error",
            str(TESTS / "support" / "many_crawls.py"),
            str(archive.folder),
            archive.origin,
        ]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def at(self, instant: datetime) -> list[object]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{instant.isoformat()}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        ended: list[object] = json.loads(line)
        return ended

    def __enter__(self) -> "Crawler":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.communicate(timeout=120)[1] == ""


def test_fault_f10_crawls_over_years_find_all_that_happens_and_ask_no_more_than_they_must(
    archive: Archive, site: Replica
) -> None:
    editors, model, now = Editors(site.site, seed=4), Model(), START
    legacy = {entry.number for entry in OLD}
    with Crawler(archive) as crawler:
        assert crawler.at(now) == [0, ""]
        first = asked_for(site.requests)
        for entry in OLD:
            model.visit(model.old, entry, {}, True, now)
        model.learn(
            {entry.number: entry for entry in site.site.entries("es")},
            set(first.posts),
            set(),
            set(first.files),
            False,
            now,
        )
        for number in range(2, CRAWLS + 1):
            now += STEP
            site.requests.clear()
            editors.work(now.date())
            live = {entry.number: entry for entry in site.site.entries("es")}
            assert crawler.at(now) == [0, ""], number
            told = model.crawl(live, asked_for(site.requests), now)
            counts = archive.rows(f"SELECT requested, {', '.join(COUNTS)} FROM runs WHERE id = ?", number)
            assert counts == [(len(site.requests), *(told[name] for name in COUNTS))], number
    assert min(
        editors.done[act]
        for act in ("write", "retitle", "rewrite", "refile", "take_back", "remove", "bring_back")
    ) >= max(2, CRAWLS // 200)
    assert_ledger_adds_up(archive.folder)
    assert_archive_is_as_the_model_says(archive, model, legacy)
    assert_nothing_grew_without_news(archive, model, legacy)
    done = archive.run("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert_rebuild_equals(archive.folder)


def assert_archive_is_as_the_model_says(archive: Archive, model: Model, legacy: set[int]) -> None:
    held = archive.rows(
        "SELECT number, title, date, removed_at IS NOT NULL, revisions FROM posts WHERE layout = 'es'"
    )
    assert {number: tuple(row) for number, *row in held} == {
        number: (post.entry.title, post.entry.date, post.removed, post.revisions)
        for number, post in model.posts.items()
    }
    removals = archive.rows("SELECT number, count(*), sum(returned_at IS NULL) FROM removals GROUP BY number")
    assert {number: tuple(row) for number, *row in removals} == {
        number: (count, model.posts[number].removed) for number, count in model.removals.items()
    }
    files = archive.rows(
        "SELECT p.number, seq, sha256 FROM attachments JOIN posts p ON p.id = post_id WHERE layout = 'es'"
    )
    listed = {
        (number, file.seq): post.bytes[file.seq]
        for number, post in model.posts.items()
        for file in post.entry.files
    }
    assert {(number, seq): digest for number, seq, digest in files} == listed
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'jsp'") == len(legacy)


def assert_nothing_grew_without_news(archive: Archive, model: Model, legacy: set[int]) -> None:
    """Each text is held once, each reading is one row, hits have a row where they changed; a crawl that asked
    for nothing but the listings has written next to nothing, and a page takes no more room after three years
    than in the first weeks."""
    assert archive.value("SELECT count(*) FROM content") == sum(
        len(post.said) for post in model.posts.values()
    ) + len(legacy)
    assert archive.value("SELECT count(*) FROM sightings") == model.readings + len(legacy)
    again = (
        "SELECT h.hits = lag(h.hits) OVER (PARTITION BY source_id ORDER BY ordered_at, id) AS same FROM hit h"
    )
    assert archive.value(f"SELECT count(*) FROM ({again}) WHERE same") == 0
    quiet = archive.rows("SELECT run_id, sum(warc_length) FROM pages GROUP BY run_id HAVING count(*) = 3")
    assert len(quiet) >= 10
    assert max(length for _, length in quiet) < 10_000
    early, late = (
        archive.value("SELECT avg(warc_length) FROM pages WHERE run_id BETWEEN ? AND ?", first, first + 99)
        for first in (2, CRAWLS - 99)
    )
    assert late < 2 * early
