"""Real crawls of a site whose layout changed: every page of one kind is changed in the same way, as a
redesign does. What a crawl makes of it is told by what it wrote and by its exit code."""

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.request import urlopen

from commands import Archive
from lxml import html
from mutants import UTF8, Element, as_page, changes

from kistep_archive.http.response import Page
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.replica import Fault, Paragraph, Replica, Site
from kistep_archive.replica.content import Entry, generate
from kistep_archive.replica.pages import render_es
from kistep_archive.replica.pages.markup import Slice
from kistep_archive.replica.standard import DayChange, History

Fate = Literal["harmless", "caught", "missed", "false alarm"]

# each skin of posts, with one of listings
SKINS = tuple(
    (post, render_es.LISTING_SKINS[at % len(render_es.LISTING_SKINS)])
    for at, post in enumerate(render_es.POST_SKINS)
)
_SITE = "https://www.kistep.re.kr"
_POST = "/board.es?mid=a20501000000&bid=0051&act=view&list_no={}"
_LISTING = "/board.es?mid=a20501000000&bid=0051&nPage={}"
_VIEWS = 30  # hits grow with each request, and begin anew with each crawl
# what takes content away: a first crawl cannot know that it was there
_LOSSES = ("are gone", "lost their text", "is gone", "as nothing", "are loaded late", "paragraphs are gone")


@dataclass(frozen=True)
class Redesign:
    """One change of all pages of a kind, in words; `where` is a part of their addresses."""

    skin: str
    what: str
    where: str
    change: Callable[[Element], None]

    def rewrite(self, page: str) -> str:
        """A page after the change."""
        tree = html.document_fromstring(page)
        self.change(tree)
        return as_page(tree)

    @property
    def name(self) -> str:
        """The change in words."""
        return f"{self.skin}, {self.where}: {self.what}"


def entries() -> tuple[tuple[Entry, ...], tuple[Entry, ...], Entry]:
    """(the posts of the first day, new ones of the second day, an edited one)."""
    posts = tuple(
        replace(post, blocks=(*post.blocks, Paragraph(f"More of {post.title}.")))
        for post in generate("es", 14)
    )
    new = tuple(
        replace(
            posts[-1],
            number=posts[-1].number + n,
            title=f"A forum on rivers, part {n}",
            date=f"2026-06-2{6 + n}",
            blocks=(Paragraph(f"The forum, part {n}, is on the rivers of the south."),),
        )
        for n in (1, 2)
    )
    return posts, new, replace(posts[-3], title="Another title of that post")


def serving(skin: tuple[str, str], port: int = 0) -> Replica:
    """The stand-in with these skins of posts and of listings."""
    posts, new, edited = entries()
    days = History({("es", "0051"): posts}, {2: DayChange((*new, edited))}, {})
    return Replica(Site(days), port=port, es_post_skin=skin[0], es_listing_skin=skin[1])


def redesigns(skin: tuple[str, str]) -> Iterator[Redesign]:
    """All changes of the pages of a skin."""
    posts, _, _ = entries()
    site = Site(History({("es", "0051"): posts}, {}, {}))
    shown = site.entries("es")
    full = next(post for post in shown if post.files)
    pages = {
        "act=view": render_es.post(full, skin=skin[0], neighbours=site.neighbours("es", full.number)),
        "nPage=": render_es.listing(Slice(shown[:10], page=1, pages=2, total=len(shown)), skin=skin[1]),
    }
    for where, page in pages.items():
        tree = html.document_fromstring(page)
        unchanged = as_page(tree)
        for what, change in (*changes(tree), *_insertions(tree)):
            changed = deepcopy(tree)
            change(changed)
            if as_page(changed) != unchanged:
                yield Redesign(skin[where != "act=view"], what, where, change)


def takes_away(redesign: Redesign) -> bool:
    """Whether a change takes content away."""
    return redesign.what.endswith(_LOSSES)


NOTES = {
    "a note": "<div class='zz'><p>Please read our notice on privacy before you use this page.</p></div>",
    "a heading": "<h3>Information on this page</h3>",
    "a line": "<p>This page was made with care by the office of public relations.</p>",
    "a poll": "<div><p>Are you satisfied with this page?</p><ul><li>Very</li><li>Not at all</li></ul></div>",
    "a box of days": "<dl><dt>Period</dt><dd>2001-01-01 ~ 2001-12-31</dd></dl>",
}


def _insertions(tree: Element) -> Iterator[tuple[str, Callable[[Element], None]]]:
    names = sorted({name for each in tree.iter() for name in (each.get("class") or "").split()})
    for name in names:
        for note, markup in NOTES.items():
            yield (
                f"{note} before elements of class {name}",
                lambda of, name=name, markup=markup: _insert(of, name, markup, inside=False),
            )
            yield (
                f"{note} at the start of elements of class {name}",
                lambda of, name=name, markup=markup: _insert(of, name, markup, inside=True),
            )
        yield f"elements of class {name} are in a box", lambda of, name=name: _wrap(of, name)


def _of_class(tree: Element, name: str) -> list[Element]:
    return [
        each
        for each in tree.iter("div", "section", "article", "ul", "dl", "h2", "h3", "table", "p")
        if name in (each.get("class") or "").split()
    ]


def _insert(tree: Element, name: str, markup: str, *, inside: bool) -> None:
    for each in _of_class(tree, name)[:1]:
        note = html.fragment_fromstring(markup)
        if not inside:
            each.addprevious(note)
        elif each.tag in ("div", "section", "article"):
            note.tail, each.text = each.text, None
            each.insert(0, note)


