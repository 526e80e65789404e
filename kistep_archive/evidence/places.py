"""Reads where a record says that a revisit's payload is. Rebuild, verify and import all ask here, so that
they agree on what a place is."""

import re

from kistep_archive.evidence.log_values import Fields, LogError, read_number, read_text
from kistep_archive.warc.location import LARGEST, is_file_name
from kistep_archive.warc.record import Record

NOWHERE = "this revisit record does not say where its payload is"

Place = tuple[str, int]  # file and offset

_FILE, _OFFSET = "WARC-Refers-To-Filename", "WARC-Refers-To-File-Offset"
_DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)


def of_revisit(revisit: Record) -> Place:
    """The place that one of our own revisits names. Raises LogError."""
    offset = revisit.field(_OFFSET)
    if not _DIGITS.fullmatch(offset) or int(offset) > LARGEST:
        raise LogError(f"{_OFFSET} is {offset!r:.40}, not an offset")
    return read_file_name({_FILE: revisit.field(_FILE)}, _FILE), int(offset)


def of_event(values: Fields) -> Place | None:
    """The place that an `imported` event names, None if it names none; the file "" is the event's own. Raises
    LogError."""
    if values.get("payload") is None:
        return None
    file = read_file_name(values, "payload_file") if values.get("payload_file") else ""
    return file, read_number(values, "payload")


def read_file_name(values: Fields, key: str) -> str:
    """The name of an evidence file. Raises LogError."""
    if not is_file_name(name := read_text(values, key)):
        raise LogError(f"{key} is {name!r:.40}, not the name of an evidence file")
    return name
