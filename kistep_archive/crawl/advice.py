"""What a user reads of a suspicious page, with the commands that show and mend it. `is_stored`: the archive
keeps the page; a dry run keeps none."""

import shlex

from kistep_archive.ingest.guards.suspicion import Suspicion, describe
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.outcomes import PageKind


def tripped(board: BoardKey, pages: list[Suspicion], *, is_known: bool, is_stored: bool) -> str:
    """The message of a tripped guard. `is_known`: the archive has posts of the board."""
    name, layout = board
    cause = "the site changed" if is_known else "its pages are perhaps read wrongly"
    look, page = _look(pages[-1], is_stored), pages[-1]
    what = f"{name} ({layout}): {cause}, so nothing of this board was written. {describe(pages)}."
    if page.kind is PageKind.LISTING and page.field == "page":  # without rows there is nothing to learn from
        return f"{what} To read such a listing, write selectors of its rows in a skin: docs/skins.md. {look}"
    teach = f". To learn how to read such pages: kistep-archive learn {name}" if is_stored else ""
    return f"{what} If this is expected, run again with --accept-changes. {look}{teach}"


def contradiction(page: Suspicion, *, is_stored: bool) -> str:
    """The message of a post that contradicts its listing row."""
    return (
        f"{page.url}: {page.field}: {page.why}. This post was not written; the next run requests it "
        f"again. If this is expected, run again with --accept-changes. {_look(page, is_stored)}"
    )


def _look(page: Suspicion, is_stored: bool) -> str:
    look = f"kistep-archive show --page {shlex.quote(page.url)}" if is_stored else page.url
    return f"To look at the page: {look}"
