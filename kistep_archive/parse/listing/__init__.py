"""What a page of rows says: its rows, their cells, its totals and pages."""
