"""The archive's health and its conduct, printed: `status` and `status --politeness`."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from kistep_archive.cli import text_chart
from kistep_archive.cli.render import Answer, table
from kistep_archive.display import printable

if TYPE_CHECKING:
    from kistep_archive.audit.politeness import Report


_BOARDS = {
    "board": "BOARD",
    "posts": "POSTS",
    "newest": "NEWEST",
    "merged": "MERGED",
    "revised": "REVISED",
    "removed": "REMOVED",
    "last_complete_run": "LAST COMPLETE RUN",
    "health": "HEALTH",
}
_RUNS = {
    "id": "RUN",
    "kind": "KIND",
    "started_at": "STARTED",
    "verdict": "VERDICT",
    "new": "NEW",
    "revised": "REVISED",
    "removed": "REMOVED",
    "failed": "FAILED",
    "reason": "REASON",
}
_SHOWN = 10  # violations that a person is shown
_RED, _GREEN, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"


def status_as_text(answer: Answer, *, color: bool = False) -> str:
    """The archive's health for a person: why each board is red and what to do about it; red and green where the terminal shows colours."""
    apart = [
        f"kept apart, because more than one fits: posts {', '.join(map(str, row['posts']))} ({row['date']}, {printable(row['title'])})"
        for row in answer["kept_apart"]
    ]
    red = [line for row in answer["results"] for line in _causes(row, color)]
    notes = [f"note: {printable(note)}" for row in answer["results"] for note in row["notes"]]
    years = [f"{printable(row['board'])}, posts a year: {text_chart.line(row['per_year'])}" for row in answer["results"] if row["per_year"]]
    return "\n".join([*_boards(answer["results"], color), *red, *years, "", table(answer["runs"], _RUNS), *apart, *notes])


def _boards(rows: list[Answer], color: bool) -> list[str]:
    heading, *lines = table(rows, _BOARDS).split("\n")
    if color and rows:
        lines = [
            line.removesuffix(row["health"]) + _colored(row["health"], _RED if row["causes"] else _GREEN, color)
            for line, row in zip(lines, rows, strict=True)
        ]
    return [heading, *lines]


def _causes(row: Answer, color: bool) -> Iterator[str]:
    for cause in row["causes"]:
        words = printable(f"{cause['cause']}: {cause['words']}").replace("\n", " ")
        yield f"{printable(row['board'])} is {_colored('red', _RED, color)}: {words}\n    -> {printable(cause['next'])}"


def _colored(text: str, code: str, color: bool) -> str:
    return f"{code}{text}{_PLAIN}" if color else text


def politeness(report: "Report", rules: tuple[str, ...]) -> Answer:
    """How polite the archive's runs were, as `--json` prints it: the results are the violations."""
    runs = [asdict(run) | {"verdict": run.verdict} for run in report.runs]
    results = [violation for run in runs for violation in run.pop("violations")]
    summary = {
        "verdict": report.verdict,
        "exit_code": 0 if report.verdict == "obeyed" else 3,
        "smallest_gap": report.smallest_gap,
        "rules": {rule: report.rule(rule) for rule in rules},
    }
    return {"total": len(results), "results": results, **summary, "runs": runs, "notes": report.notes}


def politeness_as_text(answer: Answer) -> str:
    """The same for a person: the runs, the rules, what was not kept, what is worth a word."""
    columns = {"run": "RUN", "kind": "KIND", "requests": "REQUESTS", "gap": "SMALLEST GAP", "rest": "SMALLEST REST", "verdict": "VERDICT"}
    runs = [run | {"gap": _seconds(run["smallest_gap"]), "rest": _seconds(run["smallest_rest"])} for run in answer["runs"]]
    lines = [table(runs, columns), "", f"smallest gap between two requests to a host: {_seconds(answer['smallest_gap'])}"]
    lines += [f"{rule}: {verdict}" for rule, verdict in answer["rules"].items()]
    lines += [
        f"run {row['run']} violates {row['rule']}: {row['words']} ({row['file']} at {row['offset']})" for row in answer["results"][:_SHOWN]
    ]
    if answer["total"] > _SHOWN:
        lines.append(f"and {answer['total'] - _SHOWN} more violations; --json lists them all")
    for run in answer["runs"]:
        lines += [f"run {run['run']} cannot be seen in full: {damage}" for damage in run["damage"]]
        if run["undated"]:
            lines.append(f"run {run['run']}: of {run['undated']} of its requests the records do not tell when they were sent")
    return printable("\n".join([*lines, *(f"note: {note}" for note in answer["notes"])]))


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f} s"
