"""The head of a post.

posts.py its labels · known_posts.py those of known programs · titles.py, labelled_titles.py, title_rows.py,
marks.py, title_edges.py, side_by_side.py, plain_titles.py, cut_titles.py and two_headings.py its title ·
twice.py and second.py what the page says twice · quoted.py labels that the post quotes.
"""
