"""Evidence: what was written is read back byte for byte, and a torn tail costs at most the record that it
cuts."""

import gzip
import random
import resource
import tracemalloc
from pathlib import Path

import pytest
import warcio.cli
from cost import ending
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from written import NOW, REQUEST, page, write

from kistep_archive.evidence.pages import read
from kistep_archive.evidence.recovery import seal
from kistep_archive.http.response import Page, digest
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import WarcError, packed_bytes
from kistep_archive.warc.writer import Writer


def test_a_file_that_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    (place,) = write(tmp_path, [page(b"whole")])
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))  # no more files may be opened
    try:
        for reading in (
            lambda: read(tmp_path, place.file, place.offset),
            lambda: b"".join(packed_bytes(tmp_path, place.file, place.offset, place.length)),
        ):
            with pytest.raises(WarcError, match="cannot be read \\(Too many open files\\)") as error:
                reading()
            assert "damaged" not in str(error.value)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@given(bodies=st.lists(st.binary(max_size=3000), min_size=1, max_size=5))
def test_every_response_is_read_back_as_it_came(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("warc")
    pages = [page(body, number) for number, body in enumerate(bodies)]
    assert [read(folder, kept.file, kept.offset) for kept in write(folder, pages)] == pages


@pytest.mark.slow
def test_a_large_file_is_written_without_a_copy_of_it(tmp_path: Path) -> None:
    large = page(random.Random(0).randbytes(20_000_000))
    tracemalloc.start()
    (kept,) = write(tmp_path, [large])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000
    assert read(tmp_path, kept.file, kept.offset) == large


@pytest.mark.parametrize("size", [1 << 20, 9 << 20])
def test_what_packs_well_is_read_back_and_its_torn_file_is_sealed(tmp_path: Path, size: int) -> None:
    white = [page(b"\xff" * size, number) for number in range(2)]
    with ending(20):
        written = write(tmp_path, white)
        assert [read(tmp_path, kept.file, kept.offset) for kept in written] == white
        torn = tmp_path / "000007-crawl.warc.gz.open"
        torn.write_bytes(
            (tmp_path / written[0].file).read_bytes()[: written[1].offset + written[1].length - 9]
        )
        assert seal(torn).stat().st_size == written[1].offset


def test_an_address_that_is_no_uri_is_recorded_as_one(tmp_path: Path) -> None:
    asked = Page("https://www.kistep.re.kr/upload/(행사 사진 1).jpg?a=50%25", NOW, 200, (), b"x" * 9)
    writer = Writer(tmp_path, "000001-crawl")
    first = writer.response(
        asked, digest(asked.body), protocol="HTTP/1.1", ip="", request=REQUEST, metadata={}
    )
    again = writer.response(
        asked, digest(asked.body), protocol="HTTP/1.1", ip="", request=REQUEST, metadata={}, twin=first
    )
    writer.close()
    uri = "https://www.kistep.re.kr/upload/(%ED%96%89%EC%82%AC%20%EC%82%AC%EC%A7%84%201).jpg?a=50%25"
    assert read(tmp_path, first.file, first.offset).url == read(tmp_path, again.file, again.offset).url == uri
    with (tmp_path / first.file).open("rb") as stream:
        heads = [record.rec_headers for record in ArchiveIterator(stream)]
    assert {head.get_header("WARC-Target-URI") for head in heads} == {uri}
    assert heads[2].get_header("WARC-Refers-To-Target-URI") == uri


def test_header_values_are_kept_byte_for_byte(tmp_path: Path) -> None:
    name = "attachment; filename=회의 자료.hwpx".encode().decode("latin-1")
    asked = Page("https://www.kistep.re.kr/f", NOW, 200, (("Content-Disposition", name),), b"x")
    writer = Writer(tmp_path, "000001-crawl")
    kept = writer.response(
        asked, digest(asked.body), protocol="HTTP/1.1", ip="", request=REQUEST, metadata={}
    )
    writer.close()
    assert read(tmp_path, kept.file, kept.offset) == asked
    assert "filename=회의 자료.hwpx".encode() in gzip.decompress((tmp_path / kept.file).read_bytes())


def test_the_file_is_open_while_it_is_written_and_renamed_when_it_is_closed(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "000001-crawl")
    kept = writer.response(page(b"x"), digest(b"x"), protocol="HTTP/1.1", ip="", request=REQUEST, metadata={})
    assert [path.name for path in tmp_path.iterdir()] == ["000001-crawl.warc.gz.open"]
    assert read(tmp_path, kept.file, kept.offset).body == b"x"
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == ["000001-crawl.warc.gz"]


def test_the_records_are_those_that_the_standard_and_the_design_name(tmp_path: Path) -> None:
    write(tmp_path, [page(b"<html></html>")])
    with (tmp_path / "000001-crawl.warc.gz").open("rb") as stream:
        records = [(record.rec_type, dict(record.rec_headers.headers)) for record in ArchiveIterator(stream)]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "request", "metadata"]
    response, request = records[1][1], records[2][1]
    assert response["WARC-Payload-Digest"] == f"sha256:{digest(b'<html></html>')}"
    assert response["WARC-IP-Address"] == "127.0.0.1"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]


