"""The differences of two revisions as HTML, for feeds."""

from html import escape

from kistep_archive.query.diff import Change, Hunk, Row, Span

# HTML


def as_html(changes: list[Change]) -> str:
    """The changes as HTML: a heading a field, edits in <del> and <ins>, all text escaped."""
    return "\n".join(f"<h2>{escape(change.field)}</h2>\n" + "\n<p>…</p>\n".join(map(_html_hunk, change.hunks)) for change in changes)


def _html_hunk(hunk: Hunk) -> str:
    return "\n".join(line for row in hunk.rows for line in _html_row(row))


def _html_row(row: Row) -> list[str]:
    if row.same:
        text = "".join(escape(span.text) for span in row.before or ())
        return [f"<p>{text}</p>"] if text.strip() else []
    lines = []
    for line, tag in ((row.before, "del"), (row.after, "ins")):
        if line and any(span.text.strip() for span in line):
            lines.append("<p>" + "".join(_html_span(span, tag) for span in line) + "</p>")
    return lines


def _html_span(span: Span, tag: str) -> str:
    return f"<{tag}>{escape(span.text)}</{tag}>" if span.changed else escape(span.text)
