"""What of a post's sightings is a revision."""

from dataclasses import replace

import pytest

from kistep_archive.model.columns import CONTENT
from kistep_archive.model.revisions import Content, Sighting, changes

SAYS = dict.fromkeys(CONTENT) | {
    "title": "Title",
    "writer": "KISTEP",
    "date": "2022-07-14",
    "body_text": "Text.",
    "body_html": "<p>Text.</p>",
}
PAGE = Content(SAYS, ((1, "a.pdf", "https://x/a.pdf"),))
FIRST = Sighting(1, PAGE, "2026-01-01T00:00:00Z", "1.warc.gz")
EDITED = Sighting(1, replace(PAGE, fields=SAYS | {"title": "Edited"}), "2026-01-02T10:00:00Z", "2.warc.gz")
APART, TOGETHER = [["title"], ["attachments"]], [["title", "attachments"], None]


@pytest.mark.parametrize(
    ("at", "file", "changed"),
    [
        ("2026-01-02T10:00:01Z", "2.warc.gz", TOGETHER),
        ("2026-01-02T10:59:59Z", "2.warc.gz", TOGETHER),
        ("2026-01-02T11:00:00Z", "2.warc.gz", APART),
        ("2026-01-02T12:00:00Z", "2.warc.gz", APART),
        ("2026-01-03T09:59:59Z", "2.warc.gz", APART),
        ("2026-01-02T10:00:01Z", "3.warc.gz", APART),
    ],
)
def test_a_replaced_file_belongs_to_the_edit_of_the_same_visit_which_is_one_file_and_less_than_an_hour(
    at: str, file: str, changed: list[list[str] | None]
) -> None:
    replaced = Sighting(1, EDITED.content, at, file, "https://x/a.pdf")
    assert [each.changed for each in changes([FIRST, EDITED, replaced])] == [[], *changed]
