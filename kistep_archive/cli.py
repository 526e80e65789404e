"""The command line: commands only. Scrapy, rich and the replica are imported inside the commands that need them."""

import os
import sqlite3
import sys
from contextlib import closing
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kistep_archive import __version__, answers, boards, outputs
from kistep_archive.asof import instant
from kistep_archive.errors import ArchiveError
from kistep_archive.selection import Filters

if TYPE_CHECKING:
    from kistep_archive.crawl import Ended
    from kistep_archive.schedule import Every

RECHECKS = 10  # requests that a crawl spends on posts that are due again


class _Day(click.ParamType[str]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a date; write it as 2022-07-14", param, ctx)


class _Instant(click.ParamType[str]):
    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return instant(value)
        except (TypeError, ValueError, OverflowError):
            self.fail(
                f"{value!r} is no date; write a day as 2022-07-14 (its end, in UTC) or an instant as 2022-07-14T09:00:00Z", param, ctx
            )


class _Settings:
    """The global options of one call."""

    def __init__(self, archive: Path | None, quiet: bool, boards_file: Path | None) -> None:
        self.given = archive
        self.archive = archive or Path("data")
        self.quiet = quiet
        self.boards_file = boards_file

    @property
    def warc(self) -> Path:
        """Where the evidence is."""
        return self.archive / "warc"

    def catalogue(self) -> boards.Catalogue:
        try:
            return boards.load(self.boards_file)
        except ValueError as error:
            raise ArchiveError(str(error), 2) from error

    def check_board(self, board: str | None) -> None:
        """Raises ArchiveError (2) for a board that no catalogue knows."""
        if board is not None and board not in {row.name for row in self.catalogue().rows}:
            raise ArchiveError(f"--board {board}: unknown board; see 'kistep-archive boards'", 2)


def _known(catalogue: boards.Catalogue, names: tuple[str, ...]) -> None:
    try:
        catalogue.named(names)
    except ValueError as error:
        raise ArchiveError(str(error), 2) from error


_as_of = click.option("--as-of", type=_Instant(), help="Answer with what was known then: a day (its end, in UTC) or an instant.")
_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None})
@click.version_option(__version__, prog_name="kistep-archive")
@click.option(
    "--archive", type=click.Path(path_type=Path, file_okay=False), envvar="KISTEP_ARCHIVE", help="The archive's folder [default: data]."
)
@click.option("--boards", "boards_file", type=click.Path(path_type=Path), help="A TOML file with boards to add or replace.")
@click.option("--quiet", is_flag=True, help="Nothing but errors on the terminal.")
@click.pass_context
def cli(ctx: click.Context, archive: Path | None, boards_file: Path | None, quiet: bool) -> None:
    """Crawl KISTEP's English News & Event board and keep it: the bytes (WARC), the fields and the history (SQLite)."""
    ctx.obj = _Settings(archive, quiet, boards_file)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the stand-in site [default: any free one].")
@click.option("--keep", is_flag=True, help="Leave the stand-in site running at the end, until Ctrl-C.")
@click.pass_obj
def demo(settings: _Settings, port: int, keep: bool) -> None:
    """Crawl a stand-in KISTEP on this machine for two of its days and show what an archive can answer."""
    from kistep_archive.demo import run_demo

    sys.exit(run_demo(settings.given or Path("data/demo"), port, keep=keep, quiet=settings.quiet))


@cli.command("boards")
@_json
@click.pass_obj
def boards_command(settings: _Settings, as_json: bool) -> None:
    """List the catalogue: board, layout, language, address."""
    rows: list[dict[str, Any]] = [
        {
            "board": row.name,
            "title": row.title,
            "layout": row.layout,
            "language": row.language,
            "address": row.address,
            "crawled": "when named" if row.named_only else "by default",
        }
        for row in settings.catalogue().rows
    ]
    columns = {"board": "BOARD", "layout": "LAYOUT", "language": "LANGUAGE", "crawled": "CRAWLED", "address": "ADDRESS"}
    click.echo(outputs.as_json({"total": len(rows), "results": rows}) if as_json else outputs.table(rows, columns))


_origin = click.option("--origin", default="", help="Ask another http(s)://HOST:PORT in the boards' place (a replica, a mirror).")
_delay = click.option(
    "--delay", type=click.FloatRange(0, 3600), help="Seconds between requests [default: 1]; below 1 only for an origin on loopback."
)
_boards = click.argument("names", metavar="[BOARD]...", nargs=-1)


