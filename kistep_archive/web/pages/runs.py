"""The ledger of runs, and a page for each: what it brought and what failed."""

from dataclasses import asdict

from kistep_archive.model.documents import Document
from kistep_archive.query.rows import Run
from kistep_archive.store.lock import holder
from kistep_archive.web.pages.page import Page, PageNotFoundError, Visit
from kistep_archive.web.pages.rows import PER_PAGE, check_page, cut, pages_of


def runs(visit: Visit, number: str = "1") -> Page:
    """Every run, the last one first."""
    every = list(visit.archive.runs())
    check_page(int(number), len(every))
    rows = [_row(run) for run in cut(reversed(every), int(number))]
    active = "" if visit.archive.as_of or visit.links.published else holder(visit.archive.folder)
    return Page(
        path="runs" if int(number) == 1 else f"runs/page-{number}",
        template="runs.html",
        title=visit.texts("Runs"),
        values={
            "rows": rows,
            "total": len(every),
            "number": int(number),
            "pages": pages_of(len(every), PER_PAGE),
            "active": active,
            "path": "runs",
        },
        document={"total": len(every), "active": active, "results": rows},
    )


def run(visit: Visit, number: str) -> Page:
    """One run, with what it could not fetch."""
    found = next((each for each in visit.archive.runs() if each.id == int(number)), None)
    if found is None:
        raise PageNotFoundError(f"This archive has no run {number}.")
    failures = [asdict(failure) for failure in visit.archive.failures(found.id)]
    return Page(
        path=f"runs/{found.id}",
        template="run.html",
        title=visit.texts("Run {number}", number=found.id),
        values={"run": _row(found), "failures": failures},
        document=_row(found) | {"failures": failures},
    )


def _row(run: Run) -> Document:
    return asdict(run) | {"boards": list(run.boards), "arguments": dict(run.arguments)}
