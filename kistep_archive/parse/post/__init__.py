"""What a post's page says.

posts.py its labels · titles.py its title · regions.py and asides.py where its body stands · body.py its body · files.py its files.
"""
