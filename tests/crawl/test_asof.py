"""As of: every question answered with what was known then."""

from itertools import permutations
from pathlib import Path

import pytest
from captured import NUMBER, POST, page, warc
from commands import Archive

from kistep_archive import Archive as Opened
from kistep_archive.errors import ArchiveError
from kistep_archive.query.validation import before
from kistep_archive.replica import Replica


def answers(archive: Archive, *as_of: str) -> list[object]:
    status = archive.json("status", *as_of)
    shown = [archive.json("show", str(post), *as_of) for post in range(1, 12)]
    found = archive.json("search", "science", "--limit", "500", *as_of)["results"]
    return [
        status["results"],
        [run["id"] for run in status["runs"]],
        shown,
        sorted((row["id"], row["title"], row["hits"]) for row in found),
    ]


@pytest.mark.whole_replica
def test_every_question_is_answered_as_it_was_on_each_day(archive: Archive, replica: Replica) -> None:
    then, ends = [], []
    for day in (1, 2, 2, 3):
        replica.site.day = day
        assert archive.crawl().returncode == 0
        ends.append(archive.value("SELECT finished_at FROM runs ORDER BY id DESC LIMIT 1"))
        then.append(answers(archive))
    for end, known in zip(ends, then, strict=True):
        assert without_last_seen(answers(archive, "--as-of", end)) == without_last_seen(known)


@pytest.mark.whole_replica
def test_a_post_that_is_asked_for_alone_is_as_it_is_among_all(archive: Archive, replica: Replica) -> None:
    ends = []
    for day in (1, 2, 3):
        replica.site.day = day
        assert archive.crawl().returncode == 0
        ends.append(archive.value("SELECT finished_at FROM runs ORDER BY id DESC LIMIT 1"))
    names = "SELECT post_id, number, board || '/' || number, url FROM sources"
    references = sorted({"9999", *(str(name) for row in archive.rows(names) for name in row)})[::5]
    for end in ends:
        with Opened(archive.folder, as_of=end) as all_posts:
            assert all_posts.search("forum").total
            for reference in references:
                with Opened(archive.folder, as_of=end) as alone:
                    assert everything(alone, reference) == everything(all_posts, reference)


def everything(archive: Opened, reference: str) -> list[object]:
    """All that the archive says of a post, or that it has none."""
    try:
        return [
            archive.document(reference),
            archive.document(reference, 1),
            archive.history(reference),
            list(archive.removals(reference)),
            list(archive.sources(reference)),
            archive.diff(reference).changes if len(list(archive.revisions(reference))) > 1 else None,
        ]
    except ArchiveError as error:
        return [str(error)]


def without_last_seen(answer: list[object]) -> list[object]:
    """All but the one thing that no row tells of the past: when a listing last showed a post that had not
    changed."""
    if isinstance(answer, dict):
        return [(key, without_last_seen(value)) for key, value in answer.items() if key != "last_seen_at"]  # type: ignore[return-value]
    return [without_last_seen(value) for value in answer] if isinstance(answer, list) else answer


def test_before_the_first_run_nothing_was_known(archive: Archive) -> None:
    archive.crawl()
    assert archive.json("search", "science", "--as-of", "2001-01-01")["total"] == 0
    assert archive.json("status", "--as-of", "2001-01-01")["runs"] == []
    done = archive.run("show", "1", "--as-of", "2001-01-01")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_an_imported_capture_was_known_at_its_own_date_and_its_old_words_are_found_then(
    tmp_path: Path,
) -> None:
    archive = Archive(tmp_path / "archive")
    captures = [
        (POST.format(NUMBER), f"{year}-05-01T00:00:00Z", page(title))
        for year, title in ((2019, "Elderberry"), (2021, "Quince"))
    ]
    archive.run("import", str(warc(tmp_path / "a.warc.gz", *captures)))
    for query, as_of, total in (
        ("elderberry", "2019-05-01", 1),
        ("quince", "2019-05-01", 0),
        ("elderberry", "2021-05-01", 0),
        ("quince", "2021-05-01", 1),
    ):
        assert archive.json("search", query, "--as-of", as_of)["total"] == total
    assert archive.json("search", "quince")["total"] == 1
    assert archive.json("search", "elderberry")["total"] == 0


@pytest.mark.parametrize("wrong", ["someday", "2022-13-01", "2022-07-14T99:00", "", "10000-01-01"])
def test_what_is_no_date_is_one_line(tmp_path: Path, wrong: str) -> None:
    done = Archive(tmp_path).run("status", "--as-of", wrong)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"{wrong!r} is not a date; write 2024, 2024-05, 2024-05-01, 7d, '3 months ago' or " in done.stderr


def test_instants_in_every_zone_sort_as_they_should() -> None:
    spelled = ["2022-07-14T08:59:59.999999Z", "2022-07-14T18:00+09:00", "2022-07-14T09:00:01", "2022-07-14"]
    for order in permutations(spelled):
        assert sorted(order, key=lambda text: before("as_of", text)) == spelled
