"""Files made from the archive: exports, feeds, charts, and the evidence of one post."""
