"""The search: the language and the ranking of the command line, with filters and their counts."""

from typing import Any

from kistep_archive.model.documents import Document
from kistep_archive.model.tokens import folded
from kistep_archive.query.facets import Facets
from kistep_archive.query.filters import Conditions
from kistep_archive.query.search.search import SORTS, Search
from kistep_archive.query.stats import by_year
from kistep_archive.web.charts import bars
from kistep_archive.web.pages.page import Page, Visit
from kistep_archive.web.pages.rows import check_page, count_pages, post_row

PER_PAGE = 20
_MANY = 5_000  # matches from which on the counts of the filters take longer than the search itself
_WRITERS = 12
_CHOICES = ("removed", "has_file")
_WORDS = ("q", "board", "writer", "since", "until", "sort")


def search(visit: Visit) -> Page:
    """The posts that a query and filters choose. Raises ArchiveError (2) for a part of the query that cannot
    be understood."""
    query, given, number = visit.asked("q") or "", conditions(visit), visit.number("page")
    found = _found(visit, query, given, number)
    check_page(number, found.total, PER_PAGE)
    counted = _counted(visit, query, given, found.total)
    results = [post_row(post) | {"snippet": post.snippet, "score": post.score} for post in found]
    asked = {name: text for name in (*_WORDS, *_CHOICES) if (text := visit.asked(name))}
    return Page(
        path="search",
        template="search.html",
        title=f"{query} - {visit.texts('Search')}" if query else visit.texts("Search"),
        values={
            "query": query,
            "asked": asked,
            "results": results,
            "total": found.total,
            "number": number,
            "pages": count_pages(found.total, PER_PAGE),
            "facets": counted,
            "writers": _writers(counted) if counted else [],
            "chart": bars(by_year(counted.years), "{}") if counted else None,
            "suggestions": found.suggestions,
            "remark": found.remark,
            "sorts": list(SORTS),
        },
        document=found.document | {"page": number, "facets": counted and _plain(counted)},
        feed="search",
        feed_query=asked,
    )


def _found(visit: Visit, query: str, given: Conditions, number: int) -> Search:
    def ask() -> Search:
        found = visit.archive.search(
            query, sort=visit.asked("sort") or "rank", limit=PER_PAGE, offset=(number - 1) * PER_PAGE, **given
        )
        assert found.total is not None  # reads it now, in the thread that asks
        return found

    sort = visit.asked("sort") or "rank"
    is_plain = not query and number == 1 and not any(each is not None for each in given.values())
    return visit.recall(f"search by {sort}", ask) if is_plain and sort in SORTS else ask()


def _counted(visit: Visit, query: str, given: Conditions, total: int) -> Facets | None:
    """The counts of the filters; None if they take long and nobody has asked for them by `counts=yes`."""
    if not query and not any(each is not None for each in given.values()):
        return visit.recall("facets", visit.archive.facets)
    if total > _MANY and not visit.choice("counts"):
        return None
    return visit.archive.facets(query or None, **given)


def form(visit: Visit) -> Page:
    """The search of a published site, which the browser answers itself."""
    counted = visit.archive.facets()
    return Page(
        path="search",
        template="search_form.html",
        title=visit.texts("Search"),
        values={"facets": counted, "many": visit.texts("{total} posts")},
        document=_plain(counted),
    )


def conditions(visit: Visit) -> Conditions:
    """The filters in the query."""
    return {
        "board": visit.asked("board"),
        "writer": visit.asked("writer"),
        "since": visit.asked("since"),
        "until": visit.asked("until"),
        "removed": visit.choice("removed"),
        "has_file": visit.choice("has_file"),
    }


def _writers(counted: Facets) -> list[tuple[str, int]]:
    """The writers with the most posts, each with the number that its filter gives: it finds every name that
    contains it."""
    names = [(name, folded(name), number) for name, number in counted.writers.items() if name]
    return [
        (name, sum(number for _, other, number in names if plain in other))
        for name, plain, _ in names[:_WRITERS]
    ]


def _plain(counted: Facets) -> Document:
    facts: dict[str, Any] = {
        name: getattr(counted, name) for name in ("boards", "years", "removed", "with_files")
    }
    return facts | {
        "writers": [{"writer": name, "posts": number} for name, number in counted.writers.items()]
    }
