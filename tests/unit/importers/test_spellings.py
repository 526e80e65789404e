"""Spellings of WARC files that are rare and right: digests of several forms of a payload, blank lines before
the first record."""

import base64
import gzip
import hashlib
from pathlib import Path

import pytest
from captured import NUMBER, POST, page
from imported import assert_sound, import_into, packed
from spelled import Spelling

URL, BODY = POST.format(NUMBER), page("One")
STORED = gzip.compress(BODY, mtime=0)


def sha1(data: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def record(*digests: str) -> bytes:
    """A page in gzip, with these payload digests."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=UTF-8\r\nContent-Encoding: gzip\r\n\r\n"
    fields = {"WARC-Type": "response", "WARC-Target-URI": URL, "WARC-Date": "2019-05-01T00:00:00Z"}
    pairs = [*fields.items(), ("Content-Length", str(len(head + STORED)))]
    return Spelling().head(pairs + [("WARC-Payload-Digest", each) for each in digests]) + head + STORED


TRUE_DIGESTS = [
    (sha1(STORED), sha256(BODY)),
    (sha256(STORED), sha1(BODY)),
    (sha256(BODY), sha256(STORED)),
    (f"{sha1(STORED)}, {sha256(BODY)}",),
    (f"{sha256(STORED)},{sha1(STORED)}",),
    (f"{sha256(BODY)} , md5:{hashlib.md5(STORED).hexdigest()}", sha1(BODY)),
]


@pytest.mark.parametrize("digests", TRUE_DIGESTS)
def test_digests_of_several_forms_of_one_payload_are_accepted(
    tmp_path: Path, digests: tuple[str, ...]
) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(record(*digests) + b"\r\n\r\n"))
    done = import_into(tmp_path / "archive", tmp_path / "a.warc.gz")
    assert (done.damage, done.counts["new"]) == ([], 1)
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize("digests", TRUE_DIGESTS)
@pytest.mark.parametrize("wrong", [0, -1])
def test_one_wrong_digest_among_true_ones_is_damage(
    tmp_path: Path, digests: tuple[str, ...], wrong: int
) -> None:
    parts = [each.strip() for text in digests for each in text.split(",")]
    parts[wrong] = sha1(b"something else")
    for spelled in (parts, [",".join(parts)]):
        (tmp_path / "a.warc.gz").write_bytes(gzip.compress(record(*spelled) + b"\r\n\r\n"))
        (line,) = import_into(tmp_path / "archive", tmp_path / "a.warc.gz").damage
        assert "a.warc.gz at 0: the payload does not match" in line


@pytest.mark.parametrize("blank", [b"\r\n", b"\n\n\n", b"\r\n" * 40], ids=len)
@pytest.mark.parametrize("packaging", ["by member", "whole", "plain"])
def test_blank_lines_before_the_first_record_are_skipped(
    tmp_path: Path, blank: bytes, packaging: str
) -> None:
    records = [blank + Spelling().record(URL, BODY), Spelling().record(POST.format(1), page("Two", 1, 1))]
    (tmp_path / "a").write_bytes(packed(records, b"\r\n\r\n", packaging))
    done = import_into(tmp_path / "archive", tmp_path / "a")
    assert (done.damage, done.counts["new"]) == ([], 2)
    assert_sound(tmp_path / "archive")
