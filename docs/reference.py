"""Writes the documents that are generated from the program: `python docs/reference.py [CHECKOUT]`

It writes docs/commands.md, docs/kistep-archive.1, the cells with arguments and options in the README's table
of commands, and in docs/queries.md what `model/views.toml` says of the views.
"""

import inspect
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from kistep_archive.cli.examples import EXAMPLES, EXIT_CODES
from kistep_archive.cli.main import cli
from kistep_archive.model import view_words
from kistep_archive.model.view_words import ViewWords
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.store import Store
from kistep_archive.version import __version__

NAME = "kistep-archive"
_CELL = re.compile(r"(?<!\\)\|")
_SECTION = re.compile(r"^## (\w+)\n\n.*?(?=^## |\Z)", re.M | re.S)
_DESCRIPTION = re.compile(r"\n\n.+?\n\n", re.S)
_TABLE = re.compile(r"^\| column .*?\n\n", re.M | re.S)
_SQL = re.compile(r"^```sql\n.*?^```\n", re.M | re.S)


def commands() -> dict[str, click.Command]:
    """All commands by name, sorted."""
    return {name: cli.commands[name] for name in sorted(cli.commands) if not cli.commands[name].hidden}


def signature(command: click.Command) -> str:
    """A command with its arguments, such as `show POST`."""
    arguments = [
        param.metavar or (param.name or "").upper()
        for param in command.params
        if isinstance(param, click.Argument)
    ]
    return " ".join([command.name or "", *arguments])


def options(command: click.Command) -> dict[str, str]:
    """The options of a command, such as `--limit INTEGER`, with their help texts; without `--help` itself."""
    context = click.Context(command, info_name=command.name)
    visible = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
    return dict(record for param in visible if (record := param.get_help_record(context)))


def paragraphs(command: click.Command) -> list[tuple[str, ...]]:
    """The paragraphs of a command's help: one line each, or several lines if click must keep them as they are
    (\\b)."""
    parts = inspect.cleandoc(command.help or "").split("\n\n")
    return [
        tuple(part.splitlines()[1:]) if part.startswith("\b\n") else (" ".join(part.split()),)
        for part in parts
    ]


def markdown() -> str:
    """docs/commands.md."""
    lines = ["# Commands", "", "`make docs` writes this file from `--help`.", ""]
    lines += [*_text(cli), f"    {NAME} [OPTIONS] COMMAND [ARGUMENTS]", ""]
    lines += [
        *_bullets(options(cli)),
        "",
        *_fenced(EXAMPLES[""]),
        "## Exit codes",
        "",
        "| code | means |",
        "|---|---|",
    ]
    lines += [f"| {code} | {text} |" for code, text in EXIT_CODES.items()]
    for name, command in commands().items():
        lines += ["", f"## {name}", "", f"    {NAME} {signature(command)}", ""]
        lines += _text(command)
        lines += [
            *_bullets(options(command)),
            *([""] if options(command) else []),
            *_fenced(EXAMPLES.get(name, ()))[:-1],
        ]
    return "\n".join(lines) + "\n"


def _text(command: click.Command) -> Iterator[str]:
    for lines in paragraphs(command):
        yield from ("```", *lines, "```", "") if len(lines) > 1 else (lines[0].replace("*", r"\*"), "")


def _bullets(entries: dict[str, str]) -> list[str]:
    return [f"* `{name}`: {text}" for name, text in entries.items()]


def _fenced(examples: tuple[str, ...]) -> list[str]:
    return ["```sh", *examples, "```", ""]


