"""A post on the legacy layout, in its skins; `listing` stands here too, so that this is the one door."""

from collections.abc import Callable

from kistep_archive.replica.content import Entry, Neighbours
from kistep_archive.replica.pages.frame_jsp import LABELS, page, post_address
from kistep_archive.replica.pages.listing_jsp import LISTING_SKINS, listing
from kistep_archive.replica.pages.markup import Labels, body, cut, escaped, size

__all__ = ["LISTING_SKINS", "POST_SKINS", "listing", "post"]


def _table(entry: Entry, labels: Labels, hits: int, _neighbours: Neighbours) -> str:
    row = _meta_cells(entry, labels, hits)
    return f"""<div class="board_wrap_bbs">
<table summary="{labels["title"]}, {labels["writer"]}, {labels["date"]}" class="board_view"><tbody>
<tr><th scope="row">{labels["title"]}</th><td colspan="5">{escaped(entry.title)}</td></tr>
<tr>{row}</tr>
{_file_line(entry, labels)}<tr><td colspan="6" class="context">
{body(entry)}
</td></tr>
</tbody></table>
</div>
"""


def _plain(entry: Entry, labels: Labels, hits: int, _neighbours: Neighbours) -> str:
    row = _meta_cells(entry, labels, hits)
    return f"""<table><tbody>
<tr><th>{labels["title"]}</th><td colspan="5">{escaped(entry.title)}</td></tr>
<tr>{row}</tr>
{_file_line(entry, labels)}<tr><td colspan="6">
{body(entry)}
</td></tr>
</tbody></table>
"""


def _later(entry: Entry, labels: Labels, hits: int, neighbours: Neighbours) -> str:
    values = (
        (labels["writer"], escaped(entry.writer)),
        (labels["date"], entry.date),
        (labels["hits"], str(hits)),
    )
    meta = "\n".join(f'<span class="tit"><em>{label}</em> {value}</span>' for label, value in values)
    files = (
        f'<div class="tbl_file"><strong>{labels["files"]}</strong> {_links(entry)}</div>\n'
        if entry.files
        else ""
    )
    older, newer = (_neighbour(neighbour) for neighbour in neighbours)
    return f"""<div class="board_view">
<div class="tbl_tit"><span>{escaped(entry.title)}</span></div>
<div class="tbl_info">
{meta}
</div>
{files}<div class="view_con">
{body(entry)}
</div>
<table class="prev_next_content"><tbody>
<tr><th>{labels["previous"]}</th><td>{older}</td></tr>
<tr><th>{labels["next"]}</th><td>{newer}</td></tr>
</tbody></table>
</div>
"""


def _neighbour(entry: Entry | None) -> str:
    """A link to another post; where there is none, a link to nowhere."""
    if entry is None:
        return '<a href="#n">-</a>'
    return f'<a href="{post_address(entry.number, page_number=1, total=0)}">{escaped(cut(entry.title))}</a>'


def _meta_cells(entry: Entry, labels: Labels, hits: int) -> str:
    values = (
        (labels["writer"], escaped(entry.writer)),
        (labels["date"], entry.date),
        (labels["hits"], str(hits)),
    )
    return " ".join(f"<th>{label}</th><td>{value}</td>" for label, value in values)


def _file_line(entry: Entry, labels: Labels) -> str:
    return f'<tr><th>{labels["files"]}</th><td colspan="5">{_links(entry)}</td></tr>\n' if entry.files else ""


def _links(entry: Entry) -> str:
    return " ".join(
        f'<a href="/en/c4/download.jsp?bbIdx={entry.number}&amp;fileSeq={file.seq}">{escaped(file.name)}</a> '
        f"({size(file.body)})"
        for file in entry.files
    )


_SKINS: dict[str, Callable[[Entry, Labels, int, Neighbours], str]] = {
    "table": _table,
    "later": _later,
    "plain": _plain,
}
POST_SKINS = tuple(_SKINS)


def post(
    entry: Entry,
    *,
    skin: str = "table",
    language: str = "en",
    hits: int | None = None,
    neighbours: Neighbours = (None, None),
) -> str:
    """The whole page of a post."""
    labels = LABELS[language]
    button = f'<div class="btn_area"><a href="sub3.jsp?brdType=L&amp;thisPage=1">{labels["list"]}</a></div>\n'
    return page(
        _SKINS[skin](entry, labels, entry.hits if hits is None else hits, neighbours) + button,
        language=language,
    )
