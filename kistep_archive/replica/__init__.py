"""A stand-in for the institute's web site in both of its layouts, with faults on demand.

It is used by the demo, the tests and the benchmarks, and imports nothing of the archive, so that the
archive's reading is checked against something it did not write. Texts are invented; only what is known of the
real pages is real."""

import signal
from collections.abc import Callable
from threading import Event, current_thread, main_thread
from typing import Any

from kistep_archive.replica.answers import Answer, Fault
from kistep_archive.replica.content import Entry, File, Image, Paragraph
from kistep_archive.replica.server import Replica
from kistep_archive.replica.site import Site

__all__ = ["Answer", "Entry", "Fault", "File", "Image", "Paragraph", "Replica", "Site", "serve"]


def serve(port: int, *, day: int = 1, ready: Callable[[str], None] | None = None, **look: Any) -> None:
    """Runs the standard stand-in until Ctrl-C or SIGTERM; `ready` is told the origin once it answers."""
    site = Site.standard()
    site.day = day
    ended = Event()
    # Signals reach the main thread only; elsewhere the caller's own ending must do.
    if current_thread() is main_thread():
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: ended.set())
    with Replica(site, port=port, **look) as replica:
        if ready is not None:
            ready(replica.origin)
        ended.wait()
