"""Unit tests are kept from processes and sockets, and are told where they belong."""

import multiprocessing
import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from kistep_archive.replica import Replica


def forked() -> None:
    if os.fork() == 0:
        os._exit(0)


def spawned() -> None:
    multiprocessing.get_context("spawn").Process(target=print).start()


def listened() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))


WAYS: list[Callable[[], object]] = [
    lambda: subprocess.run([sys.executable, "-c", ""]),
    lambda: os.system("true"),
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: Replica().__enter__(),
    listened,
    forked,
    spawned,
]


@pytest.mark.parametrize("way", WAYS)
def test_a_process_or_a_socket_is_refused(way: Callable[[], object]) -> None:
    with pytest.raises(
        AssertionError, match="in tests/unit: what starts a process or asks a socket belongs in"
    ):
        way()
