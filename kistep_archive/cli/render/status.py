"""What `status` and `status --politeness` print."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from kistep_archive.cli.render import chart
from kistep_archive.cli.render.plain import table
from kistep_archive.cli.render.rows import Columns
from kistep_archive.display import ago, in_bytes, plural, printable, some_of
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import Verdict
from kistep_archive.operate.causes import damage, english

if TYPE_CHECKING:
    from kistep_archive.audit.politeness import PolitenessReport


_BOARDS = {
    "board": "BOARD",
    "posts": "POSTS",
    "newest": "NEWEST",
    "merged": "MERGED",
    "revised": "REVISED",
    "removed": "REMOVED",
    "complete": "COMPLETE",
    "health": "HEALTH",
}
_RUNS = {
    "id": "RUN",
    "kind": "KIND",
    "started": "STARTED (UTC)",
    "verdict": "VERDICT",
    "new": "NEW",
    "revised": "REVISED",
    "removed": "REMOVED",
    "failed": "FAILED",
}
_SHORT = 100  # characters of the message of a run that is not the newest
_MOST_VIOLATIONS = 10  # that a person is shown
_POLITENESS = {
    "run": "RUN",
    "kind": "KIND",
    "requests": "REQUESTS",
    "gap": "SMALLEST GAP",
    "rest": "SMALLEST REST",
    "verdict": "VERDICT",
}
_RED, _GREEN, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"


def status_as_text(document: Document, now: datetime, *, color: bool = False) -> str:
    """The archive's health for a person: the boards, what each needs and why, posts per year, the last runs,
    notes. Its tables fit 80 columns."""
    boards = [
        row | {"complete": ago(row["last_complete_run"], now), "health": english(row["health"])}
        for row in document["results"]
    ]
    attention = [line for row in boards for line in _causes(row, color)]
    years = [
        f"{printable(row['board'])}, posts per year: {chart.line(row['per_year'])}"
        for row in boards
        if row["per_year"]
    ]
    ambiguous = map(_ambiguous, document["kept_apart"])
    notes = [f"note: {printable(note)}" for row in boards for note in row["notes"]]
    runs = _runs(_shorten(document["runs"], "\n".join(attention)))
    about = [*_verified(document, now, color), *_size(document["size"])]
    return "\n".join([*_boards(boards, color), *attention, *years, *about, "", *runs, *ambiguous, *notes])


def _runs(runs: list[Document]) -> Iterator[str]:
    """The table of the runs, below each the reason why it is not complete."""
    started = [run | {"started": f"{run['started_at'][:10]} {run['started_at'][11:16]}"} for run in runs]
    heading, *lines = table(started, _RUNS).split("\n")
    yield heading
    for run, line in zip(runs, lines, strict=False):
        yield line
        if run["reason"]:
            yield "     " + printable(run["reason"]).replace("\n", " ")


def _size(size: Document | None) -> Iterator[str]:
    if size:
        evidence, added = in_bytes(size["evidence"]), in_bytes(size["added"]["30_days"])
        yield f"size: {evidence} of evidence ({added} in 30 days), database {in_bytes(size['database'])}"


def _shorten(runs: list[Document], shown: str) -> list[Document]:
    """The runs, newest first. Of those that failed only the newest has its whole message, unless it was shown
    already; the others have its beginning."""
    failed = [run for run in runs if run["reason"] and run["verdict"] != Verdict.COMPLETE]
    short = {
        run["id"]: _beginning(run["reason"])
        for run in failed
        if run is not failed[0] or printable(run["reason"]).replace("\n", " ") in shown
    }
    return [run | {"reason": short.get(run["id"], run["reason"])} for run in runs]


def _beginning(message: str) -> str:
    """The first words of a message, whole if it is short."""
    if len(message) <= _SHORT:
        return message
    return f"{message[:_SHORT].rpartition(' ')[0] or message[:_SHORT]} …"


def _verified(document: Document, now: datetime, color: bool) -> list[str]:
    """What the last `verify` found, if it ever ran."""
    verified = document["verified"]
    if problem := damage(document):
        attention = _paint("needs attention", _RED, color)
        line = printable(problem["words"]).replace("\n", " ")
        return [f"the archive {attention}: {line}\n    -> {printable(problem['next'])}"]
    part = "" if not verified or verified["everything"] else " of a sample"
    return (
        [f"last verify{part}: {ago(verified['at'], now)}, no damage"] if verified else ["last verify: never"]
    )


def _ambiguous(row: Document) -> str:
    posts = some_of(row["posts"])
    return f"not merged (ambiguous): posts {posts} ({row['date']}, {printable(row['title'])})"


def _boards(rows: list[Document], color: bool) -> list[str]:
    heading, *lines = table(rows, _BOARDS).split("\n")
    if color and rows:
        lines = [
            line.removesuffix(row["health"]) + _paint(row["health"], _RED if row["causes"] else _GREEN, color)
            for line, row in zip(lines, rows, strict=True)
        ]
    return [heading, *lines]


def _causes(row: Document, color: bool) -> Iterator[str]:
    attention = _paint("needs attention", _RED, color)
    for cause in row["causes"]:
        reason = printable(f"{english(cause['cause'])}: {cause['words']}").replace("\n", " ")
        yield f"{printable(row['board'])} {attention}: {reason}\n    -> {printable(cause['next'])}"


def _paint(text: str, code: str, color: bool) -> str:
    return f"{code}{text}{_PLAIN}" if color else text


COLUMNS = Columns(
    (
        *("board", "posts", "newest", "removed", "revised", "merged", "last_complete_run", "health"),
        *("reason", "causes", "notes", "per_year"),
    ),
    ("board", "posts", "newest", "merged", "revised", "removed", "last_complete_run", "health", "reason"),
)
VIOLATIONS = Columns(*2 * [("run", "rule", "words", "file", "offset")])


def politeness(report: "PolitenessReport", rules: tuple[str, ...]) -> Document:
    """The politeness of the archive's runs, as `--json` prints it: the results are the violations."""
    runs = [asdict(run) | {"verdict": run.verdict} for run in report.runs]
    results = [violation for run in runs for violation in run.pop("violations")]
    summary = {
        "verdict": report.verdict,
        "exit_code": report.exit_code,
        "smallest_gap": report.smallest_gap,
        "rules": {rule: report.rule(rule) for rule in rules},
    }
    return {"total": len(results), "results": results, **summary, "runs": runs, "notes": report.notes}


