"""Questions to the archive, read only."""
