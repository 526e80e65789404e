"""A command line that somebody wrote as for a shell, for a program that is run without one."""

_ADVICE = "write a program and its arguments, quoted as for a shell"


def words_of(line: str) -> list[str]:
    """The program and its arguments. Raises ValueError."""
    import shlex  # most commands do without it

    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"{error}; {_ADVICE}") from None
    if not words:
        raise ValueError(f"it names no program; {_ADVICE}")
    return words
