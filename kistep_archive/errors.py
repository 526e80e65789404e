"""The one kind of error that a user sees: a line, and the exit code of the program."""


class ArchiveError(Exception):
    """What went wrong, where, and what to do next, in one line. Exit codes: 2 usage, 3 incomplete, 4 a page
    does not fit, 5 the store is unhealthy, 75 another run is active."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
