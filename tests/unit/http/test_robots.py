"""robots.txt: who is named, and what cannot be read forbids everything."""

import gzip

import pytest

from kistep_archive.http.response import Page
from kistep_archive.http.robots import rules

URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
NOBODY = b"User-agent: *\nDisallow: /\n"
PACKED = gzip.compress(NOBODY)


def allows(body: bytes, coding: str = "") -> bool:
    headers = (("Content-Type", "text/plain"), *((("Content-Encoding", coding),) if coding else ()))
    return rules(Page(f"{URL}/robots.txt", "", 200, headers, body), "kistep-archive").allows(URL)


@pytest.mark.parametrize(
    "name",
    [
        "kistep-archive",
        "KISTEP-Archive",
        "kistep-archive/1.2",
        "kistep-archive/0.9 (+https://github.com/kistep-archive/kistep-archive)",
    ],
)
def test_a_visitor_is_named_with_or_without_a_version(name: str) -> None:
    assert not allows(f"User-agent: {name}\r\nDisallow: /\r\n".encode())
    assert not allows(f"User-agent: other/2\nuser-agent : {name}\nDisallow: /board.es\n".encode())
    assert allows(f"User-agent: other-{name}\nDisallow: /\n".encode())


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (PACKED[:-8] + bytes(4) + PACKED[-4:], "gzip"),
        (PACKED[:-9], "gzip"),
        (NOBODY.decode().encode("utf-16"), ""),
        ("User-agent: *\nAllow: /\n".encode("utf-16-le"), ""),
    ],
)
def test_what_cannot_be_decoded_forbids_everything(body: bytes, coding: str) -> None:
    assert not allows(body, coding)


def test_a_comment_in_another_encoding_is_no_harm() -> None:
    assert allows("# 규칙\nUser-agent: *\nDisallow: /admin\n".encode("cp949"))
    assert not allows("# 규칙\nUser-agent: *\nDisallow: /board.es\n".encode("cp949"))
