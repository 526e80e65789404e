"""The head of a post.

posts.py its labels · titles.py, labelled_titles.py, marks.py and two_headings.py its title · twice.py and
second.py what the page says twice.
"""
