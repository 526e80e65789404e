"""What the views and their columns hold, in words: `views.toml`, for documents, exports and pages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_FILE = files("kistep_archive.model") / "views.toml"  # it may be in an egg


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """A question to begin with. `name` is its word in an address."""

    name: str
    title: str
    sql: str


@dataclass(frozen=True, slots=True)
class ViewWords:
    """A view in words. `columns` are the words that are its own, `label` is the column that names a row,
    `newest` the one that orders them; a facet is a column, or {"date": column}."""

    title: str
    description: str
    columns: dict[str, str]
    queries: tuple[ViewQuery, ...]
    facets: tuple[str | dict[str, str], ...] = ()
    label: str = ""
    newest: str = ""


def views() -> dict[str, ViewWords]:
    """Every view that people read, by name."""
    return {name: _view(said) for name, said in _said()["views"].items()}


def column(view: str, name: str) -> str:
    """What a column holds, "" if nothing is said of it. Names and values are in backquotes."""
    said = _said()
    own: dict[str, str] = said["views"].get(view, {}).get("columns", {})
    return own.get(name) or said["columns"].get(name, "")


def units(names: list[str]) -> dict[str, str]:
    """The units of those columns that have one."""
    return {name: unit for name, unit in _said()["units"].items() if name in names}


def plain(words: str) -> str:
    """The words without backquotes."""
    return words.replace("`", "")


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _view(said: dict[str, Any]) -> ViewWords:
    queries = tuple(ViewQuery(each["name"], each["title"], each["sql"].strip()) for each in said["queries"])
    lists = {"queries": queries, "facets": tuple(said.get("facets", ()))}
    return ViewWords(**{"columns": {}, **said, **lists})
