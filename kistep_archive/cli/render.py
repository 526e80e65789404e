"""What the commands print: items and rows as JSON, text, Markdown and HTML. Pure functions."""

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from kistep_archive import display
from kistep_archive.cli import text_chart
from kistep_archive.display import plural, printable
from kistep_archive.model.documents import Document

if TYPE_CHECKING:
    from kistep_archive.audit.verify import Report
    from kistep_archive.crawl.runner import Ended
    from kistep_archive.importers.importer import ImportResult
    from kistep_archive.importers.wayback_client import WaybackDownload
    from kistep_archive.ingest.rebuild import Rebuilt
    from kistep_archive.model.items import Listing, Notice, ParsedPost
    from kistep_archive.operate.doctor_findings import DoctorFinding

_SHORT = 60  # characters of a value, enough to tell it from another


def as_json(document: object) -> str:
    """One JSON document, readable and in the script of the text."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def item_document(item: "Listing | ParsedPost | Notice", board: str | None) -> Document:
    """A parsed page as `parse` prints it."""
    from kistep_archive.model.items import Listing, Notice, ParsedPost

    match item:
        case ParsedPost():
            fields = asdict(item)
            return {
                "kind": "post",
                "board": board,
                "number": fields.pop("number"),
                "layout": fields.pop("layout"),
                **fields,
            }
        case Listing():
            fields = asdict(item)
            del fields["layout"]
            return {"kind": "listing", "board": board, **fields}
        case Notice():
            return {"kind": "notice", "notice": item.notice, "text": item.text}


def table(rows: list[Document], columns: dict[str, str]) -> str:
    """Rows as aligned columns (key -> heading); "nothing" if there are no rows."""
    if not rows:
        return "nothing"
    lines = [
        list(columns.values()),
        *([printable(row[key]).replace("\n", " ") for key in columns] for row in rows),
    ]
    widths = [max(display.cells(line[i]) for line in lines) for i in range(len(columns))]
    return "\n".join("  ".join(map(display.padded, line, widths)).rstrip() for line in lines)


def finding_as_text(finding: "DoctorFinding") -> str:
    """A finding of `doctor`: its level, its area and what it says; below it what to do next."""
    line = printable(f"{finding.level:<5} {finding.area:<26} {finding.words}").replace("\n", " ")
    return f"{line}\n{'':32} -> {printable(finding.next)}" if finding.next else line


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
        seen = post["revisions"][number - 1]["seen_at"][:10]
        facts.append(f"revision {number} of {len(post['revisions'])}, seen {seen}")
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


def run_line(run: int, counts: dict[str, int], reason: str) -> str:
    """A complete run in one line."""
    posts = ", ".join(
        f"{counts.get(name, 0)} {name}" for name in ("new", "revised", "unchanged", "restored", "removed")
    )
    requests = plural(counts.get("requested", 0), "request")
    return printable(f"run {run} is complete: {posts}; {requests}{f' ({reason})' if reason else ''}")


def run_document(run: "Ended") -> Document:
    """A run as plain data; the results are the posts that a dry run would fetch."""
    facts = {"run": run.run, "exit_code": run.exit_code, "reason": run.reason, "counts": run.counts}
    return {"total": len(run.planned), "results": run.planned, **facts}


def import_document(result: "ImportResult") -> Document:
    """An import as plain data."""
    skipped = [{"reason": reason, "count": count} for reason, count in result.skipped.most_common()]
    return {
        "total": len(skipped),
        "results": skipped,
        "run": result.run,
        "held": result.held,
        "counts": dict(result.counts),
        "damage": result.damage,
    }


def rebuild_document(result: "Rebuilt") -> Document:
    """A rebuild as plain data."""
    changes = [asdict(change) | {"lost": change.lost} for change in result.changes]
    counts = {"files": result.files, "pages": result.pages, "posts": result.posts, "lost": len(result.lost)}
    return {
        "total": len(changes),
        "results": changes,
        **counts,
        "damage": result.damage,
        "compared": result.compared,
    }


def rebuild_as_text(result: "Rebuilt", *, dry_run: bool) -> str:
    """A rebuild for a person: each value that differs, then the numbers."""
    lines = [
        f"post {change.post}, {change.field}: {_short(change.before)} → "
        f"{'lost' if change.lost else _short(change.after)}  ({change.place})"
        for change in result.changes
    ]
    pages = f"{plural(result.pages, 'page')} in {plural(result.files, 'WARC file')}"
    holds = "would hold" if dry_run else "holds"
    summary = f"the database {holds} {plural(result.posts, 'post')}, from {pages}; {_comparison(result)}"
    return printable("\n".join([*lines, summary]))


def _comparison(result: "Rebuilt") -> str:
    if not result.compared:
        return "the old database could not be read, so nothing was compared"
    if not result.changes:
        return "nothing differs from the old database"
    counts = Counter(change.field for change in result.changes)
    fields = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{plural(len(result.changes), 'value')} changed ({fields}), {len(result.lost)} lost"


def _short(text: str | None) -> str:
    line = " ".join((text or "nothing").split())
    return repr(line if len(line) <= _SHORT else line[:_SHORT] + "…") if text else "nothing"


def wayback_document(result: "WaybackDownload") -> Document:
    """A `backfill --wayback` as plain data: the results are the captures that failed."""
    summary = asdict(result)
    failed = summary.pop("failed")
    return {"total": len(failed), "results": failed, **summary}


def wayback_line(result: "WaybackDownload") -> str:
    """A `backfill --wayback` in one line."""
    searches = f"{result.searched:,} {'search' if result.searched == 1 else 'searches'}"
    counts = f"{result.held} already in the archive · {result.fetched} fetched · {len(result.failed)} failed"
    line = f"{plural(result.found, 'capture')} in {searches}: {counts}"
    return printable(f"{line}; stopped: {result.stopped}" if result.stopped else line)


def verify_document(report: "Report") -> Document:
    """A verification as plain data."""
    summary = asdict(report)
    results = summary.pop("findings")
    return {"total": len(results), "results": results, "summary": summary}


def verify_as_text(report: "Report") -> str:
    """A verification for a person: a line per finding, then the notes, then how much was read."""
    size = f"{report.bytes / 1e6:.1f} MB" if report.bytes >= 100_000 else plural(report.bytes, "byte")
    records = f"{plural(report.records, 'record')} in {plural(report.files, 'WARC file')} ({size})"
    read = f"{records} and {plural(report.rows, 'row')} checked in {report.seconds:.1f} s"
    verdict = plural(len(report.findings), "finding") if report.findings else "no damage"
    notes = (f"note: {note}" for note in report.notes)
    return printable("\n".join([*map(str, report.findings), *notes, f"{verdict}: {read}"]))


def results_as_text(document: Document, *, offset: int, color: bool) -> str:
    """Search results for a person; the matches are bold red if `color`."""
    lines = [_how_many(document["total"], len(document["results"]), offset)]
    if document.get("plot"):
        lines += ["", text_chart.bars(document["plot"])]
    for row in document["results"]:
        snippet = _highlight(row["snippet"], *(("\x1b[1;31m", "\x1b[0m") if color else ("", "")))
        lines += ["", f"{row['id']}  {row['date']}  {printable(row['title'])}", f"    {snippet}"]
    if document.get("remark"):
        lines.append(document["remark"])
    if document.get("suggestions"):
        lines.append(f"similar words in the archive: {', '.join(map(printable, document['suggestions']))}")
    return "\n".join(lines)


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
