"""A listing on the current layout, in each of the skins its CMS has.

Rows come as `ListedEntry`s. Each skin renders rows only; totals, search and
pager are shared."""

from collections.abc import Callable, Iterator, Sequence

from kistep_archive.replica.pages.frame_es import LABELS, NEWS, page, post_address, search_form
from kistep_archive.replica.pages.markup import NO_POSTS, Labels, ListedEntry, Slice, cut, escaped

# `listing` has a parameter of that name, as the team's interface wants it.
_framed = page
COLUMNS = ("number", "title", "writer", "date", "hits", "files")


def _title(row: ListedEntry) -> str:
    """The title as listings show it, with the badge inside the link."""
    badge = '<i class="xi-new"></i><span class="sr_only">새글</span>' if row.new else ""
    return escaped(cut(row.entry.title)) + badge


def _link(row: ListedEntry) -> str:
    """The usual link to the post: a plain address and a script that does the same."""
    script = f"goView('{row.entry.number}'); return false;"
    return (
        f'<a href="{row.address}" onclick="{script}" '
        f'title="{escaped(cut(row.entry.title))}">{_title(row)}</a>'
    )


def _cell(row: ListedEntry, column: str) -> str:
    """The content of a table's cell."""
    if column == "files":
        return '<i class="xi-file"></i><span class="sr_only">첨부파일 있음</span>' if row.entry.files else "-"
    cells = {
        "number": row.place, "title": _link(row), "writer": escaped(row.entry.writer), "date": row.entry.date,
        "hits": str(row.entry.hits), "department": "Division of International Cooperation",
    }  # fmt: skip
    return cells[column]


def _table(rows: Sequence[ListedEntry], labels: Labels, columns: Sequence[str], attribute: str) -> str:
    """A table; `attribute` labels each cell, or nothing does when it is empty."""
    head = "".join(f'<th scope="col">{labels[column]}</th>' for column in columns)
    lines = []
    for row in rows:
        cells = "".join(
            f'<td class="{name}"{_label(attribute, labels[name])}>{_cell(row, name)}</td>' for name in columns
        )
        lines.append(
            f'<tr class="notice">{cells}</tr>' if row.place == labels["notice"] else f"<tr>{cells}</tr>"
        )
    return f"""<div class="board_list">
<table class="tstyle_list"><caption>{labels["title"]}, {labels["date"]}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{chr(10).join(lines)}
</tbody></table></div>
"""


def _label(attribute: str, label: str) -> str:
    return f' {attribute}="{label}"' if attribute else ""


def _publication(rows: Sequence[ListedEntry], labels: Labels, _columns: Sequence[str]) -> str:
    form = (
        '<li><div class="group"><div class="item">{mark}<strong class="title">{link}</strong>\n<ul '
        'class="basic_info"><li><span class="tit">{writer_label}</span><span class="txt">{writer}</span></li>'
        '<li><span class="tit">{date_label}</span><span class="txt">{date}</span></li>'
        '<li><span class="tit">{hits_label}</span><span class="txt">{hits}</span></li></ul></div></div></li>'
    )
    items = "\n".join(
        form.format(
            mark=_mark(row, labels), link=_link(row), writer=escaped(row.entry.writer), date=row.entry.date,
            hits=row.entry.hits,
            writer_label=labels["writer"], date_label=labels["date"], hits_label=labels["hits"],
        )
        for row in rows
    )  # fmt: skip
    return f'<div class="board_list"><ul class="board_pdf publication_list">\n{items}\n</ul></div>\n'


def _report(rows: Sequence[ListedEntry], labels: Labels, _columns: Sequence[str]) -> str:
    items = "\n".join(
        f'<li><div class="txt">{_mark(row, labels)}<strong class="title">{_link(row)}</strong>'
        f'<p class="meta"><span class="name">{escaped(row.entry.writer)}</span> <span '
        f'class="date">{row.entry.date}</span></p></div></li>'
        for row in rows
    )
    return f'<div class="board_list"><ul class="list_item report_list">\n{items}\n</ul></div>\n'


def _gallery(rows: Sequence[ListedEntry], labels: Labels, _columns: Sequence[str]) -> str:
    items = "\n".join(
        f'<li><a href="{row.address}" class="card"><span class="thumb"><img '
        f'src="/galleryThumbView.es?list_no={row.entry.number}&amp;seq=1" '
        f'alt=""></span>{_mark(row, labels)}<strong class="title">{_title(row)}</strong><span '
        f'class="date">{row.entry.date}</span></a></li>'
        for row in rows
    )
    return f'<div class="board_list"><ul class="gallery_list">\n{items}\n</ul></div>\n'


