"""What one page says of a post, as far as it is compared with other pages; and lines at the edges of their
bodies that belong to the site. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Literal, NamedTuple, Self

from kistep_archive.ingest.guards.suspicion import Suspicion, edges, shape, spaceless
from kistep_archive.model.items import ListedRow, ParsedPost
from kistep_archive.model.outcomes import PageKind

_LINE = 80  # characters of a line that are compared
_SAME = 0.5  # the share of bodies that begin or end with the same words
_ALIKE = 0.9  # or with words that only look alike: a writer may always begin with a date
_TITLE = "\0"  # the shape of a line that is the post's own title
_LONG_NUMBER = 1000  # from here on a number says by itself which post's it is
_FEW = 3  # bodies of a first crawl that prove it, if all of them share a line
_PRUNED = 500  # bodies after which lines that less than half of them have are forgotten
_LETTERS = 2  # of a line with words at least


class PostFrame(NamedTuple):
    """What one page says of a post, as far as it is compared with other pages."""

    number: int
    url: str
    row: str  # the title in its listing row
    title: str
    body: str  # a digest of its text, "" if there is none
    first: str  # the beginnings of its first and last lines, and their shapes
    last: str
    shapes: tuple[str, str]
    lines: tuple[str, ...]  # the beginnings of all its lines with words
    has_images: bool
    heads: tuple[str, ...]
    may_repeat: bool  # a few words in a box that is known to be the body

    @classmethod
    def of(cls, url: str, post: ParsedPost, row: ListedRow | None) -> Self:
        """What the page of a post says; `row` is the listing row that led to it."""
        first, last = edges(post.body_text)
        body = spaceless(post.body_text).encode()
        return cls(
            post.number,
            url,
            row.title if row else "",
            spaceless(post.title),
            blake2b(body, digest_size=16).hexdigest() if body else "",
            first[:_LINE],
            last[:_LINE],
            (_shape(first, post), _shape(last, post)),
            _worded_lines(post.body_text),
            bool(post.images),
            tuple(filter(None, map(spaceless, post.heads))),
            post.is_named and len(post.body_text) <= _LINE,
        )


def _shape(line: str, post: ParsedPost) -> str:
    """The beginning of a line's shape. A title is another line than the rest of its body. A number of few
    digits may be any number, and one in a long line is the writer's."""
    if spaceless(line) == spaceless(post.title) != spaceless(post.body_text):
        return _TITLE
    is_sites = post.number >= _LONG_NUMBER and len(line) <= _LINE
    return shape(line, post, post.number if is_sites else None)[:_LINE]


_EDGES: tuple[tuple[Literal["first", "last"], Callable[[PostFrame], str], str, float], ...] = (
    ("first", lambda post: post.first, "begin with", _SAME),
    ("last", lambda post: post.last, "end with", _SAME),
    ("first", lambda post: post.shapes[0], "begin with a line such as", _ALIKE),
    ("last", lambda post: post.shapes[1], "end with a line such as", _ALIKE),
)


def _worded_lines(text: str) -> tuple[str, ...]:
    """The beginnings of a text's lines that have words, each once."""
    lines = dict.fromkeys(each.strip()[:_LINE] for each in text.split("\n"))
    return tuple(line for line in lines if sum(map(str.isalpha, line)) >= _LETTERS)


def shared_frames(
    posts: Callable[[], Iterator[PostFrame]], enough: int, *, is_first: bool = False
) -> Iterator[Suspicion]:
    """Half of the bodies begin, or end, with the same line, or nearly all with one that tells something else
    of each post: it belongs to the site, not to the posts. `enough`: bodies that prove it, at least. In a
    first crawl (`is_first`) fewer do, if all of them have the line."""
    filled, lines = list[str](), [Counter[int]() for _ in _EDGES]
    for post in posts():
        if post.body:
            filled.append(post.body)
            for counts, (_, line, *_) in zip(lines, _EDGES, strict=True):
                counts[hash(line(post))] += bool(line(post))
    is_few = len(filled) < enough
    if len(filled) < (_FEW if is_first else enough) or len(set(filled)) == 1:
        return
    for counts, (edge, line, words, share) in zip(lines, _EDGES, strict=True):
        (common, many), *_ = counts.most_common(1)
        if many >= min(enough, len(filled)) and many >= (1 if is_few else share) * len(filled):
            post = next(post for post in posts() if post.body and hash(line(post)) == common)
            why = f"{many} of {len(filled)} bodies {words} {getattr(post, edge)[:60]!r}"
            yield Suspicion(post.url, PageKind.POST, "body", why, post.number)
            return


def shared_lines(posts: Callable[[], Iterator[PostFrame]]) -> Iterator[Suspicion]:
    """Nearly all bodies of a first crawl have the same line, wherever it stands: a box of the site may be
    inside of theirs. A writer may always use the same words too, but nobody has seen these pages yet."""
    bodies, counts = Counter[str](), Counter[int]()
    for post in posts():
        if post.body:
            bodies[post.body] += 1
            counts.update(map(hash, post.lines))
            if not bodies.total() % _PRUNED:
                counts = Counter(
                    {line: times for line, times in counts.items() if 2 * times >= bodies.total()}
                )
    filled = bodies.total()
    if filled < _FEW or len(bodies) == 1 or not counts:
        return
    (common, many), *_ = counts.most_common(1)
    if many >= _ALIKE * filled:
        post, line = next(
            (post, line) for post in posts() if post.body for line in post.lines if hash(line) == common
        )
        why = f"{many} of {filled} bodies have the line {line[:60]!r}, which may be the site's"
        yield Suspicion(post.url, PageKind.POST, "body", why, post.number)
