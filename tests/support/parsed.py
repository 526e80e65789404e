"""A post as the parser gives it, for tests that store or judge one. A field that is new is None in it."""

from dataclasses import fields
from typing import Any

from kistep_archive.model.items import ParsedPost

_VALUES = {
    "layout": "es",
    "title": "Opening",
    "writer": "Kim",
    "date": "2020-02-26",
    "hits": 10,
    "body_text": "It opened.",
    "body_html": "<p>It opened.</p>",
    "attachments": (),
    "images": (),
}


def parsed(number: int = 1, **values: Any) -> ParsedPost:
    """A post with these values, and with plain ones for what is left out."""
    nothing = dict.fromkeys(field.name for field in fields(ParsedPost) if field.compare)
    return ParsedPost(**{**nothing, **_VALUES, "number": number, **values})
