"""A crawl as a command line starts it: with the archive's settings, its notifications, and what is printed at
the end."""

import sqlite3
from typing import TYPE_CHECKING

import click

from kistep_archive.cli.commands.init import make_settings, warn_without_contact
from kistep_archive.cli.options import Settings
from kistep_archive.cli.render import plain
from kistep_archive.cli.render import runs as render_runs
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.outcomes import RunKind

if TYPE_CHECKING:
    from kistep_archive.crawl.runner import Ended, Plan
    from kistep_archive.operate.notify import Hooks


def run(
    settings: Settings,
    names: tuple[str, ...],
    origin: str,
    delay: float | None,
    kind: RunKind,
    plan: "Plan",
    hooks: "Hooks",
    *,
    dry_run: bool = False,
) -> "Ended":
    """Runs it as the options and the archive's settings say, and notifies the hooks of how it ended, also if
    it could not begin."""
    from kistep_archive.crawl.runner import crawl as run_crawl
    from kistep_archive.operate.notify import Result

    origin = origin or settings.own.origin
    hooks = hooks if dry_run else hooks.or_else(settings.own.hooks)

    def begun() -> None:
        warn_without_contact(settings, names, origin)
        hooks.began()

    try:
        result = run_crawl(
            settings.archive,
            names,
            settings.catalogue(),
            origin=origin,
            delay=settings.own.delay if delay is None else delay,
            quiet=settings.quiet,
            dry_run=dry_run,
            kind=kind,
            plan=plan,
            begun=begun,
            clock=settings.clock,
        )
    except Exception as error:
        code = getattr(
            error, "exit_code", ExitCode.STORE_UNHEALTHY if isinstance(error, (OSError, sqlite3.Error)) else 1
        )
        reason = settings.advised(str(error) or type(error).__name__)
        hooks.ended(settings.archive, Result(kind, code, reason))
        raise
    reason = settings.advised(result.reason)
    hooks.ended(settings.archive, Result(kind, result.exit_code, reason, result.run, result.counts))
    if not dry_run:
        make_settings(settings, names, origin, result.run)
    return result


def print_run(settings: Settings, result: "Ended", as_json: bool, *, summary: bool = True) -> None:
    """Prints how a run ended, as JSON or as a line. Raises ArchiveError unless it was complete."""
    if as_json:
        from kistep_archive.operate.run_changes import of_run

        document = render_runs.run_document(result, of_run(settings.archive, result.run if summary else None))
        click.echo(plain.as_json(document | {"reason": settings.advised(result.reason)}))
    elif summary and not settings.quiet and result.exit_code == ExitCode.COMPLETE:
        click.echo(render_runs.run_line(result.run, result.counts, result.reason))
    if result.exit_code:
        raise ArchiveError(result.reason, result.exit_code)
