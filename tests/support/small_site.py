"""A site of two days that is small and has of everything: both layouts, files, images, a post that is a
picture; the second day brings an edit, news, a move and a removal."""

from dataclasses import replace

from kistep_archive.replica import Image, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import DayChange, History

NEWS = "0051"
LEGACY = generate("jsp", 6)
CURRENT = generate("es", 14)
MOVED = tuple(  # the same posts under new numbers
    replace(entry, number=90_001 + index) for index, entry in enumerate(LEGACY[:4])
)
PICTURE = replace(
    CURRENT[-1], number=95_031, title="A picture", date="2026-06-30", blocks=(Image("/upload/x.png"),)
)
EDITED = replace(CURRENT[2], title="Another title")


def small_site() -> Replica:
    """The replica of this site, on its first day."""
    changes = {2: DayChange((EDITED, PICTURE, MOVED[0]), (CURRENT[5].number,))}
    return Replica(Site(History({("es", NEWS): CURRENT, ("jsp", NEWS): LEGACY}, changes, {})))
