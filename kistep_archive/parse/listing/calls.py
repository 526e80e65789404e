"""What the script of a link says: an address inside a call, or a board and a number as its arguments."""

import re
from collections.abc import Iterator

_QUOTED = re.compile(r"['\"]([^'\"]{0,500}(?:list_no|bbIdx)=[^'\"]{0,500})['\"]")
_CALL = re.compile(r"(?<![A-Za-z0-9_])(?:[a-z]{0,10}_?)?(?:view|detail)[a-z]{0,10}\(([^()]{1,300})\)", re.I)
_NUMBER = re.compile(r"[0-9]{1,15}")


def addresses(href: str, script: str) -> Iterator[str]:
    """The addresses of posts that a link has: its own, then those in quotes in its calls."""
    is_script = href[:11].lower() == "javascript:"
    if not is_script and ("list_no=" in href or "bbIdx=" in href):
        yield href
    for words in (href if is_script else "", script):
        if "list_no=" in words or "bbIdx=" in words:
            yield from (match[1] for match in _QUOTED.finditer(words))


def called_number(href: str, script: str, bid: str) -> int | None:
    """The number of the post that a call such as `goView('0051','42794')` opens; None if it opens none, or
    one of another board than `bid`, or if it is unclear which of its numbers is the post's."""
    is_script = href[:11].lower() == "javascript:"
    match = _CALL.search(script) or (_CALL.search(href) if is_script else None)
    if match is None:
        return None
    arguments = [words.strip(" \t'\"") for words in match[1].split(",")]
    return _number(arguments, bid)


def _number(arguments: list[str], bid: str) -> int | None:
    first, *more = arguments
    if more and bid and _is_board(first, bid):
        first, *more = more
    elif more and not first.isdigit():
        return None  # another board's
    elif more and first.startswith("0"):
        return None
    elif not bid and more and _NUMBER.fullmatch(more[0]):
        return None  # it may be the board's
    return int(first) if _NUMBER.fullmatch(first) else None


def _is_board(words: str, bid: str) -> bool:
    return words == bid or (words.isdigit() and bid.isdigit() and words.lstrip("0") == bid.lstrip("0") != "")
