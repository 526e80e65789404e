"""The commands as a document and as a man page, made of the same words as `--help`: `python docs/reference.py [CHECKOUT]`
writes docs/commands.md and docs/kistep-archive.1 of a checkout and the cells of the table in its README that name arguments and options.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kistep_archive.cli.examples import EXAMPLES, EXIT_CODES
from kistep_archive.cli.main import cli
from kistep_archive.version import __version__

NAME = "kistep-archive"
_CELL = re.compile(r"(?<!\\)\|")


def commands() -> dict[str, click.Command]:
    """All commands by name, in the order of the alphabet."""
    return {name: cli.commands[name] for name in sorted(cli.commands) if not cli.commands[name].hidden}


def signature(command: click.Command) -> str:
    """A command with its arguments, such as `show POST`."""
    arguments = [param.metavar or (param.name or "").upper() for param in command.params if isinstance(param, click.Argument)]
    return " ".join([command.name or "", *arguments])


def options(command: click.Command) -> dict[str, str]:
    """What can be given to a command and what `--help` says of it, such as `--limit INTEGER`; `--help` itself aside."""
    context = click.Context(command, info_name=command.name)
    shown = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
    return dict(record for param in shown if (record := param.get_help_record(context)))


def paragraphs(command: click.Command) -> list[tuple[str, ...]]:
    """What a command's help says: a paragraph is one line, or several that are to stay as they are, as click's mark says."""
    parts = inspect.cleandoc(command.help or "").split("\n\n")
    return [tuple(part.splitlines()[1:]) if part.startswith("\b\n") else (" ".join(part.split()),) for part in parts]


def markdown() -> str:
    """docs/commands.md."""
    lines = ["# Commands", "", "Made by `make docs` of what `--help` says.", ""]
    lines += [*_text(cli), f"    {NAME} [OPTIONS] COMMAND [ARGUMENTS]", ""]
    lines += [*_bullets(options(cli)), "", *_fenced(EXAMPLES[""]), "## Exit codes", "", "| code | means |", "|---|---|"]
    lines += [f"| {code} | {words} |" for code, words in EXIT_CODES.items()]
    for name, command in commands().items():
        lines += ["", f"## {name}", "", f"    {NAME} {signature(command)}", ""]
        lines += _text(command)
        lines += [*_bullets(options(command)), *([""] if options(command) else []), *_fenced(EXAMPLES.get(name, ()))[:-1]]
    return "\n".join(lines) + "\n"


def _text(command: click.Command) -> Iterator[str]:
    for lines in paragraphs(command):
        yield from ("```", *lines, "```", "") if len(lines) > 1 else (lines[0].replace("*", r"\*"), "")


def _bullets(given: dict[str, str]) -> list[str]:
    return [f"* `{name}`: {words}" for name, words in given.items()]


def _fenced(examples: tuple[str, ...]) -> list[str]:
    return ["```sh", *examples, "```", ""]


def man() -> str:
    """docs/kistep-archive.1."""
    lines = [f'.TH {NAME.upper()} 1 "" "{NAME} {__version__}"', ".SH NAME", f"{NAME} \\- crawl a KISTEP board and keep it"]
    lines += [".SH SYNOPSIS", f".B {_roff(NAME)}", _roff("[OPTIONS] COMMAND [ARGUMENTS]")]
    lines += [".SH DESCRIPTION", *_separated(paragraphs(cli)), ".SH OPTIONS", *_listed(options(cli)), ".SH COMMANDS"]
    for name, command in commands().items():
        lines += [f'.SS "{_roff(signature(command))}"', *_separated(paragraphs(command)), *_listed(options(command))]
        lines += _shown(EXAMPLES.get(name, ()))
    codes = {str(code): words for code, words in EXIT_CODES.items()}
    lines += [".SH EXIT STATUS", *_listed(codes), ".SH EXAMPLES", *_shown(EXAMPLES[""])]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """Text as roff takes it for text."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def _listed(given: dict[str, str]) -> Iterator[str]:
    for name, words in given.items():
        yield from (".TP", f".B {_roff(name)}", _roff(words) or "\\&")


def _separated(parts: list[tuple[str, ...]]) -> Iterator[str]:
    for part in parts:
        yield from _shown(part) if len(part) > 1 else (".PP", _roff(part[0]))


def _shown(lines: tuple[str, ...]) -> list[str]:
    return [".PP", ".EX", *map(_roff, lines), ".EE"] if lines else []


def table(readme: str) -> str:
    """A README whose table of commands names in its first cells the arguments and in its last cells all options that there are."""
    known = {**commands(), NAME: cli}
    return "\n".join(_row(line, known) for line in readme.split("\n"))


def _row(line: str, known: dict[str, click.Command]) -> str:
    cells = _CELL.split(line)
    named = re.match(r" `([\w-]+)", cells[1]) if len(cells) == 5 else None
    if named is None or named[1] not in known:
        return line
    command = known[named[1]]
    first = NAME if command is cli else signature(command).replace("]...", "…]").replace("...", "…")
    given = " ".join(f"`{option}`" for option in map(_long, options(command)))
    return f"| `{first}` |{cells[2]}| {given or '–'} |"


def _long(option: str) -> str:
    """The long form of an option, without its value."""
    return next(name for name in option.replace(",", " ").split() if name.startswith("--"))


def write(checkout: Path) -> None:
    """Writes all of it into a checkout."""
    (checkout / "docs" / "commands.md").write_text(markdown(), encoding="utf-8")
    (checkout / "docs" / f"{NAME}.1").write_text(man(), encoding="utf-8")
    readme = checkout / "README.md"
    readme.write_text(table(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
