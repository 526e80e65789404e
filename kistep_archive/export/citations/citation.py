"""A post's citation in the style that is asked for."""

import json
from enum import StrEnum

from kistep_archive.export.citations import csl
from kistep_archive.export.citations.bibtex import bibtex
from kistep_archive.export.citations.ris import ris
from kistep_archive.export.citations.styles import Sentence, sentence
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.documents import Document


class Style(StrEnum):
    """How a citation is written."""

    APA = "apa"
    CHICAGO = "chicago"
    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"


def cite(post: Document, catalogue: Catalogue, style: Style) -> str:
    """The citation of a post, as `posts.find_post` or `posts.at_revision` returns it. Raises ArchiveError (2)
    if the style's library is not installed."""
    board = catalogue.row((post["board"], post["layout"]))
    number = post.get("revision") or len(post["revisions"])
    item = csl.item(post, number, board.title if board else post["board"], board.language if board else "")
    match style:
        case Style.APA:
            return sentence(item, Sentence.APA)
        case Style.CHICAGO:
            return sentence(item, Sentence.CHICAGO)
        case Style.BIBTEX:
            return bibtex(item)
        case Style.RIS:
            return ris(item)
        case Style.CSL_JSON:
            return json.dumps([item], ensure_ascii=False, indent=2)
