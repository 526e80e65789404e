"""Makes a frozen archive with the program as it is now: PYTHONPATH=tests/support:. python
tests/archives/make.py FOLDER. See README.md.

A small stand-in site lives through five days. It is crawled, fails, is redesigned, and what another tool
captured of it is imported."""

import gzip
import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import brotli
import frozen
from recordings import by_member, response, revisit

from kistep_archive.replica import Answer, Entry, Fault, Paragraph, Replica, Site, render_es
from kistep_archive.replica.specials import (
    CURRENT,
    LEGACY,
    NEW_ON_DAY_2,
    NEWSLETTERS,
    TWIN_LEGACY,
    TWINS_CURRENT,
)
from kistep_archive.replica.standard import DayChange, History

PORT = 8642  # in every record: the same each time
POST = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no={}"
HTML = ("Content-Type", "text/html;charset=UTF-8")
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def numbered(entries: tuple[Entry, ...], first: int) -> tuple[Entry, ...]:
    """The entries by date; those without a number get one."""
    dated = sorted(entries, key=lambda entry: entry.date)
    return tuple(
        replace(entry, number=entry.number or first + 7 * index) for index, entry in enumerate(dated)
    )


OLD = numbered((*LEGACY[:2], LEGACY[4], TWIN_LEGACY), 12000)
MOVED = tuple(
    replace(entry, number=36000 + index, hits=entry.hits * 3) for index, entry in enumerate(OLD[:2])
)
NOW = numbered((*MOVED, *TWINS_CURRENT, *CURRENT[:4], *CURRENT[5:8]), 36500)
FORUM, COVID, DIPLOMACY = (
    next(entry for entry in CURRENT if entry.number == number) for number in (42794, 37135, 93466)
)
GUIDELINE, SURVEY, CARDS = (
    next(entry for entry in NOW if word in entry.title) for word in ("Guideline", "New Table", "Card News")
)
CALENDAR, VISIT, COUNTING, FORESIGHT = numbered(NEW_ON_DAY_2, 99001)
LATER = tuple(
    replace(
        CALENDAR,
        number=99101 + index,
        title=f"News of the last day, {index}",
        date="2026-07-06",
        files=COUNTING.files[index - 1 :],
    )
    for index in (1, 2, 3, 4)
)
NEVER = replace(
    CARDS,
    number=43999,
    title="A post that was gone before the first crawl",
    date="2022-05-05",
    files=(),
    blocks=FORUM.blocks,
)


def added(entry: Entry, words: str) -> Entry:
    return replace(entry, title=f"[Updated] {entry.title}", blocks=(*entry.blocks, Paragraph(words)))


DAYS = {
    2: DayChange(
        (CALENDAR, VISIT, added(FORUM, "A recording will follow."), replace(COVID, writer="Sangwoo Noh")),
        (SURVEY.number,),
    ),
    3: DayChange(
        (
            COUNTING,
            FORESIGHT,
            SURVEY,
            FORUM,
            replace(GUIDELINE, title=f"{GUIDELINE.title}, 2nd", files=NEWSLETTERS[0].files),
        )
    ),
    4: DayChange((added(DIPLOMACY, "The next forum is in May."), added(CARDS, "Now with a sixth number."))),
    5: DayChange(LATER),
}


def redesigned(page: str) -> str:
    """A post's page that no longer names its writer."""
    return re.sub(r'(<li class="write"><strong>Writer</strong>)<span>[^<]*', r"\1<span>", page)


def page(entry: Entry) -> bytes:
    return render_es.post(entry).encode()


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:], b""))


def captured() -> Iterator[bytes]:
    """Records by another tool: coded bodies, a repetition, a file, a post that the site no longer has, and
    what is none of ours."""
    forum, counting = POST.format(FORUM.number), POST.format(COUNTING.number)
    first = response(
        forum,
        page(replace(FORUM, title="Forum on Missions", hits=31)),
        [HTML],
        warc={"WARC-Date": "2022-08-01T09:00:00Z"},
    )
    yield first
    digest = re.search(rb"WARC-Payload-Digest: (\S+)", first)
    assert digest
    refers = {
        "WARC-Refers-To-Target-URI": forum,
        "WARC-Refers-To-Date": "2022-08-01T09:00:00Z",
        "WARC-Payload-Digest": digest[1].decode(),
    }
    yield revisit(forum, [HTML], {"WARC-Profile": IDENTICAL, "WARC-Date": "2022-09-01T09:00:00Z"} | refers)
    packed = brotli.compress(page(replace(COUNTING, title="Counting What Counts", hits=2)))
    yield response(
        counting, packed, [HTML, ("Content-Encoding", "br")], warc={"WARC-Date": "2023-01-01T00:00:00Z"}
    )
    body = chunked(page(NEVER))
    yield response(
        POST.format(NEVER.number),
        body,
        [HTML, ("Transfer-Encoding", "chunked")],
        warc={"WARC-Date": "2022-05-06T00:00:00Z"},
    )
    (file,) = FORUM.files
    address = f"https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no={FORUM.number}&seq={file.seq}"
    yield response(
        address,
        file.body[::-1],
        [("Content-Type", "application/octet-stream")],
        warc={"WARC-Date": "2022-08-01T09:00:01Z"},
    )
    yield response("https://example.org/", b"Not ours.", [("Content-Type", "text/plain")])


