"""Which posts to learn from: few, and those that differ most."""

from collections.abc import Mapping, Sequence

from kistep_archive.http.response import Page, PageError, content
from kistep_archive.learn.samples import Sample

Marks = tuple[int, ...]  # what a page has in its bytes, roughly

FEWEST, MOST = 3, 8  # posts to learn from


def spread(samples: Sequence[Sample], marks: Mapping[int, Marks], count: int = MOST) -> list[Sample]:
    """Up to so many posts, each the one that is least like those before it: by its day, writer, files, the
    lengths of its title and page. `marks` are those of the posts' pages. Always the same."""
    chosen: list[Sample] = []
    known: set[tuple[str, object]] = set()
    rest = sorted(samples, key=lambda each: (each.told.cut, -each.number))
    features = {each.number: _features(each, marks.get(each.number, ())) for each in rest}
    while rest and len(chosen) < count:
        best = max(
            rest, key=lambda each: (len(features[each.number] - known), not each.told.cut, each.number)
        )
        chosen.append(best)
        known |= features[best.number]
        rest.remove(best)
    return chosen


def marks(page: Page) -> Marks:
    """How many downloads, images and paragraphs the page has, up to three, and how long it is."""
    try:
        body = content(page).lower()
    except PageError:
        return ()
    counts = [min(3, body.count(mark)) for mark in (b"download", b"<img", b"<p")]
    return (*counts, len(body).bit_length())


def _features(sample: Sample, marks: Marks) -> set[tuple[str, object]]:
    told = sample.told
    length = "short" if len(told.title) < 20 else "long" if len(told.title) > 50 else "usual"
    date = told.date or ""
    return {
        ("day", date),
        ("month", date[:7]),
        ("files", told.has_files),
        ("length", length),
        ("cut", told.cut),
        ("writer", told.writer),
        ("hits", len(str(told.hits))),
        *((f"mark {at}", mark) for at, mark in enumerate(marks)),
    }
