"""Commands that ask the site or take in what others asked. Scrapy and the rest are imported inside the commands that need them."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kistep_archive import display
from kistep_archive.cli import render
from kistep_archive.cli.options import Day, Settings, boards_argument, delay_option, hook_options, json_option, known, origin_option
from kistep_archive.errors import ArchiveError
from kistep_archive.query.filters import check_span

if TYPE_CHECKING:
    from kistep_archive.crawl.runner import Ended, Plan
    from kistep_archive.operate.notify import Hooks
    from kistep_archive.operate.schedule import Every


accept_option = click.option(
    "--accept-changes", "accept", is_flag=True, help="Write what the guards hold back: the site's change was looked at, and it is right."
)
RECHECKS = 10  # requests that a crawl spends on posts that are due again


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
    help="Requests for posts that are due again and their files; what is owed, and the monthly walk, come on top.",
)
@click.option("--dry-run", is_flag=True, help="Read the listings and tell what would be fetched; write nothing.")
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
    """Fetch what is new, changed or gone. Exit code: 0 complete, 3 incomplete, 4 site changed, 5 store unhealthy, 75 locked.

    What an earlier run owes is asked for first. A listing that declares no total is walked to its end once in 30 days.
    """
    from kistep_archive.crawl.runner import Plan

    if dry_run and hooks:
        raise ArchiveError("--dry-run has nothing to tell: leave out --ping, --on-news and --on-trouble", 2)
    ended = _run(settings, names, origin, delay, "crawl", Plan(budget=recheck, accept=accept), hooks, dry_run=dry_run)
    if dry_run and not as_json and not settings.quiet:
        click.echo(render.table(ended.planned, {"board": "BOARD", "number": "NUMBER", "date": "DATE", "title": "TITLE"}))
    _tell_of_run(settings, ended, as_json, shown=not dry_run)


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
    """The run, and whoever is to know told how it ended, also where it could not begin."""
    from kistep_archive.crawl.runner import crawl as run_crawl
    from kistep_archive.operate.notify import Result

    try:
        ended = run_crawl(
            settings.archive, names, settings.catalogue(), origin=origin, delay=delay, quiet=settings.quiet, dry_run=dry_run, kind=kind,
            plan=plan, begun=hooks.began,
        )  # fmt: skip
    except Exception as error:
        code = getattr(error, "exit_code", 5 if isinstance(error, (OSError, sqlite3.Error)) else 1)
        hooks.ended(settings.archive, Result(kind, code, str(error) or type(error).__name__))
        raise
    hooks.ended(settings.archive, Result(kind, ended.exit_code, ended.reason, ended.run, ended.counts))
    return ended


def _tell_of_run(settings: Settings, ended: "Ended", as_json: bool, *, shown: bool = True) -> None:
    if as_json:
        click.echo(render.as_json(render.ended(ended)))
    elif shown and not settings.quiet and ended.exit_code == 0:
        click.echo(render.crawl_line(ended.run, ended.counts, ended.reason))
    if ended.exit_code:
        raise ArchiveError(ended.reason, ended.exit_code)


@click.command()
@boards_argument
@click.option(
    "--budget",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    metavar="N",
    help="Requests for posts and their files, at most; robots.txt aside.",
)
@origin_option
@delay_option
@accept_option
@hook_options
@json_option
@click.pass_obj
def recheck(
    settings: Settings, names: tuple[str, ...], budget: int, origin: str, delay: float | None, accept: bool, hooks: "Hooks", as_json: bool
) -> None:
    """Visit the posts that are due again: young and lately edited ones often, all of them at least every 90 days."""
    from kistep_archive.crawl.runner import Plan

    plan = Plan(walks=False, budget=budget, accept=accept)
    _tell_of_run(settings, _run(settings, names, origin, delay, "recheck", plan, hooks), as_json)


@click.command()
@boards_argument
@click.option("--since", type=Day(), help="Only posts of this day or later; with --wayback, captures.")
@click.option("--until", type=Day(), help="Only posts of this day or earlier; with --wayback, captures.")
@origin_option
@delay_option
@click.option(
    "--wayback", is_flag=True, help="Fetch and import what the Internet Archive captured. Not tried against the real service yet."
)
@click.option("--service", default="", hidden=True, help="http://HOST:PORT of a stand-in of the Internet Archive on this machine.")
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
    """Walk whole boards, newest first, for all that is not held; after a stop, call it again. Exit code: 0 all of it, 3 some is left."""
    check_span(since, until)
    if wayback:
        if hooks:
            raise ArchiveError("--wayback is for a person who waits: leave out --ping, --on-news and --on-trouble", 2)
        _backfill_wayback(settings, names, since, until, service, as_json)
        return
    from kistep_archive.crawl.runner import Plan

    plan = Plan(whole=True, since=since, until=until, accept=accept)
    _tell_of_run(settings, _run(settings, names, origin, delay, "backfill", plan, hooks), as_json)


def _backfill_wayback(
    settings: Settings, names: tuple[str, ...], since: str | None, until: str | None, service: str, as_json: bool
) -> None:
    from kistep_archive.importers.wayback import from_internet_archive

    def tell(line: str) -> None:
        if not settings.quiet:
            click.echo(display.printable(line), err=True)

    done = from_internet_archive(settings.archive, names, settings.catalogue(), since=since, until=until, service=service, tell=tell)
    if as_json:
        click.echo(render.as_json(render.backfilled(done)))
    elif not settings.quiet:
        click.echo(render.backfilled_as_text(done))
    if done.stopped or done.failed:
        reason = done.stopped or f"{len(done.failed)} could not be had, the first: {done.failed[0].url}: {done.failed[0].reason}"
        raise ArchiveError(f"{reason}; what was fetched is in, call it again for the rest", 3)


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def import_command(settings: Settings, files: tuple[Path, ...], as_json: bool) -> None:
    """Take in captures made by other tools: WARC, WARC.GZ and WACZ. Older ones take their place in the history."""
    from kistep_archive.importers.importer import import_files, lines

    done = import_files(settings.archive, files, settings.catalogue())
    if as_json:
        click.echo(render.as_json(render.imported(done)))
    elif not settings.quiet:
        click.echo(display.printable("\n".join(lines(done))))
    if done.damage:
        more = f" (and {len(done.damage) - 1} more)" if len(done.damage) > 1 else ""
        raise ArchiveError(f"{done.damage[0]}{more}; what is whole was taken in", 3)


@click.command()
@boards_argument
@origin_option
@json_option
@click.pass_obj
def doctor(settings: Settings, names: tuple[str, ...], origin: str, as_json: bool) -> None:
    """Say what fits: this machine, the folder, and of each board one listing and one post. Asks little, writes nothing.

    Exit code: 0 all is well, 3 the site cannot be asked, 4 a page does not fit, 5 the machine or the archive is unhealthy.
    """
    from kistep_archive.operate.doctor import examine
    from kistep_archive.operate.doctor_findings import exit_code

    known(settings.catalogue(), names)
    found = []
    for each in examine(settings.archive, settings.catalogue(), names, origin):
        found.append(each)
        if not as_json and not settings.quiet:
            click.echo(render.finding_as_text(each))
    code = exit_code(found)
    if as_json:
        rows = [{"level": each.level, "area": each.area, "words": each.words, "next": each.next} for each in found]
        click.echo(render.as_json({"total": len(rows), "results": rows, "exit_code": code}))
    if code:
        worst = [each for each in found if each.code == code]
        more = f" (and {len(worst) - 1} more)" if len(worst) > 1 else ""
        raise ArchiveError(f"{worst[0].area}: {worst[0].words}; {worst[0].next}{more}", code)


@click.command()
@click.argument("kind", type=click.Choice(["systemd", "cron", "github", "launchd"]))
@click.option("--at", metavar="HH:MM", help="When; for github in UTC [default: a time in the small hours, fixed by the archive's path].")
@click.option("--every", type=click.Choice(["daily", "weekly", "hourly"]), default="daily", show_default=True)
@click.option("--boards", "names", multiple=True, metavar="BOARD[,BOARD]...", help="Only these boards [default: as 'crawl'].")
@hook_options
@json_option
@click.pass_obj
def schedule(settings: Settings, kind: str, at: str | None, every: "Every", names: tuple[str, ...], hooks: "Hooks", as_json: bool) -> None:
    """Print ready units that crawl on a schedule: a systemd timer, a line for cron, a GitHub workflow, a launchd agent.

    Nothing is installed: the first lines of what is printed say how to do it. For cron, run `crontab -e` and paste the last line there.

    --ping, --on-news and --on-trouble are passed on to the crawl.
    """
    from kistep_archive.operate.schedule import plan, units

    wanted = tuple(part.strip() for name in names for part in name.split(",") if part.strip())
    known(settings.catalogue(), wanted)
    made = units(kind, plan(settings.archive, settings.boards_file, wanted, every, at, hooks.options()))
    rows = [{"file": unit.file, "text": unit.text} for unit in made]
    click.echo(render.as_json({"total": len(rows), "results": rows}) if as_json else "\n".join(unit.text for unit in made), nl=as_json)
