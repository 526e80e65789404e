"""Commands for the machine that runs the program: demo, doctor, schedule, replica, completion."""

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kistep_archive.cli.options import (
    Settings,
    boards_argument,
    check_boards,
    hook_options,
    json_option,
    origin_option,
    rows_options,
)
from kistep_archive.cli.parameters import Number
from kistep_archive.cli.render import plain, rows
from kistep_archive.cli.render import runs as render_runs
from kistep_archive.cli.render.rows import Form
from kistep_archive.display import first_of
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.outcomes import RunKind

if TYPE_CHECKING:
    from kistep_archive.operate.notify import Hooks
    from kistep_archive.operate.schedule import Every, ScheduledCommand


@click.command()
@click.option(
    "--port",
    type=Number(0, 65535),
    default=0,
    help="Port of the replica [default: any free port].",
)
@click.option("--keep", is_flag=True, help="Keep the replica running at the end, until Ctrl-C.")
@click.pass_obj
def demo(settings: Settings, port: int, keep: bool) -> None:
    """Crawl a replica of KISTEP's site and show the results.

    The replica is on this machine and runs for two of its days. The archive is data/demo unless --archive
    names another folder.
    """
    from kistep_archive.cli.commands.demo import run_demo

    settings.archive = settings.archive_option or Path("data/demo")
    sys.exit(run_demo(settings.archive, port, keep=keep, quiet=settings.quiet))


@click.command()
@boards_argument
@origin_option
@rows_options
@click.pass_obj
def doctor(settings: Settings, names: tuple[str, ...], origin: str, form: Form | None) -> None:
    """Check this machine, the archive and the site before a crawl.

    It fetches one listing and three posts of each board, and writes nothing.

    Exit code: 0 all is well, 3 the site cannot be fetched, 4 a page does not fit the parser, 5 this machine
    or the archive is unhealthy.
    """
    from kistep_archive.operate.doctor.examine import examine
    from kistep_archive.operate.doctor.findings import exit_code

    check_boards(settings.catalogue(), names)
    findings = []
    for each in examine(settings.archive, settings.catalogue(), names, origin or settings.own.origin):
        finding = each._replace(words=settings.advise(each.words), next=settings.advise(each.next))
        findings.append(finding)
        if not form and not settings.quiet:
            click.echo(render_runs.finding_as_text(finding))
    code = exit_code(findings)
    if form:
        rows.write(render_runs.doctor_document(findings, code), form, render_runs.CHECKS)
    if code:
        worst = [f"{f.area}: {f.words}; {f.next}" for f in findings if f.code == code]
        raise ArchiveError(first_of(worst), code)


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
    "--task",
    type=click.Choice(["crawl", "recheck", "verify"]),
    default="crawl",
    show_default=True,
    help="The command that runs; verify checks a sample of 1,000 records.",
)
@click.option(
    "--boards",
    "names",
    multiple=True,
    metavar="BOARD[,BOARD]...",
    help="Only these boards [default: as 'crawl'].",
)
@click.option(
    "--publish", is_flag=True, help="For github: publish the site to GitHub Pages after each crawl."
)
@hook_options
@json_option
@click.pass_obj
def schedule(
    settings: Settings,
    kind: RunKind,
    at: str | None,
    every: "Every",
    task: "ScheduledCommand",
    names: tuple[str, ...],
    publish: bool,
    hooks: "Hooks",
    as_json: bool,
) -> None:
    """Print units that run 'crawl' on a schedule.

    They are a systemd timer, a cron line, a GitHub workflow or a launchd agent. Nothing is installed: the
    first lines of the text say how to do that. For cron, run `crontab -e` and paste the last line there.

    --ping, --on-news and --on-trouble are passed on to the crawl. With --task the units run 'recheck' or
    'verify', and have names of their own: install them beside those of the crawl.
    """
    from kistep_archive.operate.schedule import Rhythm, schedule_of
    from kistep_archive.operate.units import units

    if task == "verify" and (hooks or names):
        words = "--task verify takes no boards and notifies nobody: leave out --boards and the hooks"
        raise ArchiveError(words, ExitCode.USAGE)
    boards = tuple(part.strip() for name in names for part in name.split(",") if part.strip())
    check_boards(settings.catalogue(), boards)
    planned = schedule_of(
        settings.archive,
        settings.boards_file,
        boards,
        Rhythm(every, at),
        hooks.options(),
        _unsaid_origin(settings),
        task,
    )
    rows = [
        {"file": unit.file, "text": unit.text} for unit in units(kind, replace(planned, publishes=publish))
    ]
    if as_json:
        click.echo(plain.as_json({"total": len(rows), "results": rows}))
    else:
        click.echo("\n".join(row["text"] for row in rows), nl=False)


def _unsaid_origin(settings: Settings) -> str:
    """The origin of an archive whose settings do not say it: it is older than they are."""
    from kistep_archive.store import crawls
    from kistep_archive.store.database import DATABASE_FILE, open_archive

    if settings.own.origin or not (settings.archive / DATABASE_FILE).is_file():
        return ""
    with closing(open_archive(settings.archive)) as conn:
        return next(iter(crawls.origins(conn)), "")


@click.command()
@click.option(
    "--port",
    type=Number(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 means any free port.",
)
@click.option("--day", type=Number(1), default=1, show_default=True, help="The day on the replica's clock.")
@click.option(
    "--quirk",
    "quirks",
    multiple=True,
    metavar="NAME",
    help="Pages of the current board have a shape that misleads a reader; may be given several times. An "
    "unknown name lists all.",
)
@click.pass_obj
def replica(settings: Settings, port: int, day: int, quirks: tuple[str, ...]) -> None:
    """Run a replica of KISTEP's site, until Ctrl-C.

    It answers on this machine only (loopback), at the address that it prints. To crawl it, give that address
    to 'crawl --origin'. An archive has one origin: a crawl of the replica needs a folder of its own
    (--archive), apart from an archive of the real site. The port belongs to the origin, so use the same
    --port again to continue such an archive.
    """
    from kistep_archive.replica import serve

    try:
        serve(
            port,
            day=day,
            quirks=quirks,
            ready=lambda origin: None if settings.quiet else click.echo(f"{origin}  (Ctrl-C stops it)"),
        )
    except BrokenPipeError:
        raise
    except ValueError as error:
        raise ArchiveError(f"--quirk {error}", ExitCode.USAGE) from error
    except OSError as error:
        raise ArchiveError(f"--port {port}: {error.strerror}; choose another port", ExitCode.USAGE) from error


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the shell completion script.

    It completes commands, options, choices and board names.

    \b
    bash, in ~/.bashrc:                  eval "$(kistep-archive completion bash)"
    zsh, in ~/.zshrc after compinit:     eval "$(kistep-archive completion zsh)"
    fish:  kistep-archive completion fish > ~/.config/fish/completions/kistep-archive.fish
    """
    from click.shell_completion import get_completion_class

    completion_class = get_completion_class(shell)
    assert completion_class is not None
    click.echo(
        completion_class(
            click.get_current_context().find_root().command, {}, "kistep-archive", "_KISTEP_ARCHIVE_COMPLETE"
        ).source(),
        nl=False,
    )
