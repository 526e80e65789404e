"""A search: the query language, the ranked matches, the marked passages, and suggestions."""