def _go_page(rows: Sequence[ListedEntry], labels: Labels, _columns: Sequence[str]) -> str:
    """The newer skin: no address in any link, only scripts."""
    items = []
    for index, row in enumerate(rows):
        href = ("#", "javascript:")[index % 2]
        link = f'<a href="{href}" onclick="goView(\'{row.entry.number}\'); return false;">{_title(row)}</a>'
        items.append(
            f'<li class="board-item"><span class="num">{row.place}</span><p class="subject">{link}</p>'
            f"<dl><dt>{labels['writer']}</dt><dd>{escaped(row.entry.writer)}</dd><dt>{labels['date']}</dt>"
            f"<dd>{row.entry.date}</dd><dt>{labels['hits']}</dt><dd>{row.entry.hits:,}</dd></dl></li>"
        )
    return f'<div class="board-list"><ul>\n{chr(10).join(items)}\n</ul></div>\n'


def _mark(row: ListedEntry, labels: Labels) -> str:
    return f'<span class="notice">{labels["notice"]}</span> ' if row.place == labels["notice"] else ""


_SKINS: dict[str, Callable[[Sequence[ListedEntry], Labels, Sequence[str]], str]] = {
    "aria": lambda rows, labels, columns: _table(rows, labels, columns, "aria-label"),
    "data": lambda rows, labels, columns: _table(rows, labels, columns, "data-label"),
    "plain": lambda rows, labels, columns: _table(rows, labels, columns, ""),
    "publication": _publication,
    "report": _report,
    "goPage": _go_page,
    "gallery": _gallery,
}
LISTING_SKINS = tuple(_SKINS)


def listing(
    part: Slice,
    *,
    skin: str = "aria",
    language: str = "en",
    totals: bool = True,
    columns: Sequence[str] = COLUMNS,
    place: tuple[str, str] = NEWS,
) -> str:
    """The whole page of a listing. `columns` orders a table's cells; `place` is the board's mid and bid."""
    labels, page, pages, (mid, bid) = LABELS[language], part.page, part.pages, place
    rows = [
        ListedEntry(
            entry,
            number,
            post_address(entry.number, mid=mid, bid=bid, page_number=page),
            entry.number in part.new,
        )
        for entry, number in part.places(labels["notice"])
    ]
    shown = _SKINS[skin](rows, labels, columns) if rows else ""
    if not part.entries:
        shown += f'<div class="board_list none"><p class="no_data">{NO_POSTS[language]}</p></div>\n'
    main = "".join((
        _totals(page, pages, part.total, language) if totals else "",
        search_form(dict(labels), mid=escaped(mid), bid=escaped(bid)), _form(page, mid, bid), shown,
        _script_pager(page, pages) if skin == "goPage" else _pager(page, pages, mid, bid),
    ))  # fmt: skip
    return _framed(main, language=language, mid=mid)


def _totals(page: int, pages: int, total: int, language: str) -> str:
    all_, pages_, unit = ("전체", "페이지", "건") if language == "ko" else ("Total", "Page", "")
    return f"""<p class="page"><span class="total">{all_} <strong>{total:,}{unit}</strong></span>
<span class="current">{pages_} <strong>{page:,}</strong>/{pages:,}</span></p>
"""


def _form(page: int, mid: str, bid: str) -> str:
    fields = {
        "mid": mid,
        "bid": bid,
        "nPage": str(page),
        "b_list": "10",
        "orderby": "",
        "dept_code": "",
        "tag": "",
        "list_no": "",
    }
    fields |= {"act": "list", "cg_code": "", "keyField": "", "keyWord": ""}
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escaped(value)}">' for name, value in fields.items()
    )
    return f'<form id="listForm" name="listForm" action="/board.es" method="post">{hidden}</form>\n'


def _window(page: int, pages: int) -> Iterator[int]:
    start = (min(page, pages) - 1) // 10 * 10 + 1
    yield from range(max(start, 1), min(start + 9, pages) + 1)


def _pager(page: int, pages: int, mid: str, bid: str) -> str:
    """Plain links with a script each; on the first page "previous" leads to the first page."""

    def link(target: int, text: str, kind: str = "") -> str:
        target = min(max(target, 1), max(pages, 1))
        address = f"/board.es?mid={escaped(mid)}&amp;bid={escaped(bid)}&amp;nPage={target}"
        return f'<a href="{address}" class="{kind}" onclick="goPage(\'{target}\'); return false;">{text}</a>'

    numbers = "".join(
        f'<strong class="on">{n}</strong>' if n == page else link(n, str(n)) for n in _window(page, pages)
    )
    ends = (
        link(1, "first", "first") + link(page - 1, "prev", "prev"),
        link(page + 1, "next", "next") + link(pages, "last", "last"),
    )
    return f'<div class="board_pager">{ends[0]}{numbers}{ends[1]}</div>\n'


def _script_pager(page: int, pages: int) -> str:
    links = "".join(
        f'<a class="page-link{" active" if n == page else ""}" href="javascript:goPage(\'{n}\');">{n}</a>'
        for n in _window(page, pages)
    )
    last = f'<a class="page-link last" href="javascript:goPage(\'{max(pages, 1)}\');">last</a>'
    return f'<div class="pagination">{links}{last}</div>\n'
