"""A page of rows against the rows that the archive has, and when two texts say the same."""

from dataclasses import replace

import pytest
from guarded import USUAL
from parsed import parsed

from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.ingest.guards.suspicion import alike, has_broken_letters
from kistep_archive.model.baseline import Baseline, KnownRow
from kistep_archive.model.items import ListedRow, Listing, Row

ROWS = tuple(
    Row(number, f"Title {number}", False, "Kim", "2022-07-14", 50, "u", False, False, False)
    for number in range(1, 5)
)


def fault(known: int, *changed: Row, removed: bool = False) -> str:
    """What is suspicious of a page with these rows, if the archive has so many of ROWS; "" if nothing is."""
    held = {row.number: KnownRow(ListedRow.of(row), "2022-07-14", row.hits, removed) for row in ROWS[:known]}
    judge = Judge(Baseline.of(held, USUAL, lambda _: None))
    judge.rows("u", 1, Listing("es", 1, 1, 4, (*changed, *ROWS[len(changed) :])))
    return f"{judge.listing.field} {judge.listing.why}" if judge.listing else ""


@pytest.mark.parametrize(
    ("lost", "known", "suspicious"),
    [(0, 4, False), (1, 1, False), (1, 2, False), (2, 2, True), (2, 3, True), (2, 4, False), (3, 4, True)],
)
@pytest.mark.parametrize("said", [{"title": "Share"}, {"writer": None}, {"date": "2020-01-01"}])
def test_rows_are_suspicious_if_two_or_more_and_most_of_the_known_ones_differ(
    said: dict[str, str | None], lost: int, known: int, suspicious: bool
) -> None:
    (name,) = said
    changed = [replace(row, **said) for row in ROWS[:lost]]  # type: ignore[arg-type]
    words = f"{name} different in {lost} of {known} known rows"
    assert fault(known, *changed) == (words if suspicious else "")


@pytest.mark.parametrize(
    ("lost", "known", "suspicious"), [(1, 1, True), (1, 2, True), (1, 3, False), (2, 4, True)]
)
@pytest.mark.parametrize("name", ["date", "hits"])
def test_a_day_or_hits_that_half_of_the_known_rows_lost_are_suspicious_since_no_edit_takes_them_away(
    name: str, lost: int, known: int, suspicious: bool
) -> None:
    changed = [replace(row, **{name: None}) for row in ROWS[:lost]]  # type: ignore[arg-type]
    assert bool(fault(known, *changed)) == suspicious


def test_rows_of_removed_posts_and_values_that_were_not_known_prove_nothing() -> None:
    changed = [replace(row, title="Share", attachments=True) for row in ROWS]
    assert fault(4, *changed, removed=True) == ""
    assert fault(4, *(replace(row, attachments=True) for row in ROWS)) == ""


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        ("A forum on rivers", "Aforum  on rivers", True),
        ("A forum on rivers", "A forum..", True),
        ("A forum on rivers", "A forum \ufffd…", True),
        ("A forum on rivers", "A seminar…", False),
        ("A forum on rivers", "A forum.", False),
        ("A forum on rivers", "A forum.. on", False),
        ("A forum on rivers", "A forum", False),
        (None, "A forum", False),
        (None, "", True),
    ],
)
def test_texts_are_alike_but_for_spaces_and_for_what_a_cut_title_lacks(
    value: str | None, expected: str, same: bool
) -> None:
    assert alike(value, expected) is same


@pytest.mark.parametrize(("said", "broken"), [("A forum", False), ("A for\ufffdm", True)])
def test_a_letter_that_the_bytes_do_not_have_is_found_in_titles_and_bodies(said: str, broken: bool) -> None:
    title = parsed(title=said, writer=None, date="2022-07-14", hits=1)
    body = replace(title, title="Title", body_text=said)
    rows = Listing("es", 1, 1, 1, (ROWS[0], replace(ROWS[1], title=said)))
    assert [has_broken_letters(each) for each in (title, body, rows)] == [broken] * 3
