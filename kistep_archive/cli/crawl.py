"""Commands that fetch pages, or import pages that others fetched.

Each command imports Scrapy and other slow modules inside its function, so that the rest of the program starts
fast.
"""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kistep_archive import display
from kistep_archive.cli import render
from kistep_archive.cli.options import (
    Day,
    Settings,
    boards_argument,
    check_boards,
    delay_option,
    hook_options,
    json_option,
    origin_option,
)
from kistep_archive.display import and_more, plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.query.filters import check_span

if TYPE_CHECKING:
    from kistep_archive.crawl.runner import Ended, Plan
    from kistep_archive.importers.wayback_client import FailedCapture
    from kistep_archive.operate.notify import Hooks
    from kistep_archive.operate.schedule import Every


accept_option = click.option(
    "--accept-changes", "accept", is_flag=True, help="Accept changes that the safety checks held back."
)
RECHECKS = 10  # requests that a crawl spends on revisiting posts


@click.command()
@boards_argument
@origin_option
@delay_option
@click.option(
    "--recheck",
    type=click.IntRange(0),
    default=RECHECKS,
    show_default=True,
    metavar="N",
    help="Requests for posts that are due for a revisit, and their files. Retries and the monthly walk are "
    "not counted.",
)
@click.option(
    "--dry-run", is_flag=True, help="Read the listings and print what would be fetched. Write nothing."
)
@accept_option
@hook_options
@json_option
@click.pass_obj
def crawl(
    settings: Settings,
    names: tuple[str, ...],
    origin: str,
    delay: float | None,
    recheck: int,
    dry_run: bool,
    accept: bool,
    hooks: "Hooks",
    as_json: bool,
) -> None:
    """Fetch what is new, changed or gone.

    Pages that failed in an earlier run are retried first. A listing that shows no total is read to its end
    once in 30 days.

    Exit code: 0 complete, 3 incomplete, 4 the site changed, 5 the archive is unhealthy, 75 another run is
    active.
    """
    from kistep_archive.crawl.runner import Plan

    if dry_run and hooks:
        raise ArchiveError(
            "--dry-run notifies nobody: leave out --ping, --on-news and --on-trouble", ExitCode.USAGE
        )
    plan = Plan(budget=recheck, accept=accept)
    result = _run(settings, names, origin, delay, "crawl", plan, hooks, dry_run=dry_run)
    if dry_run and not as_json and not settings.quiet:
        columns = {"board": "BOARD", "number": "NUMBER", "date": "DATE", "title": "TITLE"}
        click.echo(render.table(result.planned, columns))
    _print_run(settings, result, as_json, summary=not dry_run)


def _run(
    settings: Settings,
    names: tuple[str, ...],
    origin: str,
    delay: float | None,
    kind: str,
    plan: "Plan",
    hooks: "Hooks",
    *,
    dry_run: bool = False,
) -> "Ended":
    """Runs it, and notifies the hooks of how it ended, also if it could not begin."""
    from kistep_archive.crawl.runner import crawl as run_crawl
    from kistep_archive.operate.notify import Result

    try:
        result = run_crawl(
            settings.archive,
            names,
            settings.catalogue(),
            origin=origin,
            delay=delay,
            quiet=settings.quiet,
            dry_run=dry_run,
            kind=kind,
            plan=plan,
            begun=hooks.began,
            clock=settings.clock,
        )
    except Exception as error:
        code = getattr(
            error, "exit_code", ExitCode.STORE_UNHEALTHY if isinstance(error, (OSError, sqlite3.Error)) else 1
        )
        hooks.ended(settings.archive, Result(kind, code, str(error) or type(error).__name__))
        raise
    hooks.ended(settings.archive, Result(kind, result.exit_code, result.reason, result.run, result.counts))
    return result


def _print_run(settings: Settings, result: "Ended", as_json: bool, *, summary: bool = True) -> None:
    if as_json:
        click.echo(render.as_json(render.run_document(result)))
    elif summary and not settings.quiet and result.exit_code == ExitCode.COMPLETE:
        click.echo(render.run_line(result.run, result.counts, result.reason))
    if result.exit_code:
        raise ArchiveError(result.reason, result.exit_code)


@click.command()
@boards_argument
@click.option(
    "--budget",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    metavar="N",
    help="Send at most N requests for posts and their files.",
)
@origin_option
@delay_option
@accept_option
@hook_options
@json_option
@click.pass_obj
def recheck(
    settings: Settings,
    names: tuple[str, ...],
    budget: int,
    origin: str,
    delay: float | None,
    accept: bool,
    hooks: "Hooks",
    as_json: bool,
) -> None:
    """Revisit the posts that are due.

    New and recently edited posts are due every day. Posts that have not changed are revisited less and less
    often, at least every 90 days.
    """
    from kistep_archive.crawl.runner import Plan

    plan = Plan(walks=False, budget=budget, accept=accept)
    _print_run(settings, _run(settings, names, origin, delay, "recheck", plan, hooks), as_json)


