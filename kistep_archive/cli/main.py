"""The command line: the group, and how every error becomes one line and an exit code.

Each command is in exactly one section of `kistep-archive --help`.
"""

import codecs
import json
import os
import select
import sqlite3
import sys
from io import BufferedWriter, RawIOBase, TextIOWrapper
from pathlib import Path

import click

from kistep_archive import display
from kistep_archive.cli import advice, examples, usage
from kistep_archive.cli.options import Settings
from kistep_archive.cli.parameters import PathArgument
from kistep_archive.cli.sections import SectionedGroup
from kistep_archive.clock import Clock, now
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.store import database
from kistep_archive.version import __version__

_SECTIONS = {
    "Fetch": {
        "crawl": "fetch.crawl",
        "backfill": "fetch.backfill",
        "recheck": "fetch.recheck",
        "import": "imports.import_command",
    },
    "Ask": {
        "search": "search.search",
        "list": "search.list_command",
        "changes": "lists.changes",
        "show": "ask.show",
        "diff": "ask.diff",
        "history": "ask.history",
        "status": "status.status",
        "boards": "ask.boards_command",
    },
    "Publish": {
        "serve": "site.serve",
        "publish": "site.publish",
        "export": "publish.export",
        "feed": "publish.feed",
        "chart": "publish.chart",
        "files": "files.files",
        "cite": "publish.cite",
    },
    "Prove": {
        "verify": "prove.verify",
        "explain": "prove.explain",
        "bundle": "prove.bundle",
        "rebuild": "prove.rebuild",
        "merge": "decide.merge",
        "part": "decide.part",
        "parse": "prove.parse",
    },
    "Run": {
        "demo": "run.demo",
        "init": "init.init",
        "doctor": "run.doctor",
        "learn": "learn.learn",
        "schedule": "run.schedule",
        "replica": "run.replica",
        "completion": "run.completion",
    },
}


@click.group(
    cls=SectionedGroup,
    sections=_SECTIONS,
    epilog=examples.epilog(""),
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None},
)
@click.version_option(__version__, prog_name="kistep-archive")
@click.option(
    "--archive",
    type=PathArgument(file_okay=False),
    envvar=advice.VARIABLE,
    show_envvar=True,
    help="The archive's folder [default: data].",
)
@click.option(
    "--boards",
    "boards_file",
    type=PathArgument(),
    envvar="KISTEP_ARCHIVE_BOARDS",
    show_envvar=True,
    help="A TOML file with boards to add or replace.",
)
@click.option("--quiet", is_flag=True, help="Print errors only.")
@click.option(
    "-v", "--verbose", count=True, help="Log to stderr how a run goes; -vv: one line for each request."
)
@click.option(
    "--log", type=PathArgument(dir_okay=False), metavar="FILE", help="Log to the end of FILE, as -v does."
)
@click.pass_context
def cli(
    ctx: click.Context,
    archive: Path | None,
    boards_file: Path | None,
    quiet: bool,
    verbose: int,
    log: Path | None,
) -> None:
    """Crawl KISTEP's English News & Event board and archive it.

    An archive holds the bytes as they came (WARC files) and a SQLite database of posts, edits and removals.

    A DATE is 2024, 2024-05, 2024-05-01, 7d, '3 months ago' or an instant such as 2024-05-01T09:00:00Z.
    """
    ctx.ensure_object(Settings).use(archive, quiet, boards_file)
    if verbose or log or "logging" in sys.modules:  # loading it takes as long as a search
        from kistep_archive.cli import logs

        logs.begin(verbose, log)
    if ctx.invoked_subcommand is None:
        _print_to_stderr(ctx.get_help())
        ctx.exit(ExitCode.USAGE)


def main(clock: Clock = now) -> None:
    """Runs a command. An error of the user or of the archive is one line on stderr and an exit code. A run is
    dated by the clock."""
    if sys.stdout is None:  # the caller closed it: the first file to be opened would get its descriptor
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)
    if isinstance(sys.stdout, TextIOWrapper):
        # PYTHONUNBUFFERED: a partial write to a pipe would lose the rest
        if isinstance(sys.stdout.buffer, RawIOBase):
            buffer = BufferedWriter(sys.stdout.buffer)
            sys.stdout = TextIOWrapper(buffer, encoding=sys.stdout.encoding, line_buffering=True)
        codecs.register_error("as-in-json", _as_in_json)
        sys.stdout.reconfigure(errors="as-in-json")  # a terminal that cannot show Hangul is no reason to fail
    stdout, settings = sys.stdout, Settings(clock)
    try:
        code = cli.main(prog_name="kistep-archive", standalone_mode=False, obj=settings)
        sys.stdout.flush()
    except ArchiveError as error:
        code = _fail(settings.advise(str(error)), error.exit_code)
    except click.ClickException as error:
        code = _fail(settings.advise(usage.explain(error, sys.argv[1:])), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        code = _fail("stopped", ExitCode.INCOMPLETE)
    except BrokenPipeError:
        code = _broken_pipe()
    except SystemExit as error:
        # click replaces stdout when a pipe closes
        code = _broken_pipe() if sys.stdout is not stdout else error.code
    except OSError as error:
        _discard(1)
        place = error.filename or "the output"
        code = _fail(
            f"{place}: {error.strerror or error}; check permissions and free disk space",
            ExitCode.STORE_UNHEALTHY,
        )
    except sqlite3.Error as error:
        code = _fail(settings.advise(database.unreadable(error)), ExitCode.STORE_UNHEALTHY)
    sys.exit(code if isinstance(code, int) else 0)


def _as_in_json(error: UnicodeError) -> tuple[str, int]:
    """Escapes what the encoding cannot represent, so that JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _fail(message: str, code: int) -> int:
    _print_to_stderr(f"kistep-archive: {display.printable(' '.join(message.split()))}")
    return code


def _print_to_stderr(text: str) -> None:
    """Prints to stderr; it does not matter if stderr is closed."""
    try:
        click.echo(text, err=True)
    except BrokenPipeError:
        _discard(2)


def _broken_pipe() -> int:
    """The exit code after a broken pipe.

    If the reader of stdout closed it: no message, and 141, which a shell shows for any program that SIGPIPE
    ends. It is not 0, because the output is not complete. Any other broken pipe led to a process of ours,
    which is an error.
    """
    poll = select.poll()
    poll.register(1, 0)
    if not poll.poll(0):
        return _fail("a worker process ended too early (broken pipe); try again", ExitCode.STORE_UNHEALTHY)
    _discard(1)
    return ExitCode.PIPE_CLOSED


def _discard(stream: int) -> None:
    """Sends what is still to be flushed to /dev/null: Python would fail on it when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
