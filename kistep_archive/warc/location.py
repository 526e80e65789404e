"""The place of a response in the evidence, and the names that a file of it may have."""

import re
from dataclasses import dataclass

LARGEST = (1 << 63) - 1  # an offset or a count that SQLite can hold

_NAME = re.compile(r"[^/\\\x00-\x1f\x7f\ud800-\udfff]+\.warc\.gz")
_LONGEST = 250  # bytes of a name: file systems take 255, and `.open` comes behind it


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place of a response in the evidence: the file name in the archive's warc folder, byte offset and
    length of the gzip member, and the sha256 of the payload as it came over the wire."""

    file: str
    offset: int
    length: int
    sha256: str
    url: str
    fetched_at: str
    status: int


def is_file_name(text: str) -> bool:
    """Whether a text can be the name of an evidence file. It is a plain name, so whatever a record says, only
    files in the archive's own warc folder are opened."""
    return _NAME.fullmatch(text) is not None and len(text.encode()) <= _LONGEST
