"""Reads the two heads of a WARC record: its own named fields, and the head of the HTTP message in it.

For our own records and those of other tools. Damage is an error, unusual spelling is not: heads may end their
lines with \\n alone, fold them, or have blanks before a colon; names and types may be in any case. Sources of
the format: ISO 28500:2009 and 2017 (WARC 1.0, 1.1), and the drafts 0.17 and 0.18."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from kistep_archive.http import content_coding

Headers = tuple[tuple[str, str], ...]
# Why a record is not a usable capture. First line: records that any WARC file has besides captures; second:
# those that a user may want to know about; third: those that are lost.
Kind = Literal[
    "request", "metadata", "warcinfo", "resource", "conversion", "continuation", "not-http", "other",
    "unresolved", "replay", "large", "truncated",
    "digest", "damaged",
]  # fmt: skip


_HEADS = 1 << 20  # bytes of a record's heads; more is not a record
_BEGINNING = b"WARC/"
_HTTP = ("response", "request", "revisit")
_DIGESTS = ("warc-block-digest", "warc-payload-digest")
_VERSIONS = {f"WARC/{number}" for number in ("0.17", "0.18", "1.0", "1.1")}
_LENGTH = re.compile(r"[0-9]{1,15}", re.ASCII)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\n[ \t]+")
_STATUS = re.compile(rb"[ \t]*HTTP(?:/[0-9](?:\.[0-9])?)?[ \t]+([1-9][0-9]{2})(?=[ \t\r\n]|\Z)", re.I)


class RecordError(ValueError):
    """A record that is damaged or not a usable capture: its kind, and the reason in words."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class Head(NamedTuple):
    """What comes before a record's payload. `fields` have their names in lower case; `block`, `payload` and
    `end` are offsets in the record; `http` is the head of an HTTP message, "" in other records."""

    type: str
    fields: dict[str, str]
    block: int
    payload: int
    end: int
    http: bytes
    status: int | None
    chunked: bool


def read_head(pieces: Iterator[bytes]) -> tuple[bytes, Head]:
    """(the first bytes of the record, which contain both heads; the head). Raises RecordError."""
    start = b""
    for piece in pieces:
        start = start + piece if start else piece
        # no more than these, so that all who read it find the same, whatever the size of their pieces
        if (head := _parse(start[:_HEADS])) or len(start) >= _HEADS:
            break
    else:
        head = None
    if (head := head or _parse(start[:_HEADS], ended=True)) is None:
        cut = len(start) < len(_BEGINNING) and _BEGINNING.startswith(start)
        raise RecordError(
            "damaged",
            "the file is truncated at the start of a record" if cut else "the record's head does not end",
        )
    return start, head


def _parse(start: bytes, ended: bool = False) -> Head | None:
    """The head; None if it needs more bytes."""
    if not start.startswith(_BEGINNING) and len(start) >= len(_BEGINNING):
        raise RecordError("damaged", "no WARC record begins here")
    if (head := _head_end(start, 0, len(start))) is None:
        return None
    fields, block = named_fields(start[: head[0]]), head[1]
    kind, end = fields.get("warc-type", "").lower(), head[1] + _length(fields)
    if kind not in _HTTP:
        return Head(kind, fields, block, block, end, b"", None, False)
    if (head := _head_end(start, block, end)) is None and not ended and len(start) < end:
        return None
    payload = head[1] if head else end  # some tools store only the head
    http = start[block:payload]
    status = _STATUS.match(http)
    return Head(
        kind,
        fields,
        block,
        payload,
        end,
        http,
        int(status[1]) if status else None,
        kind == "response" and _is_chunked(http),
    )


def _head_end(data: bytes, start: int, stop: int) -> tuple[int, int] | None:
    """Where a head ends and where the bytes after its blank line begin."""
    match = _BLANK_LINE.search(data, start, stop)
    return match.span() if match else None


def named_fields(head: bytes) -> dict[str, str]:
    """The named fields of a record's head. Of a repeated field the first counts; repeated digests all count,
    with a blank between."""
    text = _text(head)
    version, *lines = text.split("\n")
    if version.rstrip() not in _VERSIONS:
        raise RecordError(
            "damaged", f"{version[:40]!r} is an unknown version of WARC (known are 0.17, 0.18, 1.0, 1.1)"
        )
    parts = [line.partition(":") for line in lines]
    fields = {name.lower(): value.strip() for name, _, value in parts}
    names = "".join(fields)
    if " " in names or "\t" in names or "" in fields.values() or len(fields) < len(parts):
        return _odd_fields(_lines(text)[1:])
    return fields


def _odd_fields(lines: list[str]) -> dict[str, str]:
    """The same for lines that are folded, repeated or empty, or have blanks before the colon."""
    if not all(":" in line for line in lines):
        raise RecordError("damaged", "a line of the record's head is not a field")
    pairs = [
        (name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    ]
    fields = dict(reversed(pairs))
    if len({value for name, value in pairs if name == "content-length"}) > 1:
        return fields | {"content-length": ""}
    return fields | {
        name: " ".join(value for key, value in pairs if key == name) for name in _DIGESTS if name in fields
    }


def _text(raw: bytes) -> str:
    """Decodes UTF-8; lines that are not UTF-8 as Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(map(_text, raw.split(b"\n"))) if b"\n" in raw else raw.decode("latin-1")


def _lines(head: str) -> list[str]:
    """The lines of a head; a line that begins with a blank continues the one before."""
    lines = head.replace("\r\n", "\n")
    return (_FOLD.sub(" ", lines) if "\n " in lines or "\n\t" in lines else lines).split("\n")


def _length(fields: dict[str, str]) -> int:
    """The length of the block in bytes, according to the head."""
    if not _LENGTH.fullmatch(length := fields.get("content-length", "")):
        raise RecordError("damaged", "the record's head has no valid Content-Length")
    return int(length)


def http_fields(http: bytes) -> Headers:
    """The header fields of an HTTP message's head, in their order; values are latin-1, byte for byte."""
    pairs = (line.partition(":") for line in _lines(http.decode("latin-1"))[1:] if ":" in line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _is_chunked(http: bytes) -> bool:
    return b"chunked" in http.lower() and "chunked" in codings(http, "transfer-encoding")


def codings(http: bytes, field: str) -> list[str]:
    """The codings in a field of an HTTP head."""
    return content_coding.list_codings(value for name, value in http_fields(http) if name.lower() == field)
