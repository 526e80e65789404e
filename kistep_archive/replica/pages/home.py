"""The site's home page: a popup layer, the newest posts with cut titles, and nothing of any one post."""

from collections.abc import Iterable

from kistep_archive.replica.content import Entry
from kistep_archive.replica.pages.frame_es import NEWS, page, post_address
from kistep_archive.replica.pages.markup import escaped

_SHOWN = 4
_CUT = 24  # characters of a title


def home(entries: Iterable[Entry], *, language: str) -> str:
    """The home page with the newest of these entries."""
    items = "".join(_item(entry) for entry in list(entries)[:_SHOWN])
    popup = '<div id="issue"><h2 class="title">POPUP</h2><p class="label">Popups: <span>0</span></p></div>'
    section = f'<article class="latest_news"><h2>News</h2><ul class="news_list">{items}</ul></article>'
    return page(popup + section, language=language, mid=NEWS[0])


def _item(entry: Entry) -> str:
    address = post_address(entry.number, mid=NEWS[0], bid=NEWS[1], page_number=1)
    year, month, day = entry.date.split("-")
    title = entry.title if len(entry.title) <= _CUT else f"{entry.title[:_CUT]}.."
    date = f'<span class="date">{year}.{month}.<span>{day}</span></span>'
    return f'<li><a class="txt" href="{address}">{escaped(title)}</a>{date}</li>\n'
