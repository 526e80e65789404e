"""A post on the current layout, in each of the skins its CMS has; `listing` stands here too, so that this is
the one door.

All skins say the same: title, writer, date, hits, files, body. They differ in elements, classes, date and
number formats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from kistep_archive.replica.content import Entry, File, Neighbours
from kistep_archive.replica.pages.frame_es import LABELS, NEWS, page, post_address
from kistep_archive.replica.pages.listing_es import LISTING_SKINS, listing
from kistep_archive.replica.pages.markup import body, cut, escaped, size

__all__ = ["LISTING_SKINS", "POST_SKINS", "listing", "post"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a skin puts in its places: an entry, its labels in a language, and its parts already rendered."""

    entry: Entry
    labels: Mapping[str, str]
    hits: int
    files: str
    files_first: bool

    def around(self, container: str) -> str:
        """The body's container with the file block on its side."""
        return self.files + container if self.files_first else container + self.files

    def meta(self, form: str, *, day: str = "-", time: str = "", comma: bool = True) -> str:
        """Writer, date and hits, each in `form`, a format of `{name}`, `{label}` and `{value}`."""
        date = self.entry.date.replace("-", day) + time
        hits = f"{self.hits:,}" if comma else str(self.hits)
        values = (
            ("write", "writer", escaped(self.entry.writer)),
            ("date", "date", date),
            ("hit", "hits", hits),
        )
        return "\n".join(
            form.format(name=name, label=self.labels[label], value=value) for name, label, value in values
        )


def _info(shown: Shown) -> str:
    meta = shown.meta('<li class="{name}"><strong>{label}</strong><span>{value}</span></li>')
    content = shown.around(f'<div class="contents">\n{body(shown.entry)}\n</div>\n')
    return f"""<article class="board_view">
<h2 class="title">{escaped(shown.entry.title)}</h2>
<ul class="info">
{meta}
</ul>
{content}</article>
"""


def _dl(shown: Shown) -> str:
    meta = shown.meta('<dl class="{name}"><dt>{label}</dt><dd>{value}</dd></dl>', day=".")
    content = shown.around(f'<div class="view_cont">\n{body(shown.entry)}\n</div>\n')
    return f"""<div class="board_view">
<div class="view_head"><h2 class="title">{escaped(shown.entry.title)}</h2>
<div class="view_info">
{meta}
</div></div>
{content}</div>
"""


def _table(shown: Shown) -> str:
    meta = shown.meta('<th scope="row">{label}</th><td>{value}</td>', time=" 18:04")
    files = (
        f'<tr><th scope="row">{shown.labels["files"]}</th><td colspan="5">{shown.files}</td></tr>\n'
        if shown.files
        else ""
    )
    content = f'<tr><td colspan="6" class="tb_contents">\n{body(shown.entry)}\n</td></tr>\n'
    return f"""<div class="board_view">
<table class="tstyle_view">
<caption>{shown.labels["title"]}, {shown.labels["writer"]}, {shown.labels["date"]}</caption>
<tbody>
<tr><th scope="row">{shown.labels["title"]}</th>
<td colspan="5" class="title">{escaped(shown.entry.title)}</td></tr>
<tr>{meta}</tr>
{files + content if shown.files_first else content + files}</tbody></table>
</div>
"""


def _article(shown: Shown) -> str:
    meta = shown.meta(
        '<li class="{name}"><strong>{label}</strong> <span>{value}</span></li>',
        day="/",
        time=" 00:00:00",
        comma=False,
    )
    content = shown.around(f'<div class="view_con">\n{body(shown.entry)}\n</div>\n')
    return f"""<article class="board_view">
<div class="title">{escaped(shown.entry.title)}</div>
<ul class="info">
{meta}
</ul>
{content}</article>
"""


def _text(shown: Shown) -> str:
    meta = shown.meta(
        '<li><span class="tit">{label}</span> : <span class="txt">{value}</span></li>', comma=False
    )
    content = shown.around(f'<div class="board_txt">\n{body(shown.entry)}\n</div>\n')
    return f"""<div class="board_view">
<div class="title">{escaped(shown.entry.title)}</div>
<ul class="basic_info">
{meta}
</ul>
{content}</div>
"""


