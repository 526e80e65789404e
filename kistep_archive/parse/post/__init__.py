"""A post's page.

posts.py its labels · titles.py, labelled_titles.py, two_headings.py, marks.py its title · regions.py and
asides.py the place of its body · beside.py what else stands there · twice.py, second.py other posts ·
body.py its body · files.py and file_names.py its files.
"""
