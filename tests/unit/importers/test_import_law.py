"""What an import takes is sound for verify and rebuild for ever, however it was spelled and whatever was done
to the file."""

import gzip
import random
from pathlib import Path

import pytest
from captured import NUMBER, POST, page
from hypothesis import given
from hypothesis import strategies as st
from imported import assert_sound, import_into, packed
from spelled import Spelling

from kistep_archive.audit.verify import verify
from kistep_archive.errors import ArchiveError
from kistep_archive.ingest import rebuild
from kistep_archive.warc.reader import walk

PAGES = [page(title, number, NUMBER + number) for number, title in enumerate(("One", "Two", "Three"))]
URLS = [POST.format(NUMBER + number) for number in range(3)]
SPELLINGS = st.builds(
    Spelling,
    version=st.sampled_from(["WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"]),
    line_end=st.sampled_from(["\r\n", "\n"]),
    colon=st.sampled_from([": ", ":", " : ", "\t:  "]),
    case=st.sampled_from(["as it is", "lower", "UPPER"]),
    fold=st.booleans(),
    brackets=st.booleans(),
    status=st.sampled_from(
        ["HTTP/1.1 200 OK", "HTTP/2 200", "HTTP 200 Document follows", "HTTP/1.0 200", "http/1.1 200 ok"]
    ),
    coding=st.sampled_from(["", "gzip", "br"]),
    chunks=st.booleans(),
    lies=st.booleans(),
    digested=st.sampled_from(["kept", "content", "packed", "none"]),
    algorithm=st.sampled_from(["sha1", "sha256", "SHA-256", "md5", "sha512"]),
    digits=st.sampled_from(["hex", "HEX", "base32", "base64", "base32, bare", "base64, bare"]),
    block=st.just(True),
    twice=st.booleans(),
)
CLOSINGS = st.sampled_from([b"", b"\r\n", b"\n", b"\r\n\r\n", b"\n\n"])
PADDINGS = st.sampled_from([b"", b"\0" * 512])


@pytest.mark.slow
@given(spellings=st.lists(SPELLINGS, min_size=3, max_size=3), closing=CLOSINGS,
packaging=st.sampled_from(["by member", "whole", "plain"]),
       padding=PADDINGS)  # fmt: skip
def test_every_spelling_is_taken_whole_and_stays_sound(
    tmp_path_factory: pytest.TempPathFactory,
    spellings: list[Spelling],
    closing: bytes,
    packaging: str,
    padding: bytes,
) -> None:
    folder = tmp_path_factory.mktemp("law")
    records = [each.record(url, content) for each, url, content in zip(spellings, URLS, PAGES, strict=True)]
    (folder / "x").write_bytes(packed(records, closing, packaging, padding))
    done = import_into(folder / "archive", folder / "x")
    assert (done.damage, done.counts["new"]) == ([], 3)
    assert_sound(folder / "archive")


