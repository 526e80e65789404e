"""A mistake is answered by one line that says what happened, what it means, and what to do."""

from pathlib import Path

import pytest
from commands import Archive
from edited import NUMBER, edited

POST = f"news/{NUMBER}"
THEN = ("--as-of", "1990-01-01")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


@pytest.mark.parametrize(
    "command",
    [("show", POST, "--revision", "9"), ("cite", POST, "--revision", "9"), ("diff", POST, "9")],
    ids=lambda command: str(command[0]),
)
def test_a_revision_that_there_is_not_leads_to_the_history(held: Archive, command: tuple[str, ...]) -> None:
    done = held.run(*command)
    post, count = held.value("SELECT id FROM posts WHERE number = ?", NUMBER), len(revisions(held))
    there = f"post {post} has {count} revisions; there is no revision 9"
    lead = f"see 'kistep-archive --archive {held.folder} history {post}'"
    assert (done.returncode, done.stderr) == (2, f"kistep-archive: {there}; {lead}\n")


def revisions(archive: Archive) -> list[object]:
    shown: list[object] = archive.json("show", POST)["revisions"]
    return shown


@pytest.mark.parametrize("command", ["show", "diff", "history", "cite"])
def test_a_day_before_the_first_post_is_named_as_the_reason(held: Archive, command: str) -> None:
    done = held.run(command, POST, *THEN)
    assert (done.returncode, done.stderr) == (
        2,
        f"kistep-archive: no post '{POST}' in this archive; {first_day(held)}\n",
    )


def test_a_list_of_nothing_says_so_too_and_other_empty_answers_do_not(held: Archive) -> None:
    assert held.run("list", *THEN).stdout == f"0 posts\n{first_day(held)}\n"
    assert held.run("search", "forum", *THEN).stdout == f"0 posts\n{first_day(held)}\n"
    assert held.run("list", "--since", "2999").stdout == "0 posts\n"


def first_day(archive: Archive) -> str:
    day = archive.value("SELECT substr(min(first_seen_at), 1, 10) FROM sources")
    return f"the archive's first post was seen on {day}: choose that day or a later one for --as-of"


@pytest.mark.parametrize(
    ("query", "phrase"), [('"unclosed', '"unclosed'), ("forum “policy news", '"policy news')]
)
def test_a_phrase_without_an_end_is_named(held: Archive, query: str, phrase: str) -> None:
    assert held.json("search", query)["remark"] == (
        f"the phrase {phrase} has no closing quotation mark, so it goes to the end of the query; "
        f'close it, as in {phrase}"'
    )
    assert "remark" not in held.json("search", f'{query}"')


def test_a_file_of_another_kind_is_named_with_the_kind_that_is_wanted(held: Archive, tmp_path: Path) -> None:
    plain, empty, missing = tmp_path / "plain.txt", tmp_path / "empty.warc.gz", tmp_path / "nosuch.toml"
    plain.write_text("x")
    empty.touch()
    rule = "a boards file is TOML with [[board]] entries"
    wanted = {
        ("import", str(plain)): f"{plain}: not a WARC or WACZ file: it begins with b'x'; "
        "give a WARC or WACZ file",
        ("import", str(empty)): f"{empty}: the file is empty; give a WARC or WACZ file",
        ("--boards", str(missing), "crawl"): f"{missing}: no such file; check its name: {rule}",
        ("--boards", str(tmp_path), "status"): f"{tmp_path}: cannot be read (Is a directory); "
        f"check its name: {rule}",
        ("--archive", str(plain), "status"): "Invalid value for '--archive' (env var: 'KISTEP_ARCHIVE'): "
        f"{plain} is a file, but an archive is a folder; give the folder that has warc in it",
    }
    for arguments, line in wanted.items():
        done = held.run(*arguments)
        assert (done.returncode, done.stderr) == (2, f"kistep-archive: {line}\n")
