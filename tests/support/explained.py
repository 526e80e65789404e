"""The pieces of a page that a field was read from."""

import pytest

from kistep_archive.errors import ArchiveError
from kistep_archive.http.response import Page
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.explain import FIELDS, Piece, explain, read
from kistep_archive.parse.parser import parse


def post(of: Page) -> ParsedPost:
    item = parse(of)
    assert isinstance(item, ParsedPost)
    return item


def pieces(of: Page, field: str) -> list[Piece]:
    """The pieces of a field; none where the page leaves it empty."""
    if getattr(post(of), FIELDS[field][1]) not in (None, ()):
        return explain(read(of), field)[1]
    with pytest.raises(ArchiveError, match="leaves it empty") as caught:
        explain(read(of), field)
    assert caught.value.exit_code == 2
    return []
