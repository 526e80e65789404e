"""Commands that lead to the evidence and check it: verify, explain, bundle, rebuild, parse."""

import os
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kistep_archive.cli.examples import EXAMPLES
from kistep_archive.cli.options import (
    Settings,
    json_option,
    rows_options,
    warn,
)
from kistep_archive.cli.parameters import Number, PathArgument
from kistep_archive.cli.progress import bar
from kistep_archive.cli.render import plain, rows
from kistep_archive.cli.render import posts as render_posts
from kistep_archive.cli.render import runs as render_runs
from kistep_archive.cli.render.rows import Form
from kistep_archive.display import first_of, plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.query import posts
from kistep_archive.store import database

if TYPE_CHECKING:
    from kistep_archive.http.response import Page
    from kistep_archive.model.boards import Board
    from kistep_archive.model.skins import Skin


@click.command()
@click.option(
    "--sample",
    type=Number(1, 10**9),
    metavar="N",
    help="Check only N records and their rows, the least recently verified first.",
)
@click.option("--jobs", type=Number(1, 64), help="The number of processes that read [default: one per core].")
@rows_options
@click.pass_obj
def verify(settings: Settings, sample: int | None, jobs: int | None, form: Form | None) -> None:
    """Check the evidence, and every row against it.

    It reads every WARC record, compares every digest, and looks for the record behind each row and the row of
    each record. It changes nothing. Exit code: 0 no damage, 5 damage; each finding names the file or row.
    """
    from kistep_archive.audit.scanning import Work
    from kistep_archive.audit.verify import verify as verify_archive

    with bar("verify", settings.quiet):
        report = verify_archive(settings.archive, sample, Work(jobs or os.cpu_count() or 1))
    report = replace(report, findings=[replace(f, advice=settings.advise(f.advice)) for f in report.findings])
    if form:
        rows.write(render_runs.verify_document(report), form, render_runs.FINDINGS)
    elif not settings.quiet:
        click.echo(render_runs.verify_as_text(report))
    if report.findings:
        raise ArchiveError(first_of(report.findings), ExitCode.STORE_UNHEALTHY)


