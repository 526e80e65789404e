"""What readers say of the posts of an invented board, in one box with the body or beside it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invented import Skin, Truth


def commented(skin: Skin, posts: list[Truth], at: int, comments: str) -> str:
    """The body, and what readers say of some posts, in one box; `comments` is how they are made."""
    comments_of = [posts[(at + step) % len(posts)].paragraphs[:1] for step in range(1, 1 + (at % 3))]
    words = [f"{escape(each[0])[::-1]}" for each in comments_of if each]
    prose = "".join(skin.prose(posts[at]))
    return COMMENTED[comments](skin, prose, words)


def _headed(skin: Skin, prose: str, words: list[str]) -> str:
    items = "".join(f"<p>{each}</p>" for each in words)
    return f"<div{skin.name('bodybox', True)}>{prose}<h4>Opinions</h4>{items}</div>"


def _boxed(skin: Skin, prose: str, words: list[str]) -> str:
    items = "".join(f"<div>{each}</div>" for each in words)
    return f"<div{skin.name('bodybox', True)}><div>{prose}</div>{items}</div>"


def _listed(skin: Skin, prose: str, words: list[str]) -> str:
    items = "".join(f"<li>{each}</li>" for each in words)
    return f"<div{skin.name('bodybox', True)}><div>{prose}</div><ul>{items}</ul></div>"


def _behind(skin: Skin, prose: str, words: list[str]) -> str:
    items = "".join(f"<p>{each}</p>" for each in words)
    return f"<div><div{skin.name('bodybox', True)}>{prose}</div><div>{items}</div></div>"


COMMENTED: dict[str, Callable[[Skin, str, list[str]], str]] = {
    "headed": _headed, "boxed": _boxed, "listed": _listed, "behind": _behind,
}  # fmt: skip
