"""What a stored page says: pure functions from a page to a listing, a post or a notice.

parser.py the entry: `parse` · es.py and jsp.py what differs between the two layouts · tree.py whole pages only · text.py words and
numbers · fields.py the labels on a page, values.py what stands beside them, blocks.py which of them stand together · notices.py
everything else that may come · post/ a post · listing/ a page of rows · trace.py and explain.py from which piece of the page a value
was read.
"""
