"""A site whose posts carry an attack in every field, and archives of it."""

import html
import sqlite3
from contextlib import closing
from pathlib import Path

from commands import Archive

from kistep_archive.replica import Entry, Paragraph, Replica, Site
from kistep_archive.replica.answers import Fault
from kistep_archive.replica.content import File
from kistep_archive.replica.standard import DayChange, History

PAYLOADS = tuple(Path(__file__).with_name("payloads.txt").read_text(encoding="utf-8").splitlines())
FIRST = 50_001  # the number of the first post
_REFUSED = (
    "<iframe",
    "<object",
    "<embed",
)  # whose pages the parser refuses: they hold a text that it cannot see
_BOARDS = """[[board]]
name = "news"
title = '''%s'''
layout = "es"
address = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
language = "en"
"""


def crawled(folder: Path) -> Archive:
    """An archive that has crawled the site on two days: each payload is the title, writer, text, markup and
    file name of a post, and another one its earlier title."""
    entries = tuple(_entry(place, "t") for place in range(len(PAYLOADS)))
    edited = tuple(_entry(place, "u") for place in range(len(PAYLOADS)))
    site = Site(History({("es", "0051"): entries}, {2: DayChange(edited)}, {}))
    with Replica(site) as replica:
        replica.faults["/board.es"] = Fault(times=-1, rewrite=_filled)
        archive = Archive(folder, replica.origin)
        archive.run("init")
        (folder / "boards.toml").write_text(_BOARDS % PAYLOADS[0], encoding="utf-8")
        for day in (1, 2):
            replica.site.day = day
            done = archive.crawl("--recheck", "500", "--accept-changes")
            assert done.returncode in (0, 3), done.stderr
    return archive


def tamper(database: Path) -> None:
    """Somebody writes attacks straight into the index, where the parser would have let none through."""
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.create_function("payload", 1, lambda number: PAYLOADS[number % len(PAYLOADS)])
        markup = "'<p>needle</p>' || payload(id) || '<a href=\"javascript:alert(1)\">x</a>'"
        conn.execute(
            f"UPDATE content SET title = payload(id), writer = payload(id + 1), body_html = {markup}"
        )
        conn.execute("UPDATE listed_file SET name = payload(id), url = 'javascript:alert(1)//' || id")
        conn.execute("UPDATE file SET name = payload(id), media_type = payload(id)")
        conn.execute("UPDATE run SET reason = payload(id), finished_at = started_at, verdict = 'incomplete'")
        conn.execute("UPDATE source SET url = 'javascript:alert(' || id || ')'")
        conn.execute(
            "INSERT INTO failure (run_id, url, kind, reason, at, warc_offset) "
            "SELECT id, 'javascript:alert(1)', 'post', payload(id), started_at, 0 FROM run"
        )


def _entry(place: int, mark: str) -> Entry:
    number = FIRST + 3 * place
    day = f"2024-{place % 12 + 1:02}-{place % 28 + 1:02}"
    file = File(1, f"{PAYLOADS[place]}.html", "text/html", b"<script>alert(1)</script>")
    text = Paragraph(f"needle{place} @@b{place}@@ haystack")
    return Entry(number, f"@@{mark}{place}@@", f"@@w{place}@@", day, 10 + place, (text,), (file,))


def _filled(page: str) -> str:
    """The page with its payloads: as text in every field, in the body as markup too."""
    for place, payload in enumerate(PAYLOADS):
        other = html.escape(PAYLOADS[place - 1])
        text = html.escape(payload)
        markup = "" if payload.startswith(_REFUSED) else payload
        for mark, value in {"t": text, "u": other, "w": text, "b": f"{text}</p>{markup}<p>"}.items():
            page = page.replace(f"@@{mark}{place}@@", value)
    return page
