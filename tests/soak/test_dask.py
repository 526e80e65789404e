"""`rebuild --dask`: a scheduler and workers on this machine, each a process of its own, some of which die,
lack something or keep silent."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dask
import in_process
import pytest
from commands import Archive, everything_in, one_line
from distributed import Client
from small_site import small_site

from kistep_archive.errors import ArchiveError
from kistep_archive.ingest import cluster, readings, rebuild
from kistep_archive.ingest.parts import Part, PartRead
from kistep_archive.store.database import DATABASE_FILE

SIZE = 20_000  # bytes of a part: the archive has some ten
SLOW = 20  # seconds that a process may take to begin
# What a worker loads first, twice: its opens of evidence are counted, and one of them is its last. The first
# is when it is asked what it sees, and each part opens the file three times.
DIES = """
import os, signal, sys
def watch(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".warc.gz"):
        sys.seen += 1
        if sys.seen == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
if not hasattr(sys, "seen"):
    sys.seen = 0
    sys.addaudithook(watch)
"""
WHEN_ASKED, IN_THE_FIRST_PART, IN_THE_SECOND = 1, 3, 6
SEES_NOTHING = """
import errno, os, sys
def watch(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".warc.gz"):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])
sys.addaudithook(watch)
"""
IS_OLDER = "import kistep_archive.version\nkistep_archive.version.__version__ = '0.0.1'\n"
# Without the folders that .pth files add, among them the one of this package.
WITHOUT_PACKAGE = (
    f"import sys; sys.path.append({sysconfig.get_path('purelib')!r}); "
    "from distributed.cli.dask_worker import main; main()"
)


@dataclass
class Machines:
    """A scheduler and its workers."""

    folder: Path
    failures: int = 2  # deaths of workers that a part survives
    address: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: int = 0

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._run("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port))

    def worker(self, first: str = "", *python: str) -> None:
        """Begins one, which loads this code `first`, and waits until the scheduler knows it."""
        self.workers += 1
        script = self.folder / f"first-{self.workers}.py"
        script.write_text(first)
        program = python or ("-m", "distributed.cli.dask_worker")
        options = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--preload", str(script))
        self._run(*program, self.address, *options)
        with Client(self.address, set_as_default=False, timeout=SLOW) as client:
            client.wait_for_workers(self.workers, timeout=SLOW)

    def _run(self, *arguments: str) -> None:
        environment = os.environ | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(self.failures)}
        command = [sys.executable, *arguments, "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        self.processes.append(process)

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(SLOW)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    found = Machines(tmp_path)
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    with small_site() as site:
        made = Archive(tmp_path_factory.mktemp("crawled") / "archive", site.origin)
        assert made.crawl().returncode == 0
    return made


@pytest.fixture
def here(crawled: Archive, tmp_path: Path) -> Iterator[Archive]:
    """A copy of an archive, which is read by whoever does not wait long."""
    shutil.copytree(crawled.folder, tmp_path / "archive")
    with dask.config.set({"distributed.comm.timeouts.connect": "3s"}):
        yield Archive(tmp_path / "archive")


def rebuilt(archive: Archive, address: str, *options: str) -> subprocess.CompletedProcess[str]:
    return in_process.run(["--archive", str(archive.folder), "rebuild", "--dask", address, *options])


def assert_refused(archive: Archive, address: str, code: int, *words: str) -> None:
    """The command says in one line why, and the database is the same bytes."""
    before = (archive.folder / DATABASE_FILE).read_bytes()
    one_line(rebuilt(archive, address), code, address, *words)
    assert (archive.folder / DATABASE_FILE).read_bytes() == before
    assert not (archive.folder / "rebuild").exists()


def assert_ends_in_the_middle(archive: Archive, address: str, words: str) -> None:
    """A rebuild in small parts ends with this error, and the database is the same bytes."""
    before = (archive.folder / DATABASE_FILE).read_bytes()
    with pytest.raises(ArchiveError, match=words) as error:
        rebuild.rebuild(archive.folder, jobs=1, dask=address, size=SIZE)
    assert error.value.exit_code == 3
    assert (archive.folder / DATABASE_FILE).read_bytes() == before
    assert not (archive.folder / "rebuild").exists()


def test_a_cluster_makes_the_rows_that_one_process_makes_even_if_a_worker_dies(
    machines: Machines, here: Archive
) -> None:
    before = everything_in(here.folder / DATABASE_FILE)
    machines.worker()
    machines.worker(DIES.format(at=IN_THE_SECOND))
    dry = rebuild.dry_run(here.folder, jobs=1, dask=machines.address, size=SIZE)
    assert (dry.changes, dry.damage) == ([], [])
    assert machines.processes[-1].wait(SLOW) < 0
    done = rebuilt(here, machines.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert everything_in(here.folder / DATABASE_FILE) == before


def test_without_a_worker_or_when_the_last_one_dies_the_rebuild_ends(
    machines: Machines, here: Archive
) -> None:
    assert_refused(here, machines.address, 3, "has no worker")
    machines.worker(DIES.format(at=IN_THE_SECOND))
    assert_ends_in_the_middle(here, machines.address, "no worker is left")
    machines.workers = 0
    machines.worker(DIES.format(at=WHEN_ASKED))
    assert_refused(here, machines.address, 3, "does not answer")


def test_a_part_that_kills_its_workers_ends_the_rebuild(tmp_path: Path, here: Archive) -> None:
    machines = Machines(tmp_path, failures=0)
    machines.start()
    try:
        machines.worker(DIES.format(at=IN_THE_FIRST_PART))
        machines.worker()
        assert_ends_in_the_middle(here, machines.address, "killed several workers")
    finally:
        machines.stop()


@pytest.mark.parametrize(
    ("first", "python", "words"),
    [
        (SEES_NOTHING, (), "Give every worker the archive's folder under the same path"),
        (IS_OLDER, (), "has kistep-archive 0.0.1"),
        ("", ("-S", "-c", WITHOUT_PACKAGE), "cannot load kistep-archive"),
    ],
)
def test_a_worker_that_cannot_read_the_archive_is_named_before_anything_is_read(
    first: str, python: tuple[str, ...], words: str, machines: Machines, here: Archive
) -> None:
    machines.worker()
    machines.worker(first, *python)
    assert_refused(here, machines.address, 2, words)


@pytest.mark.parametrize("listens", [False, True])
def test_a_scheduler_that_does_not_answer_is_not_waited_for(listens: bool, here: Archive) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        if not listens:
            silent.close()
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        else:
            port = silent.getsockname()[1]
        assert_refused(here, f"tcp://127.0.0.1:{port}", 3, "the scheduler does not answer")


@pytest.mark.parametrize("address", ["here", "carrier-pigeon://127.0.0.1:1"])
def test_an_address_that_is_none_is_an_error_of_usage(address: str, here: Archive) -> None:
    assert_refused(here, address, 2, "An address is like tcp://")


def test_a_worker_that_joins_late_reads_nothing_that_it_is_not_fit_for(here: Archive) -> None:
    (path,) = (here.folder / "warc").iterdir()
    opened = readings.open_log(path, None)
    assert opened is not None
    part: Part = next(opened.parts())
    look = cluster.look_at(path)
    assert isinstance(cluster.read(cluster.Task(part, cluster.OURS, look)), PartRead)
    other = cluster.OURS._replace(libxml2=1)
    assert "has kistep-archive" in str(cluster.read(cluster.Task(part, other, look)))
    path.write_bytes(path.read_bytes() + b"\0")
    assert "another file" in str(cluster.read(cluster.Task(part, cluster.OURS, look)))
    path.unlink()
    assert "cannot open" in str(cluster.read(cluster.Task(part, cluster.OURS, look)))


def test_without_the_library_the_message_names_the_extra(
    here: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "kistep_archive.ingest.cluster", raising=False)
    monkeypatch.delattr("kistep_archive.ingest.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    one_line(rebuilt(here, "tcp://127.0.0.1:1"), 2, "pip install 'kistep-archive[dask]'")


def test_jobs_and_a_cluster_exclude_each_other(here: Archive) -> None:
    one_line(rebuilt(here, "tcp://127.0.0.1:1", "--jobs", "2"), 2, "choose one")
