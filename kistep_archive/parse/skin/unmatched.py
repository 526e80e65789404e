"""Keys of a skin that found nothing on a page. One that finds nothing on any page is a mistake."""

from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, ParsedPost

_OF_POSTS = ("writer", "hits")  # a post whose title, date or body is not found is refused
_OF_ROWS = ("writer", "date", "hits")


def keys_without_value(board: Board | None, item: Listing | ParsedPost) -> list[str] | None:
    """The keys, such as "post.hits", that gave no value on the page of this item, of a listing in no row;
    None if no skin read the page."""
    skin = board.skin if board else None
    if board is None or skin is None:
        return None
    if isinstance(item, ParsedPost):
        named = [name for name in _OF_POSTS if getattr(skin.post, name, None)] if item.skin else None
        empty = [name for name in named or () if getattr(item, name) is None]
        return named and [f"post.{name}" for name in (*empty, *item.unmatched_keys)]
    if skin.listing is None:
        return None
    named = [name for name in _OF_ROWS if getattr(skin.listing, name)] if item.rows else []
    empty = [name for name in named if all(getattr(row, name) is None for row in item.rows)]
    declared = {"total": (item.total, board.total == "ignore"), "pages": (item.pages, False)}
    empty += [
        name
        for name, (value, is_ignored) in declared.items()
        if getattr(skin.listing, name) and value is None and not is_ignored
    ]
    return [f"listing.{name}" for name in empty]
