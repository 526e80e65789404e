"""Pages that end too early: nothing is learnt from them."""

from pathlib import Path

import captured
import pytest
from written import write

from kistep_archive.errors import ArchiveError
from kistep_archive.http.response import Page
from kistep_archive.learn.proposal import propose
from kistep_archive.learn.samples import RowValues, Sample
from kistep_archive.model.boards import BUILT_IN

BOARD = next(board for board in BUILT_IN if board.key == ("news", "es"))
HEADERS = (("Content-Type", "text/html;charset=UTF-8"),)


def test_a_page_that_ends_within_its_post_is_none_to_learn_from(tmp_path: Path) -> None:
    captures = captured.pages(3)
    bodies = [body for _, _, body in captures]
    bodies[0] = bodies[0][: bodies[0].index(b'<div class="contents"') + 60]
    pages = [
        Page(url, "2026-01-01T00:00:00Z", 200, HEADERS, body)
        for (url, _, _), body in zip(captures, bodies, strict=True)
    ]
    places = write(tmp_path / "warc", pages)
    samples = [
        Sample(captured.NUMBER + n, RowValues(f"Post {n}", False, None, None, None, None), place, 1)
        for n, place in enumerate(places)
    ]
    with pytest.raises(ArchiveError, match="holds 2 "):
        propose(tmp_path, BOARD, samples)
