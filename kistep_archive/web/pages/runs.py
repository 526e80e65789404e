"""The ledger of runs, and a page for each: what it brought, what failed, and how politely it asked."""

from dataclasses import asdict

from kistep_archive.audit import politeness
from kistep_archive.model.documents import Document
from kistep_archive.query.rows import Run
from kistep_archive.store.lock import holder
from kistep_archive.web.filters import size
from kistep_archive.web.pages.page import Page, PageNotFoundError, Visit
from kistep_archive.web.pages.rows import PER_PAGE, check_page, count_pages, cut

_MOST_EVIDENCE = 8_000_000  # bytes of a run's file


def runs(visit: Visit, number: str = "1") -> Page:
    """Every run, the last one first."""
    every = list(visit.archive.runs())
    check_page(int(number), len(every))
    rows = [_row(run) for run in cut(reversed(every), int(number))]
    active = "" if visit.archive.as_of or visit.links.published else progress_words(visit)
    return Page(
        path="runs" if int(number) == 1 else f"runs/page-{number}",
        template="runs.html",
        title=visit.texts("Runs"),
        values={
            "rows": rows,
            "total": len(every),
            "number": int(number),
            "pages": count_pages(len(every), PER_PAGE),
            "active": active,
            "path": "runs",
        },
        document={"total": len(every), "active": active, "results": rows},
    )


def progress_words(visit: Visit) -> str:
    """Who writes the archive now, and how much evidence the run has; "" if nobody writes."""
    active = holder(visit.archive.folder)
    sizes = [path.stat().st_size for path in visit.archive.warc.glob("*.open")]
    evidence = visit.texts("{size} of evidence so far", size=size(sum(sizes)))
    return f"{active}; {evidence}" if active and sizes else active


def now(visit: Visit) -> Page:
    """Whether a run is active: the small document that a page asks for again and again."""
    active = progress_words(visit)
    return Page("runs/now", "now.html", visit.texts("Runs"), {"active": active}, {"active": active})


def run(visit: Visit, number: str) -> Page:
    """One run, with what it could not fetch."""
    found = next((each for each in visit.archive.runs() if each.id == int(number)), None)
    if found is None:
        raise PageNotFoundError(f"This archive has no run {number}.")
    failures = [asdict(failure) for failure in visit.archive.failures(found.id)]
    conduct = _conduct(visit, found)
    return Page(
        path=f"runs/{found.id}",
        template="run.html",
        title=visit.texts("Run {number}", number=found.id),
        values={"run": _row(found), "failures": failures, "conduct": conduct},
        document=_row(found) | {"failures": failures, "politeness": conduct},
    )


def _conduct(visit: Visit, run: Run) -> Document | None:
    """How politely a finished run asked, by its evidence; None if it has none, or so much that reading it
    takes longer than a reader waits."""
    files = list(visit.archive.warc.glob(f"{run.id:06}-*.warc.gz"))
    if not run.finished_at or not files or files[0].stat().st_size > _MOST_EVIDENCE:
        return None

    def examine() -> Document | None:
        conduct = politeness.of_run(visit.archive.folder, run.id)
        return None if conduct is None else asdict(conduct) | {"verdict": conduct.verdict.value}

    return visit.recall(f"conduct of run {run.id}", examine)


def _row(run: Run) -> Document:
    return asdict(run) | {"boards": list(run.boards), "arguments": dict(run.arguments)}
