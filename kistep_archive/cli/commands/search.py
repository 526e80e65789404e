"""Commands that find posts: search, and list, which does without a query."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, Unpack

import click

from kistep_archive.cli.options import Settings, as_of_option, colors, filter_options, rows_options
from kistep_archive.cli.parameters import Number, Query, Text
from kistep_archive.cli.render import posts as render_posts
from kistep_archive.cli.render import rows
from kistep_archive.cli.render.rows import Form
from kistep_archive.query.filters import Conditions
from kistep_archive.query.search.search import SORTS


class _Page(NamedTuple):
    """Which of the posts to print, and whether to chart all of them."""

    sort: str
    limit: int
    offset: int
    plot: bool


_Command = Callable[..., None]


def _page_options(sorts: Sequence[str], description: str) -> Callable[[_Command], _Command]:
    """The options of a command that prints a page of posts; it gets the `page`, `as_of`, the `form` and the
    conditions. The first of the `sorts` is the default."""

    def decorate(command: _Command) -> _Command:
        @wraps(command)
        def with_page(*args: Any, sort: str, limit: int, offset: int, plot: bool, **others: Any) -> None:
            command(*args, page=_Page(sort, limit, offset, plot), **others)

        decorated: _Command = rows_options(with_page)
        order = click.option(
            "--sort", type=click.Choice(sorts), default=sorts[0], show_default=True, help=description
        )
        for option in (as_of_option, _PLOT, _OFFSET, _LIMIT, order):
            decorated = option(decorated)
        return filter_options(decorated)

    return decorate


_LIMIT = click.option(
    "--limit",
    type=Number(1, 10_000),
    default=20,
    show_default=True,
    help="Print this many posts at most.",
)
_OFFSET = click.option("--offset", type=Number(0, 10**9), default=0, help="Skip this many posts.")
_PLOT = click.option(
    "--plot", is_flag=True, help="Also chart the matches by year, or by month if they span two years or less."
)


@click.command(cls=Query)
@click.argument("query", metavar="[QUERY]...", nargs=-1, type=Text())
@_page_options(list(SORTS), "Best, newest or most read posts first.")
@click.pass_obj
def search(
    settings: Settings,
    query: tuple[str, ...],
    page: _Page,
    as_of: str | None,
    form: Form | None,
    **conditions: Unpack[Conditions],
) -> None:
    """Find posts in English and Korean, best match first.

    \b
    science policy       both words, in any order, any case, with or without accents;
                         also science AND policy
    "science policy"     the phrase
    scien*               words that begin with this
    기술                  Hangul and Han: also inside compounds, from one syllable on
    budget OR forum      either one; words side by side bind closer than OR
    policy -forum        the first but not the second; also policy NOT forum
    title:r&d            in the title; writer: in the writer's name

    Without a query it lists all posts that the options choose, newest first, as 'list' does.
    """
    _print(settings, " ".join(query), page, as_of, form, conditions)


@click.command("list")
@_page_options(["date", "hits"], "Newest or most read posts first.")
@click.pass_obj
def list_command(
    settings: Settings,
    page: _Page,
    as_of: str | None,
    form: Form | None,
    **conditions: Unpack[Conditions],
) -> None:
    """List posts by date, writer, board or files, newest first."""
    _print(settings, "", page, as_of, form, conditions)


def _print(
    settings: Settings,
    query: str,
    page: _Page,
    as_of: str | None,
    form: Form | None,
    conditions: Conditions,
) -> None:
    settings.check_board(conditions.get("board"))
    with settings.open(as_of) as archive:
        answer = archive.search(query, **page._asdict(), **conditions)
        document = answer.document
    if form:
        rows.write(document, form, render_posts.RESULTS)
    else:
        click.echo(render_posts.results_as_text(document, offset=page.offset, color=colors()))
