"""Proposes a skin for a board from pages that the archive holds: the rows of the listing give the values, and
the pages show where they stand."""
