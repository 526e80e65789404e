"""The progress bar of a crawl, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kistep_archive.crawl.ledger import Ledger
from kistep_archive.crawl.session import Session
from kistep_archive.display import some_of


@contextmanager
def progress_bar(session: Session, quiet: bool) -> Iterator[None]:
    """Shows boards, pages, posts, new and revised posts, and the rate while the run continues. rich obeys
    NO_COLOR by itself."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(
            some_of(sorted({board.name for board in session.boards}), 3), total=None, counts=""
        )

        def update(ledger: Ledger) -> None:
            posts = sum(ledger.counts[name] for name in ("new", "revised", "unchanged", "restored"))
            elapsed = progress.tasks[0].elapsed or 0.0
            rate = f"{ledger.counts['fetched'] / elapsed:.1f}/s" if elapsed > 1 else ""
            progress.update(
                task,
                completed=posts,
                total=sum(ledger.totals.values()) or None,
                counts=f"posts · {ledger.counts['pages']} pages · {ledger.counts['new']} new, "
                f"{ledger.counts['revised']} revised {rate}",
            )

        session.recorder.on_count = update
        yield
