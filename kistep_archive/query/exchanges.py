"""The heads of the HTTP exchange behind a revision, and the heads of its WARC records, as they are in the
evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.warc import reader


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response as text: their first lines and headers, without bodies. `request` is "" if
    the evidence has none, as that of some other tools. `record` are the fields of the response's WARC
    record."""

    request: str
    response: str
    record: Mapping[str, str]


def exchange(folder: Path, file: str, offset: int) -> Exchange:
    """The exchange whose response is at (file, offset); `folder` holds the WARC files. Raises WarcError."""
    response = reader.read_record(folder, file, offset)
    following = reader.next_record(folder, file, response, ("request",))
    is_its = (
        following is not None
        and following.type == "request"
        and following.field("WARC-Concurrent-To") == response.id
    )
    request = following.block if is_its and following else b""
    return Exchange(_text(request.partition(b"\r\n\r\n")[0]), _text(response.http), response.head)


def _text(head: bytes) -> str:
    """The head as text; a byte that is no ASCII stands for itself, as in latin-1."""
    return head.decode("latin-1").strip()
