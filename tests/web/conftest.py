"""The demo's archive, served, published, and somebody who reads it, without a browser and with one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import Browser, Visitor, chromium
from commands import Archive
from readers import Reader
from served import hosting, serving


@pytest.fixture(scope="module")
def reader(place: Archive) -> Iterator[Reader]:
    """Somebody who reads the demo's archive."""
    reader = Reader(place.folder)
    with reader.client:
        yield reader


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one module: while one is open, no test can start an event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(place: Archive) -> Iterator[str]:
    """The address at which a process serves the demo's archive."""
    with serving(place) as (address, _):
        yield address


@pytest.fixture(scope="session")
def published(place: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's archive, published, to be read."""
    folder = tmp_path_factory.mktemp("read") / "site"
    assert place.run("publish", str(folder)).returncode == 0
    return folder


@pytest.fixture(scope="module")
def hosted(published: Path) -> Iterator[str]:
    """The address at which a plain web server has the published site."""
    with hosting(published) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser, served: str) -> Iterator[Visitor]:
    """Somebody at the served site, who meets no trouble."""
    visitor = Visitor(browser, served)
    yield visitor
    assert visitor.close() == []
