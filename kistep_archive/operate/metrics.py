"""The archive's health as metrics in Prometheus' text format, for the textfile collector of its node
exporter."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kistep_archive.model.documents import Document

_PREFIX = "kistep_archive_"
_BEGIN = f"# HELP {_PREFIX}"
_Sample = tuple[dict[str, str], float]


def as_text(status: Document) -> str:
    """The metrics of a `status` document. What is unknown, such as a run that never was, has no sample."""
    lines = list[str]()
    for name, meaning, samples in _metrics(status):
        lines += [f"# HELP {_PREFIX}{name} {meaning}", f"# TYPE {_PREFIX}{name} gauge"]
        lines += [f"{_PREFIX}{name}{_labels(labels)} {value:.15g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def is_metrics(path: Path) -> bool:
    """Whether a file is one that this program wrote."""
    with path.open("rb") as file:
        return file.read(len(_BEGIN)) == _BEGIN.encode()


def _metrics(status: Document) -> Iterator[tuple[str, str, list[_Sample]]]:
    boards = [({"board": row["board"]}, row) for row in status["results"]]
    yield "exit_code", "What status --check exits with.", [({}, status["exit_code"])]
    for name, meaning in (
        ("posts", "Posts of a board, the removed ones included."),
        ("removed", "Removed posts of a board."),
        ("revised", "Posts of a board that were edited."),
    ):
        yield name, meaning, [(board, row[name]) for board, row in boards]
    yield "problems", "Causes why a board needs attention.", [(b, len(row["causes"])) for b, row in boards]
    complete = [(board, _seconds(row["last_complete_run"])) for board, row in boards]
    yield (
        "last_complete_run_timestamp_seconds",
        "When the last complete run over a board ended.",
        [(board, seconds) for board, seconds in complete if seconds is not None],
    )
    verified, size = status["verified"], status["size"]
    at = _seconds(verified and verified["at"])
    yield "verify_timestamp_seconds", "When verify ran last.", [] if at is None else [({}, at)]
    yield "verify_findings", "What verify found.", [({}, verified["findings"])] if verified else []
    for part in ("evidence", "database"):
        yield f"{part}_bytes", f"Size of the {part}.", [({}, size[part])] if size else []


def _seconds(instant: str | None) -> float | None:
    return None if instant is None else datetime.fromisoformat(instant).timestamp()


def _labels(labels: dict[str, str]) -> str:
    """The labels in braces; a value's backslashes, quotes and line breaks are escaped."""
    if not labels:
        return ""
    escaped = {
        name: value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"
