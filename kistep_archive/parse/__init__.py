"""The parser: pure functions from a stored page to a listing, a post or a notice.

parser.py the entry: `parse` · es.py and jsp.py the differences between the two layouts · tree.py complete
pages only · text.py words and numbers · fields.py the labels on a page, values.py and lines.py their values
· blocks.py which labels belong together · notices.py all other pages · post/ a post · listing/ a listing
page · trace.py and explain.py the piece of the page that a value comes from.
"""
