"""`--format`, of every command that prints rows: each format holds the same rows, for tools that read it."""

import csv
import json
from io import StringIO
from typing import Any

import click
import pytest
from commands import Archive, one_line
from markdown_it import MarkdownIt
from rich.cells import cell_len
from terminals import on_terminal

from kistep_archive.cli.main import cli
from kistep_archive.cli.render import rows
from kistep_archive.cli.render.rows import Columns, Form

QUESTIONS = (
    "search forum", "list --removed", "changes", "history news/98911", "files news/42794", "status", "boards",
    "verify",
)  # fmt: skip
ODD = [
    "a | b",
    "`x` *y* _z_ <b>",
    "=1+1",
    "two\nlines",
    "\\|",
    "\x1b[1m",
    "기술",
    "https://x.org/a_b|c",
    "-",
    "",
]


def cells_of(markdown: str) -> list[list[str]]:
    """The cells of a table, as a reader of Markdown reads their text."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    texts = [
        "".join(part.content for part in token.children or [] if part.type in ("text", "code_inline"))
        for token in tokens
        if token.type == "inline"
    ]
    width = sum(token.type == "th_open" for token in tokens)
    return [texts[at : at + width] for at in range(0, len(texts), width)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_format_holds_the_rows_of_the_json(place: Archive, question: str) -> None:
    def asked(form: str) -> str:
        done = place.run(*question.split(), "--format", form)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    expected: list[dict[str, Any]] = json.loads(asked("json"))["results"]
    assert [json.loads(line) for line in asked("jsonl").splitlines()] == expected
    heading, *cells = csv.reader(StringIO(asked("csv"), newline=""), strict=True)
    assert len(cells) == len(expected)
    assert {key for row in expected for key in row} <= set(heading)
    named, *marked = cells_of(asked("markdown"))
    assert len(marked) == len(expected)
    table = asked("table").splitlines()
    if expected:
        assert table[0].split() == " ".join(named).replace("_", " ").upper().split()
        assert len(table) == len(expected) + 1
    else:
        assert table == ["nothing"]


def test_every_command_with_rows_takes_every_format() -> None:
    choices = [form.value for form in Form]
    taking = {
        name
        for name, command in cli.commands.items()
        if any(
            isinstance(each.type, click.Choice) and list(each.type.choices) == choices
            for each in command.params
        )
    }
    assert {question.split()[0] for question in QUESTIONS} | {"doctor", "rebuild"} == taking


def test_odd_values_stay_in_their_cells(capsys: pytest.CaptureFixture[str]) -> None:
    columns = Columns(("value", "words", "parts"), ("value", "words", "parts"))
    odd = [{"value": value, "words": ["a", "b"], "parts": {"n": 1}} for value in ODD]

    def written(form: Form) -> str:
        rows.write({"results": odd}, form, columns)
        return capsys.readouterr().out

    assert written(Form.TABLE).count("\n") == len(odd) + 1
    assert "\x1b" not in written(Form.TABLE)
    said = cells_of(written(Form.MARKDOWN))[1:]
    plain = [" ".join(value.replace("\x1b", " ").split()) for value in ODD]
    assert [cell for cell, *_ in said] == plain
    assert {tuple(others) for _, *others in said} == {("a, b", '{"n": 1}')}
    cells = list(csv.DictReader(StringIO(written(Form.CSV), newline=""), strict=True))
    assert [row["value"] for row in cells] == [
        f"'{value}" if value[:1] in ("=", "-") else value.replace("\x1b", "\ufffd") for value in ODD
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--format", "xml"], "'xml' is not one of 'table', 'csv', 'json', 'jsonl', 'markdown'"),
        (["list", "--json", "--csv"], "--json and --csv contradict each other"),
        (["boards", "--json", "--format", "table"], "--json and --format table contradict each other"),
    ],
)
def test_a_format_is_obeyed_or_refused_in_one_line(place: Archive, arguments: list[str], words: str) -> None:
    one_line(place.run(*arguments), 2, words)
    assert place.run("list", "--json", "--format", "json").returncode == 0


@pytest.mark.parametrize("question", ["list --format table", "boards"])
def test_a_table_on_a_terminal_is_as_wide_as_it_is(question: str, place: Archive) -> None:
    lines = on_terminal(place, *question.split(), COLUMNS="80").splitlines()
    assert 40 < max(map(cell_len, lines)) <= 80
    assert max(map(cell_len, place.run(*question.split()).stdout.splitlines())) > 80
