"""Commands that ask the archive or parse a page."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Unpack

import click

from kistep_archive import display
from kistep_archive.cli import render
from kistep_archive.cli.options import Query, Settings, as_of_option, colors, filter_options, json_option
from kistep_archive.display import and_more, plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export import formats
from kistep_archive.query.filters import Conditions
from kistep_archive.query.search import SORTS


@click.command("boards")
@json_option
@click.pass_obj
def boards_command(settings: Settings, as_json: bool) -> None:
    """List the known boards.

    --boards FILE.toml (before the command) adds or replaces boards.
    """
    rows: list[dict[str, Any]] = [
        {
            "board": row.name,
            "title": row.title,
            "layout": row.layout,
            "language": row.language,
            "address": row.address,
            "crawled": "when named" if row.named_only else "by default",
        }
        for row in settings.catalogue().rows
    ]
    columns = {name: name.upper() for name in ("board", "layout", "language", "crawled", "address")}
    click.echo(
        render.as_json({"total": len(rows), "results": rows}) if as_json else render.table(rows, columns)
    )


@click.command()
@as_of_option
@click.option(
    "--check",
    is_flag=True,
    help="Set the exit code for a monitor: 0 ok, 3 never ran, stale or incomplete, 4 site changed, 5 "
    "unhealthy.",
)
@click.option(
    "--politeness",
    is_flag=True,
    help="Check from the evidence how the site was asked. Exit code: 0 all rules were obeyed, 3 otherwise.",
)
@click.option(
    "--badge",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="OUT.svg",
    help="Write an SVG badge of the health; '-' is stdout.",
)
@json_option
@click.pass_obj
def status(
    settings: Settings, as_of: str | None, check: bool, politeness: bool, badge: Path | None, as_json: bool
) -> None:
    """Show each board's health and the last runs.

    A board needs attention if it never ran, if its last complete run is 8 days old (stale), if its pages do
    not fit the parser (suspicious), or if something is missing (debts): failed pages, files that were never
    fetched, runs that stopped.
    """
    from kistep_archive.cli import render_status
    from kistep_archive.operate import health

    if politeness:
        if as_of or check or badge:
            raise ArchiveError(
                "--politeness has its own exit code: give it alone, or with --json", ExitCode.USAGE
            )
        _politeness(settings, as_json)
        return
    with settings.open(as_of) as archive:
        document = archive.status()
    code, message = health.worst(document)
    if badge is not None:
        _badge(settings.archive, badge, document)
    if as_json and badge != Path("-"):
        click.echo(render.as_json(document))
    elif badge is None:
        click.echo(render_status.status_as_text(document, color=colors()))
    if check and code:
        raise ArchiveError(message, code)


def _badge(archive: Path, out: Path, document: dict[str, Any]) -> None:
    """Writes it in one step, because a web server may be reading the old one; replaces nothing but a
    badge."""
    from kistep_archive.export.destination import STDOUT, check_destination, replacing, send
    from kistep_archive.operate.badge import as_svg, badge, is_badge

    svg = as_svg(badge(document)).encode()
    if out == STDOUT:
        send([svg])
        return
    if out.is_file() and not is_badge(out):
        raise ArchiveError(f"{out} already exists and is not a badge; choose another name", ExitCode.USAGE)
    check_destination(archive, out, "svg", force=True)
    with replacing(out) as part:
        part.write_bytes(svg)


def _politeness(settings: Settings, as_json: bool) -> None:
    from kistep_archive.audit.politeness import RULES, examine
    from kistep_archive.cli import render_status

    document = render_status.politeness(examine(settings.archive), RULES)
    click.echo(render.as_json(document) if as_json else render_status.politeness_as_text(document))
    if document["results"]:
        violations = [
            f"run {row['run']} violates {row['rule']}: {row['words']}; {row['file']} at {row['offset']}"
            for row in document["results"]
        ]
        raise ArchiveError(and_more(violations), ExitCode.INCOMPLETE)
    if document["verdict"] != "obeyed":
        unknown = "some records are damaged or do not say when the request was sent"
        raise ArchiveError(
            f"no violation was found, but not every request can be checked: {unknown}", ExitCode.INCOMPLETE
        )


@click.command(cls=Query)
@click.argument("query", nargs=-1, required=True)
@filter_options
@click.option(
    "--sort",
    type=click.Choice(list(SORTS)),
    default="rank",
    show_default=True,
    help="Best, newest or most read posts first.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="Print this many posts at most.",
)
@click.option("--offset", type=click.IntRange(0, 10**9), default=0, help="Skip this many posts.")
@click.option(
    "--plot", is_flag=True, help="Also chart the matches by year, or by month if they span two years or less."
)
@as_of_option
@json_option
@click.pass_obj
def search(
    settings: Settings,
    query: tuple[str, ...],
    sort: str,
    limit: int,
    offset: int,
    plot: bool,
    as_of: str | None,
    as_json: bool,
    **conditions: Unpack[Conditions],
) -> None:
    """Find posts in English and Korean, best match first.

    \b
    science policy       both words, in any order, any case, with or without accents
    "science policy"     the phrase
    scien*               words that begin with this
    기술                  Hangul and Han: also inside compounds, from one syllable on
    budget OR forum      either one; words side by side bind closer than OR
    policy -forum        the first but not the second
    title:r&d            in the title; writer: in the writer's name
    """
    settings.check_board(conditions.get("board"))
    text = " ".join(query)
    with settings.open(as_of) as archive:
        search = archive.search(text, sort=sort, limit=limit, offset=offset, plot=plot, **conditions)
        document = search.document
    if as_json:
        click.echo(render.as_json(document))
    else:
        click.echo(render.results_as_text(document, offset=offset, color=colors()))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@as_of_option
@click.option(
    "--format", "form", type=click.Choice(formats.FORMATS), help="The format [default: by OUT's suffix]."
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
    bom: bool,
    force: bool,
    **conditions: Unpack[Conditions],
) -> None:
    """Export posts to CSV, JSON, Parquet, Markdown or SQLite.

    OUT's suffix chooses the format: .csv .json .jsonl .parquet .db .sqlite, or .md (a folder with one file
    per post). '-' is stdout, as JSON Lines unless --format says otherwise. Parquet needs pip install
    'kistep-archive[parquet]'.

    Exit code: 0 done, 5 the posts are written, but some of their images are damaged.
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive:
        result = archive.export(out, query, form=form, bom=bom, force=force, **conditions)
    if not settings.quiet and out != Path("-"):
        click.echo(display.printable(f"{out}: {plural(result.posts, 'post')}"))
    if result.damage:
        raise ArchiveError(result.damage, ExitCode.STORE_UNHEALTHY)


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
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
    type=click.IntRange(1),
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

    OUT ends in .svg; '-' is stdout. It needs pip install 'kistep-archive[charts]'.
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive:
        title = archive.chart(out, query, of=of, by=by, top=top, post=post, force=force, **conditions)
    if not settings.quiet and out != Path("-"):
        click.echo(display.printable(f"{out}: {title}"))