@pytest.mark.slow
@given(
    spellings=st.lists(SPELLINGS, min_size=3, max_size=3),
    packaging=st.sampled_from(["by member", "whole", "plain"]),
    seed=st.integers(),
)
def test_whatever_is_done_to_a_file_what_is_taken_of_it_is_sound(
    tmp_path_factory: pytest.TempPathFactory, spellings: list[Spelling], packaging: str, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("law")
    records = [each.record(url, content) for each, url, content in zip(spellings, URLS, PAGES, strict=True)]
    (folder / "x").write_bytes(damaged(packed(records, b"\r\n\r\n", packaging, b""), random.Random(seed)))
    try:
        done = import_into(folder / "archive", folder / "x")
    except ArchiveError:  # no WARC any more, to go by its first bytes
        assert not (folder / "archive").exists()
        return
    assert all(f"{folder / 'x'} at " in line for line in done.damage)
    assert_sound(folder / "archive")


def damaged(content: bytes, rng: random.Random) -> bytes:
    """The bytes after one to three things have happened to them; most of them in the heads, where it matters
    how it is read."""
    raw = bytearray(content)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(min(len(raw), 900)) if rng.random() < 0.6 else rng.randrange(len(raw))
        what = rng.randrange(4)
        if what == 0:
            raw[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            del raw[at : at + rng.randrange(1, 30)]
        elif what == 2:
            raw[at:at] = rng.choice([b"\r\n", b"\n", b" ", b"\0" * 20, b": ", b"\r\n\r\n", rng.randbytes(9)])
        elif len(raw) > 1000:
            del raw[at + 900 :]
    return bytes(raw)


@pytest.mark.parametrize("packaging", ["by member", "whole", "plain"])
@pytest.mark.parametrize(
    "bad",
    [
        ("url", "http://["),
        ("url", "http://www.kistep.re.kr:port/board.es"),
        ("url", "http://www.kistep.re.kr/\x07"),
        ("url", "https:///nowhere"),
        ("date", "yesterday"),
        ("status", "FTP 200 OK"),
        ("version", "WARC/7.0"),
    ],
)
def test_fault_a15_a_record_that_cannot_be_taken_is_named_and_costs_itself_alone(
    tmp_path: Path, packaging: str, bad: tuple[str, str]
) -> None:
    spelling = Spelling(**{bad[0]: bad[1]}) if bad[0] in ("status", "version") else Spelling()
    first, last = Spelling().record(URLS[0], PAGES[0]), Spelling().record(URLS[2], PAGES[2])
    middle = spelling.record(
        bad[1] if bad[0] == "url" else URLS[1],
        PAGES[1],
        bad[1] if bad[0] == "date" else "2019-05-01T00:00:00Z",
    )
    (tmp_path / "x").write_bytes(packed([first, middle, last], b"\r\n\r\n", packaging, b""))
    done = import_into(tmp_path / "archive", tmp_path / "x")
    offset = {"by member": len(gzip.compress(first + b"\r\n\r\n")), "whole": 0, "plain": len(first) + 4}[
        packaging
    ]
    assert done.counts["new"] == 2
    assert [line.partition(": ")[0] for line in done.damage] == [f"{tmp_path / 'x'} at {offset}"]
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize("packaging", ["by member", "plain"])
def test_a_head_of_more_than_a_mebibyte_is_no_head_to_any_reader(tmp_path: Path, packaging: str) -> None:
    begin = b"HTTP/1.1 200 OK\nX: " + b"y" * 1_040_000 + b"\n"
    block = begin + b"X: yyyy\n" * 5_000 + b"\n" + PAGES[1]
    fields = {"WARC-Type": "response", "WARC-Target-URI": URLS[1], "WARC-Date": "2019-05-01T00:00:00Z"}
    head = Spelling().head([*fields.items(), ("Content-Length", str(len(block))), ("X-Note", "")])
    padding = b"z" * (-len(head + begin) % 8)  # so that a line ends wherever the reading may stop
    long = head.replace(b"X-Note: ", b"X-Note: " + padding) + block
    records = [long, Spelling().record(URLS[0], PAGES[0])]
    (tmp_path / "x").write_bytes(packed(records, b"\r\n\r\n", packaging, b""))
    done = import_into(tmp_path / "archive", tmp_path / "x")
    assert (len(done.damage), done.counts["new"]) == (1, 1)
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize("ids", ["<urn:uuid:1>", "<urn:x>"])
def test_records_that_a_tool_gave_the_same_id_are_not_called_doubled(tmp_path: Path, ids: str) -> None:
    records = [
        Spelling().record(url, content, **{"WARC-Record-ID": ids})
        for url, content in zip(URLS, PAGES, strict=True)
    ]
    (tmp_path / "x").write_bytes(packed(records, b"", "by member", b""))
    assert import_into(tmp_path / "archive", tmp_path / "x").counts["new"] == 3
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize("block", [b"{not JSON", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_fault_a15_a_log_record_that_cannot_be_read_is_named_and_the_rest_is_taken(
    tmp_path: Path, block: bytes
) -> None:
    (tmp_path / "x").write_bytes(packed([Spelling().record(URLS[0], PAGES[0])], b"", "by member"))
    import_into(tmp_path / "archive", tmp_path / "x")
    [path] = (tmp_path / "archive" / "warc").iterdir()
    *_, last = walk(path)
    head = (
        "WARC/1.1\r\nWARC-Type: metadata\r\nContent-Type: application/json\r\nContent-Length: "
        f"{len(block)}\r\n\r\n"
    )
    content = path.read_bytes()
    path.write_bytes(
        content[: last.offset] + gzip.compress(head.encode() + block + b"\r\n\r\n") + content[last.offset :]
    )
    assert [(one.file, one.offset) for one in verify(tmp_path / "archive").findings] == [
        (path.name, last.offset)
    ]
    again = rebuild.dry_run(tmp_path / "archive", jobs=1)
    assert [line.partition(": ")[0] for line in again.damage] == [f"{path.name} at {last.offset}"]
    assert (again.posts, again.changes) == (1, [])
