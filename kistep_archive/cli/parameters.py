"""The types of parameters: what a value may be, and the message for any other."""

import math
from datetime import date
from typing import Any

import click

from kistep_archive.model.instants import instant
from kistep_archive.query.validation import whole


class Day(click.ParamType[str]):
    """A day, as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises click.BadParameter."""
        try:
            return date.fromisoformat(value).isoformat()
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a date; write it as 2022-07-14", param, ctx)


class Instant(click.ParamType[str]):
    """A day or an instant; it is converted to the first instant after it."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises click.BadParameter."""
        try:
            return instant(value)
        except (TypeError, ValueError, OverflowError):
            forms = "a day as 2022-07-14 (its end, in UTC) or an instant as 2022-07-14T09:00:00Z"
            self.fail(f"{value!r} is not a date; write {forms}", param, ctx)


class Seconds(click.FloatRange):
    """A number of seconds. Without this, `nan` would pass: it compares with nothing, and so is in every
    range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Raises click.BadParameter."""
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds; write it as 1.5", param, ctx)
        return float(seconds)


class Text(click.ParamType[str]):
    """Text to search for."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Replaces bytes that are not UTF-8."""
        return whole(value)


class Query(click.Command):
    """A command whose arguments are the words of a query: `-word` is one of them, `--limit` is an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Moves everything like `-word` behind the options, where click reads it as an argument."""
        end = args.index("--") if "--" in args else len(args)
        options = [param for param in self.params if isinstance(param, click.Option)]
        with_value = {name for option in options if not option.is_flag for name in option.opts}
        words: list[str] = []
        others: list[str] = []
        for before, word in zip(["", *args], args[:end], strict=False):
            dashed = len(word) > 1 and word[0] == "-" and word[1] != "-" and word != "-h"
            (words if dashed and before not in with_value else others).append(word)
        return super().parse_args(ctx, [*others, "--", *args[end + 1 :], *words])
