"""A citation as BibTeX: an `@online` entry, which BibLaTeX and Zotero know for a web page.

There is no library for it: pybtex writes entries too, but leaves a brace without its partner as it is, and
then nobody can read the file.
"""

import re

from kistep_archive.export.citations.csl import day_of
from kistep_archive.model.documents import Document

_SPECIAL = re.compile(r"[#$%&_{}\\~^<>|]")
# as Zotero writes and reads them: a brace brings an invisible partner, since BibTeX counts them
_COMMANDS = {
    "{": r"\{\vphantom{\}}",
    "}": r"\vphantom{\{}\}",
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
}
_BRACES = {"{": "%7B", "}": "%7D", "\\": "%5C"}  # in an address, which is not escaped otherwise


def bibtex(item: Document) -> str:
    """The item as one entry."""
    author = item.get("author", [{"literal": ""}])[0]["literal"]
    issued = day_of(item["issued"]) if "issued" in item else None
    fields = {
        "title": f"{{{_escape(item['title'])}}}",  # in braces of its own: styles leave its capitals
        "author": author and f"{{{_escape(author)}}}",  # likewise: an institution has no first name
        "organization": _escape(item.get("container-title", "")),
        "date": issued and issued.isoformat(),
        "year": issued and str(issued.year),
        "month": issued and str(issued.month),
        "url": re.sub(r"[{}\\]", lambda match: _BRACES[match[0]], item["URL"]),
        "urldate": day_of(item["accessed"]).isoformat(),
        "langid": {"en": "english", "ko": "korean"}.get(item.get("language", "")),
        "note": _escape(item["note"]),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{item['id']},", *lines, "}"])


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda match: _COMMANDS.get(match[0], rf"\{match[0]}"), text)
