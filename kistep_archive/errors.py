"""The one error that a user is shown as a line, and the exit codes."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends, for schedulers and monitors."""

    COMPLETE = 0
    USAGE = 2
    INCOMPLETE = 3  # the next run tries again
    SITE_CHANGED = 4  # nothing was overwritten
    STORE_UNHEALTHY = 5
    LOCKED = 75  # another run holds the lock
    PIPE_CLOSED = 141  # whoever reads the output has closed it


class ArchiveError(Exception):
    """What went wrong, where, and what to do next, in one line, with the exit code it leads to."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
