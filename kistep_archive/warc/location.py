"""Where a response is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a response is kept: file name inside the archive's warc folder, byte offset and length of the
    gzip member, sha256 of the payload as it came over the wire."""

    file: str
    offset: int
    length: int
    sha256: str
    url: str
    fetched_at: str
    status: int
