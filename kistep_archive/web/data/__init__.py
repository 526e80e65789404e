"""Tables, JSON and CSV under `/data/`: Datasette on the archive's database, read-only and closed by default.

Nothing of Datasette is imported before `application` is called.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from kistep_archive.web.data.options import DataOptions

if TYPE_CHECKING:
    from kistep_archive.web.data.front import DataApplication

__all__ = ["DataOptions", "application"]


def application(folder: Path, options: DataOptions) -> "DataApplication":
    """An ASGI application that answers what begins with `{base_url}data/`, or with `/data/` where a proxy has
    taken the prefix away; `close()` ends its threads. It does not look at the `Host` header, and repeats it
    nowhere. Raises ArchiveError as `database.open_archive` does."""
    from kistep_archive.web.data import library

    library.load()  # before anything else imports Datasette
    from kistep_archive.web.data import front

    return front.open_data(folder, options)
