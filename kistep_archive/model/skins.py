"""A skin as data: the selectors for one look of a board's pages. A TOML table becomes a `Skin` here; the
parser compiles it (`parse/skin/`).

A selector is CSS, or XPath if it begins with "/", "./", "(" or an axis such as "descendant::". A field may
add a pattern (a regular expression with one group) that takes the value out of the selected text.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Selection:
    """What to select for one value. Without a `pattern` the value is the whole text."""

    select: str
    pattern: str = ""


Boxes: TypeAlias = "tuple[str, ...]"  # selectors


@dataclass(frozen=True, slots=True)
class PostSkin:
    """Selectors for a post's page. What is empty is read by the labels of the page. `applies` must find
    something where the skin applies; `body` are the boxes of the body in the order of the page, and `drop`
    are the boxes in it that belong to the site."""

    applies: str = ""
    title: Selection | None = None
    writer: Selection | None = None
    date: Selection | None = None
    hits: Selection | None = None
    body: Boxes = ()
    drop: Boxes = ()
    files: str = ""


@dataclass(frozen=True, slots=True)
class ListingSkin:
    """Selectors for a page of a listing. `rows` are the rows; those of the cells are relative to a row.
    `total` and `pages` are relative to the page."""

    applies: str = ""
    rows: str = ""
    title: Selection | None = None
    writer: Selection | None = None
    date: Selection | None = None
    hits: Selection | None = None
    total: Selection | None = None
    pages: Selection | None = None


@dataclass(frozen=True, slots=True)
class Skin:
    """One look of a board's pages."""

    name: str
    post: PostSkin | None = None
    listing: ListingSkin | None = None

    @property
    def digest(self) -> str:
        """Twelve hex digits that differ if any selector differs; the name does not count."""
        return sha256(repr((self.post, self.listing)).encode()).hexdigest()[:12]


def read(table: Mapping[str, object], where: str) -> Skin:
    """The skin of a TOML table with the tables `post` and `listing`. `where` names the table in messages.
    Raises ValueError with one line that names the key."""
    unknown = sorted(set(table) - {"name", "post", "listing"})
    if unknown:
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; a skin has the tables post and listing")
    name = table.get("name", where)
    if not isinstance(name, str):
        raise ValueError(f"{where}: name is not a text")
    post = _part(PostSkin, table.get("post"), f"{where}: post")
    listing = _part(ListingSkin, table.get("listing"), f"{where}: listing")
    if post is None and listing is None:
        raise ValueError(f"{where}: empty; a skin has a table post, a table listing, or both")
    return Skin(name, post, listing)


def as_table(skin: Skin) -> dict[str, Any]:
    """The skin as the TOML table that `read` takes."""
    parts = {"post": skin.post, "listing": skin.listing}
    return {name: _plain(asdict(part)) for name, part in parts.items() if part is not None}


def as_toml(skin: Skin) -> str:
    """The skin as TOML text, a line for each key."""
    lines = []
    for name, part in as_table(skin).items():
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in part.items())]
    return "\n".join(lines[1:]) + "\n"


def _part(kind: type, table: object, where: str) -> Any:
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ValueError(f"{where} is not a table")
    known = {each.name: str(each.type) for each in fields(kind)}
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f"{where}.{unknown[0]}: unknown key; the keys are {', '.join(known)}")
    return kind(**{key: _value(known[key], value, f"{where}.{key}") for key, value in table.items()})


def _value(kind: str, value: object, where: str) -> object:
    if "Selection" in kind:
        return _selection(value, where)
    if "tuple" in kind:
        boxes = [value] if isinstance(value, str) else value
        if not isinstance(boxes, list) or not all(isinstance(each, str) and each for each in boxes):
            raise ValueError(f"{where}: not a selector, nor a list of selectors")
        return tuple(boxes)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where}: not a selector")
    return value


def _selection(value: object, where: str) -> Selection:
    table = {"select": value} if isinstance(value, str) else value
    if not isinstance(table, dict) or not isinstance(table.get("select"), str) or not table["select"]:
        raise ValueError(f'{where}: not a selector; write "…", or {{ select = "…", pattern = "…" }}')
    if unknown := sorted(set(table) - {"select", "pattern"}):
        raise ValueError(f"{where}.{unknown[0]}: unknown key; the keys are select and pattern")
    if not isinstance(table.get("pattern", ""), str):
        raise ValueError(f"{where}.pattern: not a text")
    if table.get("pattern") == "":
        raise ValueError(f"{where}.pattern: empty; leave it out to take the whole text")
    return Selection(table["select"], table.get("pattern", ""))


def _plain(part: Mapping[str, Any]) -> dict[str, Any]:
    plain = {}
    for key, value in part.items():
        if isinstance(value, dict):
            value = value if value["pattern"] else value["select"]
        if value:
            plain[key] = list(value) if isinstance(value, tuple) else value
    return plain


def _toml(value: str | list[str] | dict[str, str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(text)}" for key, text in value.items()) + " }"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in escaped) + '"'
