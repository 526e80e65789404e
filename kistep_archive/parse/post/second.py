"""A second post behind the one that was read: labels with other values, words above them and a body of their
own below. Then the first may be another one that the site shows above the post, so the page is refused."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body import beside, edges
from kistep_archive.parse.body.foreign import notes
from kistep_archive.parse.body.foreign.asides import is_aside
from kistep_archive.parse.elements import HIDDEN_CLASS, first_words, is_unshown, names_of
from kistep_archive.parse.post import twice
from kistep_archive.parse.text import Element, content

_BODIES = edges.FLOW | {"div", "section", "article", "td", "tr", "table", "dd"}
_SITES = {"nav", "footer", "header", "aside", "form"}
_SITES_CLASS = re.compile(
    r"(?:^|[\s_-])(?:foot\w*|gnb|lnb|snb|nav\w*|menu\w*|comments?|cmt|repl(?:y|ies)|댓글)(?:$|[\s_-])", re.I
)
_NEAR = 50  # elements before and behind labels that are looked at


def check(
    url: str, number: str, block: LabelBlock, groups: Sequence[LabelBlock], body: Sequence[Element]
) -> None:
    """Raises ParseError that names both values where a second post follows the body. Lists of other posts,
    comments and what says that it is another's do not count."""
    around = {each for part in body for each in (part, *part.iterancestors())}
    for group in groups:
        path = group.fields[-1].path
        if group is block or not _is_behind(group, body) or group.field("date") is None:
            continue
        own = [each for each in path if each not in around]  # from the outside in
        if not own or any(_is_sites(each, group) for each in own) or twice.is_anothers(group, body):
            continue
        if twice.leads_elsewhere(group.fields, group.element, number) or not _is_post(group, set(own)):
            continue
        for own_field, field in twice.different(block, group):
            raise twice.error(url, own_field, field)


def check_labels(url: str, number: str, block: LabelBlock, groups: Sequence[LabelBlock]) -> None:
    """Raises ParseError with the label and both values where other labels contradict the post's own.
    Its body could not be found, perhaps for that reason."""
    for group in groups:
        is_sites = any(_is_sites(each, group) for each in group.fields[0].path[2:])
        if group is block or is_sites or twice.leads_elsewhere(group.fields, group.element, number):
            continue
        for own_field, field in twice.different(block, group):
            raise twice.error(url, own_field, field)


def _is_behind(group: LabelBlock, body: Sequence[Element]) -> bool:
    last = body[-1]
    path = group.fields[0].path
    return set(body).isdisjoint(path) and not twice.is_before(group.fields[0], [last])


def _is_sites(element: Element, group: LabelBlock) -> bool:
    names = names_of(element)
    if element.tag in _SITES or _SITES_CLASS.search(names) or HIDDEN_CLASS.search(names):
        return True
    first = first_words(element)
    return is_unshown(element) or re.match(r"(?:comments?|댓글)\b", first, re.I) is not None


def _is_post(group: LabelBlock, own: set[Element]) -> bool:
    """Whether words stand above labels and a body below them, in the elements that are theirs."""
    levels = [each for each in beside.outwards(group) if each in own]
    is_headed = group.field("title") is not None or any(map(_has_words, _before(levels)))
    following = islice((each for level in levels for each in level.itersiblings("*")), _NEAR)
    below = (each for each in following if edges.has_content(each) and not is_aside(each, group))
    first = next((each for each in below if not notes.is_note(each)), None)
    return is_headed and first is not None and first.tag in _BODIES and not notes.is_behind(first)


def _before(levels: Sequence[Element]) -> Iterator[Element]:
    return islice((each for level in levels for each in level.itersiblings("*", preceding=True)), _NEAR)


def _has_words(element: Element) -> bool:
    return bool(content(element)) and element.tag not in ("script", "style", "caption")
