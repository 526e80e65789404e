"""The log of a command: plain lines with their instants, on stderr or in a file."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from kistep_archive.display import printable
from kistep_archive.errors import ArchiveError, ExitCode

_LEVELS = (logging.INFO, logging.DEBUG)  # of -v and -vv


class _Lines(logging.Formatter):
    """One line for each message: its instant in UTC, its level, its text without control characters."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = f"{at.removesuffix('+00:00')}Z {record.levelname} {record.getMessage()}"
        return printable(line).replace("\n", " ")


def begin(verbosity: int, file: Path | None) -> None:
    """Logs to stderr if it is asked to (`verbosity`), and to the end of a file. Raises ArchiveError (2) if
    the file cannot be written."""
    log = logging.getLogger("kistep_archive")
    for old in log.handlers[:]:  # of an earlier command in the same process
        log.removeHandler(old)
        old.close()
    log.propagate, log.level = not (verbosity or file), logging.NOTSET
    if log.propagate:
        return
    log.setLevel(_LEVELS[min(max(verbosity, 1), len(_LEVELS)) - 1])
    handlers: list[logging.Handler] = [logging.StreamHandler()] if verbosity else []
    try:
        handlers += [logging.FileHandler(file, encoding="utf-8", errors="backslashreplace")] if file else []
    except OSError as error:
        words = f"--log {file}: cannot be written ({error.strerror}); choose another file"
        raise ArchiveError(words, ExitCode.USAGE) from error
    for handler in handlers:
        handler.setFormatter(_Lines())
        log.addHandler(handler)
