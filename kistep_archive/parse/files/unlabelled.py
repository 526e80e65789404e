"""Links to files beside the body that no label leads, of a post without other files. The post's number in the
address says that a file is the post's; without it nobody knows."""

import re
from collections.abc import Collection, Iterator

from lxml import etree

from kistep_archive.model.urls import Location
from kistep_archive.parse.files import file_names, files
from kistep_archive.parse.files.files import Offer
from kistep_archive.parse.post.posts import Outline
from kistep_archive.parse.text import Element, ParseError, content

_NUMBER = re.compile(r"[0-9]+")
_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}\Z")
_WITH_ADDRESS = etree.XPath("descendant::a[contains(@href, '.') and not(contains(@href, '.es?'))]")
_AROUND = {"nav", "footer", "aside", "header"}


def found(url: str, at: Location, outline: Outline, around: Collection[Element]) -> list[Offer]:
    """The files of the post behind such links; `around` is what the outline says of itself. Raises ParseError
    for a link that may be the post's or not."""
    links = list(_links(outline))
    for each in links:
        if str(at.number) not in _NUMBER.findall(each.get("href")):
            name = file_names.name_in_address([each])[:60]
            what = f"the link to {name!r} beside the body has no label"
            raise ParseError(url, "attachments", f"{what}, so it is unclear whether it is the post's")
    return files.further_files(url, links, [], around) if links else []


def _links(outline: Outline) -> Iterator[Element]:
    """The links outside of the body whose words are the name of a file, and whose address ends as it does."""
    for link in _WITH_ADDRESS(outline.scope):
        ending = _ENDING.search(file_names.name_in_address([link]))
        is_file = ending and ending[0].lower() in content(link).lower() and file_names.shows_file(link)
        path = list(link.iterancestors()) if is_file else []
        if is_file and outline.body not in path and not any(each.tag in _AROUND for each in path):
            yield link
