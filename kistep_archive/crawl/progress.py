"""The progress bar of a crawl, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kistep_archive.crawl.ledger import Ledger
from kistep_archive.crawl.session import Session
from kistep_archive.display import some_of

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

_NARROW = 100  # columns of a terminal below which only the posts and the time left are shown


@contextmanager
def progress_bar(session: Session, quiet: bool) -> Iterator[None]:
    """Shows boards, pages, posts, new and revised posts, and the rate while the run continues. rich obeys
    NO_COLOR by itself."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    boards = some_of(sorted({board.name for board in session.boards}), 3 if console.width >= _NARROW else 1)
    with Progress(*_columns(console.width), console=console, transient=True) as progress:
        task = progress.add_task(boards, total=None, rate="", counts="")

        def update(ledger: Ledger) -> None:
            counts = ledger.counts
            elapsed = progress.tasks[0].elapsed or 0.0
            progress.update(
                task,
                completed=ledger.posts,
                total=sum(ledger.totals.values()) or None,
                rate=f"{counts['fetched'] / elapsed:.1f} requests/s" if elapsed > 1 else "",
                counts=f"{counts['pages']} pages · {counts['new']} new, {counts['revised']} revised",
            )

        session.recorder.on_count = update
        yield


def _columns(width: int) -> list["ProgressColumn"]:
    """On a narrow terminal only boards, posts and the time left by the declared total."""
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn

    left = TimeRemainingColumn()
    begin = [SpinnerColumn(), TextColumn("{task.description}")]
    posts = [MofNCompleteColumn(), TextColumn("posts")]
    if width < _NARROW:
        return [*begin, *posts, left]
    more = [TextColumn("{task.fields[counts]}"), TextColumn("{task.fields[rate]}")]
    return [*begin, BarColumn(bar_width=10), *posts, *more, left]
