"""The command line: the group, the demo, and how every error becomes one line and an exit code."""

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
from kistep_archive.cli import crawl, examples, history, maintain, query
from kistep_archive.cli.options import Settings
from kistep_archive.errors import ArchiveError
from kistep_archive.store import database
from kistep_archive.version import __version__


@click.group(
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None},
)
@click.version_option(__version__, prog_name="kistep-archive")
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="KISTEP_ARCHIVE",
    show_envvar=True,
    help="The archive's folder [default: data].",
)
@click.option("--boards", "boards_file", type=click.Path(path_type=Path), help="A TOML file with boards to add or replace.")
@click.option("--quiet", is_flag=True, help="Nothing but errors on the terminal.")
@click.pass_context
def cli(ctx: click.Context, archive: Path | None, boards_file: Path | None, quiet: bool) -> None:
    """Crawl KISTEP's English News & Event board and keep it: the bytes (WARC), the fields and the history (SQLite)."""
    ctx.obj = Settings(archive, quiet, boards_file)
    if ctx.invoked_subcommand is None:
        _tell(ctx.get_help())
        ctx.exit(2)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the stand-in site [default: any free one].")
@click.option("--keep", is_flag=True, help="Leave the stand-in site running at the end, until Ctrl-C.")
@click.pass_obj
def demo(settings: Settings, port: int, keep: bool) -> None:
    """Crawl a stand-in KISTEP on this machine for two of its days and show what an archive can answer."""
    from kistep_archive.cli.demo import run_demo

    sys.exit(run_demo(settings.given or Path("data/demo"), port, keep=keep, quiet=settings.quiet))


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free one.")
@click.option("--day", type=click.IntRange(1), default=1, show_default=True, help="The day on the stand-in's clock.")
@click.pass_obj
def replica(settings: Settings, port: int, day: int) -> None:
    """Run the stand-in site alone, on loopback, until Ctrl-C."""
    from kistep_archive.replica import serve

    try:
        serve(port, day=day, ready=lambda origin: None if settings.quiet else click.echo(f"{origin}  (Ctrl-C ends it)"))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ArchiveError(f"--port {port}: {error.strerror}; choose another one", 2) from error


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands, options and boards.

    \b
    bash, in ~/.bashrc:                  eval "$(kistep-archive completion bash)"
    zsh, in ~/.zshrc after compinit:     eval "$(kistep-archive completion zsh)"
    fish:  kistep-archive completion fish > ~/.config/fish/completions/kistep-archive.fish
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(cli, {}, "kistep-archive", "_KISTEP_ARCHIVE_COMPLETE").source(), nl=False)


_COMMANDS = (
    crawl.crawl,
    crawl.backfill,
    crawl.recheck,
    crawl.import_command,
    crawl.doctor,
    crawl.schedule,
    maintain.rebuild,
    maintain.verify,
    maintain.bundle,
    query.boards_command,
    query.status,
    query.search,
    query.export,
    query.chart,
    query.show,
    history.diff,
    history.history,
    history.feed,
    query.explain,
    query.parse,
)
for _command in _COMMANDS:
    cli.add_command(_command)
for _command in (cli, *cli.commands.values()):
    _command.epilog = examples.epilog("" if _command is cli else _command.name or "")


def main() -> None:
    """Runs a command; every error that is a user's or the archive's is one line on stderr and an exit code."""
    if sys.stdout is None:  # closed by who called: its number would go to the first file that is opened
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)
    if isinstance(sys.stdout, TextIOWrapper):
        if isinstance(sys.stdout.buffer, RawIOBase):  # PYTHONUNBUFFERED: what a pipe does not take at once would be lost without a word
            sys.stdout = TextIOWrapper(BufferedWriter(sys.stdout.buffer), encoding=sys.stdout.encoding, line_buffering=True)
        codecs.register_error("as-in-json", _as_in_json)
        sys.stdout.reconfigure(errors="as-in-json")  # a terminal that cannot show Hangul is no reason to fail
    stdout = sys.stdout
    try:
        code = cli.main(prog_name="kistep-archive", standalone_mode=False)
        sys.stdout.flush()
    except ArchiveError as error:
        code = _fail(str(error), error.exit_code)
    except click.ClickException as error:
        code = _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        code = _fail("stopped", 3)
    except BrokenPipeError:
        code = _broken()
    except SystemExit as ended:
        code = _broken() if sys.stdout is not stdout else ended.code  # click puts another in its place where a pipe closed
    except OSError as error:
        _drop(1)
        code = _fail(f"{error.filename or 'the output'}: {error.strerror or error}; see that it can be written and has room", 5)
    except sqlite3.Error as error:
        code = _fail(database.unreadable(error), 5)
    sys.exit(code if isinstance(code, int) else 0)


def _as_in_json(error: UnicodeError) -> tuple[str, int]:
    """What an encoding cannot say, escaped so that JSON stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _fail(message: str, code: int) -> int:
    _tell(f"kistep-archive: {display.printable(' '.join(message.split()))}")
    return code


def _tell(text: str) -> None:
    """Writes to stderr, also where nobody reads it."""
    try:
        click.echo(text, err=True)
    except BrokenPipeError:
        _drop(2)


def _broken() -> int:
    """A pipe broke. Where stdout is one whose reader had enough: no word of it, and the exit code that a shell shows for any program that
    SIGPIPE ends; not 0, for what was to be told was not told. Any other led to another process."""
    poll = select.poll()
    poll.register(1, 0)
    if not poll.poll(0):
        return _fail("a process that this one works with ended too early (broken pipe); try again", 5)
    _drop(1)
    return 128 + 13


def _drop(stream: int) -> None:
    """What is left to flush into it goes nowhere: Python would fail on it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
