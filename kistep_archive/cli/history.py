"""Commands that tell what changed: between two revisions, in a post's whole history, in all posts as a feed."""

import shutil
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Unpack

import click

from kistep_archive import display
from kistep_archive.cli import render
from kistep_archive.cli.options import Settings, as_of_option, colors, filter_options, json_option
from kistep_archive.export import formats
from kistep_archive.query.filters import Conditions


@click.command()
@click.argument("post")
@click.argument("a", type=click.IntRange(1), required=False)
@click.argument("b", type=click.IntRange(1), required=False)
@click.option("--side-by-side", is_flag=True, help="Two columns, as wide as the terminal.")
@as_of_option
@json_option
@click.pass_obj
def diff(settings: Settings, post: str, a: int | None, b: int | None, side_by_side: bool, as_of: str | None, as_json: bool) -> None:
    """Print what changed between revisions A and B of a post, by their numbers as in 'show --revision' [default: the last two; A alone
    is set against the last one]. Changed words are marked.
    """
    from kistep_archive.cli import render_diff

    with settings.open(as_of) as archive:
        found = archive.diff(post, a, b)
    if as_json:
        click.echo(render.as_json(render_diff.as_answer(found, settings.warc)))
    elif side_by_side:
        form = partial(render_diff.side_by_side, width=shutil.get_terminal_size().columns, color=colors())
        click.echo(render_diff.as_text(found, form))
    else:
        click.echo(render_diff.as_text(found, partial(render_diff.unified, color=colors())))


@click.command()
@click.argument("post")
@as_of_option
@json_option
@click.pass_obj
def history(settings: Settings, post: str, as_of: str | None, as_json: bool) -> None:
    """Print all that happened to a post, oldest first, each with the place of its evidence: sources, revisions, hits, files fetched,
    replaced or gone, removals and returns.
    """
    from kistep_archive.cli import render_history
    from kistep_archive.evidence import pages

    with settings.open(as_of) as archive:
        found, events = archive.document(post), archive.history(post)
    if as_json:
        rows = [pages.named_row(render_history.as_row(event), settings.warc) for event in events]
        click.echo(render.as_json({"total": len(rows), "results": rows}))
    else:
        click.echo(render_history.as_text(found, events))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Of the last things that happened.")
@click.option("--url", default="", help="The address at which the feed will be found, for its link to itself.")
@as_of_option
@click.option("--format", "form", type=click.Choice(formats.FEEDS), help="Whatever OUT's suffix is.")
@click.option("--force", is_flag=True, help="Replace OUT even if it is no feed.")
@click.pass_obj
def feed(
    settings: Settings,
    out: Path,
    query: str | None,
    limit: int,
    url: str,
    as_of: str | None,
    form: str | None,
    force: bool,
    **conditions: Unpack[Conditions],
) -> None:
    """Write what happened last to OUT, as Atom (.atom, .xml) or JSON Feed (.json): an entry for each new post, each revision with what
    changed, each removal and return. '-' is stdout, with --format. An earlier feed is replaced, unless it says the same.
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive:
        done = archive.feed(out, query, limit=limit, url=url, form=form, force=force, **conditions)
    if not settings.quiet and str(out) != "-":
        click.echo(display.printable(f"{out}: {done.entries} entries{'' if done.written else ', as before'}"))
