"""Pages that others fetched: the command import, and backfill from the Internet Archive."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kistep_archive import display
from kistep_archive.cli.options import (
    Settings,
    json_option,
)
from kistep_archive.cli.parameters import PathArgument
from kistep_archive.cli.progress import bar
from kistep_archive.cli.render import plain
from kistep_archive.cli.render import runs as render_runs
from kistep_archive.display import first_of, plural
from kistep_archive.errors import ArchiveError, ExitCode

if TYPE_CHECKING:
    from kistep_archive.importers.wayback_client import FailedCapture


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PathArgument())
@json_option
@click.pass_obj
def import_command(settings: Settings, files: tuple[Path, ...], as_json: bool) -> None:
    """Import other archives, and WARC and WACZ files of other tools.

    Give the folder of another archive, or some of its files: its runs become runs of this archive, with their
    outcomes. Of other files the pages are imported. Records are stored untouched. An older capture becomes an
    earlier revision of its post.

    Exit code: 0 done, 3 a file is damaged, or has only a part of a page; all else is imported, 4 posts say
    other things than the listings of the same files, or a board is perhaps read wrongly.
    """
    from kistep_archive.importers.import_result import lines
    from kistep_archive.importers.importer import import_files

    with bar("import", settings.quiet):
        result = import_files(settings.archive, files, settings.catalogue())
    if as_json:
        click.echo(plain.as_json(render_runs.import_document(result)))
    elif not settings.quiet:
        click.echo(display.printable("\n".join(lines(result))))
    if result.damage:
        raise ArchiveError(
            f"{first_of(result.damage)}; the intact records were imported", ExitCode.INCOMPLETE
        )
    if result.incomplete:
        raise ArchiveError(
            f"{first_of(result.incomplete)}; the other records were imported", ExitCode.INCOMPLETE
        )
    if result.suspicious:
        words = (
            "Its evidence was taken over: give this archive a boards file with the board, then "
            "run 'kistep-archive rebuild' (docs/skins.md)."
        )
        raise ArchiveError(f"{result.suspicious[0]}. {words}", ExitCode.SITE_CHANGED)
    if result.contradictions:
        words = (
            "The posts are perhaps read wrongly. They were imported: teach the board a skin (docs/skins.md), "
            "then run 'kistep-archive rebuild'."
        )
        raise ArchiveError(f"{first_of(result.contradictions)}. {words}", ExitCode.SITE_CHANGED)


def backfill_wayback(
    settings: Settings,
    names: tuple[str, ...],
    since: str | None,
    until: str | None,
    service: str,
    as_json: bool,
) -> None:
    from kistep_archive.importers.wayback import from_internet_archive

    def tell(line: str) -> None:
        if not settings.quiet:
            click.echo(display.printable(line), err=True)

    result = from_internet_archive(
        settings.archive, names, settings.catalogue(), since=since, until=until, service=service, tell=tell
    )
    if as_json:
        click.echo(plain.as_json(render_runs.wayback_document(result)))
    elif not settings.quiet:
        click.echo(render_runs.wayback_line(result))
    if result.stopped or result.failed:
        reason = result.stopped or _failures(result.failed)
        raise ArchiveError(
            f"{reason}; what was fetched is imported, run the command again for the rest", ExitCode.INCOMPLETE
        )


def _failures(failed: list["FailedCapture"]) -> str:
    return f"{plural(len(failed), 'capture')} failed, the first: {failed[0].url}: {failed[0].reason}"
