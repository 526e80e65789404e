"""`verify` reads WARC files in parts, in several processes: it finds the same, in the same order, wherever
the parts begin."""

import gzip
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from captured import NUMBER, POST, page
from commands import Archive
from imported import import_into, packed
from places import TESTS
from spelled import Spelling

from kistep_archive.audit import scanning
from kistep_archive.audit.verify import Report, verify
from kistep_archive.warc.reader import walk

WHOLE = 1 << 40
SIZES = [200, 3_000, 10_000]  # bytes of a part: less than a record, about one, some
Harm = Callable[[Path, random.Random], None]


def nothing(_file: Path, _chance: random.Random) -> None:
    """Leaves the file as it is."""


def flipped(file: Path, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    for at in chance.sample(range(len(content)), 5):
        content[at] ^= 1 << chance.randrange(8)
    file.write_bytes(content)


def cut(file: Path, chance: random.Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: chance.randrange(100, len(content))])


def doubled(file: Path, chance: random.Random) -> None:
    one = chance.choice(list(walk(file)))
    content, end = file.read_bytes(), one.offset + one.length
    file.write_bytes(content[:end] + content[one.offset :])


def holed(file: Path, chance: random.Random) -> None:
    content = file.read_bytes()
    at = chance.randrange(len(content) // 2)
    file.write_bytes(content[:at] + bytes(9_000) + content[at + 9_000 :])


def with_revisit(folder: Path) -> None:
    """Imports a response, a revisit of it, and a file that looks like records."""
    body, first = page("As it was"), "2019-05-01T00:00:00Z"
    url, digest = POST.format(NUMBER), Spelling().digest(body)
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=UTF-8\r\n\r\n"
    fields = {
        "WARC-Type": "revisit",
        "WARC-Target-URI": url,
        "WARC-Date": "2020-05-01T00:00:00Z",
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Payload-Digest": digest,
        "Content-Length": str(len(block)),
    }
    inner = gzip.compress(b"", mtime=0) + gzip.compress(Spelling().record(url, body, first), mtime=0)
    records = [
        Spelling().record(url, body, first),
        Spelling().record(POST.format(NUMBER + 1), body + inner * 3, first),
        Spelling().head(list(fields.items())) + block,
    ]
    (folder / "captured").write_bytes(packed(records, b"\r\n\r\n", "by member", b""))
    import_into(folder / "archive", folder / "captured")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive of many runs, with an import."""
    shutil.copytree(TESTS / "archives" / "0.1.0" / "archive", tmp_path / "archive")
    with_revisit(tmp_path)
    return Archive(tmp_path / "archive")


def found(folder: Path, size: int, jobs: int = 1) -> Report:
    work = scanning.Work(jobs, part=size, alone_below=0)
    return replace(verify(folder, work=work), seconds=0)


@pytest.mark.parametrize("harm", [nothing, flipped, cut, doubled, holed])
def test_the_same_is_found_in_parts_of_any_size(harm: Harm, archive: Archive) -> None:
    chance = random.Random(harm.__name__)
    for file in sorted((archive.folder / "warc").glob("*.warc.gz")):
        harm(file, chance)
    whole = found(archive.folder, WHOLE)
    assert bool(whole.findings) is (harm is not nothing)
    for size in SIZES:
        assert found(archive.folder, size) == whole


def test_the_same_is_found_by_several_processes(archive: Archive) -> None:
    files = sorted((archive.folder / "warc").glob("*.warc.gz"))
    for file in files:
        flipped(file, random.Random(file.name))
    whole = found(archive.folder, WHOLE)
    assert found(archive.folder, 10_000, jobs=2) == whole
    files[-1].unlink()
    files[-1].mkdir()  # cannot be read
    assert any("cannot be read" in one.what for one in found(archive.folder, 10_000, 2).findings)


def test_no_more_than_a_window_of_parts_is_scanned_ahead(archive: Archive) -> None:
    now, most = 0, 0

    def begin(part: scanning.ScanPart) -> Callable[[], scanning.PartScan]:
        nonlocal now, most
        now += 1
        most = max(most, now)

        def wait() -> scanning.PartScan:
            nonlocal now
            now -= 1
            return scanning.scan_ahead(part)

        return wait

    file = min((archive.folder / "warc").glob("*.warc.gz"))
    parts = [
        scanning.ScanPart(file.parent, file.name, at, at + 2_000, None)
        for at in range(0, file.stat().st_size, 2_000)
    ]
    assert len(list(scanning.in_order(parts, begin, 4))) == len(parts) > 10
    assert most == 5
