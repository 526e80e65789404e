"""A post, search results, and what a page says, as text, Markdown, HTML or JSON."""

from dataclasses import asdict
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING

from kistep_archive.cli.render import chart
from kistep_archive.cli.render.rows import Columns
from kistep_archive.display import plural, printable
from kistep_archive.model.documents import Document

if TYPE_CHECKING:
    from kistep_archive.model.items import Listing, Notice, ParsedPost


def item_document(item: "Listing | ParsedPost | Notice", board: str | None) -> Document:
    """A parsed page as `parse` prints it."""
    from kistep_archive.model.items import Listing, Notice, ParsedPost

    match item:
        case ParsedPost():
            fields = {name: value for name, value in asdict(item).items() if name in _compared_fields(item)}
            return {
                "kind": "post",
                "board": board,
                "number": fields.pop("number"),
                "layout": fields.pop("layout"),
                **fields,
            }
        case Listing():
            fields = asdict(item)
            del fields["layout"], fields["further"]
            return {"kind": "listing", "board": board, **fields}
        case Notice():
            return {"kind": "notice", "notice": item.notice, "text": item.text}


def _compared_fields(item: "ParsedPost") -> set[str]:
    """The names of the fields that are part of the post."""
    return {each.name for each in dataclass_fields(item) if each.compare}


def post_as_text(post: Document) -> str:
    """A post for a reader: title, one line of facts, the body, its files."""
    files = [f"  {file['name']}  {file['url']}" for file in _downloads(post)]
    tail = ["", "Files:", *files] if files else []
    return printable(
        "\n".join([post["title"], " · ".join(_facts(post)), post["url"], "", post["body_text"], *tail])
    )


def _facts(post: Document) -> list[str]:
    facts = [
        post["writer"] or "no writer",
        post["date"],
        plural(post["hits"], "hit") if post["hits"] is not None else "hits unknown",
        f"{post['board']}/{post['number']}",
    ]
    if post["removed_at"]:
        facts.append(f"removed, last seen {post['last_seen_at'][:10]}")
    if number := post.get("revision"):
        seen_on = post["revisions"][number - 1]["seen_at"][:10]
        facts.append(f"revision {number} of {len(post['revisions'])}, seen {seen_on}")
    return facts


def _downloads(post: Document) -> list[Document]:
    return [file for file in post["attachments"] if file["kind"] == "file"]


def explanation_as_text(explanation: Document) -> str:
    """A field's piece of the page's source, the value read from it, and where the page is in the evidence."""
    lines: list[str] = []
    for piece in explanation["pieces"]:
        place = (
            f"line {piece['line']}, column {piece['column']}, byte {piece['byte_offset']} of the "
            "decompressed page"
        )
        note = (
            place if piece["exact"] else ("as the parser read it; its exact place in the source is not known")
        )
        lines += [printable(piece["source"].replace("\r\n", "\n").expandtabs()), f"    {note}", ""]
    evidence, value = explanation["evidence"], explanation["value"]
    if not explanation["pieces"]:
        lines += [printable(f"not on the page; read from its address {evidence['url']}"), ""]
    is_list = isinstance(value, list)
    text = "\n".join(f"{file['name']}  {file['url']}" for file in value) if is_list else str(value)
    lines += [printable(f"{explanation['field']}: {text}"), ""]
    if explanation["selector"] is not None:
        lines += [printable(f"the board's skin selects it with {explanation['selector']}"), ""]
    if explanation["stored"] not in (None, value):
        stored = f"{explanation['stored']} (read by parser {explanation['parser_version']})"
        lines += [printable(f"the archive has another value: {stored}"), ""]
    post = f"post {explanation['post']}, revision {explanation['revision']}"
    lines += [f"{post}, fetched {evidence['fetched_at']}", printable(evidence["url"])]
    place = f"{evidence['file']} at {evidence['offset']}"
    return "\n".join([*lines, f"{place}, {plural(evidence['length'], 'byte')}, sha256 {evidence['sha256']}"])


def post_as_markdown(post: Document) -> str:
    """A post as Markdown, made from the sanitised HTML. Text that looks like markup is escaped."""
    from kistep_archive.export.markdown import body, line, link

    files = [f"- {link(file['name'], file['url'])}" for file in _downloads(post)]
    tail = ["## Files", "\n".join(files)] if files else []
    head = [f"# {line(post['title'])}", f"{line(' · '.join(_facts(post)))} · <{post['url']}>"]
    return printable("\n\n".join(part for part in [*head, body(post["body_html"], {}), *tail] if part) + "\n")


def post_as_html(post: Document) -> str:
    """A post as an HTML fragment: text is escaped, the body is sanitised, control characters are character
    references."""
    from html import escape

    files = [
        f'<li><a href="{escape(file["url"])}">{escape(file["name"])}</a></li>' for file in _downloads(post)
    ]
    tail = ["<h2>Files</h2>", "<ul>", *files, "</ul>"] if files else []
    url = escape(post["url"])
    facts = f'<p>{escape(" · ".join(_facts(post)))} · <a href="{url}">{url}</a></p>'
    lines = ["<article>", f"<h1>{escape(post['title'])}</h1>", facts, post["body_html"], *tail, "</article>"]
    return "".join(c if c.isprintable() or c in "\n\t" else f"&#x{ord(c):x};" for c in "\n".join(lines))


RESULTS = Columns(
    ("id", "board", "number", "title", "writer", "date", "hits", "url", "removed_at", "snippet", "score"),
    ("id", "date", "board", "number", "title", "writer", "hits", "removed_at"),
)


def results_as_text(document: Document, *, offset: int, color: bool) -> str:
    """Search results for a person; the matches are bold red if `color`. Without a query each is one line."""
    lines = [_how_many(document["total"], len(document["results"]), offset)]
    if document.get("plot"):
        lines += ["", chart.bars(document["plot"])]
    if not document["query"].strip():
        lines += ["", *map(_headline, document["results"])] if document["results"] else []
        lines += [document["remark"]] if document.get("remark") else []
        return "\n".join(lines)
    for row in document["results"]:
        snippet = _highlight(row["snippet"], *(("\x1b[1;31m", "\x1b[0m") if color else ("", "")))
        lines += ["", _headline(row), f"    {snippet}"]
    if document.get("remark"):
        lines.append(document["remark"])
    if document.get("suggestions"):
        lines.append(f"similar words in the archive: {', '.join(map(printable, document['suggestions']))}")
    return "\n".join(lines)


def _headline(row: Document) -> str:
    gone = f"  (removed, missing since {row['removed_at'][:10]})" if row["removed_at"] else ""
    return f"{row['id']}  {row['date']}  {printable(row['title'])}{gone}"


def _how_many(total: int, count: int, offset: int) -> str:
    matches = plural(total, "post")
    if offset and total:
        part = f"{offset + 1} to {offset + count}:" if count else f"none after the first {offset}"
        return f"{matches}, {part}"
    return matches + (f", the first {count}:" if total > count else "")


def _highlight(snippet: str, begin: str, end: str) -> str:
    """A snippet for a terminal: its text unescaped, `begin` and `end` in place of <mark> and </mark>."""
    from html import unescape

    plain, *rest = snippet.split("<mark>")
    pieces = [piece.partition("</mark>") for piece in rest]
    matches = (
        f"{begin}{printable(unescape(match))}{end}{printable(unescape(text))}" for match, _, text in pieces
    )
    return printable(unescape(plain)) + "".join(matches)