@cli.command()
@_boards
@_origin
@_delay
@click.option(
    "--recheck", type=click.IntRange(0), default=RECHECKS, show_default=True, metavar="N", help="Requests for posts that are due again."
)
@click.option("--dry-run", is_flag=True, help="Read the listings and tell what would be fetched; write nothing.")
@_json
@click.pass_obj
def crawl(
    settings: _Settings, names: tuple[str, ...], origin: str, delay: float | None, recheck: int, dry_run: bool, as_json: bool
) -> None:
    """Fetch what is new, changed or gone. Exit code: 0 complete, 3 incomplete, 4 site changed, 5 store unhealthy, 75 locked."""
    from kistep_archive.crawl import Plan
    from kistep_archive.crawl import crawl as run_crawl

    plan = Plan(budget=recheck)
    ended = run_crawl(
        settings.archive, names, settings.catalogue(), origin=origin, delay=delay, quiet=settings.quiet, dry_run=dry_run, plan=plan
    )
    if dry_run and not as_json and not settings.quiet:
        click.echo(outputs.table(ended.planned, {"board": "BOARD", "number": "NUMBER", "date": "DATE", "title": "TITLE"}))
    _tell_of_run(settings, ended, as_json, shown=not dry_run)


def _tell_of_run(settings: _Settings, ended: "Ended", as_json: bool, *, shown: bool = True) -> None:
    if as_json:
        click.echo(outputs.as_json(outputs.ended(ended)))
    elif shown and not settings.quiet and ended.exit_code == 0:
        click.echo(outputs.crawl_line(ended.run, ended.counts, ended.reason))
    if ended.exit_code:
        raise ArchiveError(ended.reason, ended.exit_code)


@cli.command()
@_boards
@click.option("--budget", type=click.IntRange(1), default=100, show_default=True, metavar="N", help="Requests at most.")
@_origin
@_delay
@_json
@click.pass_obj
def recheck(settings: _Settings, names: tuple[str, ...], budget: int, origin: str, delay: float | None, as_json: bool) -> None:
    """Visit the posts that are due again: young and lately edited ones often, all of them at least every 90 days."""
    from kistep_archive.crawl import Plan
    from kistep_archive.crawl import crawl as run_crawl

    plan = Plan(walks=False, budget=budget)
    ended = run_crawl(
        settings.archive, names, settings.catalogue(), origin=origin, delay=delay, quiet=settings.quiet, kind="recheck", plan=plan
    )
    _tell_of_run(settings, ended, as_json)


@cli.command()
@_boards
@click.option("--since", type=_Day(), help="Only posts of this day or later; with --wayback, captures.")
@click.option("--until", type=_Day(), help="Only posts of this day or earlier; with --wayback, captures.")
@_origin
@_delay
@click.option(
    "--wayback", is_flag=True, help="Fetch and import what the Internet Archive captured. Not tried against the real service yet."
)
@click.option("--service", default="", hidden=True, help="http://HOST:PORT of a stand-in of the Internet Archive on this machine.")
@_json
@click.pass_obj
def backfill(
    settings: _Settings,
    names: tuple[str, ...],
    since: str | None,
    until: str | None,
    origin: str,
    delay: float | None,
    wayback: bool,
    service: str,
    as_json: bool,
) -> None:
    """Walk whole boards, newest first, for all that is not held; after a stop, call it again. Exit code: 0 all of it, 3 some is left."""
    if wayback:
        _backfill_wayback(settings, names, since, until, service, as_json)
        return
    from kistep_archive.crawl import Plan
    from kistep_archive.crawl import crawl as run_crawl

    plan = Plan(whole=True, since=since, until=until)
    ended = run_crawl(
        settings.archive, names, settings.catalogue(), origin=origin, delay=delay, quiet=settings.quiet, kind="backfill", plan=plan
    )
    _tell_of_run(settings, ended, as_json)


def _backfill_wayback(
    settings: _Settings, names: tuple[str, ...], since: str | None, until: str | None, service: str, as_json: bool
) -> None:
    from kistep_archive.backfill import from_internet_archive

    def tell(line: str) -> None:
        if not settings.quiet:
            click.echo(outputs.printable(line), err=True)

    done = from_internet_archive(settings.archive, names, settings.catalogue(), since=since, until=until, service=service, tell=tell)
    if as_json:
        click.echo(outputs.as_json(outputs.backfilled(done)))
    elif not settings.quiet:
        click.echo(outputs.backfilled_as_text(done))
    if done.stopped or done.failed:
        reason = done.stopped or f"{len(done.failed)} could not be had, the first: {done.failed[0].url}: {done.failed[0].reason}"
        raise ArchiveError(f"{reason}; what was fetched is in, call it again for the rest", 3)


