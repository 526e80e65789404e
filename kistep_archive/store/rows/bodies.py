"""HTML that does not say again what `body_text` says: most bodies are the same words, in paragraphs. A mark
stands for them; which one says what is between their paragraphs and lines."""

_MARKED = {  # mark -> what is between two paragraphs, and between two lines
    "\x01": ("</p>\n<p>", "<br>"),
    "\x02": ("</p><p>", "<br>"),
    "\x03": ("<br><br>", "<br>"),
    "\x04": ("\n\n", "\n"),
}
_LAST = max(_MARKED)
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # in this order


def pack(text: str, html: str) -> str:
    """The HTML as it is stored: a mark, and the HTML in which that mark stands for the text; the HTML itself
    if it does not contain the text as a whole. `unpack_sql` makes the same HTML of it."""
    if not text or any(mark in html or mark in text for mark in _MARKED):
        return html
    for character, name in _ESCAPED.items():
        text = text.replace(character, name)
    for mark, (paragraph, line) in _MARKED.items():
        words = text.replace("\n\n", mark).replace("\n", line).replace(mark, paragraph)
        if words in html:
            return mark + html.replace(words, mark)
    return html


def unpack_sql(table: str) -> str:
    """The SQL that makes the HTML of the columns `body_text` and `body_html` of a table. It is part of views,
    so it calls only what every SQLite has."""
    html, mark, words = f"{table}.body_html", f"substr({table}.body_html, 1, 1)", f"{table}.body_text"
    for character, name in _ESCAPED.items():
        words = f"replace({words}, '{character}', '{name}')"
    words = f"replace(replace({words}, char(10, 10), {mark}), char(10), {_between(1, mark)})"
    words = f"replace({words}, {mark}, {_between(0, mark)})"
    full = f"replace(substr({html}, 2), {mark}, {words})"
    return f"CASE WHEN unicode({html}) <= {ord(_LAST)} THEN {full} ELSE {html} END"


def _between(which: int, mark: str) -> str:
    cases = " ".join(
        f"WHEN char({ord(each)}) THEN '{between[which]}'".replace("\n", "' || char(10) || '")
        for each, between in _MARKED.items()
    )
    return f"CASE {mark} {cases} END"
