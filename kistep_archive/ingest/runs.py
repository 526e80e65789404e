"""The start of a run: its number, its evidence file, its row in the ledger."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import RunStart
from kistep_archive.model import archive_toml
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.outcomes import Decision, RunKind
from kistep_archive.store.rows import runs
from kistep_archive.store.store import Store
from kistep_archive.version import __version__, user_agent
from kistep_archive.warc import writer

# free bytes on the disk that a run needs to start; the database's log alone may use half of it
FLOOR = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does: whether it `walks` the listings, to their end if `whole`, for posts of which days
    (`since`, `until`), how many requests it may use for visiting posts again, and whether its guards are off
    (`accept`). With `posts` it reads only the first page of a listing and so many of its posts."""

    walks: bool = True
    whole: bool = False
    since: str | None = None
    until: str | None = None
    budget: int = 0
    posts: int | None = None
    accept: bool = False  # the user accepts the changes that the guards would hold back


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What run is to start: its kind, its boards, all that are known (`catalogue`), the origin that answers
    ("": the boards' own hosts), and the arguments that its evidence records."""

    kind: RunKind
    boards: tuple[Board, ...]
    catalogue: Catalogue
    base: str
    arguments: Mapping[str, object]


def crawl_arguments(
    names: Iterable[str], delay: float | None, plan: Plan, *, files: bool
) -> dict[str, object]:
    """The arguments that a run over boards records. The keys are a format, see docs/evidence-format.md."""
    return {"boards": list(names), "delay": delay, **asdict(plan)} | ({} if files else {"files": False})


def import_arguments(paths: Iterable[Path]) -> dict[str, object]:
    """The arguments that an import of these files records."""
    return {"files": [str(path) for path in paths]}


def decision_arguments(decision: Decision, references: Iterable[str]) -> dict[str, object]:
    """The arguments that a decision about these posts records."""
    return {"decision": decision, "posts": list(references)}


def open_run(folder: Path, store: Store, order: RunOrder, started: str) -> tuple[RunStart, writer.Writer]:
    """Opens a run's evidence file with its first record, durable, and then adds the run's row to the
    ledger."""
    number = next_number(folder, store)
    name = f"{number:06d}-{order.kind}-{started[:19].replace('-', '').replace(':', '')}Z"
    recorded = {**order.arguments, "origin": order.base or run_log.OWN_HOSTS}
    guarded = order.kind is not RunKind.IMPORT and not recorded.get("accept")
    began = RunStart(
        number,
        name,
        order.kind,
        started,
        order.base,
        sorted({board.name for board in order.boards}),
        recorded,
        order.catalogue.rows,
        guarded,
    )
    info = run_log.started(
        began, f"kistep-archive/{__version__}", user_agent(archive_toml.read(folder).contact)
    )
    evidence = writer.Writer(folder / "warc", name)
    try:
        evidence.info(info, started)
        evidence.sync()
        runs.begin(store.conn, began)
    except (OSError, sqlite3.Error):
        evidence.leave()
        raise
    return began, evidence


def next_number(folder: Path, store: Store) -> int:
    """One more than the number of any run in the ledger or the evidence files: after a rebuild no run may
    overwrite evidence."""
    names = (path.name.partition("-")[0] for path in (folder / "warc").glob("*.warc.gz*"))
    return max([runs.last_id(store.conn), *(int(name) for name in names if name.isdigit())]) + 1
