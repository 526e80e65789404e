"""Which posts to learn from: few, and those that differ most."""

from collections.abc import Sequence

from kistep_archive.learn.samples import Sample

FEWEST, MOST = 3, 8  # posts to learn from


def spread(samples: Sequence[Sample], count: int = MOST) -> list[Sample]:
    """Up to so many posts, each the one that is least like those before it: by its day, writer, files and the
    length of its title. Always the same ones for the same posts."""
    chosen: list[Sample] = []
    rest = sorted(samples, key=lambda each: (each.told.cut, -each.number))
    while rest and len(chosen) < count:
        best = max(rest, key=lambda each: (_difference(each, chosen), not each.told.cut, each.number))
        chosen.append(best)
        rest.remove(best)
    return chosen


def _difference(sample: Sample, chosen: Sequence[Sample]) -> int:
    """How many of its features none of the chosen posts has."""
    known = {feature for each in chosen for feature in _features(each)}
    return sum(feature not in known for feature in _features(sample))


def _features(sample: Sample) -> tuple[tuple[str, object], ...]:
    told = sample.told
    length = "short" if len(told.title) < 20 else "long" if len(told.title) > 50 else "usual"
    date = told.date or ""
    return (
        ("day", date),
        ("month", date[:7]),
        ("files", told.has_files),
        ("length", length),
        ("cut", told.cut),
        ("writer", told.writer),
        ("hits", len(str(told.hits))),
    )
