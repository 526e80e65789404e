"""Commands that look after the archive: verify it, rebuild its database, bundle one post's evidence."""

import os
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from kistep_archive.cli import render
from kistep_archive.cli.options import Settings, json_option
from kistep_archive.display import and_more, plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.query import posts
from kistep_archive.store import database


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would change, field by field. Write nothing.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="The number of parser processes [default: one per core]."
)
@click.option("--force", is_flag=True, help="Rebuild even if values of the old database would be lost.")
@json_option
@click.pass_obj
def rebuild(settings: Settings, dry_run: bool, jobs: int | None, force: bool, as_json: bool) -> None:
    """Rebuild the database from the WARC files.

    Exit code: 0 done, 4 values would be lost (nothing was written), 5 evidence is damaged, 75 another run is
    active.
    """
    from kistep_archive.ingest import rebuild as rebuilding

    cores = jobs or os.cpu_count() or 1
    run = rebuilding.dry_run if dry_run else partial(rebuilding.rebuild, force=force)
    result = run(settings.archive, jobs=cores)
    if as_json:
        click.echo(render.as_json(render.rebuild_document(result)))
    elif not settings.quiet:
        click.echo(render.rebuild_as_text(result, dry_run=dry_run))
    if result.damage:
        advice = "everything readable is in the database; see 'kistep-archive verify'"
        raise ArchiveError(f"{and_more(result.damage)}; {advice}", ExitCode.STORE_UNHEALTHY)


@click.command()
@click.option(
    "--sample",
    type=click.IntRange(1, 10**9),
    metavar="N",
    help="Check only N records and their rows, the least recently verified first.",
)
@json_option
@click.pass_obj
def verify(settings: Settings, sample: int | None, as_json: bool) -> None:
    """Check the evidence, and every row against it.

    It reads every WARC record, compares every digest, and looks for the record behind each row and the row of
    each record. It changes nothing. Exit code: 0 no damage, 5 damage; each finding names the file or row.
    """
    from kistep_archive.audit.verify import verify as verify_archive

    report = verify_archive(settings.archive, sample)
    if as_json or not settings.quiet:
        click.echo(
            render.as_json(render.verify_document(report)) if as_json else render.verify_as_text(report)
        )
    if report.findings:
        raise ArchiveError(and_more(report.findings), ExitCode.STORE_UNHEALTHY)


@click.command()
@click.argument("post")
@click.argument("out", metavar="OUT.wacz", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace OUT.wacz if it exists.")
@click.pass_obj
def bundle(settings: Settings, post: str, out: Path, force: bool) -> None:
    """Write the evidence of one post to a WACZ file.

    It holds every record of the post, untouched, its metadata, and digests of both. WACZ players such as pywb
    can replay it.
    """
    from kistep_archive.export.bundle import write

    with closing(database.open_archive(settings.archive)) as conn:
        result = write(
            conn, settings.warc, posts.find_post(conn, post, settings.catalogue()), out, force=force
        )
    if not settings.quiet:
        counts = f"{plural(result.responses, 'response')} in {plural(result.records, 'record')}"
        click.echo(f"{out}: {counts}, {result.size:,} bytes")
