"""What is suspicious about a page, and when two texts say the same."""

import re
import unicodedata
from dataclasses import dataclass

from kistep_archive.model.baseline import KnownPost
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.outcomes import PageKind

# a label of one or two words with a value that is no sentence
_LABELLED = re.compile(
    r"\W{0,3}([^\W\d_][^\s:：]{0,19}(?:\s[^\s:：]{1,12})?)\s?[:：](?!/).{0,60}(?<![.!?。])\Z"
)
CUT = re.compile(r"\ufffd{0,3}(?:\.{2,}|…)$")  # at a cut title's end; perhaps inside a letter


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A page that is worse than expected: which `field`, and how in words. `number` is a post's."""

    url: str
    kind: PageKind
    field: str
    why: str
    number: int | None = None


def describe(pages: list[Suspicion]) -> str:
    """Suspicious pages of one board in words: how many, and what the last one says."""
    page = pages[-1]
    many = f"{len(pages)} pages are suspicious, for example " if len(pages) > 1 else ""
    return f"{many}{page.kind} {page.url}: {page.field}: {page.why}"


def alike(value: str | None, expected: str) -> bool:
    """Whether both texts are equal except for spaces; of a title that the listing cuts, only the start
    counts."""
    actual, wanted = spaceless(value or ""), spaceless(expected)
    return actual == wanted or (bool(CUT.search(wanted)) and actual.startswith(CUT.sub("", wanted)))


def has_broken_letters(item: ParsedPost | Listing) -> bool:
    """Whether a page has U+FFFD: letters that its bytes do not have in whole."""
    texts = [row.title for row in item.rows] if isinstance(item, Listing) else [item.title, item.body_text]
    return any("\ufffd" in text for text in texts)


def edges(text: str) -> tuple[str, str]:
    """The first and the last line of a text that are not blank; "" if it has none."""
    lines = [line for each in text.split("\n") if (line := each.strip())] or [""]
    return lines[0], lines[-1]


def shape(line: str, post: ParsedPost | KnownPost, number: int | None = None) -> str:
    """What the lines of several posts have in common if a site writes them, though each tells something else:
    the label at the beginning, or the line without the post's own writer, date, hits and `number`; "" if it
    tells none of them."""
    if label := _LABELLED.match(line):
        return f"{label[1]}:"
    rest = line
    for value in (post.writer, post.date, (post.date or "").replace("-", "."), post.hits, number):
        words = str(value or "")
        if len(words) > 1 and words in rest:  # a pattern of its own for each post is dear
            rest = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", "*", rest)
    return rest if rest != line else ""


def spaceless(text: str) -> str:
    """The text without spaces, in its composed form."""
    return "".join(unicodedata.normalize("NFC", text).split())


def common_start(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
