"""Citing a post: each style, each revision, and what is missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from captured import NUMBER
from commands import Archive, one_line
from edited import edited
from golden import assert_golden

from kistep_archive.export.formats import CITATIONS

POST = f"news/{NUMBER}"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


@pytest.mark.parametrize("style", CITATIONS)
def test_a_post_is_cited_in_every_style(held: Archive, style: str) -> None:
    done = held.run("cite", POST, "--style", style)
    assert (done.returncode, done.stderr) == (0, "")
    assert_golden(f"cite_{style}.txt", done.stdout)


def test_a_revision_and_a_day_choose_the_page_that_is_cited(held: Archive) -> None:
    def cited(*arguments: str) -> tuple[str, int, str, str]:
        (item,) = json.loads(held.run("cite", POST, "--style", "csl-json", *arguments).stdout)
        return (
            item["title"],
            item["custom"]["revision"],
            item["custom"]["sha256"],
            item["custom"]["fetched_at"],
        )

    revisions = held.json("show", POST)["revisions"]
    said = [
        (row["title"], number, row["sha256"], row["seen_at"]) for number, row in enumerate(revisions, start=1)
    ]
    assert [cited("--revision", str(number)) for number in range(1, len(said) + 1)] == said
    assert cited() == said[-1]
    assert cited("--as-of", "2020") == said[0]


def test_apa_is_the_style_without_one_and_python_says_the_same(held: Archive) -> None:
    from kistep_archive import Archive as Opened

    with Opened(held.folder) as archive:
        assert archive.cite(POST) + "\n" == held.run("cite", POST).stdout
        assert (
            archive.cite(POST, "ris", 2) + "\n"
            == held.run("cite", POST, "--style", "ris", "--revision", "2").stdout
        )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([POST, "--revision", "9"], "there is no revision 9"),
        (["news/1"], "no post 'news/1' in this archive"),
        ([POST, "--style", "mla"], "'mla' is not one of 'apa', 'chicago', 'bibtex', 'ris', 'csl-json'"),
    ],
)
def test_a_mistake_is_one_line(held: Archive, arguments: list[str], words: str) -> None:
    one_line(held.run("cite", *arguments), 2, words)


def test_without_citeproc_a_line_says_how_to_install_it(held: Archive) -> None:
    code = "import sys; sys.modules['citeproc'] = None; from kistep_archive.cli.main import main; main()"
    command = [sys.executable, "-c", code, "--archive", str(Path(held.folder)), "cite", POST]
    one_line(subprocess.run(command, capture_output=True, text=True), 2, "pip install 'kistep-archive[cite]'")
    done = subprocess.run([*command, "--style", "bibtex"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.startswith("@online{")) == (0, True)
