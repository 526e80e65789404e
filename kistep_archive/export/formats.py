"""The formats of exports and feeds, by the suffix of a file's name."""

FORMATS = ("csv", "json", "jsonl", "parquet", "md", "db", "sqlite")  # of an export
FEEDS = ("atom", "xml", "json")