@cli.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@_json
@click.pass_obj
def import_command(settings: _Settings, files: tuple[Path, ...], as_json: bool) -> None:
    """Take in captures made by other tools: WARC, WARC.GZ and WACZ. Older ones take their place in the history."""
    from kistep_archive.importing import import_files, lines

    done = import_files(settings.archive, files, settings.catalogue())
    if as_json:
        click.echo(outputs.as_json(outputs.imported(done)))
    elif not settings.quiet:
        click.echo(outputs.printable("\n".join(lines(done))))
    if done.damage:
        more = f" (and {len(done.damage) - 1} more)" if len(done.damage) > 1 else ""
        raise ArchiveError(f"{done.damage[0]}{more}; what is whole was taken in", 3)


@cli.command()
@click.option("--dry-run", is_flag=True, help="Print what would change, field by field; write nothing.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that parse [default: one a core].")
@click.option("--force", is_flag=True, help="Rebuild although values that the old database has would be lost.")
@_json
@click.pass_obj
def rebuild(settings: _Settings, dry_run: bool, jobs: int | None, force: bool, as_json: bool) -> None:
    """Make the database anew from the WARC files. Exit code: 0 done, 4 values would be lost, 5 damage, 75 locked."""
    from kistep_archive import rebuild as rebuilding

    cores = jobs or os.cpu_count() or 1
    anew = rebuilding.dry_run if dry_run else partial(rebuilding.rebuild, force=force)
    result = anew(settings.archive, jobs=cores)
    if as_json:
        click.echo(outputs.as_json(outputs.rebuilt(result)))
    elif not settings.quiet:
        click.echo(outputs.rebuilt_as_text(result, dry_run=dry_run))
    if result.damage:
        more = f" (and {len(result.damage) - 1} more)" if len(result.damage) > 1 else ""
        raise ArchiveError(f"{result.damage[0]}{more}; what could be read is in, see 'kistep-archive verify'", 5)


@cli.command()
@_as_of
@click.option(
    "--check", is_flag=True, help="Exit code for a monitor: 0 well, 3 never ran, stale or incomplete, 4 site changed, 5 unhealthy."
)
@_json
@click.pass_obj
def status(settings: _Settings, as_of: str | None, check: bool, as_json: bool) -> None:
    """Per board: posts, newest, last complete run, health; the last runs; posts kept apart."""
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        answer = answers.status(conn, settings.catalogue(), now=datetime.fromisoformat(as_of) if as_of else None)
    click.echo(outputs.as_json(answer) if as_json else outputs.status_as_text(answer))
    code, words = answers.trouble(answer)
    if check and code:
        raise ArchiveError(words, code)


@cli.command()
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Only N records with their rows, the least recently verified first.")
@_json
@click.pass_obj
def verify(settings: _Settings, sample: int | None, as_json: bool) -> None:
    """Check every WARC record and digest, every row against its evidence and back. Changes nothing. Exit code 5 names damage."""
    from kistep_archive.verify import verify as verify_archive

    report = verify_archive(settings.archive, sample)
    if as_json or not settings.quiet:
        click.echo(outputs.as_json(outputs.verified(report)) if as_json else outputs.verified_as_text(report))
    if report.findings:
        more = f" (and {len(report.findings) - 1} more)" if len(report.findings) > 1 else ""
        raise ArchiveError(f"{report.findings[0]}{more}", 5)


