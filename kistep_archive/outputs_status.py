"""The archive's health and its conduct, printed: `status` and `status --politeness`."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from kistep_archive.outputs import Answer, printable, table

if TYPE_CHECKING:
    from kistep_archive.politeness import Report


def status_as_text(answer: Answer) -> str:
    """The archive's health for a person."""
    columns = {
        "board": "BOARD",
        "posts": "POSTS",
        "newest": "NEWEST",
        "merged": "MERGED",
        "revised": "REVISED",
        "removed": "REMOVED",
        "last_complete_run": "LAST COMPLETE RUN",
        "health": "HEALTH",
    }
    runs = {
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
    apart = [
        f"kept apart, because more than one fits: posts {', '.join(map(str, row['posts']))} ({row['date']}, {printable(row['title'])})"
        for row in answer["kept_apart"]
    ]
    return "\n".join([table(answer["results"], columns), "", table(answer["runs"], runs), *apart])


def politeness(report: "Report", rules: tuple[str, ...]) -> Answer:
    """How polite the archive's runs were, as `--json` prints it: the results are the violations."""
    runs = [asdict(run) | {"verdict": run.verdict} for run in report.runs]
    results = [violation for run in runs for violation in run.pop("violations")]
    summary = {"verdict": report.verdict, "smallest_gap": report.smallest_gap, "rules": {rule: report.rule(rule) for rule in rules}}
    return {"total": len(results), "results": results, **summary, "runs": runs, "notes": report.notes}


def politeness_as_text(answer: Answer) -> str:
    """The same for a person: the runs, the rules, what was not kept, what is worth a word."""
    columns = {"run": "RUN", "kind": "KIND", "requests": "REQUESTS", "gap": "SMALLEST GAP", "rest": "SMALLEST REST", "verdict": "VERDICT"}
    runs = [run | {"gap": _seconds(run["smallest_gap"]), "rest": _seconds(run["smallest_rest"])} for run in answer["runs"]]
    lines = [table(runs, columns), "", f"smallest gap between two requests to a host: {_seconds(answer['smallest_gap'])}"]
    lines += [f"{rule}: {verdict}" for rule, verdict in answer["rules"].items()]
    lines += [f"run {row['run']} violates {row['rule']}: {row['words']} ({row['file']} at {row['offset']})" for row in answer["results"]]
    for run in answer["runs"]:
        lines += [f"run {run['run']} cannot be seen in full: {damage}" for damage in run["damage"]]
        if run["undated"]:
            lines.append(f"run {run['run']}: of {run['undated']} of its requests the records do not tell when they were sent")
    return printable("\n".join([*lines, *(f"note: {note}" for note in answer["notes"])]))


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f} s"
