"""How to cite a post: the ready citation in several styles."""

from dataclasses import dataclass

from kistep_archive.errors import ArchiveError
from kistep_archive.export.citations.citation import Style
from kistep_archive.web import addresses
from kistep_archive.web.pages import post as post_page
from kistep_archive.web.pages.page import Page, Visit

_NAMES = {
    Style.APA: "APA",
    Style.CHICAGO: "Chicago",
    Style.BIBTEX: "BibTeX",
    Style.RIS: "RIS",
    Style.CSL_JSON: "CSL-JSON",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in one style."""

    style: str
    name: str
    text: str


def cite(visit: Visit, board: str, name: str) -> Page:
    """The citations of a post. A style whose library is not installed is left out."""
    found = post_page.find(visit, board, name)
    citations = []
    for style, label in _NAMES.items():
        try:
            citations.append(Citation(style.value, label, visit.archive.cite(found, style.value)))
        except ArchiveError:
            continue
    path = addresses.post(found)
    return Page(
        path=f"{path}/cite",
        template="cite.html",
        title=visit.texts("Cite: {title}", title=found.title),
        values={"post": found, "citations": citations, "post_path": path},
        document={"post": found.id, "citations": {each.style: each.text for each in citations}},
    )
