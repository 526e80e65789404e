"""What every test finds: the replica, an archive that crawls it, the demo's archive, and no network but
loopback."""

import os
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings

from kistep_archive.replica import Replica

pytest.register_assert_rewrite("commands", "golden")
from commands import Archive  # noqa: E402 (what it asserts is told in full)
from small_site import small_site  # noqa: E402

_SLOW = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("check", _SLOW, max_examples=10)  # make check
# make test; on a build server the same examples every time: new ones are for those who can look at them
settings.register_profile("suite", _SLOW, max_examples=25, derandomize="CI" in os.environ)
settings.register_profile("soak", _SLOW, max_examples=500)  # make soak
settings.load_profile("suite")  # --hypothesis-profile chooses another


_GUARD = Path(__file__).parent / "guard"
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_GUARD), os.environ.get("PYTHONPATH")]))
runpy.run_path(str(_GUARD / "sitecustomize.py"))


@pytest.fixture
def replica(request: pytest.FixtureRequest) -> Iterator[Replica]:
    """A small site on its first day; the whole replica for a test that is marked so."""
    with Replica() if request.node.get_closest_marker("whole_replica") else small_site() as site:
        yield site


@pytest.fixture
def archive(tmp_path: Path, replica: Replica) -> Archive:
    """An empty archive that crawls the replica."""
    return Archive(tmp_path / "archive", replica.origin)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, str]:
    """The demo's archive, in a folder `data`, to be read, and what the demo printed."""
    archive = Archive(tmp_path_factory.mktemp("place") / "data")
    done = archive.run("demo")
    assert (done.returncode, done.stderr) == (0, "")
    return archive, done.stdout


@pytest.fixture(scope="session")
def place(demo: tuple[Archive, str]) -> Archive:
    """The demo's archive, to be read: what the documents in docs/ show was asked of it."""
    return demo[0]


@pytest.fixture
def nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system says that a mebibyte is free, on every disk."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test first, so that no core waits for it at the end."""
    items.sort(key=lambda item: item.path.name != "test_soak.py")