@cli.command()
@click.argument("query")
@click.option("--board", help="Only this board.")
@click.option("--writer", help="Only posts whose writer's name holds this.")
@click.option("--since", type=_Day(), help="Only posts of this day or later.")
@click.option("--until", type=_Day(), help="Only posts of this day or earlier.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@_as_of
@_json
@click.pass_obj
def search(
    settings: _Settings,
    query: str,
    board: str | None,
    writer: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Find posts: words, "phrases", -not, OR, prefix*, title: and writer:. English and Korean, also inside compounds."""
    settings.check_board(board)
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        total, results = answers.search(conn, query, board=board, writer=writer, since=since, until=until, limit=limit)
    if as_json:
        click.echo(outputs.as_json({"query": query, "total": total, "results": results}))
    else:
        click.echo(outputs.results_as_text(total, results, color=sys.stdout.isatty()))


@cli.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--query", help="Only posts that 'search' finds for this.")
@click.option("--board", help="Only this board.")
@click.option("--writer", help="Only posts whose writer's name holds this.")
@click.option("--since", type=_Day(), help="Only posts of this day or later.")
@click.option("--until", type=_Day(), help="Only posts of this day or earlier.")
@_as_of
@click.option("--format", "form", type=click.Choice(outputs.FORMATS), help="Whatever OUT's suffix is.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, for spreadsheets that need one.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.pass_obj
def export(
    settings: _Settings,
    out: Path,
    query: str | None,
    board: str | None,
    writer: str | None,
    since: str | None,
    until: str | None,
    as_of: str | None,
    form: str | None,
    bom: bool,
    force: bool,
) -> None:
    """Write posts to OUT: .csv .json .jsonl .parquet .md (a folder, a file a post) .db or .sqlite; '-' is stdout, as JSON Lines.

    Exit code: 0 done, 5 the posts are written but images of theirs are damaged.
    """
    from kistep_archive import exports

    settings.check_board(board)
    filters = Filters(query, board, writer, since, until)
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        done = exports.export(conn, settings.archive, out, filters, form=form, bom=bom, force=force)
    if not settings.quiet and out != exports.STDOUT:
        click.echo(outputs.printable(f"{out}: {done.posts} posts"))
    if done.damage:
        raise ArchiveError(done.damage, 5)


@cli.command()
@click.argument("post")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="The Nth revision, 1 is the oldest [default: the latest state].")
@click.option("--as", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text", show_default=True)
@click.option("--raw", is_flag=True, help="The evidence's bytes, exactly as they came over the wire.")
@click.option("--decoded", is_flag=True, help="The evidence's bytes without their content encoding (gzip).")
@_as_of
@_json
@click.pass_obj
def show(
    settings: _Settings, post: str, revision: int | None, form: str, raw: bool, decoded: bool, as_of: str | None, as_json: bool
) -> None:
    """Print one post, named by its id, board/number or URL."""
    with closing(answers.open_archive(settings.archive, as_of)) as conn:
        found = answers.find_post(conn, post, settings.catalogue())
    chosen = answers.at_revision(found, revision)
    if raw or decoded:
        from kistep_archive import evidence

        page = evidence.page(chosen, revision, settings.warc)
        sys.stdout.buffer.write(evidence.unpacked(page) if decoded else page.body)
        return
    if as_json or form == "json":
        from kistep_archive.evidence import named

        click.echo(outputs.as_json(named(chosen, settings.warc)))
        return
    forms = {"text": outputs.post_as_text, "markdown": outputs.post_as_markdown, "html": outputs.post_as_html}
    click.echo(forms[form](chosen))


@cli.command()
@click.argument("post")
@click.argument("field")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="The Nth revision, 1 is the oldest [default: the last one].")
@_json
@click.pass_obj
def explain(settings: _Settings, post: str, field: str, revision: int | None, as_json: bool) -> None:
    """Print the piece of the page that a field was read from: title, writer, date, hits, body, attachments or number."""
    from kistep_archive import evidence

    with closing(answers.open_archive(settings.archive)) as conn:
        found = answers.at_revision(answers.find_post(conn, post, settings.catalogue()), revision)
    answer = evidence.explained(found, field, revision, settings.warc)
    click.echo(outputs.as_json(answer) if as_json else outputs.explained(answer))


@cli.command()
@click.argument("post")
@click.argument("out", metavar="OUT.wacz", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace OUT.wacz if it is there.")
@click.pass_obj
def bundle(settings: _Settings, post: str, out: Path, force: bool) -> None:
    """Write one post's proof: every record of it, untouched, its metadata and their digests, in one WACZ file."""
    from kistep_archive.bundle import write

    with closing(answers.open_archive(settings.archive)) as conn:
        done = write(conn, settings.warc, answers.find_post(conn, post, settings.catalogue()), out, force=force)
    if not settings.quiet:
        click.echo(f"{out}: {done.responses} responses in {done.records} records, {done.size:,} bytes")


@cli.command()
@click.argument("names", metavar="[BOARD]...", nargs=-1)
@click.option("--origin", default="", help="Ask another http(s)://HOST:PORT in the boards' place (a replica, a mirror).")
@_json
@click.pass_obj
def doctor(settings: _Settings, names: tuple[str, ...], origin: str, as_json: bool) -> None:
    """Say what fits: this machine, the folder, and of each board one listing and one post. Asks little, writes nothing.

    Exit code: 0 all is well, 3 the site cannot be asked, 4 a page does not fit, 5 the machine or the archive is unhealthy.
    """
    from kistep_archive.doctor import examine
    from kistep_archive.findings import exit_code

    _known(settings.catalogue(), names)
    found = []
    for each in examine(settings.archive, settings.catalogue(), names, origin):
        found.append(each)
        if not as_json and not settings.quiet:
            click.echo(outputs.finding_as_text(each))
    code = exit_code(found)
    if as_json:
        rows = [{"level": each.level, "area": each.area, "words": each.words, "next": each.next} for each in found]
        click.echo(outputs.as_json({"total": len(rows), "results": rows, "exit_code": code}))
    if code:
        worst = [each for each in found if each.code == code]
        more = f" (and {len(worst) - 1} more)" if len(worst) > 1 else ""
        raise ArchiveError(f"{worst[0].area}: {worst[0].words}; {worst[0].next}{more}", code)


@cli.command()
@click.argument("kind", type=click.Choice(["systemd", "cron", "github", "launchd"]))
@click.option("--at", metavar="HH:MM", help="When; for github in UTC [default: a time in the small hours, fixed by the archive's path].")
@click.option("--every", type=click.Choice(["daily", "weekly", "hourly"]), default="daily", show_default=True)
@click.option("--boards", "names", multiple=True, metavar="BOARD[,BOARD]...", help="Only these boards [default: as 'crawl'].")
@_json
@click.pass_obj
def schedule(settings: _Settings, kind: str, at: str | None, every: "Every", names: tuple[str, ...], as_json: bool) -> None:
    """Print ready units that crawl on a schedule: a systemd timer, a line for cron, a GitHub workflow, a launchd agent."""
    from kistep_archive.schedule import plan, units

    wanted = tuple(part.strip() for name in names for part in name.split(",") if part.strip())
    _known(settings.catalogue(), wanted)
    made = units(kind, plan(settings.archive, settings.boards_file, wanted, every, at))
    rows = [{"file": unit.file, "text": unit.text} for unit in made]
    click.echo(outputs.as_json({"total": len(rows), "results": rows}) if as_json else "\n".join(unit.text for unit in made), nl=as_json)


@cli.command()
@click.argument("url")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def parse(settings: _Settings, url: str, file: Any) -> None:
    """Print what a stored page says, as JSON; FILE '-' reads stdin. Exit code 4, with the field's name, when it does not fit."""
    from kistep_archive.layouts import ParseError
    from kistep_archive.layouts import parse as parse_page
    from kistep_archive.page import Page

    try:
        item = parse_page(Page(url, "", 200, (), file.read()))
    except ParseError as error:
        raise ArchiveError(str(error), 4) from error
    board = settings.catalogue().board(url)
    click.echo(outputs.as_json(outputs.parsed(item, board.name if board else None)))


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free one.")
@click.option("--day", type=click.IntRange(1), default=1, show_default=True, help="The day on the stand-in's clock.")
@click.pass_obj
def replica(settings: _Settings, port: int, day: int) -> None:
    """Run the stand-in site alone, on loopback, until Ctrl-C."""
    from kistep_archive.replica import serve

    try:
        serve(port, day=day, ready=lambda origin: None if settings.quiet else click.echo(f"{origin}  (Ctrl-C ends it)"))
    except OSError as error:
        raise ArchiveError(f"--port {port}: {error.strerror}; choose another one", 2) from error


def main() -> None:
    """Runs a command; every error that is a user's or the archive's is one line on stderr and an exit code."""
    try:
        code = cli.main(prog_name="kistep-archive", standalone_mode=False)
    except ArchiveError as error:
        code = _fail(str(error), error.exit_code)
    except click.ClickException as error:
        code = _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        code = _fail("stopped", 3)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe had enough: no word of it
        code = 0
    except OSError as error:
        code = _fail(f"{error.filename or 'the output'}: {error.strerror or error}; see that it can be written and has room", 5)
    except sqlite3.Error as error:
        code = _fail(f"the database cannot be read: {error}; keep the file aside: the warc folder beside it holds everything", 5)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> int:
    click.echo(f"kistep-archive: {outputs.printable(' '.join(message.split()))}", err=True)
    return code
