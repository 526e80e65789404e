"""The one error that a user is shown as a line, with the exit code it leads to."""


class ArchiveError(Exception):
    """What went wrong, where, and what to do next, in one line. Exit codes: 2 usage, 3 incomplete, 4 the site's page does not fit,
    5 the store is unhealthy, 75 another run holds the lock."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
