"""Whether a page of a listing contradicts the rows that the archive has of the board. Pure."""

from collections.abc import Iterator

from kistep_archive.display import plural
from kistep_archive.model.baseline import Baseline, KnownRow
from kistep_archive.model.items import LISTED, ListedRow, Listing, Row

MISSED = 3  # at least so many posts that a listing page skips
MISSED_SHARE = 0.02  # and at least this share of the board's posts

_Fault = tuple[str, str]  # the field, and how in words


def listed_values(listed: ListedRow | None) -> dict[str, object]:
    """The values of a row that a listing showed; none without a row."""
    return {**listed.values()} if listed else {}


def faults(history: Baseline, listing: Listing, page: int, seen: set[int]) -> Iterator[_Fault]:
    """The faults of a page of rows. `history` is what the archive has, `seen` the numbers that the run has
    met."""
    rows = ((row, history.row(row.number)) for row in listing.rows)
    known = [(row, was) for row, was in rows if was is not None and not was.removed]
    for name in (*LISTED, "hits"):
        judged = [(answer, row) for row, was in known if (answer := _answer(name, row, was)) is not None]
        lost = [row for answer, row in judged if not answer]
        # no edit takes these away
        never = [row for row in lost if name in ("date", "hits") and getattr(row, name) is None]
        if len(lost) >= len(judged) / 2 and (len(lost) > max(1, len(judged) / 2) or never):
            yield name, f"different in {len(lost)} of {len(judged)} known rows"
    if fault := _passed_over(history, listing, page, seen):
        yield "rows", fault


def _answer(name: str, row: Row, was: KnownRow) -> bool | None:
    """Whether a row shows the same as before; None if it showed nothing before."""
    if name == "hits":
        return None if was.hits is None else row.hits is not None and row.hits >= was.hits / 2
    before = listed_values(was.listed).get(name)
    return None if before in (None, False) else getattr(row, name) == before


def _passed_over(history: Baseline, listing: Listing, page: int, seen: set[int]) -> str:
    """Names posts of the archive that should be on the page by their day (between its rows or before the
    first) and are not: the parser cannot read some rows any more, or the page is an old copy. "" if the rows
    are not in the order of their days."""
    days = [row.date for row in listing.rows if not row.pinned]
    dated = [day for day in days if day is not None]
    if not dated or len(dated) < len(days) or dated != sorted(dated, reverse=True):
        return ""
    newest = "9999" if page == 1 else dated[0]
    shown = seen | {row.number for row in listing.rows}
    days_between = history.between(dated[-1], newest)
    missed = [day for number, day in days_between.items() if number not in shown]
    if len(missed) < MISSED or len(missed) <= MISSED_SHARE * history.present:
        return ""
    late = [day for day in missed if day > dated[0]]
    if late:
        newer = plural(len(late), "newer post")
        return f"its newest post is of {dated[0]}, but the archive has {newer}, the newest of {max(late)}"
    return (
        f"the archive has {len(missed)} posts whose days are between those of its rows, but the page "
        "lacks them"
    )