def politeness_as_text(document: Document) -> str:
    """The same for a person: the runs, the rules, the violations, what could not be checked, notes."""
    runs = [
        run | {"gap": _seconds(run["smallest_gap"]), "rest": _seconds(run["smallest_rest"])}
        for run in document["runs"]
    ]
    smallest = _seconds(document["smallest_gap"])
    lines = [table(runs, _POLITENESS), "", f"smallest gap between two requests to a host: {smallest}"]
    lines += [f"{rule}: {verdict}" for rule, verdict in document["rules"].items()]
    lines += [
        f"run {row['run']} violates {row['rule']}: {row['words']} ({row['file']} at {row['offset']})"
        for row in document["results"][:_MOST_VIOLATIONS]
    ]
    if document["total"] > _MOST_VIOLATIONS:
        lines.append(
            f"and {plural(document['total'] - _MOST_VIOLATIONS, 'more violation')}; --json lists them all"
        )
    for run in document["runs"]:
        lines += _unchecked(run)
    return printable("\n".join([*lines, *(f"note: {note}" for note in document["notes"])]))


def _unchecked(run: Document) -> Iterator[str]:
    """What of a run could not be checked."""
    for place in run["damage"]:
        yield f"run {run['run']} cannot be checked completely: {place}"
    if run["undated"]:
        yield (
            f"run {run['run']}: the evidence of {plural(run['undated'], 'request')} does not say when it "
            "was sent"
        )


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f} s"
