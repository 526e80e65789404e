"""What the commands share: the global options, parameter types, and options that several commands take."""

import math
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from kistep_archive.clock import Clock, now
from kistep_archive.display import printable
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.instants import instant
from kistep_archive.query.validation import whole

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kistep_archive.api import Archive
    from kistep_archive.model import boards


_Command = TypeVar("_Command", bound=Callable[..., Any])


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


class Settings:
    """The global options of one call."""

    def __init__(
        self, archive: Path | None, quiet: bool, boards_file: Path | None, clock: Clock = now
    ) -> None:
        self.archive_option = archive
        self.archive = archive or Path("data")
        self.quiet = quiet
        self.boards_file = boards_file
        self.clock = clock

    @property
    def warc(self) -> Path:
        """The folder of the WARC files."""
        return self.archive / "warc"

    def catalogue(self) -> "boards.Catalogue":
        """The catalogue with the boards file's rows. Raises ArchiveError (2)."""
        from kistep_archive.parse.skin import boards_file

        try:
            return boards_file.of_archive(self.archive, self.boards_file)
        except ValueError as error:
            raise ArchiveError(str(error), ExitCode.USAGE) from error

    def open(self, as_of: str | None = None) -> "Archive":
        """The archive, for questions."""
        from kistep_archive.api import Archive

        return Archive(self.archive, as_of, boards_file=self.boards_file)

    def check_board(self, board: str | None) -> None:
        """Raises ArchiveError (2) for a board that is not in the catalogue."""
        if board is not None and board not in {row.name for row in self.catalogue().rows}:
            raise ArchiveError(f"--board {board}: unknown board; see 'kistep-archive boards'", ExitCode.USAGE)


def check_boards(catalogue: "boards.Catalogue", names: tuple[str, ...]) -> None:
    """Raises ArchiveError (2) for a name that no board has."""
    try:
        catalogue.named(names)
    except ValueError as error:
        raise ArchiveError(str(error), ExitCode.USAGE) from error


def _board_names(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    """The boards that a shell offers, with their titles. If the boards file cannot be read there are none: a
    message would end up in the user's command line."""
    from click.shell_completion import CompletionItem

    try:
        rows = Settings(None, True, ctx.find_root().params.get("boards_file")).catalogue().rows
    except ArchiveError:
        return []
    titles = {row.name: row.title for row in rows}
    return [CompletionItem(name, help=title) for name, title in titles.items() if name.startswith(incomplete)]


as_of_option = click.option(
    "--as-of",
    type=Instant(),
    help="Show the archive as it was then: on a day (its end, in UTC) or at an instant.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def _origin(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """ "" without the option. An empty value is an error: an unset shell variable must not mean the site
    itself."""
    from kistep_archive.crawl.origin import plain

    return "" if value is None else plain(value)


origin_option = click.option(
    "--origin",
    callback=_origin,
    help="Fetch from http(s)://HOST:PORT (a replica, a mirror) instead of the site.",
)
delay_option = click.option(
    "--delay",
    type=Seconds(0, 3600),
    help="Seconds between requests [default: 1]. Below 1 only with an --origin on loopback.",
)
board_argument = click.argument("name", metavar="BOARD", shell_complete=_board_names)
boards_argument = click.argument("names", metavar="[BOARD]...", nargs=-1, shell_complete=_board_names)


def hook_options(command: _Command) -> _Command:
    """The options that notify somebody when a run ends; the command gets them as `hooks`."""

    @wraps(command)
    def with_hooks(*args: Any, ping: str, on_news: str, on_trouble: str, **others: Any) -> Any:
        from kistep_archive.operate.notify import Hooks

        hooks = Hooks(ping, on_news, on_trouble, _warn)
        hooks.check()
        return command(*args, hooks=hooks, **others)

    for name, metavar, description in reversed(_HOOKS):
        click.option(name, metavar=metavar, default="", help=description)(with_hooks)
    return cast(_Command, with_hooks)


def _warn(line: str) -> None:
    click.echo(f"kistep-archive: {printable(' '.join(line.split()))}", err=True)


_HOOKS = (
    (
        "--ping",
        "URL",
        "Ping URL/start when the run begins, then URL, or URL/fail if it failed (as for healthchecks.io).",
    ),
    (
        "--on-news",
        "CMD",
        "Run CMD (split into words, no shell) if posts are new, revised, removed or restored. It gets them "
        "as JSON on stdin.",
    ),
    (
        "--on-trouble",
        "CMD",
        "Run CMD (split into words, no shell) if the run is not complete or cannot begin. It gets the reason "
        "as JSON on stdin.",
    ),
)


def colors() -> bool:
    """Whether to print colours: stdout is a terminal that shows them, and NO_COLOR is not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def filter_options(command: _Command) -> _Command:
    """The options that choose posts; the command gets them as `filters.Conditions`."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


_FILTERS = (
    click.option("--board", help="Only this board.", shell_complete=_board_names),
    click.option("--writer", type=Text(), help="Only posts whose writer's name contains this."),
    click.option("--since", type=Day(), help="Only posts of this day or later."),
    click.option("--until", type=Day(), help="Only posts of this day or earlier."),
    click.option(
        "--removed/--not-removed",
        default=None,
        help="Only posts that were removed, or only those still online.",
    ),
    click.option("--has-file/--no-file", default=None, help="Only posts with files, or only those without."),
)
