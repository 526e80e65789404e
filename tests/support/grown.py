"""Pages that grow: a small post or listing with one shape in it again and again, until it has a wanted size.
Time to read one must grow with its size and no faster, whatever the shape and wherever it stands."""

from itertools import count

from grown_shapes import page_href, pieces, post_href, row

from kistep_archive.http.response import Page

_HOST = "https://www.kistep.re.kr"
_ES = f"{_HOST}/board.es?mid=a20501000000&bid=0051"
_JSP = f"{_HOST}/eng/sub3.jsp"
URLS = {
    "es post": f"{_ES}&act=view&list_no=42794",
    "jsp post": f"{_JSP}?brdType=R&bbIdx=42794",
    "es listing": f"{_ES}&nPage=1",
    "jsp listing": f"{_JSP}?brdType=L&thisPage=1",
}


def _post_frame(kind: str, place: str) -> str:
    head = "<h3>A forum</h3><ul><li>Writer : KISTEP</li><li>Date : 2020-01-01</li><li>Hits : 7</li></ul>"
    number = '<form><input type="hidden" name="{}" value="42794"></form>'.format(
        "list_no" if kind == "es post" else "bbIdx"
    )
    body = {
        "before": "@@<div class='view'>HEAD<div class='contents'><p>Words.</p></div></div>",
        "head": "<div class='view'><div>@@</div>HEAD<div class='contents'><p>Words.</p></div></div>",
        "title": "<div class='view'><h3>A @@</h3>LABELS<div class='contents'><p>Words.</p></div></div>",
        "labels": "<div class='view'><h3>A</h3><ul><li>Writer : K</li><li>@@</li><li>Date : 2020-01-01</li>"
        "</ul><div class='contents'><p>Words.</p></div></div>",
        "body": "<div class='view'>HEAD<div class='contents'>@@</div></div>",
        "unnamed body": "<div class='view'>HEAD<div>@@</div></div>",
        "table body": "<div class='view'>HEAD<div class='contents'><table>@@</table></div></div>",
        "cell body": "<div class='view'>HEAD<table><tr><td>@@</td></tr></table></div>",
        "beside": "<div class='view'>HEAD@@<div class='contents'><p>Words.</p></div></div>",
        "loose": "<div class='view'>HEAD<p>Words.</p>@@</div>",
        "after": "<div class='view'>HEAD<div class='contents'><p>Words.</p></div>@@</div>",
        "list": "<div class='view'>HEAD<div class='contents'><p>Words.</p></div><ul>@@</ul></div>",
        "no labels": "<div class='view'><div>@@</div></div>",
    }[place]
    labels = head.partition("</h3>")[2]
    return body.replace("HEAD", head).replace("LABELS", labels) + number + "<p>Footer</p>"


def _listing_frame(kind: str, place: str) -> str:
    layout = kind.split()[0]
    header = "<tr><th>No</th><th>Title</th><th>Writer</th><th>Date</th><th>Hits</th></tr>"
    rows = "".join(row(post_href(layout, n), n) for n in range(900_001, 900_006))
    table = f"<div><p>Total 5</p><table>{header}{rows}</table></div>"
    pager = f'<div class="paging"><strong>1</strong><a href="{page_href(layout, 2)}">2</a></div>'
    cell = rows.replace("Post 900001", "Post 900001 @@", 1)
    return {
        "before": f"@@{table}{pager}",
        "after": f"{table}{pager}@@",
        "pager": f"{table}{pager.replace('</div>', '@@</div>')}",
        "rows": f"<table>{header}{rows}@@</table>{pager}",
        "header": f"<table>{header.replace('</tr>', '@@</tr>')}{rows}</table>{pager}",
        "cell": f"<table>{header}{cell.replace('@@</a>', '</a>@@')}</table>{pager}",
        "title": f"<table>{header}{cell}</table>{pager}",
        "list": f"<ul>@@</ul>{pager}",
        "alone": "<table>@@</table>",
        "box": f"<div>@@</div>{pager}",
    }[place]


POST_PLACES = ("before", "head", "title", "labels", "body", "unnamed body", "table body", "cell body")
POST_PLACES += ("beside", "loose", "after", "list", "no labels")
LISTING_PLACES = ("before", "after", "pager", "rows", "header", "cell", "title", "list", "alone", "box")


def places(kind: str) -> tuple[str, ...]:
    """Where a shape may stand in a page of this kind."""
    return POST_PLACES if kind.endswith("post") else LISTING_PLACES


def page(kind: str, place: str, shape: str, size: int) -> Page:
    """A page of this kind with so many bytes of one shape in it."""
    piece, filler, length = pieces(kind)[shape], [], 0
    for number in count(1):
        filler.append(piece(number))
        length += len(filler[-1].encode())
        if length >= size:
            break
    frame = _post_frame(kind, place) if kind.endswith("post") else _listing_frame(kind, place)
    html = f"<!DOCTYPE html><html><head><title>A forum</title></head><body>{frame}</body></html>"
    headers = (("Content-Type", "text/html;charset=UTF-8"),)
    return Page(
        URLS[kind], "2026-01-01T00:00:00Z", 200, headers, html.replace("@@", "".join(filler)).encode()
    )
