"""Answers as they should be, kept in tests/goldens: a missing one is written and the test fails until
somebody has read it."""

import re

import pytest
from places import TESTS

GOLDENS = TESTS / "goldens"
_FILE = re.compile(r"\d{6}-(crawl|import)-\d{8}T\d{6}Z(?:-\w+)?\.warc\.gz")
_DIGEST = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{16})\b")
_RECORD = re.compile(r"<urn:uuid:[0-9a-f-]{36}>")
_PLACE = re.compile(r'(warc\.gz at |"(?:offset|length|warc_offset|parser_version)": )\d+')


def steady(text: str) -> str:
    """The text without what differs from one archive of the same pages to the next: the names of evidence
    files and the places in them; without the parser's version; and without digests of pages, which say more
    than a golden is about."""
    named = _RECORD.sub("RECORD", _FILE.sub(r"RUN-\1.warc.gz", text))
    return _DIGEST.sub("DIGEST", _PLACE.sub(r"\1N", named))


def assert_golden(name: str, text: str) -> None:
    """The text, made steady, is what the file of this name holds."""
    path, actual = GOLDENS / name, steady(text)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(actual, encoding="utf-8")
        pytest.fail(f"goldens/{name} was missing and has been written: read it, then run again")
    assert actual == path.read_text(encoding="utf-8")
