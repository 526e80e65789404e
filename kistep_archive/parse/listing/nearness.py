"""How near the boxes of a page that may be its listing are to its pager."""

from collections import Counter

from kistep_archive.parse.text import Element


def of(rows: list[Element], pager: Element | None) -> list[tuple[int, int]]:
    """For the first row of each box, in the order of the page: (depth of what the row and the pager are both
    in, minus how many other boxes there are between them)."""
    chain = [] if pager is None else [*reversed(list(pager.iterancestors())), pager]
    around = {element: depth for depth, element in enumerate(chain)}
    above = {each for step in chain for each in step.itersiblings(preceding=True)}
    places: list[tuple[int, bool]] = []  # depth, whether before the pager
    for row in rows:
        path = [row, *row.iterancestors()]
        at = next((at for at, each in enumerate(path) if each in around), len(path))
        depth = around[path[at]] if at < len(path) else -1
        places.append((depth, 0 < at < len(path) and path[at - 1] in above))
    rest, passed = Counter(places), Counter[tuple[int, bool]]()
    distances: list[tuple[int, int]] = []
    for place in places:
        rest[place] -= 1
        distances.append((place[0], -(rest if place[1] else passed)[place]))
        passed[place] += 1
    return distances