_SKINS: dict[str, Callable[[Shown], str]] = {
    "info": _info,
    "dl": _dl,
    "table": _table,
    "article": _article,
    "text": _text,
}
POST_SKINS = tuple(_SKINS)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a post was read, None for the entry's own number; and how often each of its files was
    downloaded, by its seq."""

    hits: int | None = None
    downloads: Mapping[int, int] = field(default_factory=dict)


def post(
    entry: Entry,
    *,
    skin: str = "info",
    language: str = "en",
    files: str = "before",
    place: tuple[str, str] = NEWS,
    counts: Counts = Counts(),
    neighbours: Neighbours = (None, None),
) -> str:
    """The whole page of a post. `files` is the side of the body: "before" or "after"; `place` is the board's
    mid and bid."""
    labels, (mid, bid) = LABELS[language], place
    shown = Shown(
        entry,
        labels,
        entry.hits if counts.hits is None else counts.hits,
        _file_block(entry, labels, bid, counts.downloads),
        files == "before",
    )
    main = _form(entry, mid, bid) + _SKINS[skin](shown) + _below(labels, mid, bid, neighbours)
    return page(main, language=language, mid=mid)


def _form(entry: Entry, mid: str, bid: str) -> str:
    fields = {
        "mid": mid,
        "bid": bid,
        "act": "view",
        "list_no": str(entry.number),
        "nPage": "1",
        "tag": "",
        "keyField": "",
        "keyWord": "",
    }
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escaped(value)}">' for name, value in fields.items()
    )
    return f'<form id="vewForm" name="vewForm" action="/board.es" method="post">{hidden}</form>\n'


def _file_block(entry: Entry, labels: Mapping[str, str], bid: str, downloads: Mapping[int, int]) -> str:
    if not entry.files:
        return ""
    rows = "\n".join(_file_row(entry, file, labels, bid, downloads.get(file.seq, 0)) for file in entry.files)
    return (
        f'<div class="file"><strong class="tit">{labels["files"]}</strong>\n<ul '
        f'class="list">\n{rows}\n</ul></div>\n'
    )


def _file_row(entry: Entry, file: File, labels: Mapping[str, str], bid: str, downloads: int) -> str:
    address = f"/boardDownload.es?bid={escaped(bid)}&amp;list_no={entry.number}&amp;seq={file.seq}"
    preview = (
        f"/attachPreview.es?bid={escaped(bid)}&amp;list_no={entry.number}&amp;seq={file.seq}"
        f"&amp;name={quote(file.name)}"
    )
    kind = escaped(file.name.rpartition(".")[2])
    count = f"({size(file.body)} / {labels['download']} {downloads:,}회)"
    return (
        f'<li><a href="{address}" class="name"><span class="ext {kind}">{kind} 첨부파일</span> '
        f'{escaped(file.name)}</a> <span class="size">{count}</span> <a href="{address}" '
        f'class="btn_down">{labels["download"]}</a> <a href="{preview}" class="btn_preview" '
        f'target="_blank">{labels["preview"]}</a></li>'
    )


def _below(labels: Mapping[str, str], mid: str, bid: str, neighbours: Neighbours) -> str:
    """What follows a post and is no part of it."""
    older, newer = (_neighbour(entry, mid, bid) for entry in neighbours)
    address = f"/board.es?mid={escaped(mid)}&amp;bid={escaped(bid)}&amp;nPage=1"
    return f"""<p class="board_btns"><a href="{address}" class="btn">{labels["list"]}</a></p>
<div class="contents_info"><img src="/images/kogl_type1.png" alt="KOGL Type 1">
<p>This work may be used under the terms of the Korea Open Government License, Type 1.
Date and Writer must be named.</p></div>
<div class="captcha"><p>Enter the number shown in the picture before writing a comment.</p></div>
<ul class="prevnext">
<li class="prev"><strong>{labels["previous"]}</strong> {older}</li>
<li class="next"><strong>{labels["next"]}</strong> {newer}</li>
</ul>
"""


def _neighbour(entry: Entry | None, mid: str, bid: str) -> str:
    if entry is None:
        return "<span>-</span>"
    address = post_address(entry.number, mid=mid, bid=bid, page_number=1)
    return f'<a href="{address}">{escaped(cut(entry.title))}</a> <span class="date">{entry.date}</span>'
