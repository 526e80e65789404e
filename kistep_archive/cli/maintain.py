"""Commands that look after the archive: its soundness, its index, one post's proof."""

import os
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from kistep_archive.cli import render
from kistep_archive.cli.options import Settings, json_option
from kistep_archive.errors import ArchiveError
from kistep_archive.query import posts
from kistep_archive.store import database


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would change, field by field; write nothing.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that parse [default: one a core].")
@click.option("--force", is_flag=True, help="Rebuild although values that the old database has would be lost.")
@json_option
@click.pass_obj
def rebuild(settings: Settings, dry_run: bool, jobs: int | None, force: bool, as_json: bool) -> None:
    """Make the database anew from the WARC files. Exit code: 0 done, 4 values would be lost, 5 damage, 75 locked."""
    from kistep_archive.ingest import rebuild as rebuilding

    cores = jobs or os.cpu_count() or 1
    anew = rebuilding.dry_run if dry_run else partial(rebuilding.rebuild, force=force)
    result = anew(settings.archive, jobs=cores)
    if as_json:
        click.echo(render.as_json(render.rebuilt(result)))
    elif not settings.quiet:
        click.echo(render.rebuilt_as_text(result, dry_run=dry_run))
    if result.damage:
        more = f" (and {len(result.damage) - 1} more)" if len(result.damage) > 1 else ""
        raise ArchiveError(f"{result.damage[0]}{more}; what could be read is in, see 'kistep-archive verify'", 5)


@click.command()
@click.option(
    "--sample", type=click.IntRange(1, 10**9), metavar="N", help="Only N records with their rows, the least recently verified first."
)
@json_option
@click.pass_obj
def verify(settings: Settings, sample: int | None, as_json: bool) -> None:
    """Check every WARC record and digest, every row against its evidence and back. Changes nothing. Exit code 5 names damage."""
    from kistep_archive.audit.verify import verify as verify_archive

    report = verify_archive(settings.archive, sample)
    if as_json or not settings.quiet:
        click.echo(render.as_json(render.verified(report)) if as_json else render.verified_as_text(report))
    if report.findings:
        more = f" (and {len(report.findings) - 1} more)" if len(report.findings) > 1 else ""
        raise ArchiveError(f"{report.findings[0]}{more}", 5)


@click.command()
@click.argument("post")
@click.argument("out", metavar="OUT.wacz", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace OUT.wacz if it is there.")
@click.pass_obj
def bundle(settings: Settings, post: str, out: Path, force: bool) -> None:
    """Write one post's proof: every record of it, untouched, its metadata and their digests, in one WACZ file."""
    from kistep_archive.export.bundle import write

    with closing(database.open_archive(settings.archive)) as conn:
        done = write(conn, settings.warc, posts.find_post(conn, post, settings.catalogue()), out, force=force)
    if not settings.quiet:
        click.echo(f"{out}: {done.responses} responses in {done.records} records, {done.size:,} bytes")
