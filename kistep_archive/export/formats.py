"""The formats of exports and feeds, by the suffix of a file's name, and the styles of citations."""

FORMATS = ("csv", "json", "jsonl", "parquet", "xlsx", "md", "markdown", "db", "sqlite")  # of an export
FEEDS = ("atom", "xml", "json")
CITATIONS = ("apa", "chicago", "bibtex", "ris", "csl-json")
