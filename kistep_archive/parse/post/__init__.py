"""A post's page.

posts.py its labels · titles.py, labelled_titles.py, marks.py its title · regions.py and asides.py the place
of its body · body.py its body · files.py and file_names.py its files.
"""
