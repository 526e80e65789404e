"""Selectors and patterns of a skin, compiled once: CSS through parsel, XPath through lxml."""

import re
from collections.abc import Callable
from functools import lru_cache

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from kistep_archive.model.skins import Selection
from kistep_archive.parse.text import Element, ParseError, content, line

_XPATH = re.compile(
    r"/|\(|\.(?:$|[/.])|(?:self|child|attribute|parent|(?:ancestor|descendant)(?:-or-self)?|"
    r"(?:following|preceding)(?:-sibling)?)::"
)
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)\.([A-Za-z_][\w-]*)")  # a tag and a class
_CSS = HTMLTranslator()
# most predicates are evaluated on it, so an unknown function in one is found when the skin is read
_SAMPLE = etree.fromstring(
    "<html><body><a/><b/><dd/><div/><dl/><dt/><em/><h1/><h2/><h3/><h4/><h5/><i/><li/><ol/><p class='a'/>"
    "<section/><small/><span/><strong/><table/><td/><th/><time/><tr/><ul/></body></html>"
)

Selected = tuple[str, Element | None]  # a text, and the element that it comes from (None: an attribute's)


@lru_cache(maxsize=512)
def compile_selector(selector: str) -> Callable[[Element], list[Element]]:
    """The selector as a function from an element to what it selects there: elements, or texts. It raises
    ParseError where it cannot be evaluated, such as for an unknown function in a predicate.
    Raises ValueError with the reason for a selector that does not compile, or that selects something else."""
    is_xpath = _XPATH.match(selector) is not None
    start = selector.lstrip("( ")
    if is_xpath and start.startswith("/") and not start.startswith(("/html", "//", "/desc")):
        raise ValueError(f"{selector!r} begins with / but not with /html or //")
    try:
        steps = selector if is_xpath else _CSS.css_to_xpath(selector, prefix="descendant::")
        path = etree.XPath(steps)
        sample = path(_SAMPLE)
    except (SyntaxError, RuntimeError, etree.XPathError) as error:  # cssselect raises the first two
        raise ValueError(f"{selector!r} is neither CSS nor XPath ({line(str(error))[:80]})") from error
    if not is_xpath and "[0]" in steps:  # what cssselect makes of :hover and the like
        raise ValueError(f"{selector!r} finds nothing on any page: a pseudo-class in it needs a browser")
    if not isinstance(sample, list):
        raise ValueError(f"{selector!r} gives a {type(sample).__name__}, not elements or texts")

    def select(root: Element) -> list[Element]:
        try:
            return path(root)  # type: ignore[no-any-return]
        except etree.XPathError as error:
            words = f"{selector!r} cannot be evaluated ({line(str(error))[:80]})"
            raise ParseError(root.getroottree().docinfo.URL or "", "skin", words) from error

    return select


def xpath(selector: str) -> str:
    """The selector of an element as XPath, to be continued with an axis. Raises ValueError."""
    if _XPATH.match(selector):
        return selector
    if simple := _SIMPLE.fullmatch(selector):
        return f"//{simple[1]}[contains(concat(' ', @class, ' '), ' {simple[2]} ')]"
    try:
        return str(_CSS.css_to_xpath(selector, prefix="//"))
    except (SyntaxError, RuntimeError) as error:  # cssselect raises both
        raise ValueError(f"{selector!r} is no CSS ({line(str(error))[:80]})") from error


@lru_cache(maxsize=512)
def pattern(expression: str) -> re.Pattern[str]:
    """The pattern. Raises ValueError with the reason if it does not compile or has not exactly one group."""
    try:
        regex = re.compile(expression)
    except re.error as error:
        raise ValueError(f"{expression!r} is not a regular expression ({error})") from error
    if regex.groups != 1:
        raise ValueError(f"{expression!r} has {regex.groups} groups; one group takes the value")
    return regex


def elements(root: Element, selector: str) -> list[Element]:
    """The elements that a selector finds; of texts and attributes their elements."""
    holders = (
        each if etree.iselement(each) else each.getparent() for each in compile_selector(selector)(root)
    )
    return [each for each in dict.fromkeys(holders) if each is not None]


def values(root: Element, selection: Selection) -> list[Selected]:
    """The different values of a selection, each with its element: texts on one line. A text that the pattern
    does not match gives none."""
    by_text: dict[str, Element | None] = {}
    for each in compile_selector(selection.select)(root):
        text = content(each) if etree.iselement(each) else line(str(each))
        if selection.pattern:
            match = pattern(selection.pattern).search(text)
            text = line(match[1] or "") if match else ""
        if text:
            by_text.setdefault(text, each if etree.iselement(each) else each.getparent())
    return list(by_text.items())


def problem(selections: dict[str, Selection | tuple[str, ...] | str | None]) -> tuple[str, str] | None:
    """(key, why) of the first selector or pattern that does not compile."""
    for key, value in selections.items():
        selectors = (value.select,) if isinstance(value, Selection) else (value or ())
        try:
            for selector in (selectors,) if isinstance(selectors, str) else selectors:
                compile_selector(selector)
            if isinstance(value, Selection) and value.pattern:
                pattern(value.pattern)
        except ValueError as error:
            return key, str(error)
    return None
