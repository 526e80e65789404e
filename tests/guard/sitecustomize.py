"""No network but loopback: Python loads this by itself in every process that a test starts (the folder is on
their path), and conftest.py loads it in the suite's own."""

import re
import socket
from typing import Any

_LOOPBACK = re.compile(r"127(\.\d{1,3}){3}|::1|localhost")
_connect, _connect_ex, _look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def _refuse(where: object) -> None:
    raise AssertionError(f"a test tried to reach {where}: only loopback is allowed")


def _only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _LOOPBACK.fullmatch(str(address[0])):
        _refuse(address)


def connect(self: socket.socket, address: Any) -> None:
    _only(self, address)
    _connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    _only(self, address)
    return _connect_ex(self, address)


def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    if isinstance(host, str) and host and not _LOOPBACK.fullmatch(host):
        raise socket.gaierror(f"a test tried to look up {host}: only loopback is allowed")
    return _look_up(host, *arguments, **named)


socket.socket.connect = connect  # type: ignore[method-assign]
socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
socket.getaddrinfo = getaddrinfo
