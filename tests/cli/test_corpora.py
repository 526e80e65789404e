"""Exports for retrieval and language models: one body, what proves it, and all posts in one document."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from captured import NUMBER
from commands import Archive, one_line
from edited import edited

from kistep_archive import Archive as Opened

POST = f"news/{NUMBER}"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


def exported(archive: Archive, *arguments: str) -> list[dict[str, Any]]:
    done = archive.run("export", "-", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_body_has_one_form_that_is_asked_for(held: Archive) -> None:
    plain = exported(held)
    for form, wanted in (("text", "body_text"), ("markdown", None)):
        rows = exported(held, "--body", form)
        assert [set(row) for row in rows] == [
            set(row) - {"body_text", "body_html"} | {"body"} for row in plain
        ]
        if wanted:
            assert [row["body"] for row in rows] == [row[wanted] for row in plain]
    shown = held.run("show", POST, "--as", "markdown").stdout
    (body,) = [row["body"] for row in exported(held, "--body", "markdown") if row["number"] == NUMBER]
    assert body in shown
    assert "[here](https://www.kistep.re.kr/b.pdf)" in body


def test_evidence_revisions_and_files_are_those_that_show_prints(held: Archive) -> None:
    rows = exported(held, "--with", "evidence, revisions,files")
    (row,) = [row for row in rows if row["number"] == NUMBER]
    shown = held.json("show", POST)
    assert [each["sha256"] for each in row["revisions"]] == [each["sha256"] for each in shown["revisions"]]
    assert [each["changed"] for each in row["revisions"]] == [each["changed"] for each in shown["revisions"]]
    without_id = [{**each["evidence"], "record_id": None} for each in shown["revisions"]]
    assert [each["evidence"] for each in row["revisions"]] == without_id
    assert row["evidence"] == without_id[-1]
    assert [(file["media_type"], file["evidence"]["sha256"]) for file in row["attachments"]] == [
        (file["media_type"], file["sha256"]) for file in shown["attachments"]
    ]
    with Opened(held.folder) as archive:
        assert hashlib.sha256(archive.revision(POST).raw()).hexdigest() == row["evidence"]["sha256"]


def test_all_posts_are_one_markdown_document(held: Archive, tmp_path: Path) -> None:
    out = tmp_path / "posts.markdown"
    assert held.run("export", str(out)).returncode == 0
    text = out.read_text()
    assert re.findall(r"^# (.*)$", text, re.M) == [row["title"] for row in exported(held)]
    assert text.count("\n---\n") == len(exported(held)) - 1
    assert f"- number: {NUMBER}\n" in text
    assert "- [146th Wednesday Forum.png](https://www.kistep.re.kr/boardDownload.es?" in text
    assert held.run("export", "-", "--format", "markdown").stdout == text


def test_python_writes_the_same(held: Archive, tmp_path: Path) -> None:
    with Opened(held.folder) as archive:
        archive.export(tmp_path / "a.jsonl", body="text", parts=["evidence"])
    assert (
        held.run("export", str(tmp_path / "b.jsonl"), "--body", "text", "--with", "evidence").returncode == 0
    )
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x.csv", "--body", "text"], "--body and --with are for json and jsonl; leave them out for csv"),
        (["x.json", "--with", "files,hits"], "with 'files,hits': use some of evidence,revisions,files"),
        (["x.json", "--with", ""], "use some of evidence,revisions,files"),
        (["-", "--format", "md"], "use --format markdown"),
    ],
)
def test_a_mistake_is_one_line(held: Archive, arguments: list[str], words: str) -> None:
    one_line(held.run("export", *arguments), 2, words)
