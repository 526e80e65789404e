"""A crawl as a command line starts it: with the archive's settings, its notifications, and what is printed at
the end."""

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kistep_archive.cli.commands.init import make_settings, warn_without_contact
from kistep_archive.cli.options import Settings
from kistep_archive.cli.render import plain
from kistep_archive.cli.render import runs as render_runs
from kistep_archive.errors import ArchiveError, ExitCode

if TYPE_CHECKING:
    from kistep_archive.crawl.runner import CrawlOptions, Ended
    from kistep_archive.operate.notify import Hooks


def run(settings: Settings, options: "CrawlOptions", hooks: "Hooks") -> "Ended":
    """Runs it as the options say, and where they say nothing as the archive's settings do. Notifies the hooks
    of how it ended, also if it could not begin."""
    from kistep_archive.crawl.runner import crawl
    from kistep_archive.operate.notify import Result

    options = _complete(options, settings)
    kind, dry_run = options.kind, options.dry_run
    hooks = hooks if dry_run else hooks.or_else(settings.own.hooks)

    def begun() -> None:
        warn_without_contact(settings, options.names, options.origin)
        hooks.began()

    try:
        result = crawl(
            settings.archive,
            settings.catalogue(),
            options,
            quiet=settings.quiet,
            begun=begun,
            clock=settings.clock,
        )
    except Exception as error:
        code = getattr(
            error, "exit_code", ExitCode.STORE_UNHEALTHY if isinstance(error, (OSError, sqlite3.Error)) else 1
        )
        reason = settings.advise(str(error) or type(error).__name__)
        hooks.ended(settings.archive, Result(kind, code, reason))
        raise
    reason = settings.advise(result.reason)
    hooks.ended(settings.archive, Result(kind, result.exit_code, reason, result.run, result.counts))
    if not dry_run:
        make_settings(settings, options, result.run)
    return result


def _complete(options: "CrawlOptions", settings: Settings) -> "CrawlOptions":
    """The options, with the archive's origin and delay where they have none."""
    delay = settings.own.delay if options.delay is None else options.delay
    return replace(options, origin=options.origin or settings.own.origin, delay=delay)


def print_run(settings: Settings, result: "Ended", as_json: bool, *, summary: bool = True) -> None:
    """Prints how a run ended, as JSON or as a line. Raises ArchiveError unless it was complete."""
    if as_json:
        from kistep_archive.operate.run_changes import of_run

        document = render_runs.run_document(result, of_run(settings.archive, result.run if summary else None))
        click.echo(plain.as_json(document | {"reason": settings.advise(result.reason)}))
    elif summary and not settings.quiet and result.exit_code == ExitCode.COMPLETE:
        click.echo(render_runs.run_line(result.run, result.counts, result.reason))
    if result.exit_code:
        raise ArchiveError(result.reason, result.exit_code)
