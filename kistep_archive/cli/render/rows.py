"""Rows as `--format` prints them, for every command with rows: table, CSV, JSON, JSON Lines, Markdown."""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import click

from kistep_archive.cli.render import plain
from kistep_archive.model.documents import Document

_ADDRESS = re.compile(r"https?://[^\s<>]+")


class Form(StrEnum):
    """A format of rows."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


class Columns(NamedTuple):
    """The keys of a command's rows: all of them, in order, for CSV, and those that a table has room for."""

    every: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def headings(self) -> dict[str, str]:
        """Key -> heading of a table."""
        return {name: name.upper().replace("_", " ") for name in self.shown}


def write(document: Document, form: Form, columns: Columns) -> None:
    """Prints the document's `results` to stdout; as JSON the whole document."""
    rows: list[Document] = document["results"]
    match form:
        case Form.JSON:
            click.echo(plain.as_json(document))
        case Form.TABLE:
            cells = [{name: _text(row.get(name)) for name in columns.shown} for row in rows]
            click.echo(plain.table(cells, columns.headings, plain.terminal_room()))
        case Form.MARKDOWN:
            click.echo("\n".join(_markdown(rows, columns)))
        case Form.CSV | Form.JSONL:
            from kistep_archive.export.tables import csv_json

            lines = form == Form.JSONL
            pieces = csv_json.lines(rows) if lines else csv_json.comma_separated(rows, columns=columns.every)
            for piece in pieces:
                click.echo(piece, nl=False)


def _markdown(rows: list[Document], columns: Columns) -> Iterator[str]:
    """A table in Markdown, with everything escaped that looks like markup; addresses are links."""
    yield f"| {' | '.join(columns.shown)} |"
    yield f"|{'---|' * len(columns.shown)}"
    for row in rows:
        yield f"| {' | '.join(_cell(_text(row.get(name))) for name in columns.shown)} |"


def _cell(text: str) -> str:
    from kistep_archive.export.markdown import line
    from kistep_archive.http.response import uri

    shown = f"<{uri(text)}>" if _ADDRESS.fullmatch(text) else line(text)
    return shown.replace("|", r"\|")


def _text(value: object) -> str:
    """A list of words has commas between them; anything else with parts is JSON."""
    match value:
        case None:
            return ""
        case list() | tuple() if all(isinstance(part, str) for part in value):
            return ", ".join(value)
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
