"""`explain` on archives: every page of a crawl, old revisions, files, and what is not there."""

from typing import Any

import pytest
from commands import Archive
from explained import pieces

from kistep_archive.evidence.pages import read
from kistep_archive.http.response import content
from kistep_archive.parse.explain import FIELDS
from kistep_archive.replica import Replica


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of the replica's first two days."""
    with Replica() as site:
        archive = Archive(tmp_path_factory.mktemp("held"), site.origin)
        for day in (1, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive


def test_every_page_of_a_crawl_tells_where_its_fields_stand(held: Archive) -> None:
    captures = held.rows("SELECT warc_file, warc_offset FROM pages WHERE kind = 'post' AND outcome = 'saved'")
    assert len(captures) > 200
    told = dict.fromkeys(FIELDS, 0)
    for file, offset in captures[::4]:
        of = read(held.folder / "warc", file, offset)
        for field in ("title", "writer", "date", "hits", "body", "attachments"):
            for piece in pieces(of, field):
                assert piece.exact, (of.url, field)
                told[field] += 1
    assert min(told[field] for field in ("title", "writer", "date", "hits", "body", "attachments")) > 10


def test_explain_shows_piece_value_and_place_of_the_last_and_of_an_old_revision(held: Archive) -> None:
    edited = str(held.value("SELECT id FROM posts WHERE revisions = 2 AND title LIKE '[Updated]%'"))
    for number, options in ((2, []), (1, ["--revision", "1"])):
        answer: Any = held.json("explain", edited, "title", *options)
        shown = held.json("show", edited)["revisions"][number - 1]
        assert (answer["post"], answer["revision"], answer["field"]) == (int(edited), number, "title")
        assert answer["value"] == answer["stored"] == shown["title"]
        assert answer["value"].startswith("[Updated]") == (number == 2)
        assert answer["evidence"] == shown["evidence"]
        (piece,) = answer["pieces"]
        kept = read(held.folder / "warc", answer["evidence"]["file"], answer["evidence"]["offset"])
        assert content(kept)[piece["byte_offset"] :][: piece["byte_length"]].decode() == piece["source"]
        lines = held.run("explain", edited, "title", *options).stdout.splitlines()
        assert lines[0] == piece["source"]
        assert f"line {piece['line']}, column {piece['column']}, byte {piece['byte_offset']}" in lines[1]
        assert f"title: {answer['value']}" in lines
        assert lines[-1].startswith(f"{shown['warc_file']} at {shown['warc_offset']}, ")
        assert lines[-1].endswith(shown["sha256"])


def test_explain_lists_a_piece_for_each_file(held: Archive) -> None:
    with_files = held.value("SELECT post_id FROM attachments WHERE kind = 'file' LIMIT 1")
    answer = held.json("explain", str(with_files), "attachments")
    assert len(answer["pieces"]) == len(answer["value"]) > 0
    assert all(
        file["url"] in held.run("explain", str(with_files), "attachments").stdout for file in answer["value"]
    )


def test_a_field_or_post_or_revision_that_is_not_there_is_named(held: Archive) -> None:
    without = held.value(
        "SELECT id FROM posts WHERE layout = 'es' AND id NOT IN (SELECT post_id FROM attachments) LIMIT 1"
    )
    for arguments, words in [
        (("1", "writr"), "writr: unknown field; known are title, writer"),
        ((str(without), "attachments"), "attachments: the page at https://www.kistep.re.kr/"),
        (("news/1", "title"), "no post 'news/1'"),
        (("1", "title", "--revision", "9"), "revision"),
    ]:
        done = held.run("explain", *arguments)
        assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
        assert words in done.stderr
