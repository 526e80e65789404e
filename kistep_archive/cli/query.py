"""Commands that ask the archive, or read a page."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Unpack

import click

from kistep_archive import display
from kistep_archive.cli import render
from kistep_archive.cli.options import Query, Settings, as_of_option, colors, filter_options, json_option
from kistep_archive.errors import ArchiveError
from kistep_archive.export import formats
from kistep_archive.query.filters import Conditions
from kistep_archive.query.search import SORTS


@click.command("boards")
@json_option
@click.pass_obj
def boards_command(settings: Settings, as_json: bool) -> None:
    """List the catalogue: board, layout, language, address."""
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
    columns = {"board": "BOARD", "layout": "LAYOUT", "language": "LANGUAGE", "crawled": "CRAWLED", "address": "ADDRESS"}
    click.echo(render.as_json({"total": len(rows), "results": rows}) if as_json else render.table(rows, columns))


@click.command()
@as_of_option
@click.option(
    "--check", is_flag=True, help="Exit code for a monitor: 0 well, 3 never ran, stale or in debt, 4 suspicious, 5 store unhealthy."
)
@click.option(
    "--politeness", is_flag=True, help="How the site was asked, judged from the evidence alone. Exit code: 0 obeyed, 3 otherwise."
)
@click.option(
    "--badge",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="OUT.svg",
    help="Write a badge of the health, SVG; '-' is stdout.",
)
@json_option
@click.pass_obj
def status(settings: Settings, as_of: str | None, check: bool, politeness: bool, badge: Path | None, as_json: bool) -> None:
    """Per board: posts, newest, last complete run, health and why it is red; the last runs; posts kept apart.

    A board is red that never ran, is stale (8 days without a complete run), suspicious (its pages do not fit) or in debt (what failed and
    was not had since, files without an answer, runs that stopped or died).
    """
    from kistep_archive.cli import render_status
    from kistep_archive.operate import health

    if politeness:
        if as_of or check or badge:
            raise ArchiveError(
                "--politeness looks at all of the evidence and has an exit code of its own: give it alone, or with --json", 2
            )
        _politeness(settings, as_json)
        return
    with settings.open(as_of) as archive:
        answer = archive.status()
    code, words = health.trouble(answer)
    if badge is not None:
        _badge(settings.archive, badge, answer)
    if as_json and badge != Path("-"):
        click.echo(render.as_json(answer))
    elif badge is None:
        click.echo(render_status.status_as_text(answer, color=colors()))
    if check and code:
        raise ArchiveError(words, code)


def _badge(archive: Path, out: Path, answer: dict[str, Any]) -> None:
    """Whole or not at all: a web server may be reading the one that is there, which only another badge may replace."""
    from kistep_archive.export.destination import STDOUT, beside, check_place, send
    from kistep_archive.operate.badge import as_svg, badge, is_badge

    svg = as_svg(badge(answer)).encode()
    if out == STDOUT:
        send([svg])
        return
    if out.is_file() and not is_badge(out):
        raise ArchiveError(f"{out}: is there already and is no badge; name another place", 2)
    check_place(archive, out, "svg", force=True)
    with beside(out) as part:
        part.write_bytes(svg)


def _politeness(settings: Settings, as_json: bool) -> None:
    from kistep_archive.audit.politeness import RULES, examine
    from kistep_archive.cli import render_status

    answer = render_status.politeness(examine(settings.archive), RULES)
    click.echo(render.as_json(answer) if as_json else render_status.politeness_as_text(answer))
    if answer["results"]:
        first = answer["results"][0]
        more = f" (and {answer['total'] - 1} more)" if answer["total"] > 1 else ""
        raise ArchiveError(f"run {first['run']} violates {first['rule']}: {first['words']}; {first['file']} at {first['offset']}{more}", 3)
    if answer["verdict"] != "obeyed":
        raise ArchiveError("no violation is seen, but not everything can be: a record is damaged or does not tell when it was asked", 3)


@click.command(cls=Query)
@click.argument("query", nargs=-1, required=True)
@filter_options
@click.option("--sort", type=click.Choice(list(SORTS)), default="rank", show_default=True, help="Best, newest or most read first.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0, 10**9), default=0, help="Leave out so many first.")
@click.option("--plot", is_flag=True, help="Chart what was found by year, or by month if those are two years or less.")
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
    """Find posts in English and Korean, ranked, with the matches marked.

    \b
    science policy       both words, in any order and whatever their case and accents
    "science policy"     the phrase
    scien*               words that begin so
    기술                  Hangul and Han: any piece of a compound, from one syllable
    budget OR forum      either; what stands beside OR is taken together first
    policy -forum        the first without the second
    title:r&d            in the title; writer: in the writer's name
    """
    settings.check_board(conditions.get("board"))
    with settings.open(as_of) as archive:
        answer = archive.search(" ".join(query), sort=sort, limit=limit, offset=offset, plot=plot, **conditions).document
    click.echo(render.as_json(answer) if as_json else render.results_as_text(answer, offset=offset, color=colors()))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@as_of_option
@click.option("--format", "form", type=click.Choice(formats.FORMATS), help="Whatever OUT's suffix is.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, for spreadsheets that need one.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
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
    """Write posts to OUT: .csv .json .jsonl .parquet .md (a folder, a file a post) .db or .sqlite; '-' is stdout, as JSON Lines.

    Exit code: 0 done, 5 the posts are written but images of theirs are damaged.
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive:
        done = archive.export(out, query, form=form, bom=bom, force=force, **conditions)
    if not settings.quiet and out != Path("-"):
        click.echo(display.printable(f"{out}: {done.posts} posts"))
    if done.damage:
        raise ArchiveError(done.damage, 5)


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--of", type=click.Choice(["posts", "hits", "writers", "changes"]), default="posts", show_default=True)
@click.option("--by", type=click.Choice(["month", "year"]), help="For posts and changes [default: year where there are many months].")
@click.option(
    "--top", type=click.IntRange(1), metavar="N", help="The N writers with most posts [default: 15], or posts with most hits [5]."
)
@click.option("--post", help="The hits of this post: its id, board/number or URL.")
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@as_of_option
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
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
    """Draw OUT, an SVG file ('-' is stdout): posts over time, hits over time, writers, or what was revised, removed and restored.

    Needs pip install 'kistep-archive[charts]'.
    """
    settings.check_board(conditions.get("board"))
    with closing(settings.open(as_of)) as archive:
        title = archive.chart(out, query, of=of, by=by, top=top, post=post, force=force, **conditions)
    if not settings.quiet and out != Path("-"):
        click.echo(display.printable(f"{out}: {title}"))


