"""Commands that ask the archive, or read a page."""

import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kistep_archive import answers, lookup, outputs
from kistep_archive.errors import ArchiveError
from kistep_archive.lookup import SORTS
from kistep_archive.options import Query, Settings, as_of_option, colors, filter_options, held_options, json_option, whole
from kistep_archive.selection import Filters


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
    click.echo(outputs.as_json({"total": len(rows), "results": rows}) if as_json else outputs.table(rows, columns))


@click.command()
@as_of_option
@click.option(
    "--check", is_flag=True, help="Exit code for a monitor: 0 well, 3 never ran, stale or incomplete, 4 site changed, 5 unhealthy."
)
@json_option
@click.pass_obj
def status(settings: Settings, as_of: str | None, check: bool, as_json: bool) -> None:
    """Per board: posts, newest, last complete run, health; the last runs; posts kept apart."""
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        answer = answers.status(conn, settings.catalogue(), now=datetime.fromisoformat(as_of) if as_of else None)
    click.echo(outputs.as_json(answer) if as_json else outputs.status_as_text(answer))
    code, words = answers.trouble(answer)
    if check and code:
        raise ArchiveError(words, code)


@click.command(cls=Query)
@click.argument("query", nargs=-1, required=True)
@filter_options
@held_options
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
    board: str | None,
    writer: str | None,
    since: str | None,
    until: str | None,
    removed: bool | None,
    has_file: bool | None,
    sort: str,
    limit: int,
    offset: int,
    plot: bool,
    as_of: str | None,
    as_json: bool,
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

    \b
    kistep-archive search '"science diplomacy" OR forum' --since 2020-01-01
    kistep-archive search title:예산 --has-file --sort date --limit 5
    kistep-archive search 과학기술 --plot
    """
    settings.check_board(board)
    filters = Filters(whole(" ".join(query)), board, writer, since, until, removed, has_file)
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        answer = lookup.answer(conn, filters, sort=sort, limit=limit, offset=offset, plot=plot)
    click.echo(outputs.as_json(answer) if as_json else outputs.results_as_text(answer, offset=offset, color=colors(sys.stdout)))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", help="Only posts that 'search' finds for this.")
@filter_options
@held_options
@as_of_option
@click.option("--format", "form", type=click.Choice(outputs.FORMATS), help="Whatever OUT's suffix is.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, for spreadsheets that need one.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.pass_obj
def export(
    settings: Settings,
    out: Path,
    query: str | None,
    board: str | None,
    writer: str | None,
    since: str | None,
    until: str | None,
    removed: bool | None,
    has_file: bool | None,
    as_of: str | None,
    form: str | None,
    bom: bool,
    force: bool,
) -> None:
    """Write posts to OUT: .csv .json .jsonl .parquet .md (a folder, a file a post) .db or .sqlite; '-' is stdout, as JSON Lines.

    Exit code: 0 done, 5 the posts are written but images of theirs are damaged.
    """
    from kistep_archive import exports

    settings.check_board(board)
    filters = Filters(query and whole(query), board, writer, since, until, removed, has_file)
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        done = exports.export(conn, settings.archive, out, filters, form=form, bom=bom, force=force)
    if not settings.quiet and out != exports.STDOUT:
        click.echo(outputs.printable(f"{out}: {done.posts} posts"))
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
    board: str | None,
    writer: str | None,
    since: str | None,
    until: str | None,
    as_of: str | None,
    force: bool,
) -> None:
    """Draw OUT, an SVG file ('-' is stdout): posts over time, hits over time, writers, or what was revised, removed and restored.

    Needs pip install 'kistep-archive[charts]'.
    """
    from kistep_archive import charts, exports

    settings.check_board(board)
    filters = Filters(query, board, writer, since, until)
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        found = answers.find_post(conn, post, settings.catalogue()) if post is not None else None
        named = (found["id"], found["title"]) if found else None
        title = charts.chart(conn, settings.archive, out, charts.Question(of, by, top, named, filters), force=force)
    if not settings.quiet and out != exports.STDOUT:
        click.echo(outputs.printable(f"{out}: {title}"))


@click.command()
@click.argument("post")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="The Nth revision, 1 is the oldest [default: the latest state].")
@click.option("--as", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text", show_default=True)
@click.option("--raw", is_flag=True, help="The evidence's bytes, exactly as they came over the wire.")
@click.option("--decoded", is_flag=True, help="The evidence's bytes without their content encoding (gzip).")
@as_of_option
@json_option
@click.pass_obj
def show(
    settings: Settings, post: str, revision: int | None, form: str, raw: bool, decoded: bool, as_of: str | None, as_json: bool
) -> None:
    """Print one post, named by its id, board/number or URL."""
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        found = answers.find_post(conn, post, settings.catalogue())
    chosen = answers.at_revision(found, revision)
    if raw or decoded:
        from kistep_archive import evidence

        page = evidence.page(chosen, revision, settings.warc)
        sys.stdout.buffer.write(evidence.unpacked(page) if decoded else page.body)
        return
    if as_json or form == "json":
        from kistep_archive.evidence import named

        click.echo(outputs.as_json(named(chosen, settings.warc)))
        return
    forms = {"text": outputs.post_as_text, "markdown": outputs.post_as_markdown, "html": outputs.post_as_html}
    click.echo(forms[form](chosen))


@click.command()
@click.argument("post")
@click.argument("field")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="The Nth revision, 1 is the oldest [default: the last one].")
@json_option
@click.pass_obj
def explain(settings: Settings, post: str, field: str, revision: int | None, as_json: bool) -> None:
    """Print the piece of the page that a field was read from: title, writer, date, hits, body, attachments or number."""
    from kistep_archive import evidence

    with closing(answers.open_archive(settings.archive)) as conn:
        found = answers.at_revision(answers.find_post(conn, post, settings.catalogue()), revision)
    answer = evidence.explained(found, field, revision, settings.warc)
    click.echo(outputs.as_json(answer) if as_json else outputs.explained(answer))


@click.command()
@click.argument("url")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def parse(settings: Settings, url: str, file: Any) -> None:
    """Print what a stored page says, as JSON; FILE '-' reads stdin. Exit code 4, with the field's name, when it does not fit."""
    from kistep_archive.layouts import ParseError
    from kistep_archive.layouts import parse as parse_page
    from kistep_archive.page import Page

    try:
        item = parse_page(Page(url, "", 200, (), file.read()))
    except ParseError as error:
        raise ArchiveError(str(error), 4) from error
    board = settings.catalogue().board(url)
    click.echo(outputs.as_json(outputs.parsed(item, board.name if board else None)))
