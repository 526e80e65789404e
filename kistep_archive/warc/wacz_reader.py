"""Reads a WACZ: a zip with WARC files in its folder `archive` and the digests of its parts in
`datapackage.json`.

Source of the format: WACZ 1.1.1 (specs.webrecorder.net).
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.warc.extent import Extent

_STEP = 1 << 20
_PACKAGE = "datapackage.json"
_LONGEST_PACKAGE = 64 << 20  # bytes
_ROOM = 16 << 30  # bytes of one decompressed entry at most
# what zipfile raises for bytes that it cannot decompress: RuntimeError for a password; its subclasses
# NotImplementedError and RecursionError too
_DAMAGED = (BadZipFile, zlib.error, EOFError, RuntimeError)
_LOCAL_HEAD = struct.Struct("<4s22xHH")  # signature, then the lengths of name and extra field


@dataclass(frozen=True, slots=True)
class BadEntry:
    """A damaged entry of the zip."""

    entry: str
    offset: int
    reason: str


def open_wacz(path: Path, file: IO[bytes]) -> tuple[ZipFile, list[ZipInfo]]:
    """The zip and the WARC files in it. Raises ArchiveError (2) if it is not a WACZ."""
    try:
        package = ZipFile(file)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError(
            f"{path}: the zip is truncated or damaged ({error}); download it again", ExitCode.USAGE
        ) from error
    parts = [
        info for info in package.infolist() if info.filename.startswith("archive/") and not info.is_dir()
    ]
    if not parts:
        raise ArchiveError(
            f"{path}: a zip, but not a WACZ: it has no folder 'archive' with WARC files", ExitCode.USAGE
        )
    return package, parts


def entries(path: Path, file: IO[bytes], stack: ExitStack) -> Iterator[Extent | BadEntry]:
    """The WARC files in it, readable until `stack` closes. A damaged file comes after its BadEntry, because
    its intact gzip members still count. Raises ArchiveError if it is not a WACZ."""
    package, parts = open_wacz(path, file)
    stack.enter_context(package)
    digests, damage = _declared(package)
    yield from damage
    for name in sorted(set(digests) - {info.filename for info in package.infolist()}):
        yield BadEntry(name, 0, f"{_PACKAGE} names {name}, which is not in the zip")
    for info in parts:
        yield from _entry(path, file, package, info, digests.get(info.filename, ""), stack)


def _entry(
    path: Path, file: IO[bytes], package: ZipFile, info: ZipInfo, declared: str, stack: ExitStack
) -> Iterator[Extent | BadEntry]:
    name = f"{path}/{info.filename}"
    copy = None if info.compress_type == ZIP_STORED else stack.enter_context(TemporaryFile())  # noqa: SIM115 (`stack` closes it)
    damage = _read(package, info, declared, copy)
    if damage:
        yield BadEntry(info.filename, info.header_offset, damage)
    if copy is not None:
        yield Extent(copy, 0, copy.tell(), name)
    elif (start := _start(file, info)) is not None:
        yield Extent(file, start, info.file_size, name)


def _read(package: ZipFile, info: ZipInfo, declared: str, copy: IO[bytes] | None) -> str:
    """Reads an entry to its end, into `copy` if there is one, and checks its checksum and digest. Returns
    what is wrong with it, "" if nothing is."""
    algorithm, _, value = declared.partition(":")
    digest = (
        hashlib.new(algorithm)
        if algorithm in hashlib.algorithms_guaranteed and not algorithm.startswith("shake")
        else None
    )
    room = _ROOM
    try:
        with package.open(info) as stream:
            while chunk := stream.read(_STEP):
                room -= len(chunk)
                if copy is not None and room < 0:
                    return f"{info.filename} decompresses to more than {_ROOM} bytes"
                if copy is not None:
                    copy.write(chunk)
                if digest is not None:
                    digest.update(chunk)
    except _DAMAGED as error:
        return f"{info.filename} is damaged in the zip ({error})"
    if digest is not None and digest.hexdigest() != value.lower():
        return f"{info.filename} does not match its digest in {_PACKAGE}"
    return ""


def _start(file: IO[bytes], info: ZipInfo) -> int | None:
    """The offset in the file where the bytes of a stored entry begin."""
    file.seek(info.header_offset)
    head = file.read(_LOCAL_HEAD.size)
    if len(head) < _LOCAL_HEAD.size:
        return None
    signature, name, extra = _LOCAL_HEAD.unpack(head)
    return info.header_offset + _LOCAL_HEAD.size + int(name) + int(extra) if signature == b"PK\3\4" else None


def _declared(package: ZipFile) -> tuple[dict[str, str], list[BadEntry]]:
    """(entry name -> `algorithm:hex` as the data package declares them, its own included; what is
    damaged)."""
    digests: dict[str, str] = {}
    for name in ("datapackage-digest.json", _PACKAGE):
        try:
            info = package.getinfo(name)
        except KeyError:
            continue
        try:
            raw = _small(package, info)
            if name in digests and digests[name].lower() != f"sha256:{hashlib.sha256(raw).hexdigest()}":
                raise ValueError("it does not match its digest in datapackage-digest.json")
            digests |= _digests(json.loads(raw))
        except (*_DAMAGED, ValueError) as error:
            return {}, [
                BadEntry(
                    name, info.header_offset, f"{name} is damaged ({error}), so its digests were ignored"
                )
            ]
    return digests, []


def _small(package: ZipFile, info: ZipInfo) -> bytes:
    with package.open(info) as stream:
        raw = stream.read(_LONGEST_PACKAGE + 1)
    if len(raw) > _LONGEST_PACKAGE:
        raise ValueError(f"longer than {_LONGEST_PACKAGE} bytes")
    return raw


def _digests(package: Any) -> dict[str, str]:
    """The digests in `datapackage.json` (its resources) or `datapackage-digest.json` (one path)."""
    if not isinstance(package, dict):
        raise ValueError("not a JSON object")
    listed = package.get("resources", [package])
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return {
        row["path"]: row["hash"]
        for row in rows
        if isinstance(row.get("path"), str) and isinstance(row.get("hash"), str)
    }
