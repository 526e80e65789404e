"""Commands that tell what changed: between two revisions, in a post's whole history, in all posts as a feed."""

import shutil
import sys
from contextlib import closing
from functools import partial
from os import environ
from pathlib import Path

import click

from kistep_archive import answers, outputs
from kistep_archive.options import Settings, as_of_option, filter_options, json_option
from kistep_archive.selection import Filters


def _shows_color() -> bool:
    return sys.stdout.isatty() and not environ.get("NO_COLOR")


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

    \b
    kistep-archive diff news/98911
    kistep-archive diff 68 1 2 --side-by-side
    """
    from kistep_archive import comparing, diffs_text

    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        found = comparing.difference(conn, answers.find_post(conn, post, settings.catalogue())["id"], a, b)
    if as_json:
        click.echo(outputs.as_json(comparing.as_answer(found, settings.warc)))
    elif side_by_side:
        form = partial(diffs_text.side_by_side, width=shutil.get_terminal_size().columns, color=_shows_color())
        click.echo(comparing.as_text(found, form))
    else:
        click.echo(comparing.as_text(found, partial(diffs_text.unified, color=_shows_color())))


@click.command()
@click.argument("post")
@as_of_option
@json_option
@click.pass_obj
def history(settings: Settings, post: str, as_of: str | None, as_json: bool) -> None:
    """Print all that happened to a post, oldest first, each with the place of its evidence: sources, revisions, hits, files fetched,
    replaced or gone, removals and returns.

    \b
    kistep-archive history news/98911
    kistep-archive history 68 --json
    """
    from kistep_archive import evidence, past, timeline

    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        found = answers.find_post(conn, post, settings.catalogue())
        events = past.events(conn, found["id"])
    if as_json:
        rows = [evidence.named_row(timeline.as_row(event), settings.warc) for event in events]
        click.echo(outputs.as_json({"total": len(rows), "results": rows}))
    else:
        click.echo(timeline.as_text(found, events))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Of the last things that happened.")
@click.option("--url", default="", help="The address at which the feed will be found, for its link to itself.")
@as_of_option
@click.option("--format", "form", type=click.Choice(outputs.FEEDS), help="Whatever OUT's suffix is.")
@click.option("--force", is_flag=True, help="Replace OUT even if it is no feed.")
@click.pass_obj
def feed(
    settings: Settings,
    out: Path,
    query: str | None,
    board: str | None,
    writer: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    url: str,
    as_of: str | None,
    form: str | None,
    force: bool,
) -> None:
    """Write what happened last to OUT, as Atom (.atom, .xml) or JSON Feed (.json): an entry for each new post, each revision with what
    changed, each removal and return. '-' is stdout, with --format. An earlier feed is replaced, unless it says the same.

    \b
    kistep-archive feed public/kistep.atom --url https://example.org/kistep.atom
    kistep-archive feed - --format json --query '기술 OR forum'
    """
    from kistep_archive import feed_entries

    settings.check_board(board)
    feed_entries.form_of(out, form)
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        filters = Filters(query, board, writer, since, until)
        told = feed_entries.read(conn, filters, limit, settings.catalogue(), url)
    written = feed_entries.write(settings.archive, out, told, form, force=force)
    if not settings.quiet and str(out) != "-":
        click.echo(outputs.printable(f"{out}: {len(told.entries)} entries{'' if written else ', as before'}"))
