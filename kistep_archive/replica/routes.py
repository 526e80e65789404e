"""Which address answers with what: a pure table from requests to answers, over the state of a `Site`."""

import gzip as compression
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote
from zlib import crc32

from kistep_archive.replica import media
from kistep_archive.replica.answers import Answer
from kistep_archive.replica.content import Entry, File, Layout
from kistep_archive.replica.look import GONE_ES, Look
from kistep_archive.replica.pages import frame_es, frame_jsp, render_es, render_jsp
from kistep_archive.replica.pages.home import home
from kistep_archive.replica.pages.markup import Slice
from kistep_archive.replica.quirks import apply_quirks
from kistep_archive.replica.site import Site

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /mng/\n"
GONE_JSP = {"ko": "존재하지 않는 게시물입니다.", "en": "The post does not exist."}
HOME = "/main/"
NEW_BADGES = 3
BIDS = {frame_es.NEWS[0]: frame_es.NEWS[1], frame_es.NEWSLETTER[0]: frame_es.NEWSLETTER[1]}
FormFields = Mapping[str, str]


@dataclass(slots=True)
class Routes:
    """Answers requests; knows nothing of sockets."""

    site: Site
    look: Look = field(default_factory=Look)
    # a board's list of entries by its id, and the pinned ones among them
    _pinned: dict[int, tuple[list[Entry], list[Entry]]] = field(default_factory=dict)

    def answer(self, path: str, form: FormFields) -> Answer:
        """The answer for a path without its query; `form` holds the query's fields and those of a posted
        body."""
        # Servlet containers put the session into the path when a client keeps no cookies.
        path = path.partition(";")[0]
        known = {
            "/robots.txt": self._robots, "/en/c4/sub3.jsp": self._legacy, "/board.es": self._board,
            "/gallery.es": self._gallery, "/menu.es": self._menu, HOME: self._home,
            "/boardDownload.es": self._download, "/en/c4/download.jsp": self._legacy_download,
            "/boardImgView.es": self._picture,
            "/galleryThumbView.es": self._picture,
        }  # fmt: skip
        if path in known:
            return known[path](form)
        if path.startswith(("/upload/", "/cm_data/editorImage/")):
            return Answer(media.png(crc32(unquote(path).encode()) % 9973), "image/png")
        return _missing()

    def _gallery(self, form: FormFields) -> Answer:
        """The board as sister institutes serve picture boards: under another name, with the same fields."""
        answer = self._board(form)
        return replace(answer, body=answer.body.replace(b"/board.es", b"/gallery.es"))

    def _robots(self, _form: FormFields) -> Answer:
        return Answer(ROBOTS.encode(), "text/plain;charset=UTF-8")

    def _legacy(self, form: FormFields) -> Answer:
        if form.get("brdType") == "R" or "bbIdx" in form:
            return self._legacy_post(_number(form, "bbIdx"))
        part = self._slice("jsp", frame_es.NEWS[1], _number(form, "thisPage") or 1)
        look = self.look
        return _html(
            render_jsp.listing(part, skin=look.jsp_listing_skin, language=look.language, totals=look.totals)
        )

    def _legacy_post(self, number: int) -> Answer:
        entry = self.site.entry("jsp", number)
        if entry is None:
            return _html(frame_jsp.alert(GONE_JSP.get(self.look.gone, GONE_JSP["ko"])))
        hits = self.site.viewed("jsp", number)
        return _html(
            render_jsp.post(
                entry,
                skin=self.look.jsp_post_skin,
                language=self.look.language,
                hits=hits,
                neighbours=self.site.neighbours("jsp", number),
            )
        )

    def _menu(self, form: FormFields) -> Answer:
        mid = form.get("mid", "")
        return self._board({"mid": mid, "bid": BIDS[mid]}) if mid in BIDS else _missing()

    def _board(self, form: FormFields) -> Answer:
        # The board is found by its bid alone: one board hangs under several places of the menu.
        mid = form.get("mid", frame_es.NEWS[0])
        bid = form.get("bid") or BIDS.get(mid, "")
        if bid not in BIDS.values():
            return _missing()
        if form.get("act") == "view":
            return self._post(_number(form, "list_no"), mid, bid)
        part = self._slice("es", bid, _number(form, "nPage") or 1)
        look = self.look
        answer = _html(
            render_es.listing(
                part,
                skin=look.es_listing_skin,
                language=look.language,
                totals=look.totals,
                place=(mid, bid),
            )
        )
        return apply_quirks(answer, look.quirks, is_post=False) if look.quirks else answer

    def _post(self, number: int, mid: str, bid: str) -> Answer:
        entry = self.site.entry("es", number, bid)
        if entry is None:
            return self._gone(mid, bid)
        look = self.look
        hits, downloads = self.site.viewed("es", number, bid), self.site.downloads(entry)
        answer = _html(
            render_es.post(
                entry,
                skin=look.es_post_skin,
                language=look.language,
                files=look.files,
                place=(mid, bid),
                counts=render_es.Counts(hits, downloads),
                neighbours=self.site.neighbours("es", number, bid),
            )
        )
        return apply_quirks(answer, look.quirks, is_post=True) if look.quirks else answer

    def _gone(self, mid: str, bid: str) -> Answer:
        there = {"home": HOME, "list": f"/board.es?mid={mid}&bid={bid}"}
        if self.look.gone in GONE_ES:
            return _html(frame_es.alert(GONE_ES[self.look.gone]))
        if self.look.gone.startswith("to_"):
            return Answer(b"", status=302, headers=(("Location", there[self.look.gone[3:]]),))
        return self._home({}) if self.look.gone == "home" else self._board({"mid": mid, "bid": bid})

    def _home(self, _form: FormFields) -> Answer:
        return _html(home(self.site.entries("es"), language=self.look.language))

    def _slice(self, layout: Layout, bid: str, page: int) -> Slice:
        entries, rows = self.site.entries(layout, bid), self.look.rows_per_page
        pages = max(1, -(-len(entries) // rows))
        if page > pages and self.look.after_end == "repeat":
            page = pages
        start = (page - 1) * rows
        now = [self._with_hits(layout, bid, entry) for entry in entries[start : start + rows]]
        pinned = [self._with_hits(layout, bid, entry) for entry in self._pinned_of(entries)]
        new = frozenset(entry.number for entry in entries[:NEW_BADGES])
        return Slice(now, page, pages, len(entries) + self.look.unshown, len(entries) - start, pinned, new)

    def _pinned_of(self, entries: list[Entry]) -> list[Entry]:
        """The pinned entries of a board, looked for once a list."""
        if id(entries) not in self._pinned:
            self._pinned[id(entries)] = entries, [entry for entry in entries if entry.pinned]
        return self._pinned[id(entries)][1]

    def _with_hits(self, layout: Layout, bid: str, entry: Entry) -> Entry:
        return replace(entry, hits=self.site.hits(layout, entry.number, bid))

    def _download(self, form: FormFields) -> Answer:
        number, seq = _number(form, "list_no"), _number(form, "seq")
        file = _file(self.site.entry("es", number, form.get("bid") or frame_es.NEWS[1]), seq)
        if file is None:
            return _html(frame_es.alert("파일이 존재하지 않습니다."))
        self.site.downloaded(number, seq)
        return _attachment(file)

    def _legacy_download(self, form: FormFields) -> Answer:
        file = _file(self.site.entry("jsp", _number(form, "bbIdx")), _number(form, "fileSeq"))
        return _html(frame_jsp.alert("파일이 존재하지 않습니다.")) if file is None else _attachment(file)

    def _picture(self, form: FormFields) -> Answer:
        return Answer(media.png(_number(form, "list_no") + _number(form, "seq")), "image/png")


def fields(query: str) -> dict[str, str]:
    """The fields of a query or a posted form; of a repeated one the last counts, `act=view` before any other
    act."""
    pairs = parse_qsl(query, keep_blank_values=True)
    form = dict(pairs)
    return form | {"act": "view"} if ("act", "view") in pairs else form


@lru_cache(maxsize=512)
def compress(body: bytes) -> bytes:
    """The body, gzipped the same way each time."""
    return compression.compress(body, 4, mtime=0)


def _number(form: FormFields, name: str) -> int:
    """A field's number; 0 where there is none."""
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _html(text: str) -> Answer:
    return Answer(text.encode("utf-8"))


def _missing() -> Answer:
    text = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta '
        'charset="UTF-8"><title>404</title></head>\n<body><h1>404 Not Found</h1>\n<p>This is a stand-in. Its '
        'boards: <a href="/board.es?mid=a20501000000&amp;bid=0051">current</a>, <a '
        'href="/en/c4/sub3.jsp">legacy</a>.</p></body>\n</html>\n'
    )
    return replace(_html(text), status=404)


def _file(entry: Entry | None, seq: int) -> File | None:
    return next((file for file in entry.files if file.seq == seq), None) if entry else None


def _attachment(file: File) -> Answer:
    """A download. Both ways in which Korean sites spell a file's name are used: by the standard, and as raw
    UTF-8."""
    plain = file.name.replace('"', "'")
    named = f"filename*=UTF-8''{quote(file.name)}" if file.seq % 2 else f'filename="{plain}"'
    return Answer(
        file.body, "application/octet-stream", headers=(("Content-Disposition", f"attachment; {named}"),)
    )