@click.command()
@click.argument("post")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="The Nth revision, 1 is the oldest [default: the latest state].")
@click.option("--as", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text", show_default=True)
@click.option("--raw", is_flag=True, help="The evidence's bytes, exactly as they came over the wire.")
@click.option("--decoded", is_flag=True, help="The evidence's bytes without their content encoding (gzip).")
@click.option("--page", is_flag=True, help="POST is the address of any page: the last that came from it, unpacked, whatever became of it.")
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
    """Print one post, named by its id, board/number or URL."""
    with settings.open(as_of) as archive:
        if raw or decoded or page:
            shown = archive.page(post) if page else archive.revision(post, revision)
            as_it_came = raw and not decoded
            sys.stdout.buffer.write(shown.raw() if as_it_came else shown.read())
            return
        chosen = archive.document(post, revision)
    if as_json or form == "json":
        from kistep_archive.evidence.pages import named

        click.echo(render.as_json(named(chosen, settings.warc)))
        return
    forms = {"text": render.post_as_text, "markdown": render.post_as_markdown, "html": render.post_as_html}
    click.echo(forms[form](chosen))


@click.command()
@click.argument("post")
@click.argument("field")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="The Nth revision, 1 is the oldest [default: the last one].")
@json_option
@click.pass_obj
def explain(settings: Settings, post: str, field: str, revision: int | None, as_json: bool) -> None:
    """Print the piece of the page that a field was read from: title, writer, date, hits, body, attachments or number."""
    from kistep_archive.query import explain as query_explain

    with settings.open() as archive:
        found = archive.document(post, revision)
    answer = query_explain.explained(found, field, revision, settings.warc)
    click.echo(render.as_json(answer) if as_json else render.explained(answer))


@click.command()
@click.argument("url")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def parse(settings: Settings, url: str, file: Any) -> None:
    """Print what a stored page says, as JSON; FILE '-' reads stdin. Exit code 4, with the field's name, when it does not fit."""
    from kistep_archive.http.response import Page
    from kistep_archive.parse.parser import ParseError
    from kistep_archive.parse.parser import parse as parse_page

    try:
        item = parse_page(Page(url, "", 200, (), file.read()))
    except ParseError as error:
        raise ArchiveError(str(error), 4) from error
    board = settings.catalogue().board(url)
    click.echo(render.as_json(render.parsed(item, board.name if board else None)))
