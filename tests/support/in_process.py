"""The real command, `kistep_archive.cli.main.main`, in the process of the tests: what it is given and what it
says are a process's, only the start of an interpreter is saved. What waits for signals, shares pipes or holds
the reactor needs a process of its own."""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import pytest

from kistep_archive.cli.main import main


def run(command: list[str], stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Runs the arguments after the program's name. An error that would be a traceback is raised."""
    out, err = _stream(), _stream()
    with redirect_stdout(out), redirect_stderr(err), _called(["kistep-archive", *command], stdin):
        code = _exit_code()
    return subprocess.CompletedProcess(command, code, _text_of(out), _text_of(err))


def _exit_code() -> int:
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(io.BytesIO()), encoding="utf-8", write_through=True)  # type: ignore[arg-type]


def _text_of(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw: io.BytesIO = stream.buffer.raw  # type: ignore[attr-defined]
    return raw.getvalue().decode()


@contextmanager
def _called(arguments: list[str], stdin: bytes) -> Iterator[None]:
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = arguments, io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    try:
        yield
    finally:
        sys.argv, sys.stdin = before
