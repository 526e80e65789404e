"""Which rows of a listing a run is about: those of some days, or a few from all over the page. Pure."""

from dataclasses import dataclass

from kistep_archive.model.items import Listing, Row


@dataclass(frozen=True, slots=True)
class Days:
    """The requested days, from `since` to `until`, both included; None has no bound."""

    since: str | None = None
    until: str | None = None

    def hold(self, row: Row) -> bool:
        """Whether a row's day is one of them; a row without a day counts."""
        return row.date is None or (self.since or "") <= row.date <= (self.until or "9999-12-31")

    def are_over(self, listing: Listing) -> bool:
        """Whether all rows are older; listings are newest first, but for pinned rows."""
        days = [row.date for row in listing.rows if not row.pinned]
        since = self.since
        return since is not None and bool(days) and all(day is not None and day < since for day in days)


def spread(rows: tuple[Row, ...], count: int) -> tuple[Row, ...]:
    """So many rows, from all over the page."""
    different = list({row.number: row for row in rows}.values())
    step = max(1.0, len(different) / count)
    return tuple(different[int(at * step)] for at in range(min(count, len(different))))
