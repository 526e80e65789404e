"""What is printed: items and rows as JSON, text, Markdown and HTML. Functions of rows, without state."""

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kistep_archive import display
from kistep_archive.cli import text_chart

if TYPE_CHECKING:
    from kistep_archive.audit.verify import Report
    from kistep_archive.crawl.runner import Ended
    from kistep_archive.importers.importer import Imported
    from kistep_archive.importers.wayback_client import Fetched
    from kistep_archive.ingest.rebuild import Rebuilt
    from kistep_archive.model.items import Listing, Notice, Post
    from kistep_archive.operate.doctor_findings import Finding
from kistep_archive.display import printable

Answer = dict[str, Any]
_SHORT = 60  # characters of a value that is shown to tell it from another


def as_json(document: object) -> str:
    """One JSON document, readable and in the script of the text."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def parsed(item: "Listing | Post | Notice", board: str | None) -> Answer:
    """A parsed page as `parse` prints it."""
    from kistep_archive.model.items import Listing, Notice, Post

    match item:
        case Post():
            fields = asdict(item)
            return {"kind": "post", "board": board, "number": fields.pop("number"), "layout": fields.pop("layout"), **fields}
        case Listing():
            fields = asdict(item)
            del fields["layout"]
            return {"kind": "listing", "board": board, **fields}
        case Notice():
            return {"kind": "notice", "notice": item.notice, "text": item.text}


def table(rows: list[Answer], columns: dict[str, str]) -> str:
    """Rows as aligned columns, key -> heading; an empty list is a line that says so."""
    if not rows:
        return "nothing"
    lines = [list(columns.values()), *([printable(row[key]).replace("\n", " ") for key in columns] for row in rows)]
    widths = [max(display.cells(line[i]) for line in lines) for i in range(len(columns))]
    return "\n".join("  ".join(display.padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def finding_as_text(found: "Finding") -> str:
    """A finding of `doctor`: how it stands, where, what was found; below it what to do next."""
    line = printable(f"{found.level:<5} {found.area:<26} {found.words}").replace("\n", " ")
    return f"{line}\n{'':32} -> {printable(found.next)}" if found.next else line


def post_as_text(post: Answer) -> str:
    """A post to be read: title, one line of facts, the body, its files."""
    files = [f"  {file['name']}  {file['url']}" for file in _downloads(post)]
    tail = ["", "Files:", *files] if files else []
    return printable("\n".join([post["title"], " · ".join(_facts(post)), post["url"], "", post["body_text"], *tail]))


def _facts(post: Answer) -> list[str]:
    facts = [
        post["writer"] or "no writer",
        post["date"],
        f"{post['hits']} hits" if post["hits"] is not None else "hits unknown",
        f"{post['board']}/{post['number']}",
    ]
    if post["removed_at"]:
        facts.append(f"removed, last seen {post['last_seen_at'][:10]}")
    if number := post.get("revision"):
        facts.append(f"revision {number} of {len(post['revisions'])}, seen {post['revisions'][number - 1]['seen_at'][:10]}")
    return facts


def _downloads(post: Answer) -> list[Answer]:
    return [file for file in post["attachments"] if file["kind"] == "file"]


def explained(answer: Answer) -> str:
    """A field's piece of the page as its source has it, the value read from it, and where the page is kept."""
    lines: list[str] = []
    for piece in answer["pieces"]:
        place = f"line {piece['line']}, column {piece['column']}, byte {piece['byte_offset']} of the unpacked page"
        where = place if piece["exact"] else "as the parser had it: where this stands in the page's source could not be told for certain"
        lines += [printable(piece["source"].replace("\r\n", "\n").expandtabs()), f"    {where}", ""]
    if not answer["pieces"]:
        lines += [printable(f"not on the page; read from its address {answer['evidence']['url']}"), ""]
    value = answer["value"]
    said = "\n".join(f"{file['name']}  {file['url']}" for file in value) if isinstance(value, list) else str(value)
    lines += [printable(f"{answer['field']}: {said}"), ""]
    if answer["stored"] not in (None, value):
        lines += [printable(f"the archive holds another value, read by parser {answer['parser_version']}: {answer['stored']}"), ""]
    kept = answer["evidence"]
    lines += [f"post {answer['post']}, revision {answer['revision']}, fetched {kept['fetched_at']}", printable(kept["url"])]
    return "\n".join([*lines, f"{kept['file']} at {kept['offset']}, {kept['length']} bytes, sha256 {kept['sha256']}"])


def post_as_markdown(post: Answer) -> str:
    """A post as Markdown, made from the sanitised HTML; what is text in it is no markup."""
    from kistep_archive.export.markdown import body, line, link

    files = [f"- {link(file['name'], file['url'])}" for file in _downloads(post)]
    tail = ["## Files", "\n".join(files)] if files else []
    head = [f"# {line(post['title'])}", f"{line(' · '.join(_facts(post)))} · <{post['url']}>"]
    return printable("\n\n".join(part for part in [*head, body(post["body_html"], {}), *tail] if part) + "\n")


def post_as_html(post: Answer) -> str:
    """A post as an HTML fragment: what is text is escaped, the body is sanitised. Characters that a terminal would obey are references."""
    from html import escape

    files = [f'<li><a href="{escape(file["url"])}">{escape(file["name"])}</a></li>' for file in _downloads(post)]
    tail = ["<h2>Files</h2>", "<ul>", *files, "</ul>"] if files else []
    url = escape(post["url"])
    facts = f'<p>{escape(" · ".join(_facts(post)))} · <a href="{url}">{url}</a></p>'
    lines = ["<article>", f"<h1>{escape(post['title'])}</h1>", facts, post["body_html"], *tail, "</article>"]
    return "".join(c if c.isprintable() or c in "\n\t" else f"&#x{ord(c):x};" for c in "\n".join(lines))


