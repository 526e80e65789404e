"""The types of parameters: what a value may be, and the message for any other."""

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kistep_archive.clock import Clock, now
from kistep_archive.model.periods import Period, read
from kistep_archive.query.validation import replace_surrogates


class When(click.ParamType[str]):
    """A period or an instant as people write it; the command gets one edge of it, such as
    `Period.first_day`."""

    name = "DATE"

    def __init__(self, edge: Callable[[Period], str]) -> None:
        self._edge = edge

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises click.BadParameter."""
        try:
            return self._edge(read(value, _clock(ctx)()))
        except ValueError as error:
            self.fail(f"{value!r} is {error}", param, ctx)


def _clock(ctx: click.Context | None) -> Clock:
    settings = ctx.find_root().obj if ctx else None
    return settings.clock if settings else now


class Seconds(click.FloatRange):
    """A number of seconds. Without this, `nan` would pass: it compares with nothing, and so is in every
    range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Raises click.BadParameter."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if math.isnan(number):
            self.fail(f"{value!r} is not a number of seconds; write it as 1.5", param, ctx)
        if not (self.min or 0) <= number <= (self.max or math.inf):
            self.fail(f"{value} is not from {self.min or 0:g} to {self.max or math.inf:g}", param, ctx)
        return number


class Number(click.IntRange):
    """A whole number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Raises click.BadParameter."""
        try:
            int(value)
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a whole number", param, ctx)
        if self.clamp or self._is_within(int(value)):
            return int(super().convert(value, param, ctx))
        return self.fail(f"{value} is not {self._bounds()}", param, ctx)

    def _is_within(self, number: int) -> bool:
        return (self.min is None or number >= self.min) and (self.max is None or number <= self.max)

    def _bounds(self) -> str:
        """The range in words."""
        if self.max is None:
            return f"{self.min} or more"
        return f"from {self.min} to {self.max}"


class Setting(click.ParamType[str]):
    """A setting of the archive, checked as in `archive.toml`."""

    name = "TEXT"

    def __init__(self, check: Callable[[object], object]) -> None:
        self.check = check

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises click.BadParameter. An empty value leaves the setting out."""
        try:
            if value:
                self.check(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class PathArgument(click.Path):
    """A file or a folder. Without this, an empty value would be the current folder: a shell variable that is
    not set must not mean that."""

    def __init__(self, *, file_okay: bool = True, dir_okay: bool = True, allow_dash: bool = False) -> None:
        super().__init__(file_okay=file_okay, dir_okay=dir_okay, allow_dash=allow_dash, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Raises click.BadParameter."""
        if value == "":
            self.fail("the value is empty; write the path of a file or folder", param, ctx)
        if not self.file_okay and Path(value).is_file():
            words = "is a file; choose a folder"
            if param and param.name == "archive":
                words = "is a file, but an archive is a folder; give the folder that has warc in it"
            self.fail(f"{value} {words}", param, ctx)
        return super().convert(value, param, ctx)


class Text(click.ParamType[str]):
    """Text to search for."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Reads UTF-8 in a locale that is not UTF-8 too. Raises click.BadParameter for other bytes."""
        try:
            text = str(value)
            return os.fsencode(text).decode() if replace_surrogates(text) != text else text
        except UnicodeError:
            self.fail("the text is not UTF-8; check the terminal's character encoding", param, ctx)


class Query(click.Command):
    """A command whose arguments are the words of a query: `-word` is one of them, `--limit` is an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Moves everything like `-word` behind the options, where click reads it as an argument."""
        end = args.index("--") if "--" in args else len(args)
        options = [param for param in self.params if isinstance(param, click.Option)]
        with_value = {name for option in options if not option.is_flag for name in option.opts}
        words: list[str] = []
        others: list[str] = []
        is_value = False
        for word in args[:end]:
            dashed = len(word) > 1 and word[0] == "-" and word[1] != "-" and word != "-h"
            (words if dashed and not is_value else others).append(word)
            is_value = not is_value and word in with_value
        if is_value:  # click says that the last option has no value
            return super().parse_args(ctx, others)
        return super().parse_args(ctx, [*others, "--", *args[end + 1 :], *words])
