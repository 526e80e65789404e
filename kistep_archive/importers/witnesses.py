"""Whether the imported posts say what the listings of the same import say: a WARC file of a site has both."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kistep_archive.ingest.guards.agreement import SEVERAL, contradictions
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow, Listing, ParsedPost

_NEAR = timedelta(days=1)  # between a listing and a post: later the post may have been edited


@dataclass(slots=True)
class Witnesses:
    """The posts and rows of an import, by board and number, each with its instant."""

    _posts: dict[tuple[BoardKey, int], tuple[str, ParsedPost]] = field(default_factory=dict)
    _rows: dict[tuple[BoardKey, int], list[tuple[str, ListedRow]]] = field(default_factory=dict)

    def see(self, board: str, at: str, item: object) -> None:
        """Takes what a page became."""
        if isinstance(item, ParsedPost):
            without_body = replace(item, body_text="", body_html="", attachments=(), images=())
            self._posts[(board, item.layout), item.number] = at, without_body
        elif isinstance(item, Listing):
            for row in item.rows:
                self._rows.setdefault(((board, item.layout), row.number), []).append((at, ListedRow.of(row)))

    def contradictions(self) -> list[str]:
        """A line for each post that says something else than its row, if they are several and half of those
        that have a row."""
        lines, compared = list[str](), 0
        for place, (at, post) in self._posts.items():
            near = [row for row_at, row in self._rows.get(place, ()) if _is_near(at, row_at)]
            why = [next(iter(contradictions(post, row)), None) for row in near]
            compared += bool(near)
            if near and all(why) and why[0] is not None:
                lines.append(f"{place[0][0]}/{post.number}: {why[0][0]}: {why[0][1]}")
        return lines if len(lines) >= SEVERAL and 2 * len(lines) >= compared else []


def _is_near(one: str, other: str) -> bool:
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) <= _NEAR