def _wrap(tree: Element, name: str) -> None:
    for each in _of_class(tree, name):
        box = each.makeelement("div", {"class": "zz8"})
        each.addprevious(box)
        box.tail, each.tail = each.tail, None
        box.append(each)


Row = dict[str, Any]


def posts_in(archive: Archive) -> dict[int, Row]:
    """Number -> what the archive says of a post."""
    if not (archive.folder / "kistep.db").exists():
        return {}
    names = ("number", "title", "writer", "date", "hits", "body_text")
    rows = [
        dict(zip(names, row, strict=True))
        for row in archive.rows(f"SELECT {', '.join(names)} FROM posts WHERE layout = 'es'")
    ]
    files = archive.rows(
        "SELECT p.number, group_concat(a.kind || ' ' || a.name || ' ' || a.url, ' | ') FROM attachments a "
        "JOIN posts p ON p.id = a.post_id GROUP BY 1"
    )
    of_number = dict(files)
    return {row["number"]: {**row, "files": of_number.get(row["number"])} for row in rows}


def differing(row: Row, truths: list[dict[int, Row]]) -> list[str]:
    """The fields of a post that no truth has."""
    known = [truth[row["number"]] for truth in truths if row["number"] in truth]
    return [
        name
        for name, value in row.items()
        if not any(
            value == each[name] or (name == "hits" and _is_viewed(value, each[name])) for each in known
        )
    ]


def _is_viewed(hits: int | None, before: int) -> bool:
    return hits is not None and abs(hits - before) <= _VIEWS


def is_read_alike(site: Replica, redesign: Redesign) -> bool:
    """Whether the parser reads from all changed pages what it reads from the usual ones."""
    numbers = [entry.number for entry in site.site.entries("es")]
    if redesign.where == "act=view":
        addresses = [_POST.format(number) for number in numbers]
    else:
        addresses = [_LISTING.format(number) for number in (1, 2)]
    return all(_is_read_alike(site, redesign, address) for address in addresses)


def _is_read_alike(site: Replica, redesign: Redesign, address: str) -> bool:
    with urlopen(site.origin + address) as answer:
        page = answer.read().decode()
    usual, changed = (_read(address, words) for words in (page, redesign.rewrite(page)))
    return usual == changed


def _read(address: str, words: str) -> object:
    try:
        item = parse(Page(_SITE + address, "2026-01-01T00:00:00Z", 200, UTF8, words.encode()))
    except ParseError as error:
        return error.field
    if isinstance(item, ParsedPost):
        return replace(item, heads=(), body_html="")
    if isinstance(item, Listing):
        return [replace(row, url="") for row in item.rows]
    assert isinstance(item, Notice)
    return item.notice


def fate(
    archive: Archive, site: Replica, redesign: Redesign, truths: list[dict[int, Row]]
) -> tuple[Fate, str]:
    """(what became of a crawl of the changed site, in words what is wrong). The last truth is complete."""
    alike = is_read_alike(site, redesign)
    site.faults[f"0051&{redesign.where}"] = Fault(rewrite=redesign.rewrite, times=-1)
    done = archive.crawl()
    site.faults.clear()
    rows = posts_in(archive)
    wrong = {number: names for number, row in rows.items() if (names := differing(row, truths))}
    if wrong:
        example = next(iter(wrong.items()))
        return "missed", f"exit {done.returncode}, {len(wrong)} wrong, for example {example}"
    is_current = all(number in rows and not differing(rows[number], truths[-1:]) for number in truths[-1])
    if done.returncode == 0:
        return ("harmless", "") if is_current else ("missed", "exit 0, but posts are missing or old")
    return ("false alarm", done.stderr[-300:]) if alike else ("caught", "")


@dataclass(frozen=True)
class Stage:
    """A site with one pair of skins, and what is true of it on its first day and on its second."""

    skin: tuple[str, str]
    folder: Path
    port: int  # an archive has one origin
    first: dict[int, Row]
    second: dict[int, Row]

    @classmethod
    def made(cls, skin: tuple[str, str], folder: Path) -> "Stage":
        """Crawls the unchanged site on both days; `folder`/held has the archive of the first."""
        with serving(skin) as site:
            archive = Archive(folder / "held", site.origin)
            done = archive.crawl()
            assert done.returncode == 0, done.stderr
            first = posts_in(archive)
            shutil.copytree(archive.folder, folder / "both")
            site.site.day = 2
            later = Archive(folder / "both", site.origin)
            done = later.crawl()
            assert done.returncode == 0, done.stderr
            return cls(skin, folder, int(site.origin.rsplit(":", 1)[1]), first, posts_in(later))

    def crawl_first(self, redesign: Redesign) -> tuple[Fate, str]:
        """The fate of a first crawl."""
        with serving(self.skin, self.port) as site:
            archive = Archive(self.folder / "first", site.origin)
            try:
                return fate(archive, site, redesign, [self.first])
            finally:
                shutil.rmtree(archive.folder, ignore_errors=True)

    def crawl_again(self, redesign: Redesign) -> tuple[Fate, str]:
        """The fate of a crawl that has the first day already."""
        with serving(self.skin, self.port) as site:
            site.site.day = 2
            archive = Archive(self.folder / "again", site.origin)
            shutil.copytree(self.folder / "held", archive.folder)
            try:
                return fate(archive, site, redesign, [self.first, self.second])
            finally:
                shutil.rmtree(archive.folder, ignore_errors=True)
