"""The message for a wrong command line: the error on one line, and what to type instead."""

import shlex
from collections.abc import Sequence

import click

from kistep_archive.cli.examples import EXAMPLES

_PROGRAM = "kistep-archive"
_LEAST = 4  # letters of a shortened option, with its dashes


def explain(error: click.ClickException, words: Sequence[str]) -> str:
    """The message for a command line of these words. A missing argument gets an example; an option of the
    program that stands after the command gets the right line."""
    if isinstance(error, click.MissingParameter) and isinstance(error.param, click.Argument):
        return f"{error.format_message().rstrip('.')}.{_example(error.ctx)}"
    if isinstance(error, click.NoSuchOption) and error.ctx is not None and error.ctx.parent is not None:
        option = _global(error.option_name, error.ctx.parent.command)
        if option is not None:
            return _moved(error.option_name, option, words)
    message = error.format_message()
    if isinstance(error, click.UsageError) and not isinstance(error, click.BadParameter):
        suggests = bool(getattr(error, "possibilities", None))  # click says what is spelled like it
        hint = "" if suggests or _PROGRAM in message else _help_of(error.ctx)
        return f"{message.rstrip('.')}.{hint}" if hint else message
    return message


def _help_of(ctx: click.Context | None) -> str:
    """Where the words that are right are listed."""
    if ctx is None:
        return ""
    command = f" {ctx.info_name}" if ctx.parent else ""
    return f" See '{_PROGRAM}{command} --help'."


def _example(ctx: click.Context | None) -> str:
    name = (ctx.info_name if ctx else "") or ""
    lines = [line for line in EXAMPLES.get(name, ()) if f"{_PROGRAM} {name} " in line]
    return f" For example: {lines[0]}" if lines else ""


def _global(name: str, program: click.Command) -> click.Option | None:
    """The option of the program that a command did not know; a shortened name counts if it fits only one."""
    options = [param for param in program.params if isinstance(param, click.Option)]
    exact = [option for option in options if name in option.opts]
    short = [option for option in options if any(each.startswith(name) for each in option.opts)]
    matches = exact or (short if len(name) >= _LEAST else [])
    return matches[0] if len(matches) == 1 else None


def _moved(spelling: str, option: click.Option, words: Sequence[str]) -> str:
    """The message for an option of the program that stands after the command."""
    name = max(option.opts, key=len)
    if option.is_eager:  # it answers alone
        return f"{name} goes without a command: {_PROGRAM} {name}"
    before, value, after = _apart(spelling, option, words)
    right = shlex.join([_PROGRAM, name, *value, *before, *after])
    return f"{name} goes before the command: {right}"


def _apart(
    spelling: str, option: click.Option, words: Sequence[str]
) -> tuple[list[str], list[str], list[str]]:
    """The words before the option, its value, and the words after it."""
    place = next(
        (at for at, word in enumerate(words) if word == spelling or word.startswith(f"{spelling}=")),
        len(words),
    )
    before, rest = list(words[:place]), list(words[place:])
    if option.is_flag or not rest:
        return before, [], rest[1:]
    _, is_joined, value = rest[0].partition("=")
    if is_joined:
        return before, [value or _stand_in(option)], rest[1:]
    return before, rest[1:2] or [_stand_in(option)], rest[2:]


def _stand_in(option: click.Option) -> str:
    """What stands for a value that is missing."""
    return "DIR" if option.name == "archive" else "FILE"
