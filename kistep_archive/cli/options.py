"""What the commands share: the global options of one call, kinds of values, options that several commands take."""

import math
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from kistep_archive.display import printable
from kistep_archive.errors import ArchiveError
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
    """A day or an instant; comes out as the first instant after it."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Raises click.BadParameter."""
        try:
            return instant(value)
        except (TypeError, ValueError, OverflowError):
            self.fail(
                f"{value!r} is no date; write a day as 2022-07-14 (its end, in UTC) or an instant as 2022-07-14T09:00:00Z", param, ctx
            )


class Seconds(click.FloatRange):
    """A number of seconds: `nan` is a float, compares with nothing, and so is in every range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Raises click.BadParameter."""
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds; write it as 1.5", param, ctx)
        return float(seconds)


class Text(click.ParamType[str]):
    """Text to be looked for."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """What no text can hold is replaced."""
        return whole(value)


class Query(click.Command):
    """A command whose arguments are words of a query: `-word` is one of them, while `--limit` stays an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts what looks like `-word` behind the options, where click takes it for an argument."""
        given = args.index("--") if "--" in args else len(args)
        valued = {name for param in self.params if isinstance(param, click.Option) and not param.is_flag for name in param.opts}
        words: list[str] = []
        others: list[str] = []
        for before, word in zip(["", *args], args[:given], strict=False):
            dashed = len(word) > 1 and word[0] == "-" and word[1] != "-" and word != "-h"
            (words if dashed and before not in valued else others).append(word)
        return super().parse_args(ctx, [*others, "--", *args[given + 1 :], *words])


class Settings:
    """The global options of one call."""

    def __init__(self, archive: Path | None, quiet: bool, boards_file: Path | None) -> None:
        self.given = archive
        self.archive = archive or Path("data")
        self.quiet = quiet
        self.boards_file = boards_file

    @property
    def warc(self) -> Path:
        """Where the evidence is."""
        return self.archive / "warc"

    def catalogue(self) -> "boards.Catalogue":
        """The catalogue with the boards file's rows. Raises ArchiveError (2)."""
        from kistep_archive.model import boards

        try:
            return boards.load(self.boards_file)
        except ValueError as error:
            raise ArchiveError(str(error), 2) from error

    def open(self, as_of: str | None = None) -> "Archive":
        """The archive, to be asked."""
        from kistep_archive.api import Archive

        return Archive(self.archive, as_of, boards_file=self.boards_file)

    def check_board(self, board: str | None) -> None:
        """Raises ArchiveError (2) for a board that no catalogue knows."""
        if board is not None and board not in {row.name for row in self.catalogue().rows}:
            raise ArchiveError(f"--board {board}: unknown board; see 'kistep-archive boards'", 2)


def known(catalogue: "boards.Catalogue", names: tuple[str, ...]) -> None:
    """Raises ArchiveError (2) for a name that no board has."""
    try:
        catalogue.named(names)
    except ValueError as error:
        raise ArchiveError(str(error), 2) from error


def _board_names(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    """The boards that a shell offers, with their titles; none where the boards file cannot be read: a shell is no place for a complaint."""
    from click.shell_completion import CompletionItem

    try:
        rows = Settings(None, True, ctx.find_root().params.get("boards_file")).catalogue().rows
    except ArchiveError:
        return []
    titles = {row.name: row.title for row in rows}
    return [CompletionItem(name, help=title) for name, title in titles.items() if name.startswith(incomplete)]


as_of_option = click.option("--as-of", type=Instant(), help="Answer with what was known then: a day (its end, in UTC) or an instant.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


def _origin(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """ "" where the option was not given. An empty text is no origin: a shell's variable that is not set must not mean the site itself."""
    from kistep_archive.crawl.origin import plain

    return "" if value is None else plain(value)


origin_option = click.option(
    "--origin", callback=_origin, help="Ask another http(s)://HOST:PORT in the boards' place (a replica, a mirror)."
)
delay_option = click.option(
    "--delay", type=Seconds(0, 3600), help="Seconds between requests [default: 1]; below 1 only for an origin on loopback."
)
boards_argument = click.argument("names", metavar="[BOARD]...", nargs=-1, shell_complete=_board_names)


def hook_options(command: _Command) -> _Command:
    """Whom the run tells how it ended; comes to the command as `hooks`."""

    @wraps(command)
    def with_hooks(*args: Any, ping: str, on_news: str, on_trouble: str, **named: Any) -> Any:
        from kistep_archive.operate.notify import Hooks

        hooks = Hooks(ping, on_news, on_trouble, lambda line: click.echo(f"kistep-archive: {printable(' '.join(line.split()))}", err=True))
        hooks.check()
        return command(*args, hooks=hooks, **named)

    for name, metavar, words in reversed(_HOOKS):
        click.option(name, metavar=metavar, default="", help=words)(with_hooks)
    return cast(_Command, with_hooks)


_HOOKS = (
    ("--ping", "URL", "Ask URL/start at the begin, at the end URL, or URL/fail after trouble (as healthchecks.io has it)."),
    (
        "--on-news",
        "CMD",
        "Run CMD (split into words, no shell) when posts are new, revised, removed or restored; they are JSON on stdin.",
    ),
    (
        "--on-trouble",
        "CMD",
        "Run CMD (split into words, no shell) when the run is not complete or cannot begin; why is JSON on stdin.",
    ),
)


def colors() -> bool:
    """Whether stdout shows colours: a terminal that can, and nobody said NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def filter_options(command: _Command) -> _Command:
    """What posts are asked for; comes to the command as `filters.Conditions`."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


_FILTERS = (
    click.option("--board", help="Only this board.", shell_complete=_board_names),
    click.option("--writer", type=Text(), help="Only posts whose writer's name holds this."),
    click.option("--since", type=Day(), help="Only posts of this day or later."),
    click.option("--until", type=Day(), help="Only posts of this day or earlier."),
    click.option("--removed/--not-removed", default=None, help="Only posts that the site removed, or still has."),
    click.option("--has-file/--no-file", default=None, help="Only posts with files, or without."),
)