def further() -> Iterator[bytes]:
    """One post that is nowhere else: for what a later version adds to the archive."""
    entry = replace(
        NEVER, number=43998, title="Another post that was gone before the first crawl", date="2022-05-04"
    )
    yield response(POST.format(entry.number), page(entry), [HTML], warc={"WARC-Date": "2022-05-07T00:00:00Z"})


class Maker:
    """The archive in the making; `run` says with which exit code a command has to end."""

    def __init__(self, folder: Path, site: Replica) -> None:
        self.folder, self.site = folder, site

    def run(self, code: int, kind: str, *arguments: str, day: int = 1, **faults: Fault) -> None:
        self.site.site.day = day
        self.site.faults = {PLACES[name]: fault for name, fault in faults.items()}
        done = frozen.command(self.folder, *self.asking(kind, *arguments))
        print(kind, done.returncode, done.stdout.strip(), done.stderr.strip(), sep=" | ")
        assert done.returncode == code

    def asking(self, kind: str, *arguments: str) -> list[str]:
        return [kind, *arguments, "--origin", self.site.origin, "--delay", "0"]

    def killed(self, day: int, part: str) -> None:
        """A crawl that is killed when it asks for an address with this part; half a record stands at the end
        of its file then."""
        self.site.site.day = day
        program = [
            sys.executable,
            "-m",
            "kistep_archive",
            "--archive",
            self.folder.name,
            *self.asking("crawl", "news"),
        ]

        def kill(_method: str, target: str) -> Answer | None:
            if part not in target:
                return None
            crawl.send_signal(signal.SIGKILL)
            return Answer(b"", dropped=True)

        self.site.faults = {"": kill}
        with subprocess.Popen(program, cwd=self.folder.parent, stderr=subprocess.DEVNULL) as crawl:
            crawl.wait()
        (left,) = (self.folder / "warc").glob("*.open")
        left.write_bytes(
            left.read_bytes() + gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n", mtime=0)[:30]
        )


PLACES = {
    "busy": f"list_no={COVID.number}", "picture": quote("카드뉴스"),
    "broken": f"act=view&list_no={GUIDELINE.number}", "post": "act=view",
    "dropped": f"act=view&list_no={LATER[1].number}", "refused": f"act=view&list_no={LATER[2].number}",
    "cut": f"act=view&list_no={LATER[3].number}",
    "file": f"boardDownload.es?bid=0051&list_no={LATER[0].number}",
}  # fmt: skip


def make(folder: Path) -> None:
    """Five days: the archive in `folder`, which is not there yet, with the captures that were and may be
    imported beside it."""
    folder.parent.mkdir(parents=True)
    (folder.parent / "captured.warc.gz").write_bytes(by_member([*captured()]))
    (folder.parent / "further.warc.gz").write_bytes(by_member([*further()]))
    boards = {("jsp", "0051"): OLD, ("es", "0051"): NOW, ("es", "0052"): numbered(NEWSLETTERS[:1], 42900)}
    with Replica(Site(History(boards, DAYS, {})), port=PORT, rows_per_page=14, gzip=True) as site:
        maker = Maker(folder, site)
        maker.run(
            0, "crawl", "news", "newsletter", busy=Fault(status=503), picture=Fault(status=404, times=-1)
        )
        maker.run(0, "crawl", "news", day=2)
        maker.run(0, "crawl", "news", day=2)
        imported = frozen.command(folder, "import", "captured.warc.gz")
        print(imported.stdout, imported.stderr)
        assert imported.returncode == 0
        maker.run(0, "recheck", "news", day=3)
        maker.killed(3, f"act=view&list_no={GUIDELINE.number}")
        maker.run(3, "crawl", "news", day=3, broken=Fault(status=500, times=-1))
        maker.run(0, "crawl", "news", day=3)
        site.look.gzip = False
        maker.run(4, "crawl", "news", day=4, post=Fault(rewrite=redesigned, times=-1))
        unwell = {
            "file": Fault(dropped=True, times=-1),
            "refused": Fault(status=500, times=-1),
            "cut": Fault(cut=900, times=-1),
        }
        maker.run(3, "backfill", "news", day=5, dropped=Fault(dropped=True), **unwell)


def write_expected(folder: Path) -> None:
    """expected.json beside the archive: its views, and what the command answers."""
    with closing(sqlite3.connect(folder / "kistep.db")) as conn:
        edited = conn.execute("SELECT id FROM posts ORDER BY revisions DESC, id").fetchone()[0]
        merged = conn.execute(
            "SELECT post_id FROM sources GROUP BY 1 HAVING count(*) > 1 ORDER BY 1"
        ).fetchone()[0]
        returned = conn.execute(
            "SELECT post_id FROM removals WHERE returned_at IS NOT NULL ORDER BY 1"
        ).fetchone()[0]
        ended = conn.execute("SELECT max(finished_at) FROM runs").fetchone()[0]
    histories = [f"history {post}" for post in (edited, merged, returned)]
    asked = [*histories, "search forum", "search 예산배분", f"status --as-of {ended}", "verify"]
    views = {view: frozen.rows(folder, view) for view in frozen.VIEWS}
    told = {"views": views, "answers": {question: frozen.answer(folder, question) for question in asked}}
    (folder.parent / "expected.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def tidy(folder: Path) -> None:
    """Leaves the evidence and the database alone: what else lies there is of this machine, or of the
    moment."""
    for name in ("lock", "verified.db", "kistep.db-wal", "kistep.db-shm"):
        (folder / name).unlink(missing_ok=True)


if __name__ == "__main__":
    made = Path(sys.argv[1])
    make(made / "archive")
    write_expected(made / "archive")
    tidy(made / "archive")