def man() -> str:
    """docs/kistep-archive.1."""
    lines = [
        f'.TH {NAME.upper()} 1 "" "{NAME} {__version__}"',
        ".SH NAME",
        f"{NAME} \\- crawl a KISTEP board and archive it",
    ]
    lines += [".SH SYNOPSIS", f".B {roff(NAME)}", roff("[OPTIONS] COMMAND [ARGUMENTS]")]
    lines += [
        ".SH DESCRIPTION",
        *_separated(paragraphs(cli)),
        ".SH OPTIONS",
        *_listed(options(cli)),
        ".SH COMMANDS",
    ]
    for name, command in commands().items():
        lines += [
            f'.SS "{roff(signature(command))}"',
            *_separated(paragraphs(command)),
            *_listed(options(command)),
        ]
        lines += _shown(EXAMPLES.get(name, ()))
    codes = {str(code): text for code, text in EXIT_CODES.items()}
    lines += [".SH EXIT STATUS", *_listed(codes), ".SH EXAMPLES", *_shown(EXAMPLES[""])]
    return "\n".join(lines) + "\n"


def roff(text: str) -> str:
    """Text, escaped for roff."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def _listed(entries: dict[str, str]) -> Iterator[str]:
    for name, text in entries.items():
        yield from (".TP", f".B {roff(name)}", roff(text) or "\\&")


def _separated(parts: list[tuple[str, ...]]) -> Iterator[str]:
    for part in parts:
        yield from _shown(part) if len(part) > 1 else (".PP", roff(part[0]))


def _shown(lines: tuple[str, ...]) -> list[str]:
    return [".PP", ".EX", *map(roff, lines), ".EE"] if lines else []


def table(readme: str) -> str:
    """The README, with the arguments and options of each command filled into its table."""
    known = {**commands(), NAME: cli}
    return "\n".join(_row(line, known) for line in readme.split("\n"))


def _row(line: str, known: dict[str, click.Command]) -> str:
    cells = _CELL.split(line)
    named = re.match(r" `([\w-]+)", cells[1]) if len(cells) == 5 else None
    if named is None or named[1] not in known:
        return line
    command = known[named[1]]
    first = NAME if command is cli else signature(command).replace("]...", "…]").replace("...", "…")
    names = " ".join(f"`{option}`" for option in map(_long, options(command)))
    return f"| `{first}` |{cells[2]}| {names or '–'} |"


def _long(option: str) -> str:
    """The long form of an option, without its value."""
    return next(name for name in option.replace(",", " ").split() if name.startswith("--"))


def queries(page: str) -> str:
    """docs/queries.md, with the description, the columns and the queries of each view filled in."""
    known, columns = view_words.views(), view_columns()
    return _SECTION.sub(lambda found: _filled(found[0], found[1], known[found[1]], columns[found[1]]), page)


def view_columns() -> dict[str, list[str]]:
    """The columns of each view, in the order of the database."""
    with TemporaryDirectory() as folder:
        Store(Path(folder)).close()
        with closing(sqlite3.connect(Path(folder) / DATABASE_FILE)) as conn:
            return {
                view: [row[1] for row in conn.execute(f"PRAGMA table_info({view})")]
                for view in view_words.views()
            }


def _filled(section: str, view: str, words: ViewWords, columns: list[str]) -> str:
    rows = "".join(f"| `{name}` | {view_words.column(view, name)} |\n" for name in columns)
    sql = iter(words.queries)
    section = _DESCRIPTION.sub(lambda _: f"\n\n{words.description}\n\n", section, count=1)
    section = _TABLE.sub(lambda _: f"| column | holds |\n|---|---|\n{rows}\n", section, count=1)
    return _SQL.sub(lambda _: f"```sql\n{next(sql).sql}\n```\n", section)


def write(checkout: Path) -> None:
    """Writes all of them into a checkout."""
    (checkout / "docs" / "commands.md").write_text(markdown(), encoding="utf-8")
    (checkout / "docs" / f"{NAME}.1").write_text(man(), encoding="utf-8")
    readme = checkout / "README.md"
    readme.write_text(table(readme.read_text(encoding="utf-8")), encoding="utf-8")
    page = checkout / "docs" / "queries.md"
    page.write_text(queries(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
