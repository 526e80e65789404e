"""The difference of two revisions as HTML, for feeds."""

from html import escape

from kistep_archive.query.diff import FieldDiff, Hunk, LinePair, Span


def as_html(changes: list[FieldDiff]) -> str:
    """The changes as HTML: a heading per field, edits in <del> and <ins>, all text escaped."""
    return "\n".join(
        f"<h2>{escape(change.field)}</h2>\n" + "\n<p>…</p>\n".join(map(_html_hunk, change.hunks))
        for change in changes
    )


def _html_hunk(hunk: Hunk) -> str:
    return "\n".join(line for pair in hunk.rows for line in _html_pair(pair))


def _html_pair(pair: LinePair) -> list[str]:
    if pair.same:
        text = "".join(escape(span.text) for span in pair.before or ())
        return [f"<p>{text}</p>"] if text.strip() else []
    lines = []
    for line, tag in ((pair.before, "del"), (pair.after, "ins")):
        if line and any(span.text.strip() for span in line):
            lines.append("<p>" + "".join(_html_span(span, tag) for span in line) + "</p>")
    return lines


def _html_span(span: Span, tag: str) -> str:
    return f"<{tag}>{escape(span.text)}</{tag}>" if span.changed else escape(span.text)
