"""The command `init`, and the settings that the first crawl makes."""

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import click

from kistep_archive.cli.options import Settings, delay_option, origin_option, warn
from kistep_archive.cli.parameters import Setting
from kistep_archive.errors import ArchiveError
from kistep_archive.model.archive_toml import NAME, age_of, contact_of

if TYPE_CHECKING:
    from kistep_archive.crawl.runner import CrawlOptions


@click.command()
@click.option(
    "--contact",
    type=Setting(contact_of),
    metavar="ADDRESS",
    default="",
    help="Your mail or web address, for the User-Agent.",
)
@origin_option
@delay_option
@click.option(
    "--max-age",
    type=Setting(age_of),
    metavar="AGE",
    default="",
    help="How old the last complete crawl may be for 'status --check': 36h, 8d, 2w [default: 8d].",
)
@click.option(
    "--keep-built-in", is_flag=True, help="With a boards file (--boards): keep the built-in boards too."
)
@click.pass_obj
def init(
    settings: Settings, contact: str, origin: str, delay: float | None, max_age: str, keep_built_in: bool
) -> None:
    """Make an archive's settings, archive.toml.

    It has every key, those without a value commented out. A boards file (--boards FILE, before the command)
    is copied into the archive with its skins; then the archive has its boards only.
    """
    from kistep_archive.operate import new_archive

    file = settings.boards_file
    rows = settings.catalogue().rows  # a mistake in the boards file ends the command before it writes
    names = {board.name for board in rows} if keep_built_in else set()
    values = new_archive.NewSettings(
        contact=contact,
        boards="boards.toml" if file else "",
        without=new_archive.without(names) if file else (),
        origin=origin,
        delay=delay,
        max_age=max_age,
    )
    for path in new_archive.make(settings.archive, values, file):
        if not settings.quiet:
            click.echo(f"{path} is made")


def warn_without_contact(settings: Settings, names: tuple[str, ...], origin: str) -> None:
    """Warns if the real site is asked by somebody whom its staff cannot reach."""
    from kistep_archive.http.urls import is_loopback

    if settings.quiet or origin or settings.own.contact:
        return
    rows = [row for row in settings.catalogue().rows if not names or row.name in names]
    if not all(is_loopback(row.address) for row in rows):
        words = "the site's staff cannot see who runs this archive"
        warn(f'{words}: write contact = "your mail address" into {settings.archive / NAME}')


def make_settings(settings: Settings, options: "CrawlOptions", run: int) -> None:
    """After the first crawl that got an answer, notes with what it was made, so that the next commands need
    no options for that."""
    from kistep_archive.operate import new_archive
    from kistep_archive.parse.skin import boards_file
    from kistep_archive.store import crawls
    from kistep_archive.store.database import open_archive

    if (settings.archive / NAME).exists():
        return
    try:
        with closing(open_archive(settings.archive)) as conn:
            if not crawls.is_first(conn, run):
                return
        file = None if boards_file.own_file(settings.archive) else settings.boards_file
        new_archive.after_crawl(settings.archive, options.names, options.origin, options.delay, file)
    except (ArchiveError, sqlite3.Error) as error:
        warn(f"{settings.archive / NAME} was not made: {error}")
