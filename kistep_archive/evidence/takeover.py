"""A run that was taken over from another archive: its first record says where its records were there.

The records themselves are copied as they are, so a revisit and the run log name the files and offsets of the
other archive. This module says where these places are here."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kistep_archive.evidence.log_values import LogError, decode_json, read_number, read_text, read_typed
from kistep_archive.evidence.places import Place, read_file_name
from kistep_archive.warc import reader
from kistep_archive.warc.location import LARGEST
from kistep_archive.warc.record import Record, info_fields

FIELD = "taken-over"  # of the warcinfo record

ByteRange = tuple[int, int]  # the offset of bytes in the original file, and how many


@dataclass(frozen=True, slots=True)
class Takeover:
    """What the first record of a file says: the name that the file had (`file`), the id of the first record
    that it had (`id`), which bytes of it are here, one after another (`parts`), and the names that other
    files have here, by their names there (`files`). `begins` is where the bytes begin here. `unnamed` are
    files whose names here no file can have, a line each."""

    file: str
    id: str
    parts: tuple[ByteRange, ...]
    files: dict[str, str]
    begins: int
    unnamed: tuple[str, ...] = ()

    def offset(self, there: int) -> int:
        """The offset here of what was at an offset there; -1 if it was not taken over."""
        here = self.begins
        for start, length in self.parts:
            if start <= there < start + length:
                return here + there - start
            here += length
        return -1

    def there(self, parts: Iterable[ByteRange]) -> Iterator[ByteRange]:
        """The same parts of this file, by their offsets in the original one."""
        wanted, here = list(parts), self.begins
        for start, length in self.parts:
            for at, size in wanted:
                first, last = max(at, here), min(at + size, here + length)
                if first < last:
                    yield start + first - here, last - first
            here += length

    @property
    def size(self) -> int:
        """How many bytes of the original file are here."""
        return sum(length for _, length in self.parts)


def as_field(file: str, record_id: str, parts: Iterable[ByteRange], files: dict[str, str]) -> dict[str, str]:
    """The field of the warcinfo record."""
    values = {"file": file, "id": record_id, "parts": list(parts), "files": files}
    return {FIELD: json.dumps(values, sort_keys=True)}


def read(first: Record) -> Takeover | None:
    """What a file's first record says; None if its run was not taken over. Raises LogError."""
    text = info_fields(first).get(FIELD) if first.type == "warcinfo" else None
    if text is None:
        return None
    values = read_typed({FIELD: decode_json(text)}, FIELD, dict)
    files, unnamed = _files(read_typed(values, "files", dict))
    parts = tuple(_part(each) for each in read_typed(values, "parts", list))
    if first.length + sum(length for _, length in parts) > LARGEST:
        raise LogError("the parts are longer than a file can be")
    return Takeover(read_text(values, "file"), read_text(values, "id"), parts, files, first.length, unnamed)


def _files(names: dict[str, object]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(the names here by the names there, what is wrong with those that no file can have)."""
    files, unnamed = dict[str, str](), list[str]()
    for name, here in names.items():
        key = f"the name of {name!r:.60}"
        try:
            files[name] = read_file_name({key: here}, key)
        except LogError as error:
            unnamed.append(str(error))
    return files, tuple(unnamed)


def _part(values: object) -> ByteRange:
    if not isinstance(values, list) or len(values) != 2:
        raise LogError("a part is not an offset and a length")
    pair = dict(zip(("offset", "length"), values, strict=True))
    offset, length = read_number(pair, "offset"), read_number(pair, "length")
    if offset + length > LARGEST:
        raise LogError("a part ends behind the end of any file")
    return offset, length


def place(folder: Path, file: str, there: Place) -> Place | None:
    """Where something is in the `folder` of the evidence files that a record of `file` names by its place in
    the original archive; "" names that file itself. None if its file has no name here; the offset is -1 if
    these bytes are not here."""
    name, offset = there
    own = _of(folder / file)
    if own is None:
        return name or file, offset
    here = file if name in ("", own.file) else own.files.get(name)
    if here is None:
        return None
    other = own if here == file else _of(folder / here)
    return here, offset if other is None else other.offset(offset)


def _of(path: Path) -> Takeover | None:
    """What the first record of a file says. None if that cannot be read: then nothing of it can be."""
    try:
        return _first(path, path.stat().st_ino)
    except OSError:
        return None


@lru_cache(maxsize=64)  # a file may have very many revisits; `inode`: it may be replaced by another copy
def _first(path: Path, inode: int) -> Takeover | None:
    first = reader.record_at(path, 0)
    try:
        return None if isinstance(first, reader.Damage) else read(first)
    except LogError:
        return None