@click.command()
@click.argument("post")
@click.option(
    "--revision",
    type=click.IntRange(1),
    metavar="N",
    help="Print the Nth revision; 1 is the oldest [default: the latest state].",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "markdown", "html", "json"]),
    default="text",
    show_default=True,
    help="The format.",
)
@click.option("--raw", is_flag=True, help="Print the page's bytes exactly as they came.")
@click.option("--decoded", is_flag=True, help="Print the page's bytes, decompressed.")
@click.option(
    "--page", is_flag=True, help="POST is the URL of any page: print the last response from it, decompressed."
)
@as_of_option
@json_option
@click.pass_obj
def show(
    settings: Settings,
    post: str,
    revision: int | None,
    form: str,
    raw: bool,
    decoded: bool,
    page: bool,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Print one post, by its id, board/number or URL."""
    with settings.open(as_of) as archive:
        if raw or decoded or page:
            row = archive.page(post) if page else archive.revision(post, revision)
            sys.stdout.buffer.write(row.raw() if raw and not decoded else row.read())
            return
        document = archive.document(post, revision)
    if as_json or form == "json":
        from kistep_archive.evidence.pages import named

        click.echo(render.as_json(named(document, settings.warc)))
        return
    forms = {"text": render.post_as_text, "markdown": render.post_as_markdown, "html": render.post_as_html}
    click.echo(forms[form](document))


@click.command()
@click.argument("post")
@click.argument("field")
@click.option(
    "--revision",
    type=click.IntRange(1),
    metavar="N",
    help="Use the Nth revision; 1 is the oldest [default: the last].",
)
@json_option
@click.pass_obj
def explain(settings: Settings, post: str, field: str, revision: int | None, as_json: bool) -> None:
    """Show the piece of the page that a field was read from.

    FIELD is title, writer, date, hits, body, attachments or number.
    """
    from kistep_archive.query import explain as query_explain

    with settings.open() as archive:
        post_document = archive.document(post, revision)
    explanation = query_explain.explain_field(post_document, field, revision, settings.warc)
    click.echo(render.as_json(explanation) if as_json else render.explanation_as_text(explanation))


@click.command()
@click.argument("url")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def parse(settings: Settings, url: str, file: Any) -> None:
    """Parse a stored page and print its fields as JSON.

    FILE '-' is stdin. Exit code: 0 done, 4 the page does not fit; the message names the field.
    """
    from kistep_archive.http.response import Page
    from kistep_archive.parse.parser import ParseError
    from kistep_archive.parse.parser import parse as parse_page

    try:
        item = parse_page(Page(url, "", 200, (), file.read()))
    except ParseError as error:
        raise ArchiveError(str(error), ExitCode.SITE_CHANGED) from error
    board = settings.catalogue().board(url)
    click.echo(render.as_json(render.item_document(item, board.name if board else None)))
