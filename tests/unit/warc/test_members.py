"""The strict walk: every byte of a WARC file belongs to a whole record or to damage that is named, and damage
costs no other record."""

import gzip
import hashlib
import random
import tracemalloc
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cost import ending
from written import page, write

from kistep_archive.warc.reader import Damage, record_at, walk
from kistep_archive.warc.record import Record

IGNORED = range(4, 10)  # mtime, xfl and os of a gzip header
INSIDE = 200  # bytes of a member, with its record's id: two members never begin alike for so long


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A WARC file of ours: warcinfo, eight responses with their requests, metadata."""
    rng = random.Random(4)
    folder = tmp_path_factory.mktemp("whole")
    write(folder, [page(rng.randbytes(20) * rng.randrange(1, 60), number) for number in range(8)])
    return (folder / "000001-crawl.warc.gz").read_bytes()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.warc.gz"


def walked(file: Path, content: bytes) -> tuple[list[Record], list[Damage]]:
    """Members and damages of a file with this content, which together are all of it."""
    file.write_bytes(content)
    found = list(walk(file))
    assert [one.offset for one in found] == [0, *(one.offset + one.length for one in found)][: len(found)]
    assert sum(one.length for one in found) == len(content)
    return [one for one in found if isinstance(one, Record)], [
        one for one in found if isinstance(one, Damage)
    ]


def moved(members: list[Record], by: int) -> list[Record]:
    return [one._replace(offset=one.offset + by) for one in members]


def record(block: bytes, kind: str = "response", version: str = "WARC/1.0", **headers: str) -> bytes:
    """A record as another tool might write it; names are given with _ for -."""
    named = {"WARC-Type": kind, "WARC-Record-ID": "<urn:x>", "Content-Length": str(len(block))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode() + body


def sha1(data: bytes) -> str:
    return f"sha1:{b32encode(hashlib.sha1(data).digest()).decode()}"


# what is sound


def test_a_sound_file_is_walked_record_by_record(file: Path, whole: bytes) -> None:
    members, damages = walked(file, whole)
    assert damages == []
    assert [one.type for one in members] == ["warcinfo", *["response", "request"] * 8, "metadata"]
    assert b"software: kistep-archive" in members[0].block
    for one in members:
        text = gzip.decompress(whole[one.offset : one.offset + one.length])
        if one.type == "response":
            body = text.split(b"\r\n\r\n", 2)[2][:-4]
            assert (one.status, one.size, one.sha256) == (200, len(body), hashlib.sha256(body).hexdigest())
            assert one.head["warc-target-uri"].startswith("https://www.kistep.re.kr/board.es?list_no=")
        assert record_at(file, one.offset) == one


@pytest.mark.parametrize("size", [(1 << 20) - 300, 1 << 20, (1 << 20) + 1, 2_000_000, 9 << 20])
@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("after", [0, 1])
def test_a_record_that_packs_a_thousand_times_smaller_is_read_to_its_end(
    tmp_path: Path, size: int, before: int, after: int
) -> None:
    bodies = [b"small"] * before + [b"\xff" * size] + [b"small"] * after
    written = write(tmp_path, [page(body, number) for number, body in enumerate(bodies)])
    with ending(20):
        found = list(walk(tmp_path / written[0].file))
    responses = [one for one in found if isinstance(one, Record) and one.type == "response"]
    assert [(one.offset, one.length, one.size) for one in responses] == [
        (kept.offset, kept.length, len(body)) for kept, body in zip(written, bodies, strict=True)
    ]
    assert not [one for one in found if isinstance(one, Damage)]


def test_an_empty_file_holds_nothing_and_a_place_behind_the_end_is_named(file: Path) -> None:
    assert walked(file, b"") == ([], [])
    assert record_at(file, 7) == Damage(7, 0, "the file ends at 0")


def test_a_file_that_grows_is_read_to_the_length_it_had(file: Path, whole: bytes) -> None:
    file.write_bytes(whole)
    going = walk(file)
    first = next(going)
    with file.open("ab") as more:
        more.write(b"\x1f\x8b\x08 half a record")
    assert [first, *going] == walked(file, whole)[0]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"WARC_Payload_Digest": sha1(b"body"), "WARC_Block_Digest": sha1(http(b"body"))},
        {"WARC_Payload_Digest": f"sha256:{hashlib.sha256(b'body').hexdigest().upper()}"},
        {"WARC_Payload_Digest": f"sha256:{b32encode(hashlib.sha256(b'body').digest()).decode()}"},
        {"WARC_Payload_Digest": f"md5:{hashlib.md5(b'body').hexdigest()}"},
        {"WARC_Payload_Digest": "blake9:abc"},
    ],
)
def test_a_record_of_another_tool_is_sound_with_any_digest_or_none(
    file: Path, headers: dict[str, str]
) -> None:
    (member,), damages = walked(file, gzip.compress(record(http(b"body"), **headers)))
    assert damages == []
    assert member.sha256 == hashlib.sha256(b"body").hexdigest()


def test_a_gzip_header_with_a_name_and_extra_fields_is_sound(file: Path) -> None:
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = record(http(b"body"))
    packed = raw.compress(text) + raw.flush()
    trailer = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    header = b"\x1f\x8b\x08\x0c" + b"\x11" * 4 + b"\2\3" + b"\x0c\0sl\x08\0AAAABBBB" + b"name.warc\0"
    (member,), damages = walked(file, header + packed + trailer)
    assert (member.sha256, damages) == (hashlib.sha256(b"body").hexdigest(), [])


@pytest.mark.parametrize("digested", [b"4\r\nbody\r\n5;x=y\r\n-more\r\n0\r\n\r\n", b"body-more"])
def test_a_chunked_payload_may_be_digested_with_or_without_its_chunks(file: Path, digested: bytes) -> None:
    chunked = b"4\r\nbody\r\n5;x=y\r\n-more\r\n0\r\n\r\n"
    (member,), damages = walked(
        file,
        gzip.compress(
            record(http(chunked, "Transfer-Encoding: chunked"), WARC_Payload_Digest=sha1(digested))
        ),
    )
    assert damages == []
    assert (member.sha256, member.unchunked) == (
        hashlib.sha256(chunked).hexdigest(),
        hashlib.sha256(b"body-more").hexdigest(),
    )


def test_heads_that_end_their_lines_otherwise_or_are_all_there_is_are_read(file: Path) -> None:
    blocks = [b"HTTP/1.0 404 Gone\nA: b\n\nbody", b"HTTP/1.1 304 Not Modified\r\nA: b", b""]
    members, damages = walked(file, b"".join(gzip.compress(record(block)) for block in blocks))
    assert damages == []
    assert [(one.status, one.size) for one in members] == [(404, 4), (304, 0), (None, 0)]


def test_a_revisit_has_the_digest_of_the_payload_that_it_refers_to(file: Path) -> None:
    digest = hashlib.sha256(b"elsewhere").hexdigest()
    (member,), _ = walked(
        file, gzip.compress(record(http(b""), "revisit", WARC_Payload_Digest=f"sha256:{digest}"))
    )
    assert (member.type, member.status, member.sha256) == ("revisit", 200, digest)


def test_a_record_larger_than_memory_should_be_is_read_in_pieces(file: Path) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    size = 100 << 20
    head = record(http(b"")).replace(b"Content-Length: 19", f"Content-Length: {19 + size}".encode())[:-4]
    with file.open("wb") as out:
        out.write(packer.compress(head))
        for _ in range(100):
            out.write(packer.compress(b"\0" * (1 << 20)))
        out.write(packer.compress(b"\r\n\r\n") + packer.flush())
    tracemalloc.start()
    (member,) = walk(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(member, Record)
    assert member.size == size
    assert peak < 16 << 20


# what is damaged


@pytest.mark.slow
def test_fault_a08_a_cut_anywhere_is_named_and_costs_the_record_that_it_cuts(
    file: Path, whole: bytes
) -> None:
    members, _ = walked(file, whole)
    rng = random.Random(8)
    for cut in [rng.randrange(1, len(whole)) for _ in range(1000)]:
        left, damages = walked(file, whole[:cut])
        assert left == [one for one in members if one.offset + one.length <= cut]
        (hit,) = [one for one in members if one.offset < cut <= one.offset + one.length]
        if hit.offset + hit.length > cut:
            assert damages == [Damage(hit.offset, cut - hit.offset, "the file ends inside this gzip member")]


@pytest.mark.slow
def test_fault_a09_a_flipped_bit_is_named_and_costs_no_other_record(file: Path, whole: bytes) -> None:
    members, _ = walked(file, whole)
    rng = random.Random(9)
    elsewhere = 0
    for position in [rng.randrange(len(whole)) for _ in range(1000)]:
        damaged = bytearray(whole)
        damaged[position] ^= 1 << rng.randrange(8)
        (hit,) = [one for one in members if one.offset <= position < one.offset + one.length]
        left, damages = walked(file, bytes(damaged))
        if damages:
            assert [(one.offset, one.length) for one in damages] == [(hit.offset, hit.length)]
            assert left == [one for one in members if one != hit]
        else:
            assert left == members
            assert gzip.decompress(damaged) == gzip.decompress(whole)
            elsewhere += position - hit.offset not in IGNORED
    assert elsewhere < 10  # padding bits, and copies of what stands in two places: no unpacked byte differs


@pytest.mark.slow
def test_of_all_bits_of_a_record_only_those_that_unpacking_ignores_may_flip_unseen(
    file: Path, whole: bytes
) -> None:
    members, _ = walked(file, whole)
    one = next(member for member in members if member.type == "request")
    content = whole[one.offset : one.offset + one.length]
    unseen = set()
    for bit in range(8 * len(content)):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        if not walked(file, bytes(damaged))[1]:
            unseen.add(bit)
            assert gzip.decompress(damaged) == gzip.decompress(content)
    header = {bit for byte in IGNORED for bit in range(8 * byte, 8 * byte + 8)}
    assert unseen >= header
    assert not unseen & set(range(8 * IGNORED.start))
    assert len(unseen - header) < 16  # padding bits, and copies of what stands in two places


def zero_run(whole: bytes, at: int, rng: random.Random) -> tuple[bytes, int]:
    return whole[:at] + b"\0" * 5000 + whole[at:], 5000


def noise(whole: bytes, at: int, rng: random.Random) -> tuple[bytes, int]:
    return whole[:at] + rng.randbytes(5000) + whole[at:], 5000


def text(whole: bytes, at: int, rng: random.Random) -> tuple[bytes, int]:
    return whole[:at] + b"WARC/1.1 \x1f\x8b\x08 \x1f\x8b\x08\0" * 10 + whole[at:], 170


@pytest.mark.parametrize("insert", [zero_run, noise, text])
def test_bytes_between_two_records_or_behind_the_last_are_named_with_their_length(
    file: Path, whole: bytes, insert: Callable[[bytes, int, random.Random], tuple[bytes, int]]
) -> None:
    members, _ = walked(file, whole)
    for at in [0, members[3].offset, members[4].offset, len(whole)]:
        content, length = insert(whole, at, random.Random(at))
        left, damages = walked(file, content)
        assert [(one.offset, one.length) for one in damages] == [(at, length)]
        assert damages[0].cause == (
            "zero bytes where a record should be" if insert is zero_run else "no gzip member begins here"
        )
        assert left == [one for one in members if one.offset < at] + moved(
            [one for one in members if one.offset >= at], length
        )


def test_a_hole_of_zeros_costs_the_records_that_it_touches(file: Path, whole: bytes) -> None:
    members, _ = walked(file, whole)
    for first, last in [(2, 2), (2, 5), (0, 3), (10, 17)]:
        start, end = members[first].offset + 20, members[last].offset + members[last].length - 2
        left, damages = walked(file, whole[:start] + b"\0" * (end - start) + whole[end:])
        assert left == members[:first] + members[last + 1 :]
        assert damages[0].offset == members[first].offset


def test_a_doubled_block_costs_the_record_that_it_cuts(file: Path, whole: bytes) -> None:
    members, _ = walked(file, whole)
    start, end = members[4].offset + INSIDE, members[7].offset + INSIDE  # twice from inside 4 to inside 7
    left, damages = walked(file, whole[:end] + whole[start:])
    assert [one.head["warc-record-id"] for one in left] == [
        one.head["warc-record-id"] for one in [*members[:7], *members[5:7], *members[7:]]
    ]
    assert [one.offset for one in damages] == [members[7].offset]


def test_bytes_taken_out_of_the_middle_cost_the_records_that_they_came_from(file: Path, whole: bytes) -> None:
    members, _ = walked(file, whole)
    start, end = members[4].offset + INSIDE, members[6].offset + INSIDE
    left, damages = walked(file, whole[:start] + whole[end:])
    assert left == members[:4] + moved(members[7:], start - end)
    assert [one.offset for one in damages] == [members[4].offset]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "the file is truncated at the start of a record"),
        (b"not a record" * 9, "no WARC record begins here"),
        (
            b"WARC/1.0\r\nWARC-Type: response\r\n\r\n" + http(b"x"),
            "the record's head has no valid Content-Length",
        ),
        (record(http(b"body"))[:-6], "the record is 2 bytes shorter than its head says"),
        (record(http(b"body"))[:-2], "the record does not end where its head says"),
        (record(http(b"body")) + b"\r\n", "the record does not end where its head says"),
        (record(http(b"body")) * 2, "the record does not end where its head says"),
        (
            record(http(b"body"), WARC_Payload_Digest=sha1(b"ydob")),
            "the payload does not match the record's WARC-Payload-Digest, so it is damaged",
        ),
        (
            record(http(b"body"), WARC_Payload_Digest="sha256:" + "0" * 64),
            "the payload does not match the record's WARC-Payload-Digest, so it is damaged",
        ),
        (
            record(http(b"body"), WARC_Payload_Digest="sha1:!?"),
            "the payload does not match the record's WARC-Payload-Digest, so it is damaged",
        ),
        (
            record(b"GET /", "request", WARC_Block_Digest=sha1(b"GET")),
            "the record does not match its WARC-Block-Digest, so it is damaged",
        ),
    ],
)
def test_a_gzip_member_that_is_not_one_whole_record_is_named_and_passed(
    file: Path, whole: bytes, content: bytes, cause: str
) -> None:
    members, _ = walked(file, whole)
    bad, at = gzip.compress(content), members[5].offset
    left, damages = walked(file, whole[:at] + bad + whole[at:])
    assert damages == [Damage(at, len(bad), cause)]
    assert left == members[:5] + moved(members[5:], len(bad))


def test_a_warc_file_inside_a_record_is_not_taken_for_records_of_ours(file: Path, whole: bytes) -> None:
    members, _ = walked(file, whole)
    # Stored, so that the inner members stand there as they are.
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    outer = packer.compress(record(http(whole))) + packer.flush()
    at = members[5].offset
    content = bytearray(whole[:at] + outer + whole[at:])
    left, damages = walked(file, bytes(content))
    assert (len(left), damages) == (len(members) + 1, [])
    content[at + len(outer) - 3] ^= 1
    left, damages = walked(file, bytes(content))
    assert damages[0].offset == at
    assert left[:5] + left[-len(members[5:]) :] == members[:5] + moved(members[5:], len(outer))


def damaged_files(whole: bytes) -> Iterator[bytes]:
    rng = random.Random(1)
    for _ in range(300):
        pieces = bytearray(whole)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(pieces))
            change = rng.randrange(3)
            if change == 0:
                del pieces[at : at + rng.randrange(1, 900)]
            elif change == 1:
                pieces[at:at] = rng.randbytes(rng.randrange(1, 900))
            else:
                pieces[at : at + 300] = b"\x1f\x8b\x08\0" * 75
        yield bytes(pieces)


def test_whatever_is_done_to_a_file_the_walk_ends_and_invents_no_record(file: Path, whole: bytes) -> None:
    known = {one.head["warc-record-id"]: one for one in walked(file, whole)[0]}
    for content in damaged_files(whole):
        left, _ = walked(file, content)
        for one in left:
            assert one._replace(offset=0) == known[one.head["warc-record-id"]]._replace(offset=0)
