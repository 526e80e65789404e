"""Names of files of any kind, as a site gives them: what is written stays in its folder, on every system."""

import random
import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.export.files.names import MOST_BYTES, FolderNames, safe

LONG = 1000  # of the names
NASTY = [
    "..", ".", "/", "\\", "../", "..\\", "C:", "con", "NUL", "com1", "LPT¹", ".txt", ".PDF", ".tar.gz",
    " ", "\t", "\n", "\r", "\0", "\x7f", "\x9b", "\u202e", "\u200b", "\ufeff", "\ud800",
    "\udfff", "\ue000", "\uffff", "é", "e\u0301",
    "가", "\u1100\u1161", "\u037e", "ß", "ſ", "ı", "İ", "~", "-", "$", "%2e%2e", "예산", "a",
    "B", "file", "(2)",
    " (2)", "*", "?", '"', "<", ">", "|", ":",
    "\u0301", "👩\u200d👩",
]  # fmt: skip
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.I)


def assert_safe(name: str) -> None:
    """The name is one on Windows, macOS and Linux, and a person sees all of it."""
    assert name not in ("", ".", "..")
    assert len(name.encode()) <= MOST_BYTES
    assert unicodedata.is_normalized("NFC", name)
    assert not re.search(r'[/\\:*?"<>|]', name)
    assert all(c == " " or unicodedata.category(c)[0] not in "CZ" for c in name)
    assert name == name.strip(". ")
    assert not name.startswith(("-", "."))
    assert not RESERVED.fullmatch(name.partition(".")[0].rstrip(" "))


@pytest.mark.slow
def test_100_000_fuzzed_names_are_safe_and_new_also_without_capitals_and_composition() -> None:
    dice = random.Random(13)
    names = FolderNames()
    given = ["".join(dice.choices(NASTY, k=dice.randint(0, 4))) for _ in range(100_000 - LONG)]
    given += [
        dice.choice("x한é") * dice.randint(80, 300) + "".join(dice.choices(NASTY, k=2)) for _ in range(LONG)
    ]
    written = [names.new(name) for name in given]
    for name in written:
        assert_safe(name)
    for taken_for_one in (str.casefold, str.upper, lambda name: unicodedata.normalize("NFD", name.lower())):
        assert len(set(map(taken_for_one, written))) == len(written)


@given(st.lists(st.text(st.characters(categories=None))))  # every letter, also halves of pairs
def test_any_text_becomes_a_name(texts: list[str]) -> None:
    names = FolderNames()
    written = [names.new(text) for text in texts]
    for name in written:
        assert_safe(name)
        assert PurePosixPath("dir", name).parts == PureWindowsPath("dir", name).parts == ("dir", name)
    assert len({name.casefold() for name in written}) == len(texts)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("146th Wednesday Forum.pdf", "146th Wednesday Forum.pdf"),
        ("(붙임1) 2025년 예산배분ㆍ조정(안).hwp", "(붙임1) 2025년 예산배분ㆍ조정(안).hwp"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Temp\\a.pdf", "C__Temp_a.pdf"),
        ("aux.txt", "_aux.txt"),
        ("COM1 .txt", "_COM1.txt"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("-rf", "_rf"),
        (".htaccess", "htaccess"),
        (" . ", "file"),
        ("", "file"),
        ("한" * 100 + ".hwp", "한" * 83 + ".hwp"),
        ("\u1100\u1161.tar.gz", "가.tar.gz"),
    ],
)
def test_a_name_keeps_what_it_can(name: str, said: str) -> None:
    assert safe(name) == said


def test_equal_names_get_numbers_before_their_suffix() -> None:
    names = FolderNames()
    given = ["a.pdf", "A.PDF", "a (2).pdf", "a.pdf", "x" * 300 + ".tar.gz", "x" * 400 + ".tar.gz"]
    written = [names.new(name) for name in given]
    assert written[:4] == ["a.pdf", "A (2).PDF", "a (2) (2).pdf", "a (3).pdf"]
    assert written[4:] == ["x" * 248 + ".tar.gz", "x" * 244 + " (2).tar.gz"]
