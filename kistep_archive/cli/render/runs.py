"""What a run, an import, a rebuild or a check did, as text or JSON."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from kistep_archive.cli.render.rows import Columns
from kistep_archive.display import in_bytes, plural, printable
from kistep_archive.evidence.events import COUNTERS
from kistep_archive.model.documents import Document

if TYPE_CHECKING:
    from kistep_archive.audit.survey import Finding
    from kistep_archive.audit.verify import Report
    from kistep_archive.crawl.runner import Ended
    from kistep_archive.importers.import_result import ImportResult
    from kistep_archive.importers.wayback_client import WaybackDownload
    from kistep_archive.ingest.rebuild_result import RebuildResult
    from kistep_archive.operate.doctor.findings import DoctorFinding


_SHORT = 60  # characters of a value, enough to tell it from another


CHECKS = Columns(*2 * [("level", "area", "words", "next")])
FINDINGS = Columns(
    ("object", "offset", "what", "advice", "file"),
    ("object", "offset", "what", "advice"),
)
CHANGES = Columns(*2 * [("post", "place", "field", "before", "after", "lost")])


_MOST_FINDINGS = 10  # of one cause, that a person is shown


def doctor_document(findings: "list[DoctorFinding]", code: int) -> Document:
    """The findings of `doctor` as plain data."""
    rows = [{name: getattr(finding, name) for name in CHECKS.every} for finding in findings]
    return {"total": len(rows), "results": rows, "exit_code": code}


def finding_as_text(finding: "DoctorFinding") -> str:
    """A finding of `doctor`: its level, its area and what it says; below it what to do next."""
    line = printable(f"{finding.level:<5} {finding.area:<26} {finding.words}").replace("\n", " ")
    return f"{line}\n{'':32} -> {printable(finding.next)}" if finding.next else line


def run_line(run: int, counts: dict[str, int], reason: str) -> str:
    """A complete run in one line."""
    posts = ", ".join(
        f"{counts.get(name, 0)} {name}" for name in ("new", "revised", "unchanged", "restored", "removed")
    )
    requests = plural(counts.get("requested", 0), "request")
    return printable(f"run {run} is complete: {posts}; {requests}{f' ({reason})' if reason else ''}")


def run_document(run: "Ended", posts: Document) -> Document:
    """A run as plain data, with every counter; the results are the posts that a dry run would fetch. `posts`
    are those that the run changed, see `run_changes.of_run`."""
    counts = {name: run.counts.get(name, None if name == "declared_total" else 0) for name in COUNTERS}
    facts = {"run": run.run, "exit_code": run.exit_code, "reason": run.reason, "counts": counts}
    return {"total": len(run.planned), "results": run.planned, **facts, **posts}


def import_document(result: "ImportResult") -> Document:
    """An import as plain data."""
    skipped = [{"reason": reason, "count": count} for reason, count in result.skipped.most_common()]
    return {
        "total": len(skipped),
        "results": skipped,
        "run": result.run,
        "held": result.known,
        "taken": result.runs_taken_over,
        "held_runs": result.known_runs,
        "held_back": result.quarantined,
        "apart": result.apart,
        "suspicious": result.suspicious,
        "counts": dict(result.counts),
        "damage": result.damage,
        "misdated": result.misdated,
        "unreadable": result.unreadable,
        "contradictions": result.contradictions,
    }


def rebuild_document(result: "RebuildResult") -> Document:
    """A rebuild as plain data."""
    changes = [asdict(change) | {"lost": change.lost} for change in result.changes]
    counts = {"files": result.files, "pages": result.pages, "posts": result.posts, "lost": len(result.lost)}
    return {
        "total": len(changes),
        "results": changes,
        **counts,
        "damage": result.damage,
        "suspicious": result.suspicious,
        "shrunk": len(result.shrunk),
        "compared": result.compared,
        "added": result.added,
    }


def rebuild_as_text(result: "RebuildResult", *, dry_run: bool) -> str:
    """A rebuild for a person: each value that differs, then the numbers."""
    lines = [
        f"post {change.post}, {change.field}: {_short(change.before)} → "
        f"{'lost' if change.lost else _short(change.after)}  ({change.place})"
        for change in result.changes
    ]
    pages = f"{plural(result.pages, 'page')} in {plural(result.files, 'WARC file')}"
    holds = "would hold" if dry_run else "holds"
    if result.shrunk:
        lines.append(f"{len(result.shrunk)} bodies keep half of their words or fewer: is the skin right?")
    summary = f"the database {holds} {plural(result.posts, 'post')}, from {pages}; {_comparison(result)}"
    return printable("\n".join([*lines, summary]))


def _comparison(result: "RebuildResult") -> str:
    if result.is_first:
        return "there was no database to compare it with"
    if not result.compared:
        return "the old database could not be read, so nothing was compared"
    added = f"{plural(result.added, 'page')} of posts come in that the old database did not have"
    if not result.changes:
        return added if result.added else "nothing differs from the old database"
    counts = Counter(change.field for change in result.changes)
    fields = ", ".join(f"{count} {name}" for name, count in counts.items())
    changed = f"{plural(len(result.changes), 'value')} changed ({fields}), {len(result.lost)} lost"
    return f"{changed}; {added}" if result.added else changed


def _short(text: str | None) -> str:
    line = " ".join((text or "nothing").split())
    return repr(line if len(line) <= _SHORT else line[:_SHORT] + "…") if text else "nothing"


def wayback_document(result: "WaybackDownload") -> Document:
    """A `backfill --wayback` as plain data: the results are the captures that failed."""
    summary = asdict(result)
    failed = summary.pop("failed")
    return {"total": len(failed), "results": failed, **summary}


def wayback_line(result: "WaybackDownload") -> str:
    """A `backfill --wayback` in one line."""
    searches = f"{result.searched:,} {'search' if result.searched == 1 else 'searches'}"
    counts = f"{result.held} already in the archive · {result.fetched} fetched · {len(result.failed)} failed"
    line = f"{plural(result.found, 'capture')} in {searches}: {counts}"
    return printable(f"{line}; stopped: {result.stopped}" if result.stopped else line)


def verify_document(report: "Report") -> Document:
    """A verification as plain data."""
    summary = asdict(report)
    results = summary.pop("findings")
    return {"total": len(results), "results": results, "summary": summary}


def verify_as_text(report: "Report") -> str:
    """A verification for a person: the findings by their cause, then the notes, then how much was read."""
    size = in_bytes(report.bytes)
    records = f"{plural(report.records, 'record')} in {plural(report.files, 'WARC file')} ({size})"
    read = f"{records} and {plural(report.rows, 'row')} checked in {report.seconds:.1f} s"
    verdict = plural(len(report.findings), "finding") if report.findings else "no damage"
    notes = (f"note: {note}" for note in report.notes)
    return printable("\n".join([*_by_cause(report.findings), *notes, f"{verdict}: {read}"]))


def _by_cause(findings: "list[Finding]") -> Iterator[str]:
    """A line for a finding that is alone in its cause; for several the cause's advice, once, and below it the
    first of them."""
    causes: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        causes.setdefault(finding.cause, []).append(finding)
    for (_, advice), group in causes.items():
        if len(group) == 1:
            yield str(group[0])
            continue
        yield f"{len(group):,} findings with one cause: {advice}"
        yield from (f"    {each.fault}" for each in group[:_MOST_FINDINGS])
        if len(group) > _MOST_FINDINGS:
            yield f"    and {len(group) - _MOST_FINDINGS:,} more; --json lists them all"
