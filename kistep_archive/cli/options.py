"""What the commands share: the global options, and options that several commands take."""

import os
import sys
from collections.abc import Callable
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from kistep_archive.cli import advice
from kistep_archive.cli.parameters import Seconds, Text, When
from kistep_archive.cli.render.rows import Form
from kistep_archive.clock import Clock, now
from kistep_archive.display import printable
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.periods import Period

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kistep_archive.api import Archive
    from kistep_archive.model import boards
    from kistep_archive.model.archive_toml import ArchiveSettings


_Command = TypeVar("_Command", bound=Callable[..., Any])


class Settings:
    """The global options of one call."""

    def __init__(self, clock: Clock = now, *, boards_file: Path | None = None) -> None:
        self.clock = clock
        self.use(None, False, boards_file)

    def use(self, archive: Path | None, quiet: bool, boards_file: Path | None) -> None:
        """Takes the values of the options."""
        self.archive_option = archive
        self.archive = archive or advice.DEFAULT
        self.quiet = quiet
        self.boards_file = boards_file

    def advise(self, text: str) -> str:
        """The text for the user: each command line that it advises reaches this archive."""
        return advice.with_call(text, advice.call(self.archive, self.boards_file))

    def advise_in(self, document: Any) -> Any:
        """The document, with every text in it as `advise` makes it."""
        match document:
            case str():
                return self.advise(document)
            case dict():
                return {key: self.advise_in(value) for key, value in document.items()}
            case list() | tuple():
                return [self.advise_in(value) for value in document]
        return document

    @cached_property
    def own(self) -> "ArchiveSettings":
        """What the archive's `archive.toml` says. Raises ArchiveError (2)."""
        from kistep_archive.model import archive_toml

        return archive_toml.read(self.archive)

    @property
    def warc(self) -> Path:
        """The folder of the WARC files."""
        return self.archive / "warc"

    def catalogue(self) -> "boards.Catalogue":
        """The catalogue with the boards file's rows. Raises ArchiveError (2)."""
        from kistep_archive.store.rows.boards import checked_catalogue

        return checked_catalogue(self.archive, self.boards_file)

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
        rows = Settings(boards_file=ctx.find_root().params.get("boards_file")).catalogue().rows
    except ArchiveError:
        return []
    titles = {row.name: row.title for row in rows}
    return [CompletionItem(name, help=title) for name, title in titles.items() if name.startswith(incomplete)]


as_of_option = click.option(
    "--as-of",
    type=When(Period.before),
    help="Show the archive as it was then, or at the end of that day, month or year (UTC).",
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
    help="Fetch from http(s)://HOST:PORT (the replica, a mirror) instead of the site. An archive has one "
    "origin.",
)
delay_option = click.option(
    "--delay",
    type=Seconds(0, 3600),
    help="Seconds between requests [default: 1]. Below 1 only for requests to loopback.",
)
board_option = click.option("--board", help="Only this board.", shell_complete=_board_names)
board_argument = click.argument("name", metavar="BOARD", shell_complete=_board_names)
boards_argument = click.argument("names", metavar="[BOARD]...", nargs=-1, shell_complete=_board_names)


def hook_options(command: _Command) -> _Command:
    """The options that notify somebody when a run ends; the command gets them as `hooks`."""

    @wraps(command)
    def with_hooks(
        *args: Any,
        ping: str,
        on_news: str,
        on_trouble: str,
        on_news_format: Literal["json", "text"],
        **others: Any,
    ) -> Any:
        from kistep_archive.operate.notify import Hooks

        hooks = Hooks(ping, on_news, on_trouble, on_news_format, warn)
        hooks.check()
        return command(*args, hooks=hooks, **others)

    form = click.Choice(["json", "text"])
    description = "What the commands get on stdin; text is a subject, an empty line, and one line a post."
    click.option("--on-news-format", type=form, default="json", show_default=True, help=description)(
        with_hooks
    )
    for name, metavar, description in reversed(_HOOKS):
        click.option(name, metavar=metavar, default="", help=description)(with_hooks)
    return cast(_Command, with_hooks)


def rows_options(command: _Command) -> _Command:
    """`--format` and its short forms, for a command that prints rows; the command gets a `Form` as `form`, or
    None for text."""

    @wraps(command)
    def with_form(*args: Any, form: str | None, as_json: bool, as_csv: bool, **others: Any) -> Any:
        words = {"--json": Form.JSON if as_json else None, "--csv": Form.CSV if as_csv else None}
        forms = {name: each for name, each in words.items() if each}
        if form:
            forms[f"--format {form}"] = Form(form)
        if len(set(forms.values())) > 1:
            raise ArchiveError(
                f"{' and '.join(forms)} contradict each other: give one of them", ExitCode.USAGE
            )
        return command(*args, form=next(iter(forms.values()), None), **others)

    choice = click.Choice([each.value for each in Form])
    click.option("--csv", "as_csv", is_flag=True, help="As --format csv.")(with_form)
    json_option(with_form)
    click.option("--format", "form", type=choice, help="Print all rows in this format [default: text].")(
        with_form
    )
    return cast(_Command, with_form)


def warn(line: str) -> None:
    """Prints one line to stderr."""
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
    board_option,
    click.option("--writer", type=Text(), help="Only posts whose writer's name contains this."),
    click.option("--since", type=When(Period.first_day), help="Only posts of this DATE or later."),
    click.option("--until", type=When(Period.last_day), help="Only posts of this DATE or earlier."),
    click.option(
        "--removed/--not-removed",
        default=None,
        help="Only posts that were removed, or only those still online.",
    ),
    click.option("--has-file/--no-file", default=None, help="Only posts with files, or only those without."),
)