def test_an_identical_payload_is_kept_once_and_read_from_both_places(tmp_path: Path) -> None:
    first = write(tmp_path, [page(b"same" * 100)])[0]
    writer = Writer(tmp_path, "000002-crawl")
    again = writer.response(
        page(b"same" * 100, 2),
        first.sha256,
        protocol="HTTP/1.1",
        ip="",
        request=REQUEST,
        twin=first,
        metadata={},
    )
    writer.close()
    assert again.length < 600
    assert read(tmp_path, again.file, again.offset).body == b"same" * 100


def test_warcio_finds_nothing_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = write(tmp_path, [page(b"a" * 1000, n) for n in range(3)])
    writer = Writer(tmp_path, "000002-crawl")
    writer.response(
        page(b"a" * 1000, 9),
        kept[0].sha256,
        protocol="HTTP/1.1",
        ip="",
        request=REQUEST,
        twin=kept[0],
        metadata={},
    )
    writer.close()
    with pytest.raises(SystemExit) as ended:
        warcio.cli.main(["check", "-v", *map(str, sorted(tmp_path.glob("*.gz")))])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.count("digest pass") == 9
    assert "digest failed" not in said


@pytest.mark.slow
def test_fault_a08_a_tail_torn_anywhere_is_cut_off_kept_beside_and_costs_no_whole_record(
    tmp_path: Path,
) -> None:
    rng = random.Random(8)
    kept = write(tmp_path, [page(rng.randbytes(rng.randrange(1, 4000)), number) for number in range(20)])
    whole = (tmp_path / "000001-crawl.warc.gz").read_bytes()
    for cut in rng.sample(range(1, len(whole)), 200):
        torn = tmp_path / "000007-crawl.warc.gz.open"
        torn.write_bytes(whole[:cut])
        final = seal(torn)
        sealed = final.read_bytes() if final.exists() else b""
        tail = final.with_name(f"{final.name}.torn")
        assert sealed + (tail.read_bytes() if tail.exists() else b"") == whole[:cut]
        for evidence in kept:
            if evidence.offset + evidence.length <= cut:
                assert digest(read(tmp_path, final.name, evidence.offset).body) == evidence.sha256
        final.unlink(missing_ok=True)
        tail.unlink(missing_ok=True)


def test_a_damaged_record_before_a_torn_tail_costs_itself_alone(tmp_path: Path) -> None:
    kept = write(tmp_path, [page(random.Random(number).randbytes(900), number) for number in range(4)])
    torn = (tmp_path / kept[0].file).rename(tmp_path / f"{kept[0].file}.open")
    content = bytearray(torn.read_bytes()[: kept[3].offset + 100])
    content[kept[1].offset + 200] ^= 1
    torn.write_bytes(content)
    seal(torn)
    for number in (0, 2):
        assert digest(read(tmp_path, kept[number].file, kept[number].offset).body) == kept[number].sha256
    assert (tmp_path / f"{kept[0].file}.torn").stat().st_size == 100


def test_what_cannot_be_read_back_is_named_by_file_and_offset(tmp_path: Path) -> None:
    kept = write(tmp_path, [page(random.Random(1).randbytes(500))])[0]
    with pytest.raises(WarcError, match="000001-crawl.warc.gz at 3"):
        read(tmp_path, kept.file, 3)
    with pytest.raises(WarcError, match="000009"):
        read(tmp_path, "000009.warc.gz", 0)


def body_or_error(folder: Path, kept: Evidence) -> bytes | WarcError:
    try:
        return read(folder, kept.file, kept.offset).body
    except WarcError as error:
        return error


def test_a_flipped_bit_is_an_error_or_harms_nothing(tmp_path: Path) -> None:
    rng = random.Random(9)
    original = page(rng.randbytes(500))
    kept = write(tmp_path, [original])[0]
    path = tmp_path / kept.file
    whole = path.read_bytes()
    named = 0
    for _ in range(500):
        damaged = bytearray(whole)
        damaged[kept.offset + rng.randrange(kept.length)] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        said = body_or_error(tmp_path, kept)
        named += f"at {kept.offset}" in str(said)
        assert said == original.body or f"at {kept.offset}" in str(said)
    assert named > 300
