"""Commands that fetch pages.

Each command imports Scrapy and other slow modules inside its function, so that the rest of the program starts
fast.
"""

from typing import TYPE_CHECKING

import click

from kistep_archive.cli.commands.imports import backfill_wayback
from kistep_archive.cli.options import (
    Settings,
    boards_argument,
    delay_option,
    hook_options,
    json_option,
    origin_option,
)
from kistep_archive.cli.parameters import Number, When
from kistep_archive.cli.render import plain
from kistep_archive.cli.running import print_run, run
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.outcomes import RunKind
from kistep_archive.model.periods import Period
from kistep_archive.query.filters import check_span

if TYPE_CHECKING:
    from kistep_archive.operate.notify import Hooks


RECHECKS = 10  # requests that a crawl spends on revisiting posts


accept_option = click.option(
    "--accept-changes", "accept", is_flag=True, help="Accept changes that the safety checks held back."
)


@click.command()
@boards_argument
@origin_option
@delay_option
@click.option(
    "--recheck",
    type=Number(0),
    metavar="N",
    help="Requests for posts that are due for a revisit, and their files [default: 10]. Retries, and a "
    "listing that is read to its end, are not counted.",
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
    recheck: int | None,
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
    from kistep_archive.crawl.runner import CrawlOptions, Plan

    if dry_run and hooks:
        raise ArchiveError(
            "--dry-run notifies nobody: leave out --ping, --on-news and --on-trouble", ExitCode.USAGE
        )
    budgets = (recheck, settings.own.recheck, RECHECKS)
    plan = Plan(budget=next(each for each in budgets if each is not None), accept=accept)
    options = CrawlOptions(names, origin, delay, RunKind.CRAWL, plan, dry_run)
    result = run(settings, options, hooks)
    if dry_run and not as_json and not settings.quiet:
        columns = {"board": "BOARD", "number": "NUMBER", "date": "DATE", "title": "TITLE"}
        click.echo(plain.table(result.planned, columns, plain.terminal_room()))
    print_run(settings, result, as_json, summary=not dry_run)


@click.command()
@boards_argument
@click.option(
    "--budget",
    type=Number(1),
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
    from kistep_archive.crawl.runner import CrawlOptions, Plan
    from kistep_archive.store.database import check_evidence

    check_evidence(settings.archive)
    plan = Plan(walks=False, budget=budget, accept=accept)
    options = CrawlOptions(names, origin, delay, RunKind.RECHECK, plan)
    print_run(settings, run(settings, options, hooks), as_json)


@click.command()
@boards_argument
@click.option(
    "--since",
    type=When(Period.first_day),
    help="Only posts (with --wayback: captures) of this DATE or later.",
)
@click.option(
    "--until",
    type=When(Period.last_day),
    help="Only posts (with --wayback: captures) of this DATE or earlier.",
)
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

    If it stops early, run it again to continue. With --since or --until, the next `crawl` still fetches the
    other days: a board is complete only when all of it is held.

    Exit code: 0 complete, 3 something is still missing, else as for crawl.
    """
    check_span(since, until)
    if wayback:
        if hooks:
            raise ArchiveError(
                "--wayback notifies nobody: leave out --ping, --on-news and --on-trouble", ExitCode.USAGE
            )
        backfill_wayback(settings, names, since, until, service, as_json)
        return
    from kistep_archive.crawl.runner import CrawlOptions, Plan

    plan = Plan(whole=True, since=since, until=until, accept=accept)
    options = CrawlOptions(names, origin, delay, RunKind.BACKFILL, plan)
    print_run(settings, run(settings, options, hooks), as_json)