@click.command()
@boards_argument
@click.option("--since", type=Day(), help="Only posts (with --wayback: captures) of this day or later.")
@click.option("--until", type=Day(), help="Only posts (with --wayback: captures) of this day or earlier.")
@origin_option
@delay_option
@click.option(
    "--wayback",
    is_flag=True,
    help="Fetch and import captures of the Internet Archive. Not tested with the real service yet.",
)
@click.option(
    "--service",
    default="",
    hidden=True,
    help="http://HOST:PORT of a stand-in Internet Archive on this machine.",
)
@accept_option
@hook_options
@json_option
@click.pass_obj
def backfill(
    settings: Settings,
    names: tuple[str, ...],
    since: str | None,
    until: str | None,
    origin: str,
    delay: float | None,
    wayback: bool,
    service: str,
    accept: bool,
    hooks: "Hooks",
    as_json: bool,
) -> None:
    """Fetch everything missing from a board, newest first.

    If it stops early, run it again to continue.

    Exit code: 0 complete, 3 something is still missing, else as for crawl.
    """
    check_span(since, until)
    if wayback:
        if hooks:
            raise ArchiveError(
                "--wayback notifies nobody: leave out --ping, --on-news and --on-trouble", ExitCode.USAGE
            )
        _backfill_wayback(settings, names, since, until, service, as_json)
        return
    from kistep_archive.crawl.runner import Plan

    plan = Plan(whole=True, since=since, until=until, accept=accept)
    _print_run(settings, _run(settings, names, origin, delay, "backfill", plan, hooks), as_json)


def _backfill_wayback(
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
        click.echo(render.as_json(render.wayback_document(result)))
    elif not settings.quiet:
        click.echo(render.wayback_line(result))
    if result.stopped or result.failed:
        reason = result.stopped or _failures(result.failed)
        raise ArchiveError(
            f"{reason}; what was fetched is imported, run the command again for the rest", ExitCode.INCOMPLETE
        )


def _failures(failed: list["FailedCapture"]) -> str:
    return f"{plural(len(failed), 'capture')} failed, the first: {failed[0].url}: {failed[0].reason}"


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def import_command(settings: Settings, files: tuple[Path, ...], as_json: bool) -> None:
    """Import WARC and WACZ files made by other tools.

    Records are stored untouched. An older capture becomes an earlier revision of its post.

    Exit code: 0 done, 3 a file is damaged; its intact records are imported.
    """
    from kistep_archive.importers.importer import import_files, lines

    result = import_files(settings.archive, files, settings.catalogue())
    if as_json:
        click.echo(render.as_json(render.import_document(result)))
    elif not settings.quiet:
        click.echo(display.printable("\n".join(lines(result))))
    if result.damage:
        raise ArchiveError(
            f"{and_more(result.damage)}; the intact records were imported", ExitCode.INCOMPLETE
        )


@click.command()
@boards_argument
@origin_option
@json_option
@click.pass_obj
def doctor(settings: Settings, names: tuple[str, ...], origin: str, as_json: bool) -> None:
    """Check this machine, the archive and the site before a crawl.

    It fetches one listing and one post of each board, and writes nothing.

    Exit code: 0 all is well, 3 the site cannot be fetched, 4 a page does not fit the parser, 5 this machine
    or the archive is unhealthy.
    """
    from kistep_archive.operate.doctor import examine
    from kistep_archive.operate.doctor_findings import exit_code

    check_boards(settings.catalogue(), names)
    findings = []
    for finding in examine(settings.archive, settings.catalogue(), names, origin):
        findings.append(finding)
        if not as_json and not settings.quiet:
            click.echo(render.finding_as_text(finding))
    code = exit_code(findings)
    if as_json:
        rows = [{"level": f.level, "area": f.area, "words": f.words, "next": f.next} for f in findings]
        click.echo(render.as_json({"total": len(rows), "results": rows, "exit_code": code}))
    if code:
        worst = [f"{f.area}: {f.words}; {f.next}" for f in findings if f.code == code]
        raise ArchiveError(and_more(worst), code)


@click.command()
@click.argument("kind", type=click.Choice(["systemd", "cron", "github", "launchd"]))
@click.option(
    "--at",
    metavar="HH:MM",
    help="The time of day; UTC for github [default: between 1 and 6 at night, chosen by the archive's path].",
)
@click.option(
    "--every",
    type=click.Choice(["daily", "weekly", "hourly"]),
    default="daily",
    show_default=True,
    help="How often it runs.",
)
@click.option(
    "--boards",
    "names",
    multiple=True,
    metavar="BOARD[,BOARD]...",
    help="Only these boards [default: as 'crawl'].",
)
@hook_options
@json_option
@click.pass_obj
def schedule(
    settings: Settings,
    kind: str,
    at: str | None,
    every: "Every",
    names: tuple[str, ...],
    hooks: "Hooks",
    as_json: bool,
) -> None:
    """Print units that run 'crawl' on a schedule.

    They are a systemd timer, a cron line, a GitHub workflow or a launchd agent. Nothing is installed: the
    first lines of the text say how to do that. For cron, run `crontab -e` and paste the last line there.

    --ping, --on-news and --on-trouble are passed on to the crawl.
    """
    from kistep_archive.operate.schedule import schedule_of
    from kistep_archive.operate.units import units

    boards = tuple(part.strip() for name in names for part in name.split(",") if part.strip())
    check_boards(settings.catalogue(), boards)
    planned = schedule_of(settings.archive, settings.boards_file, boards, every, at, hooks.options())
    rows = [{"file": unit.file, "text": unit.text} for unit in units(kind, planned)]
    if as_json:
        click.echo(render.as_json({"total": len(rows), "results": rows}))
    else:
        click.echo("\n".join(row["text"] for row in rows), nl=False)
