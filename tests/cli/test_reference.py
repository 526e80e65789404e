"""What documents say of the commands is what the commands say of themselves."""

import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest
import reference as docs
from commands import Archive, needed
from places import CHECKOUT

from kistep_archive.cli.examples import EXAMPLES, EXIT_CODES
from kistep_archive.cli.main import cli

ROOT = CHECKOUT
# Commands whose examples the demo's archive answers.
ASKED = ("bundle", "changes", "cite", "explain", "export", "list", "search", "show", "status", "verify")
LINES = [(name, line) for name, lines in EXAMPLES.items() for line in lines]


def test_the_committed_documents_are_what_the_help_makes_of_them() -> None:
    again = "run 'make docs' and commit what it writes"
    assert (ROOT / "docs" / "commands.md").read_text() == docs.markdown(), again
    assert (ROOT / "docs" / "kistep-archive.1").read_text() == docs.man(), again
    page = (ROOT / "docs" / "queries.md").read_text()
    assert page == docs.queries(page), again


def test_the_table_in_the_readme_names_exactly_the_commands_arguments_and_options_that_there_are() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme == docs.table(readme), "run 'make docs' and commit what it writes"
    named = re.findall(r"^\| `([\w-]+)[^|]*\|.*\| \S*.*\|$", readme, re.M)
    assert sorted(named) == sorted([docs.NAME, *docs.commands()])


def test_the_words_of_the_table_name_no_option_that_there_is_not() -> None:
    readme = (ROOT / "README.md").read_text()
    everywhere = "".join(docs.options(cli))
    for name, command in docs.commands().items():
        (row,) = re.findall(rf"^\| `{name}[ `].*$", readme, re.M)
        known = everywhere + " ".join(docs.options(command))
        assert [option for option in re.findall(r"--[a-z][\w-]*", row) if option not in known] == []


def test_writing_the_documents_changes_nothing_that_is_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    readme = (ROOT / "README.md").read_text()
    (tmp_path / "README.md").write_text(readme.replace("`--since` `--until` `--limit`", "`--since`"))
    page = (ROOT / "docs" / "queries.md").read_text()
    (tmp_path / "docs" / "queries.md").write_text(page.replace("One row per post", "Rows of posts"))
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "docs" / "reference.py"), str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "README.md").read_text() == readme
    assert (tmp_path / "docs" / "queries.md").read_text() == page
    assert (tmp_path / "docs" / "kistep-archive.1").read_text() == (
        ROOT / "docs" / "kistep-archive.1"
    ).read_text()


def test_every_command_has_a_help_with_an_example_of_its_own() -> None:
    for name in ("", *docs.commands()):
        said = Archive(Path("none")).run(*name.split(), "--help").stdout
        assert f"kistep-archive {name}".strip() in said.partition("\n  Examples:\n    ")[2]


def test_no_line_of_help_ends_inside_a_name_that_one_may_copy() -> None:
    for name in docs.commands():
        assert "kistep-\n" not in Archive(Path("none")).run(*name.split(), "--help").stdout


def test_the_help_lists_every_command_in_exactly_one_section() -> None:
    listed = [name for names in cli.sections.values() for name in names]
    assert sorted(listed) == sorted(cli.commands)
    assert list(cli.sections) == ["Fetch", "Ask", "Publish", "Prove", "Run"]
    said = Archive(Path("none")).run("--help").stdout
    assert re.findall(r"^(\w+):\n  (\w+)", said.partition("this message")[2], re.M) == [
        (title, next(iter(names))) for title, names in cli.sections.items()
    ]


def test_the_summary_of_every_command_fits_its_line_at_80_columns() -> None:
    width = 80 - 2 - max(map(len, cli.commands)) - 2 - 2  # click's margin, the indent, the name, the gap
    lines = Archive(Path("none")).run("--help").stdout.splitlines()
    for name, command in cli.commands.items():
        summary = (command.help or "").partition("\n")[0]
        assert len(summary) <= width
        assert summary.endswith(".")
        assert any(re.fullmatch(rf"  {name} +{re.escape(summary)}", line) for line in lines)


def test_the_help_of_the_group_tells_what_the_exit_codes_mean() -> None:
    said = Archive(Path("none")).run("--help").stdout.partition("Exit codes:\n")[2]
    assert (
        [int(line.split()[0]) for line in said.splitlines()] == list(EXIT_CODES) == [0, 2, 3, 4, 5, 75, 141]
    )


@pytest.mark.parametrize(("name", "line"), LINES, ids=[line for _, line in LINES])
def test_an_example_can_be_typed_as_it_stands(name: str, line: str) -> None:
    """Its words are arguments and options that its command takes."""
    words = shlex.split(line)
    words = words[words.index("kistep-archive") + 1 :]
    ends = [words.index(word) for word in ("|", ">", "||") if word in words]
    words = words[: min(ends, default=len(words))]
    given = next(at for at, word in enumerate(words) if word in cli.commands)
    assert words[given] == name or not name
    command = cli.commands[words[given]]
    with command.make_context(command.name, words[given + 1 :], parent=click.Context(cli)) as context:
        assert context.command is command
    with pytest.raises(click.NoSuchOption):
        command.make_context(command.name, [*words[given + 1 :], "--nothing"])


@pytest.mark.parametrize("line", [line for name, line in LINES if name in ASKED and "jq" not in line])
def test_an_example_that_asks_is_answered(line: str, place: Archive) -> None:
    called = line.replace("kistep-archive ", f"{shlex.quote(sys.executable)} -W error -m kistep_archive ", 1)
    done = subprocess.run(called, shell=True, cwd=place.folder.parent, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() or ">" in line


def test_the_man_page_is_roff_without_a_warning() -> None:
    done = subprocess.run(
        [needed("groff"), "-man", "-ww", "-k", "-Tutf8", str(ROOT / "docs" / "kistep-archive.1")],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = re.sub("\x1b\\[[0-9]*m|.\b", "", done.stdout)  # bold, in either of its spellings
    assert all(f"   {docs.signature(command)}" in said for command in docs.commands().values())
    assert "kistep-archive search 예산배분" in said
    assert """'"science diplomacy" OR forum -climate'""" in said


def test_roff_takes_any_words_for_text() -> None:
    assert docs.roff(r".so \fB'x'") == r"\&.so \efB'x'"
    assert docs.roff("'quoted' --by") == r"\&'quoted' \-\-by"


def test_who_installs_the_package_has_the_man_page(tmp_path: Path) -> None:
    build = [sys.executable, "-c", f"from hatchling.build import build_wheel; build_wheel({str(tmp_path)!r})"]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith("share/man/man1/kistep-archive.1"))
        assert wheel.read(name) == (ROOT / "docs" / "kistep-archive.1").read_bytes()
