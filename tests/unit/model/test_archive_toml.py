"""`archive.toml`: what it says, and what is said of a mistake in it: one line, with the line's number."""

from datetime import timedelta
from pathlib import Path

import pytest

from kistep_archive.errors import ArchiveError
from kistep_archive.model.archive_toml import NAME, ArchiveSettings, parse, read

WHOLE = """\
# a comment
boards = "boards.toml"
without = ["news", "newsletter"]
origin = "http://127.0.0.1:8000/"
delay = 2
contact = "mailto:me@example.org"
max_age = "36h"
recheck = 0
files = false

[hooks]
ping = "https://hc-ping.com/x"
on_news = "tell me"
"""


def refusal(text: str) -> str:
    with pytest.raises(ValueError, match="line|nested") as error:
        parse(text)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_every_key_is_read() -> None:
    hooks = {"ping": "https://hc-ping.com/x", "on_news": "tell me"}
    assert parse(WHOLE) == ArchiveSettings(
        "boards.toml", ("news", "newsletter"), "http://127.0.0.1:8000", 2.0, "me@example.org",
        timedelta(hours=36), 0, False, hooks,
    )  # fmt: skip


def test_an_archive_without_the_file_has_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path) == read(tmp_path / "none") == parse("") == ArchiveSettings()
    assert ArchiveSettings().max_age == timedelta(days=8)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dely = 2", "dely: unknown key (did you mean delay?); the keys are boards, without, origin,"),
        ("zzz = 2", "zzz: unknown key; the keys are"),
        ('delay = "2"', "delay: '2' is not a number of seconds from 0 to 3600"),
        ("delay = nan", "delay: nan is not a number"),
        ("delay = -1", "delay: -1 is not a number"),
        ("delay = true", "delay: True is not a number"),
        ("boards = 1", "boards: 1 is not a text in quotes"),
        ('boards = ""', "boards: '' is not a text in quotes, in one line and not empty"),
        ('without = "news"', "without: 'news' is not a list of names; write for example [\"news\"]"),
        ('without = ["kict"]', "without: 'kict' is no built-in board; those are news, newsletter"),
        ('origin = "127.0.0.1:8000"', "origin: '127.0.0.1:8000' is not an origin; write http://HOST:PORT"),
        ('origin = "http://x/y"', "origin: 'http://x/y' is not an origin"),
        ('contact = "me"', "contact: 'me' is neither a mail address nor an http(s) address"),
        ('contact = "https://x.org/;)"', "contact: 'https://x.org/;)' is neither"),
        ('contact = "me@x.org\\nX: y"', "contact: 'me@x.org\\nX: y' is not a text in quotes, in one line"),
        ('max_age = "8"', 'max_age: \'8\' is not an age; write "36h", "8d" or "2w"'),
        ('max_age = "0d"', "max_age: '0d' is not an age"),
        ("max_age = 8", "max_age: 8 is not an age"),
        ("recheck = 1.5", "recheck: 1.5 is not a whole number from 0 to 1,000,000"),
        ("recheck = true", "recheck: True is not a whole number"),
        ('files = "no"', "files: 'no' is neither true nor false"),
        ("hooks = 1", "hooks: not a table; write [hooks], and below it ping, on_news …"),
        ('hooks = { png = "x" }', "hooks.png: unknown key (did you mean ping?); the keys are ping, on_news"),
        ("hooks.ping = 1", "hooks.ping: 1 is not a text"),
        ('hooks.ping = "ftp://x"', "hooks.ping: 'ftp://x' is not an address; write http(s)://HOST/PATH"),
        (
            "hooks.on_news = 'mail \"me'",
            "hooks.on_news: 'mail \"me': No closing quotation; write a program and",
        ),
        ("hooks.on_trouble = '\"'", "hooks.on_trouble: '\"': No closing quotation; write a program and its"),
        ("[hooks]\nping = 1", None),
        ("[delay]\nx = 1", "delay: {'x': 1} is not a number"),
        ("[[boards]]\nx = 1", "boards: [{'x': 1}] is not a text"),
    ],
)
def test_a_mistake_is_named_with_its_line(line: str, words: str | None) -> None:
    if words is None:
        assert refusal(f"\n# delay = 1\n\n{line}\n").startswith("line 5: hooks.ping: 1 is not a text")
    else:
        assert refusal(f"\n# delay = 1\n\n{line}\n").startswith(f"line 4: {words}")


def test_a_key_of_the_same_name_in_another_table_is_not_taken_for_it() -> None:
    assert refusal('[hooks]\non_news = "x"\ndelay = 1\n').startswith("line 3: hooks.delay: unknown key")


def test_a_table_below_the_hooks_is_named_with_its_own_line() -> None:
    assert refusal('[hooks]\non_news = "x"\n\n[hooks.mail]\nto = "me"\n').startswith(
        "line 4: hooks.mail: unknown"
    )


def test_what_is_no_toml_is_named_with_its_place() -> None:
    assert "line 2" in refusal("delay = 1\ndelay = 2\n")
    assert refusal("x = " + "[" * 100_000).startswith("its arrays or tables are nested too deep")


def test_the_message_of_a_command_names_the_file(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xef\xbb\xbffiles = 1")
    with pytest.raises(ArchiveError, match="archive.toml: line 1: files: 1 is neither") as error:
        read(tmp_path)
    assert (error.value.exit_code, str(error.value).startswith(f"{tmp_path / NAME}: ")) == (2, True)
    (tmp_path / NAME).write_bytes(b'files = true\ncontact = "\xb1\xe8@x.kr"\n')
    with pytest.raises(
        ArchiveError, match=r"archive.toml: line 2: byte 0xb1 is not UTF-8; save the file as UTF-8$"
    ):
        read(tmp_path)
    (tmp_path / NAME).unlink()
    (tmp_path / NAME).mkdir()
    with pytest.raises(ArchiveError, match="cannot be read"):
        read(tmp_path)
