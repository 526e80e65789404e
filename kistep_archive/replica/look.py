"""How the stand-in renders, and what a real site might do otherwise."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from kistep_archive.replica.cookie_walls import COOKIE_WALLS
from kistep_archive.replica.pages import render_es, render_jsp
from kistep_archive.replica.quirks import QUIRKS

GONE_ES = {
    "ko": "삭제되었거나 존재하지 않는 게시물입니다.",
    "en": "This post has been deleted or does not exist.",
}
# How the current site may answer for a post that is not there: an alert in one of two languages, or another
# page at the same address or at its own.
GONE = (*GONE_ES, "home", "list", "to_home", "to_list")
SKINS = {
    "es_post_skin": render_es.POST_SKINS, "es_listing_skin": render_es.LISTING_SKINS,
    "jsp_post_skin": render_jsp.POST_SKINS, "jsp_listing_skin": render_jsp.LISTING_SKINS,
}  # fmt: skip


@dataclass(slots=True)
class Look:
    """How the stand-in renders: the skins by name, the language, and the choices a real site might have made
    otherwise."""

    es_post_skin: str = "info"
    es_listing_skin: str = "aria"
    jsp_post_skin: str = "table"
    jsp_listing_skin: str = "table"
    language: str = "en"
    # What stands for a missing post, one of `GONE`; the site's own alerts are Korean even on English pages.
    gone: str = "ko"
    files: str = "before"
    after_end: Literal["empty", "repeat"] = "empty"
    totals: bool = True
    gzip: bool = False
    rows_per_page: int = 10
    # Posts that the declared total counts and no page shows; below 0, posts that it leaves out.
    unshown: int = 0
    # The board shows its pages only to a client that sends back the cookie of its first answer.
    cookies: bool = False
    cookie_wall: str = "redirect"  # how that first answer looks, one of `COOKIE_WALLS`
    quirks: Collection[str] = ()  # shapes of pages that mislead a reader, of `QUIRKS`

    def __post_init__(self) -> None:
        if self.gone not in GONE:
            raise ValueError(f"gone is one of {', '.join(GONE)}")
        if unknown := sorted(set(self.quirks) - set(QUIRKS)):
            raise ValueError(f"{unknown[0]!r}: unknown quirk; known are {', '.join(QUIRKS)}")
        if self.cookie_wall not in COOKIE_WALLS:
            raise ValueError(f"cookie_wall is one of {', '.join(COOKIE_WALLS)}")
        for name, known in SKINS.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}")
