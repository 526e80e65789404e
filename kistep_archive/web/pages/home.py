"""The home page: a search box, the latest changes, posts a year, and the health of the boards."""

from kistep_archive.display import some_of
from kistep_archive.model.documents import Document
from kistep_archive.query.stats import by_year
from kistep_archive.web.charts import bars
from kistep_archive.web.pages.page import Page, Visit
from kistep_archive.web.pages.rows import change_rows

_LATEST = 12


def home(visit: Visit) -> Page:
    """The archive at a glance."""
    archive = visit.archive
    status = visit.recall("status", lambda: archive.status(now=visit.now))
    latest = visit.recall("latest", lambda: change_rows(archive.latest(_LATEST), _LATEST))
    years: dict[str, int] = {}
    for board in status["results"]:
        for year, number in board["per_year"].items():
            years[year] = years.get(year, 0) + number
    total = sum(board["posts"] for board in status["results"])
    boards = [_board(row) for row in status["results"]]
    last = next((run for run in status["runs"] if run["finished_at"]), None)
    return Page(
        path="",
        template="home.html",
        title=visit.texts("An archive of {boards}", boards=_names(visit, boards)),
        values={
            "latest": latest,
            "total": total,
            "chart": bars(by_year(years), "years/{}"),
            "boards": boards,
            "removed": sum(board["removed"] for board in status["results"]),
            "revised": sum(board["revised"] for board in status["results"]),
            "last_run": last,
        },
        document={"total": total, "boards": boards, "years": years, "latest": latest},
        feed="feed",
    )


def _names(visit: Visit, boards: list[Document]) -> str:
    """The titles of the boards that have posts, of all known ones if none has, and their hosts."""
    with_posts = {board["board"] for board in boards if board["posts"]}
    rows = [row for row in visit.archive.boards if row.name in with_posts] or visit.archive.boards
    rows = [row for row in rows if not row.retired] or rows
    hosts = dict.fromkeys(row.location().host for row in rows)
    return f"{some_of(dict.fromkeys(row.title for row in rows), 3)} ({some_of(hosts, 3)})"


def _board(row: Document) -> Document:
    facts = (
        "board",
        "posts",
        "newest",
        "removed",
        "revised",
        "last_complete_run",
        "health",
        "reason",
        "notes",
    )
    return {name: row[name] for name in facts}
