"""A listing page: its rows, their cells, its totals and pages."""
