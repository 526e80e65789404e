"""Keys of a boards file that would do nothing: a message when it is read is better than none."""

from collections.abc import Iterable, Sequence

from kistep_archive.model.boards import Board
from kistep_archive.model.skins import ListingSkin, PostSkin, Skin


def of_skin(skin: Skin) -> str:
    """The first table of a skin that selects nothing, and why; "" if there is none."""
    for name, part, empty in (("post", skin.post, PostSkin()), ("listing", skin.listing, ListingSkin())):
        if part is not None and part in (empty, type(empty)(applies=part.applies)):
            return f"{name} selects nothing; name a field such as {name}.title, or leave the table out"
    return ""


def of_board(board: Board) -> str:
    """A key of a board that another one makes useless; "" if there is none."""
    listing = board.skin.listing if board.skin else None
    if board.total and listing is not None and listing.total:
        return 'skin: listing.total does nothing beside total = "ignore"; remove one of them'
    return ""


def check_addresses(rows: Sequence[Board], others: Iterable[Board]) -> None:
    """Raises ValueError for a row with the address of one before it, or of one of the `others` if it says how
    pages are read: only the first board of an address has posts."""
    known = {_place(row): (row, False) for row in others}
    for row in rows:
        first, is_of_file = known.get(_place(row), (None, False))
        if first is not None and (is_of_file or _says_how(row)):
            advice = "remove one" if is_of_file else f"call it {first.name!r} to replace that board"
            raise ValueError(
                f"board {row.name!r} has the address of {first.name!r} and would get no posts; {advice}"
            )
        if first is None:
            known[_place(row)] = row, True


def _place(board: Board) -> tuple[str, ...]:
    """What tells the address of one board from that of another."""
    at = board.location()
    site = (at.layout, at.host.removeprefix("www."), at.prefix)
    return site if at.layout == "jsp" else (*site, at.script, at.bid or at.place)


def _says_how(board: Board) -> bool:
    return bool(board.skin or board.encoding or board.total or board.requires_cookies)
