"""Archives of the first day of a site, crawled once for all tests of a worker: a test goes on with a copy."""

import atexit
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from commands import Archive

from kistep_archive.replica import Replica

_ROOT = TemporaryDirectory(prefix="first-days-", ignore_cleanup_errors=True)
atexit.register(_ROOT.cleanup)  # else Python warns that it does it


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The folder of the archive, and the port of its site: an archive has one origin, so what goes on with a
    copy serves the site there."""

    folder: Path
    port: int

    def copy(self, folder: Path, site: Replica) -> Archive:
        """A copy of the archive, of a site that is served on its port."""
        assert site.port == self.port, "an archive has one origin"
        shutil.copytree(self.folder, folder)
        return Archive(folder, site.origin)


@cache
def first_day(serve: Callable[..., AbstractContextManager[Replica]], *arguments: object) -> FirstDay:
    """`serve(*arguments, port)` serves the site; port 0 means any."""
    with serve(*arguments, 0) as site:
        archive = Archive(Path(_ROOT.name, str(site.port)) / "archive", site.origin)
        done = archive.crawl()
        assert done.returncode == 0, done.stderr
        return FirstDay(archive.folder, site.port)
