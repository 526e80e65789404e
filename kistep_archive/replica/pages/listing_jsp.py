"""A listing on the legacy layout, in its skins: a classed table, a later one, and a table without any
class."""

from collections.abc import Callable, Iterator, Sequence

from kistep_archive.replica.pages.frame_jsp import LABELS, page, post_address
from kistep_archive.replica.pages.markup import NO_POSTS, Labels, ListedEntry, Slice, cut, escaped

# `listing` has a parameter of that name, as the team's interface wants it.
_framed = page
COLUMNS = ("number", "title", "files", "writer", "date", "hits")


def _head(labels: Labels) -> str:
    return "".join(f"<th>{labels[column]}</th>" for column in COLUMNS)


def _cell(row: ListedEntry, column: str) -> str:
    """The content of the cell of that column."""
    if column == "files":
        return '<img src="/en/images/ico_file.gif" alt="File" />' if row.entry.files else "&nbsp;"
    badge = ' <img src="/en/images/ico_new.gif" alt="new" />' if row.new else ""
    cells = {
        "number": row.place,
        "title": f'<a href="{row.address}">{escaped(cut(row.entry.title))}</a>{badge}',
        "writer": escaped(row.entry.writer), "date": row.entry.date, "hits": str(row.entry.hits),
    }  # fmt: skip
    return cells[column]


def _lines(rows: Sequence[ListedEntry], nothing: str, form: str) -> str:
    """The rows of a table, each cell in `form`; without rows of its own the board says so in one wide
    cell."""
    lines = [
        "<tr>" + "".join(form.format(name=name, value=_cell(row, name)) for name in COLUMNS) + "</tr>"
        for row in rows
    ]
    return "\n".join([*lines, f'<tr><td colspan="6">{nothing}</td></tr>'] if nothing else lines)


def _table(rows: Sequence[ListedEntry], nothing: str, labels: Labels) -> str:
    lines = _lines(rows, nothing, "<td>{value}</td>")
    return f"""<div class="board_wrap_bbs"><table class="board_list">
<thead><tr>{_head(labels)}</tr></thead>
<tbody>
{lines}
</tbody></table></div>
"""


def _later(rows: Sequence[ListedEntry], nothing: str, labels: Labels) -> str:
    lines = _lines(rows, nothing, '<td class="td_{name}">{value}</td>')
    return f"""<div class="tbl_list"><table>
<thead><tr>{_head(labels)}</tr></thead>
<tbody>
{lines}
</tbody></table></div>
"""


def _plain(rows: Sequence[ListedEntry], nothing: str, labels: Labels) -> str:
    return f"<table>\n<tr>{_head(labels)}</tr>\n{_lines(rows, nothing, '<td>{value}</td>')}\n</table>\n"


_SKINS: dict[str, Callable[[Sequence[ListedEntry], str, Labels], str]] = {
    "table": _table,
    "later": _later,
    "plain": _plain,
}
LISTING_SKINS = tuple(_SKINS)


def listing(part: Slice, *, skin: str = "table", language: str = "en", totals: bool = True) -> str:
    """The whole page of a listing."""
    labels, page, pages, total = LABELS[language], part.page, part.pages, part.total
    rows = [
        ListedEntry(
            entry,
            number,
            post_address(entry.number, page_number=page, total=total),
            entry.number in part.new,
        )
        for entry, number in part.places(labels["notice"])
    ]
    count = (
        f'<p class="total">{labels["all"]} <strong>{total}</strong> ( {page} / {pages} )</p>\n'
        if totals
        else ""
    )
    shown = _SKINS[skin](rows, "" if part.entries else NO_POSTS[language], labels)
    return _framed(_form(count + shown + _pager(page, pages), page, labels), language=language)


def _form(inner: str, page: int, labels: Labels) -> str:
    options = "".join(f'<option value="{name}">{labels[name]}</option>' for name in ("title", "writer"))
    return f"""<form id="boardActionFrm" name="boardActionFrm" method="get" action="sub3.jsp">
<input type="hidden" name="brdType" value="L" /><input type="hidden" name="thisPage" value="{page}" />
{inner}<div class="search"><select name="searchField">{options}</select>
<input type="text" name="searchText" value="" />
<input type="submit" value="{labels["search"]}" /></div>
</form>
"""


def _pager(page: int, pages: int) -> str:
    return f'<div id="pageNation_wrap">{"".join(_pager_parts(page, pages))}</div>\n'


def _pager_parts(page: int, pages: int) -> Iterator[str]:
    """Links, half of them scripts; a neighbour that does not exist leads nowhere."""
    start = (min(page, pages) - 1) // 10 * 10 + 1
    yield _neighbour(page - 1, pages, "prev")
    for number in range(max(start, 1), min(start + 9, pages) + 1):
        if number == page:
            yield f"<strong>{number}</strong> "
        elif number % 2:
            yield (
                f'<a href="sub3.jsp?brdType=L&amp;thisPage={number}&amp;searchField='
                f'&amp;searchText=">{number}</a> '
            )
        else:
            yield f'<a href="#n" onclick="goPage({number}); return false;">{number}</a> '
    yield _neighbour(page + 1, pages, "next")


def _neighbour(number: int, pages: int, kind: str) -> str:
    there = 1 <= number <= pages
    address = f"sub3.jsp?brdType=L&amp;thisPage={number}&amp;searchField=&amp;searchText=" if there else "#n"
    return f'<a href="{address}" class="{kind}">{kind}</a> '
