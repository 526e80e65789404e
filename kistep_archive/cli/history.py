"""Commands that show changes: between two revisions, in a post's history, in all posts as a feed."""

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
@click.option("--side-by-side", is_flag=True, help="Print two columns, as wide as the terminal.")
@as_of_option
@json_option
@click.pass_obj
def diff(
    settings: Settings,
    post: str,
    a: int | None,
    b: int | None,
    side_by_side: bool,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Print what changed between two revisions of a post.

    A and B are revision numbers, as in 'show --revision'. Without B it compares A with the last revision;
    without both, the last two. Changed words are marked.
    """
    from kistep_archive.cli import render_diff

    with settings.open(as_of) as archive:
        difference = archive.diff(post, a, b)
    if as_json:
        click.echo(render.as_json(render_diff.as_document(difference, settings.warc)))
    elif side_by_side:
        form = partial(render_diff.side_by_side, width=shutil.get_terminal_size().columns, color=colors())
        click.echo(render_diff.as_text(difference, form))
    else:
        click.echo(render_diff.as_text(difference, partial(render_diff.unified, color=colors())))


@click.command()
@click.argument("post")
@as_of_option
@json_option
@click.pass_obj
def history(settings: Settings, post: str, as_of: str | None, as_json: bool) -> None:
    """List everything that happened to a post, oldest first.

    It lists addresses, revisions, hits, files (fetched, replaced or gone), removals and returns. Each line
    names its evidence.
    """
    from kistep_archive.cli import render_history
    from kistep_archive.evidence import pages

    with settings.open(as_of) as archive:
        document, events = archive.document(post), archive.history(post)
    if as_json:
        rows = [pages.named_row(render_history.as_document(event), settings.warc) for event in events]
        click.echo(render.as_json({"total": len(rows), "results": rows}))
    else:
        click.echo(render_history.as_text(document, events))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="The number of entries."
)
@click.option(
    "--url", default="", help="The address where the feed will be published, for its link to itself."
)
@as_of_option
@click.option(
    "--format", "form", type=click.Choice(formats.FEEDS), help="The format [default: by OUT's suffix]."
)
@click.option("--force", is_flag=True, help="Replace OUT even if it is not a feed.")
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
    """Write an Atom or JSON feed of the latest changes.

    OUT ends in .atom or .xml (Atom) or .json (JSON Feed); '-' is stdout and needs --format. The feed has an
    entry for each new post, each revision (with its changes), each removal and each return. An earlier feed
    is replaced if it differs.
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive:
        result = archive.feed(out, query, limit=limit, url=url, form=form, force=force, **conditions)
    if not settings.quiet and str(out) != "-":
        entries = f"{result.entries:,} {'entry' if result.entries == 1 else 'entries'}"
        click.echo(display.printable(f"{out}: {entries}{'' if result.written else ', unchanged'}"))
