"""The command that lists attachments and images, and writes them to a folder: files."""

from pathlib import Path
from typing import Unpack

import click

from kistep_archive.cli.options import Settings, as_of_option, filter_options, rows_options
from kistep_archive.cli.parameters import PathArgument
from kistep_archive.cli.render import rows
from kistep_archive.cli.render.rows import Form
from kistep_archive.display import printable
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.query.filters import Conditions


@click.command()
@click.argument("post", required=False)
@click.option("--to", "out", type=PathArgument(), metavar="DIR", help="Write them to this new folder.")
@click.option("--query", help="Only those of posts that 'search' finds for this.")
@filter_options
@as_of_option
@click.option("--force", is_flag=True, help="Replace DIR if an earlier 'files' wrote it.")
@rows_options
@click.pass_obj
def files(
    settings: Settings,
    post: str | None,
    out: Path | None,
    query: str | None,
    as_of: str | None,
    force: bool,
    form: Form | None,
    **conditions: Unpack[Conditions],
) -> None:
    """List attachments and images, of a post or of many.

    Without POST it lists those of all posts that the options choose. With --to it also writes them, from the
    evidence, with their digests checked. Each post gets a folder, such as 2026-01-18-news-98911. The names
    are those of the site, without what leads out of the folder or what some file system refuses; equal names
    get numbers.

    Exit code: 0 done, 5 some are damaged; all others are written.
    """
    from kistep_archive.cli.render import files as render_files

    settings.check_board(conditions.get("board"))
    if force and out is None:
        raise ArchiveError("--force is for --to DIR: leave it out, or add --to", ExitCode.USAGE)
    damage = ""
    with settings.open(as_of) as archive:
        if out is None:
            listed = list(archive.files(post, query, **conditions))
        else:
            result = archive.write_files(out, post, query, force=force, **conditions)
            listed, damage = result.files, result.damage
    if form:
        rows.write(render_files.as_document(listed), form, render_files.COLUMNS)
    elif out is None:
        click.echo(printable(render_files.as_text(listed)))
    elif not settings.quiet:
        click.echo(printable(f"{out}: {render_files.how_many(listed)}"))
    if damage:
        raise ArchiveError(damage, ExitCode.STORE_UNHEALTHY)
