"""Out of the archive: files, feeds, charts, and the proof of one post."""
