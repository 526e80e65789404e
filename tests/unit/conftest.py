"""Tests in here start no process and open no connection, or they are no unit tests: who tries is told so."""

import multiprocessing.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_PROCESSES = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"}
_REFUSED = _PROCESSES | {"socket.bind", "socket.connect", "socket.sendto", "socket.getaddrinfo"}
_HERE = Path(__file__).parent
_watched: list[pytest.Item] = []


def _refuse(event: str, _arguments: object) -> None:
    if _watched and event in _REFUSED:
        raise AssertionError(
            f"{event} in tests/unit: what starts a process or asks a socket belongs in cli, crawl or soak"
        )


sys.addaudithook(_refuse)  # for good: Python takes none away again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watches over a test with its fixtures, also those of its module."""
    if not item.path.is_relative_to(_HERE):  # pytest asks every folder about every test
        return (yield)
    _watched.append(item)
    spawn = multiprocessing.util.spawnv_passfds  # the one way into a process of which Python tells no hook
    multiprocessing.util.spawnv_passfds = lambda *_: _refuse("os.posix_spawn", _)
    try:
        return (yield)
    finally:
        multiprocessing.util.spawnv_passfds = spawn
        _watched.clear()
