"""The formats of exports and feeds, by the suffix of a file's name."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

FORMATS = ("csv", "json", "jsonl", "parquet", "md", "db", "sqlite")  # of an export, by the suffix
FEEDS = ("atom", "xml", "json")