def crawl_line(run: int, counts: dict[str, int], reason: str) -> str:
    """A finished crawl in one line."""
    did = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("new", "revised", "unchanged", "restored", "removed"))
    return printable(f"run {run} is complete: {did}; {counts.get('requested', 0)} requests{f' ({reason})' if reason else ''}")


def ended(run: "Ended") -> Answer:
    """A run from the site as plain data; the results are the posts that a dry run would fetch."""
    answer = {"run": run.run, "exit_code": run.exit_code, "reason": run.reason, "counts": run.counts}
    return {"total": len(run.planned), "results": run.planned, **answer}


def imported(done: "Imported") -> Answer:
    """An import as plain data."""
    skipped = [{"reason": reason, "count": count} for reason, count in done.skipped.most_common()]
    return {
        "total": len(skipped),
        "results": skipped,
        "run": done.run,
        "held": done.held,
        "counts": dict(done.counts),
        "damage": done.damage,
    }


def rebuilt(result: "Rebuilt") -> Answer:
    """A rebuild as plain data."""
    changes = [asdict(change) | {"lost": change.lost} for change in result.changes]
    counts = {"files": result.files, "pages": result.pages, "posts": result.posts, "lost": len(result.lost)}
    return {"total": len(changes), "results": changes, **counts, "damage": result.damage, "compared": result.compared}


def rebuilt_as_text(result: "Rebuilt", *, dry_run: bool) -> str:
    """A rebuild for a person: each value that differs, then the numbers."""
    lines = [
        f"post {change.post}, {change.field}: {_short(change.before)} → {'lost' if change.lost else _short(change.after)}  ({change.place})"
        for change in result.changes
    ]
    fields = ", ".join(f"{count} {name}" for name, count in Counter(change.field for change in result.changes).items())
    did = "would hold" if dry_run else "holds"
    words = f"the database {did} {result.posts} posts, from {result.pages} pages in {result.files} WARC files; "
    words += f"{len(result.changes)} values differ ({fields}), {len(result.lost)} are lost" if result.changes else "nothing differs"
    unknown = "; the old database could not be read, so nothing was compared"
    return printable("\n".join([*lines, words if result.compared else words.replace("; nothing differs", unknown)]))


def _short(text: str | None) -> str:
    line = " ".join((text or "nothing").split())
    return repr(line if len(line) <= _SHORT else line[:_SHORT] + "…") if text else "nothing"


def backfilled(done: "Fetched") -> Answer:
    """What came of the Internet Archive's captures, as `--json` prints it: the results are those that could not be had."""
    summary = asdict(done)
    failed = summary.pop("failed")
    return {"total": len(failed), "results": failed, **summary}


def backfilled_as_text(done: "Fetched") -> str:
    """The same in one line."""
    words = f"{done.found} captures in {done.searched} searches: {done.held} held before, {done.fetched} fetched, {len(done.failed)} failed"
    return printable(f"{words}; stopped: {done.stopped}" if done.stopped else words)


def verified(report: "Report") -> Answer:
    """What `verify` found, as `--json` prints it."""
    summary = asdict(report)
    results = summary.pop("findings")
    return {"total": len(results), "results": results, "summary": summary}


def verified_as_text(report: "Report") -> str:
    """What `verify` found: a line a finding, then what is worth a word, then how much was read."""
    size = f"{report.bytes / 1e6:.1f} MB" if report.bytes >= 100_000 else f"{report.bytes} bytes"
    read = f"{report.records} records in {report.files} WARC files ({size}) and {report.rows} rows in {report.seconds:.1f} s"
    verdict = f"{len(report.findings)} findings" if report.findings else "sound"
    return printable("\n".join([*map(str, report.findings), *(f"note: {note}" for note in report.notes), f"{verdict}: {read}"]))


def results_as_text(answer: Answer, *, offset: int, color: bool) -> str:
    """Search results for a person; the matches in bold red where colours are wanted."""
    lines = [_how_many(answer["total"], len(answer["results"]), offset)]
    if answer.get("plot"):
        lines += ["", text_chart.bars(answer["plot"])]
    for row in answer["results"]:
        snippet = _marked(row["snippet"], *(("\x1b[1;31m", "\x1b[0m") if color else ("", "")))
        lines += ["", f"{row['id']}  {row['date']}  {printable(row['title'])}", f"    {snippet}"]
    if answer.get("remark"):
        lines.append(answer["remark"])
    if answer.get("suggestions"):
        lines.append(f"the archive has: {', '.join(map(printable, answer['suggestions']))}")
    return "\n".join(lines)


def _how_many(total: int, shown: int, offset: int) -> str:
    if offset and total:
        return f"{total} found, {f'{offset + 1} to {offset + shown}:' if shown else f'none after the first {offset}'}"
    return f"{total} found" + (f", the first {shown}:" if total > shown else "")


def _marked(snippet: str, begin: str, end: str) -> str:
    """A snippet for a terminal: its text unescaped, `begin` and `end` in place of its marks."""
    from html import unescape

    plain, *rest = snippet.split("<mark>")
    pieces = [piece.partition("</mark>") for piece in rest]
    marked = (f"{begin}{printable(unescape(match))}{end}{printable(unescape(text))}" for match, _, text in pieces)
    return printable(unescape(plain)) + "".join(marked)