@click.command()
@click.argument("post")
@click.argument("field")
@click.option(
    "--revision",
    type=Number(1),
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
    explanation = query_explain.explain_field(
        post_document, field, revision, settings.warc, settings.catalogue()
    )
    click.echo(plain.as_json(explanation) if as_json else render_posts.explanation_as_text(explanation))


@click.command()
@click.argument("post")
@click.argument("out", metavar="OUT.wacz", type=PathArgument())
@click.option("--force", is_flag=True, help="Replace OUT.wacz if it exists.")
@click.pass_obj
def bundle(settings: Settings, post: str, out: Path, force: bool) -> None:
    """Write the evidence of one post to a WACZ file.

    It holds every record of the post, untouched, its metadata, and digests of both. WACZ players such as pywb
    can replay it.
    """
    from kistep_archive.export.bundle import write

    with closing(database.open_archive(settings.archive)) as conn, bar("bundle", settings.quiet):
        result = write(
            conn, settings.warc, posts.find_post(conn, post, settings.catalogue()), out, force=force
        )
    if not settings.quiet:
        counts = f"{plural(result.responses, 'response')} in {plural(result.records, 'record')}"
        click.echo(f"{out}: {counts}, {result.size:,} bytes")


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would change, field by field. Write nothing.")
@click.option("--jobs", type=Number(1, 64), help="The number of parser processes [default: one per core].")
@click.option("--dask", metavar="ADDRESS", help="Parse on the workers of a Dask cluster: see docs/scale.md.")
@click.option("--force", is_flag=True, help="Rebuild even if values of the old database would be lost.")
@rows_options
@click.pass_obj
def rebuild(
    settings: Settings, dry_run: bool, jobs: int | None, dask: str | None, force: bool, form: Form | None
) -> None:
    """Rebuild the database from the WARC files.

    Exit code: 0 done, 3 the Dask cluster does not answer (nothing was written), 4 values would be lost
    (nothing was written) or pages are perhaps read wrongly (no rows were made of them), 5 evidence is
    damaged, 75 another run is active.
    """
    from kistep_archive.ingest import rebuild as rebuilding

    if jobs and dask:
        raise ArchiveError("--jobs and --dask exclude each other: choose one", ExitCode.USAGE)
    if dask == "":
        raise ArchiveError("--dask: give the scheduler's address: --dask tcp://HOST:8786", ExitCode.USAGE)
    cores = jobs or os.cpu_count() or 1
    run = rebuilding.dry_run if dry_run else partial(rebuilding.rebuild, force=force)
    catalogue = settings.catalogue() if settings.boards_file else None
    with bar("rebuild", settings.quiet):
        result = run(settings.archive, jobs=cores, catalogue=catalogue, dask=dask or "")
    if form:
        rows.write(render_runs.rebuild_document(result), form, render_runs.CHANGES)
    elif not settings.quiet:
        click.echo(render_runs.rebuild_as_text(result, dry_run=dry_run))
    if result.damage:
        readable = (
            "a rebuild would read everything else" if dry_run else "everything readable is in the database"
        )
        advice = f"{readable}; see 'kistep-archive verify'"
        damage = first_of(result.damage).rstrip(".")
        raise ArchiveError(f"{damage}; {advice}", ExitCode.STORE_UNHEALTHY)
    if result.suspicious:
        advice = (
            "No rows were made of these pages. Mend the skin in the boards file, then rebuild again; "
            "if it is right, run 'crawl --accept-changes'."
        )
        raise ArchiveError(f"{first_of(result.suspicious)}. {advice}", ExitCode.SITE_CHANGED)


@click.command()
@click.argument("url")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--skin",
    "skin_file",
    type=PathArgument(dir_okay=False),
    metavar="FILE.toml",
    help="Read the page with this skin [default: the skin of its board].",
)
@click.pass_obj
def parse(settings: Settings, url: str, file: Any, skin_file: Path | None) -> None:
    """Parse a stored page and print its fields as JSON.

    FILE '-' is stdin. Exit code: 0 done, 2 URL is no address of a post or a listing, 4 the page does not fit;
    the message names the field.
    """
    from kistep_archive.http.response import Page
    from kistep_archive.model.items import Notice
    from kistep_archive.parse.parser import ParseError
    from kistep_archive.parse.parser import parse as parse_page
    from kistep_archive.parse.skin.boards_file import find_skin
    from kistep_archive.parse.skin.unmatched import keys_without_value

    _check_address(url)
    board = settings.catalogue().board(url)
    try:
        way = board
        if skin_file is not None:
            way = replace(board or _some_board(url), skin=find_skin(skin_file, str(skin_file)))
        page = Page(url, "", 200, (), file.read())
        if skin_file is not None and way is not None and way.skin is not None and not settings.quiet:
            _warn_of_unused(way.skin, skin_file, page)
        item = parse_page(page, way)
        if skin_file is not None and not settings.quiet and not isinstance(item, Notice):
            _warn_of_unmatched(keys_without_value(way, item), skin_file)
    except ParseError as error:
        raise ArchiveError(str(error), ExitCode.SITE_CHANGED) from error
    except FileNotFoundError as error:
        words = f"{skin_file}: no such file, and no skin that ships with this program (docs/skins.md)"
        raise ArchiveError(words, ExitCode.USAGE) from error
    except ValueError as error:
        raise ArchiveError(str(error), ExitCode.USAGE) from error
    click.echo(plain.as_json(render_posts.item_document(item, board.name if board else None)))


def _check_address(url: str) -> None:
    """Raises ArchiveError for an address that no page of a post or a listing has."""
    from kistep_archive.model.urls import locate

    at = locate(url)
    if at is None or at.kind not in ("post", "listing"):
        words = f"{url}: the address is neither a post's nor a listing's. Type the address that the page has"
        raise ArchiveError(f"{words}. For example: {EXAMPLES['parse'][0]}", ExitCode.USAGE)


def _warn_of_unmatched(keys: list[str] | None, file: Path) -> None:
    if keys:
        warn(f"--skin {file}: {' and '.join(keys)} found nothing on the page")


def _warn_of_unused(skin: "Skin", file: Path, page: "Page") -> None:
    """Says in one line if the page is read without the skin. Raises ParseError for a page of another kind."""
    from kistep_archive.parse.parser import open_page
    from kistep_archive.parse.skin.posts import applicable_skin

    at, document, _ = open_page(page)
    part, reason = skin.post if at.kind == "post" else skin.listing, ""
    if part is None:
        reason = f"it has no selectors for a {at.kind}"
    elif at.kind == "post" and applicable_skin(skin, document) is None:
        reason = f"its 'applies' ({part.applies}) matches nothing on the page"
    if reason:
        warn(f"--skin {file} was not used: {reason}; the page was read without a skin")


def _some_board(url: str) -> "Board":
    """A board for the page of a site that is not in the catalogue."""
    from kistep_archive.model.boards import Board
    from kistep_archive.model.urls import locate

    location = locate(url)
    return Board("", "", location.layout if location else "es", url, "")
