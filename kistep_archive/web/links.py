"""Links from one page to another: on a server they carry the instant and the language on; in published files
they are relative and end in .html."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from kistep_archive.web.addresses import quoted

HOME = "index"
DATABASE = "kistep-archive.db"  # the copy of the database in a published site


@dataclass(frozen=True, slots=True)
class Links:
    """`root` leads to the home page's folder and ends in "/", or is "" there. `kept` are the parts of the
    query that every link carries on (`as_of`, `lang`). `base` is the site's complete address, "" if nobody
    knows it."""

    root: str = "/"
    published: bool = False
    kept: Mapping[str, str] = field(default_factory=dict)
    base: str = ""

    def page(self, path: str, **query: object) -> str:
        """The address of a page. A query that a published site cannot answer is left out."""
        if self.published:
            return f"{self.root}{quoted(path) or HOME}.html"
        return self._with(f"{self.root}{quoted(path)}", query)

    def file(self, path: str, **query: object) -> str:
        """The address of anything else: its path has its own suffix."""
        address = f"{self.root}{quoted(path)}"
        return address if self.published else self._with(address, query)

    def constant(self, path: str) -> str:
        """The address of bytes that are the same at every instant and in every language."""
        return f"{self.root}{quoted(path)}"

    def static(self, name: str) -> str:
        """The address of a part of every page, such as the style sheet."""
        return f"{self.root}static/{name}"

    def canonical(self, path: str) -> str:
        """The complete address of a page, "" if the site's own is not known."""
        if not self.base:
            return ""
        return f"{self.base}{f'{quoted(path) or HOME}.html' if self.published else quoted(path)}"

    def keeping(self, **kept: str) -> "Links":
        """The same links with other kept parts of the query; an empty one is dropped."""
        merged = {**self.kept, **kept}
        return replace(self, kept={name: value for name, value in merged.items() if value})

    def _with(self, address: str, query: Mapping[str, object]) -> str:
        given = {**query, **self.kept}
        parts = {name: _text(value) for name, value in given.items() if value not in (None, "")}
        return f"{address}?{urlencode(parts)}" if parts else address


def _text(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
