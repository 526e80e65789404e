"""The home page: a search box, the latest changes, posts a year, and the health of the boards."""

from kistep_archive.model.documents import Document
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
        title=visit.texts("An archive of KISTEP's News & Event"),
        values={
            "latest": latest,
            "total": total,
            "chart": bars(dict(sorted(years.items())), "years/{}"),
            "boards": boards,
            "removed": sum(board["removed"] for board in status["results"]),
            "revised": sum(board["revised"] for board in status["results"]),
            "last_run": last,
        },
        document={"total": total, "boards": boards, "years": years, "latest": latest},
        feed="feed",
    )


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
