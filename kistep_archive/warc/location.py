"""The place of a response in the evidence."""

from dataclasses import dataclass


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
