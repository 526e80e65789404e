"""Commands that write the archive for others to read: export, feed, chart, cite."""

from contextlib import closing
from pathlib import Path
from typing import Any, Unpack

import click

from kistep_archive import display
from kistep_archive.cli.options import (
    Settings,
    as_of_option,
    filter_options,
    warn,
)
from kistep_archive.cli.parameters import Number, PathArgument
from kistep_archive.cli.progress import bar
from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export import formats
from kistep_archive.query.filters import Conditions


@click.command()
@click.argument("out", type=PathArgument())
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@as_of_option
@click.option(
    "--format", "form", type=click.Choice(formats.FORMATS), help="The format [default: by OUT's suffix]."
)
@click.option(
    "--body",
    type=click.Choice(["markdown", "text"]),
    help="For json and jsonl: one 'body' in this form [default: body_text and body_html].",
)
@click.option(
    "--with",
    "parts",
    metavar="PARTS",
    help="For json and jsonl: add evidence,revisions,files: one, or several with commas between them.",
)
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, for spreadsheets that need one.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.pass_obj
def export(
    settings: Settings,
    out: Path,
    query: str | None,
    as_of: str | None,
    form: str | None,
    body: str | None,
    parts: str | None,
    bom: bool,
    force: bool,
    **conditions: Unpack[Conditions],
) -> None:
    """Export posts to CSV, JSON, Excel, Parquet, Markdown or SQLite.

    OUT's suffix chooses the format: .csv .json .jsonl .xlsx .parquet .db .sqlite .markdown (all posts in one
    file), or .md (a folder with one file per post). '-' is stdout, as JSON Lines unless --format says
    otherwise. With --format parquet and a name without a suffix, OUT is a folder with a file for each board
    and year, or for each year if there are many boards: DuckDB and others read it as a table.

    A cell of Excel has at most 32,767 characters: .xlsx cuts longer ones and says so at their end; for .csv a
    line on stderr says how many there are.

    \b
    Parquet needs: pip install 'kistep-archive[parquet]'
    Excel needs:   pip install 'kistep-archive[xlsx]'

    Exit code: 0 done, 5 the posts are written, but some of their images are damaged.
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive, bar("export", settings.quiet):
        result = archive.export(
            out,
            query,
            form=form,
            bom=bom,
            body=body,
            parts=() if parts is None else parts,
            force=force,
            **conditions,
        )
    if not settings.quiet and out != Path("-"):
        click.echo(display.printable(f"{out}: {plural(result.posts, 'post')}"))
    if result.note and not settings.quiet:
        warn(f"{out}: {result.note}")
    if result.damage:
        raise ArchiveError(result.damage, ExitCode.STORE_UNHEALTHY)


@click.command()
@click.argument("out", type=PathArgument())
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@click.option("--limit", type=Number(1, 10_000), default=50, show_default=True, help="The number of entries.")
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


@click.command()
@click.argument("out", type=PathArgument())
@click.option(
    "--of",
    type=click.Choice(["posts", "hits", "writers", "changes"]),
    default="posts",
    show_default=True,
    help="What to draw.",
)
@click.option(
    "--by",
    type=click.Choice(["month", "year"]),
    help="The width of a bar, for posts and changes [default: month, or year if there are many].",
)
@click.option(
    "--top",
    type=Number(1),
    metavar="N",
    help="The N writers with the most posts [default: 15], or the N posts with the most hits [default: 5].",
)
@click.option("--post", help="Draw the hits of this post: its id, board/number or URL.")
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@as_of_option
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.pass_obj
def chart(
    settings: Settings,
    out: Path,
    of: Any,
    by: Any,
    top: int | None,
    post: str | None,
    query: str | None,
    as_of: str | None,
    force: bool,
    **conditions: Unpack[Conditions],
) -> None:
    """Draw posts, hits, writers or changes as an SVG chart.

    OUT ends in .svg; '-' is stdout.

    It needs: pip install 'kistep-archive[charts]'
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive:
        title = archive.chart(out, query, of=of, by=by, top=top, post=post, force=force, **conditions)
    if not settings.quiet and out != Path("-"):
        click.echo(display.printable(f"{out}: {title}"))


@click.command()
@click.argument("post")
@click.option(
    "--style",
    type=click.Choice(formats.CITATIONS),
    default="apa",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--revision",
    type=Number(1),
    metavar="N",
    help="Cite the Nth revision; 1 is the oldest [default: the latest].",
)
@as_of_option
@click.pass_obj
def cite(settings: Settings, post: str, style: str, revision: int | None, as_of: str | None) -> None:
    """Print a citation of a post.

    It names the writer, date, title and address, the day (UTC) on which the archive fetched the page, and
    where the page is in the archive: the post's id, the revision, and the page's sha256. bibtex, ris and
    csl-json are for Zotero and other reference managers.

    apa and chicago need: pip install 'kistep-archive[cite]'
    """
    with closing(settings.open(as_of)) as archive:
        click.echo(archive.cite(post, style, revision))
