"""A difference in HTML."""

from kistep_archive.export.diff_html import as_html
from kistep_archive.query.diff import FieldDiff, Hunk, LinePair, spans


def test_html_escapes_all_that_is_text() -> None:
    row = LinePair(*spans("<b>&old", "<i>&new"), False)
    html = as_html(
        [FieldDiff("<title>", "", "", (Hunk(1, 1, (row, LinePair(None, spans("", "<script>")[1], False))),))]
    )
    assert html == (
        "<h2>&lt;title&gt;</h2>\n<p>&lt;<del>b&gt;&amp;old</del></p>\n<p>&lt;<ins>i&gt;&amp;new</ins></p>\n"
        "<p><ins>&lt;script&gt;</ins></p>"
    )
