"""Replay addresses: whose page it was and when; nothing else is taken for one."""

import pytest
from cost import least_seconds
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.warc.replay_urls import instant, is_rewritten, is_wrapped, unwrap

PAGE = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=7"
NOW, THEN = "2026-01-01T00:00:00Z", "2017-07-08T12:34:56Z"
WEB = "https://web.archive.org/web"


@pytest.mark.parametrize(
    ("url", "inner", "at"),
    [
        (f"{WEB}/20170708123456id_/{PAGE}", PAGE, THEN),
        (f"{WEB}/20170708123456/{PAGE}", PAGE, THEN),
        *[
            (f"{WEB}/20170708123456{modifier}/{PAGE}", PAGE, THEN)
            for modifier in ("if_", "im_", "js_", "cs_", "mp_", "oe_")
        ],
        (f"http://web.archive.org/web/20170708123456id_/{PAGE}", PAGE, THEN),
        (f"https://web.archive.org:443/web/20170708123456id_/{PAGE}", PAGE, THEN),
        (f"{WEB}/2017/{PAGE}", PAGE, "2017-01-01T00:00:00Z"),
        (f"{WEB}/20170708/{PAGE}", PAGE, "2017-07-08T00:00:00Z"),
        (f"{WEB}/201707081234id_/{PAGE}", PAGE, "2017-07-08T12:34:00Z"),
        (
            f"{WEB}/20170708123456id_/http:/www.kistep.re.kr/en/c4/sub3.jsp",
            "http://www.kistep.re.kr/en/c4/sub3.jsp",
            THEN,
        ),
        (f"{WEB}/20170708123456id_/HTTP://www.kistep.re.kr/", "http://www.kistep.re.kr/", THEN),
        (f"{WEB}/20170708123456/www.kistep.re.kr/en/?a=b", "http://www.kistep.re.kr/en/?a=b", THEN),
        (
            f"{WEB}/20170708123456id_/https%3A%2F%2Fwww.kistep.re.kr%2Fa%3Fb%3D1%26c%3D%25EA",
            "https://www.kistep.re.kr/a?b=1&c=%EA",
            THEN,
        ),
        (f"{WEB}/20170708123456id_/https:%2F%2Fwww.kistep.re.kr%2Fa", "https://www.kistep.re.kr/a", THEN),
        (
            f"{WEB}/20170708123456id_/https://www.kistep.re.kr/a?q=%EA%B8%B0",
            "https://www.kistep.re.kr/a?q=%EA%B8%B0",
            THEN,
        ),
        (f"http://localhost:8080/my-web/20170708123456mp_/{PAGE}", PAGE, THEN),
        (f"https://wayback.archive-it.org/1234/20170708123456/{PAGE}", PAGE, THEN),
        (f"https://webarchive.example.org/wayback/archive/20170708123456/{PAGE}", PAGE, THEN),
        (f"https://archive.example.org/web/2017/{PAGE}", PAGE, "2017-01-01T00:00:00Z"),
        (f"{WEB}/20240101000000/{WEB}/20170708123456id_/{PAGE}", PAGE, THEN),
    ],
)
def test_a_replay_address_is_unwrapped(url: str, inner: str, at: str) -> None:
    assert is_wrapped(url)
    assert unwrap(url, NOW, ()) == (inner, at)


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        f"{WEB}/*/{PAGE}",
        f"{WEB}/2017*/{PAGE}",
        f"{WEB}/20179999999999/{PAGE}",
        "https://web.archive.org/save/https://www.kistep.re.kr/",
        "https://web.archive.org/web/20170708123456/",
        "https://www.kistep.re.kr/go/2017/https://other.example/",
        "https://www.kistep.re.kr/a/20170708123456/b.es",
        "https://www.kistep.re.kr/go?to=/web/20170708123456/https://other.example/",
        "https://www.kistep.re.kr/go#/web/20170708123456/https://other.example/",
    ],
)
def test_what_only_looks_like_one_stays_as_it_is(url: str) -> None:
    assert not is_wrapped(url)
    assert not is_rewritten(url)
    assert unwrap(url, NOW, (("Memento-Datetime", "Sat, 08 Jul 2017 12:34:57 GMT"),)) == (url, NOW)


def test_the_memento_header_is_the_better_source_of_the_date() -> None:
    url = f"{WEB}/2017/{PAGE}"
    assert unwrap(url, NOW, (("memento-datetime", "Sat, 08 Jul 2017 12:34:57 GMT"),)) == (
        PAGE,
        "2017-07-08T12:34:57Z",
    )
    assert unwrap(url, NOW, (("memento-datetime", "once upon a time"),)) == (PAGE, "2017-01-01T00:00:00Z")
    outer = f"{WEB}/20240101000000/{WEB}/20170708123456id_/{PAGE}"
    assert unwrap(outer, NOW, (("Memento-Datetime", "Mon, 01 Jan 2024 00:00:00 GMT"),)) == (PAGE, THEN)


@pytest.mark.parametrize(
    ("modifier", "changed"), [("id_", False), ("ID_", False), ("", True), ("im_", True), ("mp_", True)]
)
def test_only_id_means_that_the_replay_changed_nothing(modifier: str, changed: bool) -> None:
    assert is_rewritten(f"{WEB}/20170708123456{modifier}/{PAGE}") is changed
    assert is_rewritten(f"{WEB}/20240101000000id_/{WEB}/20170708123456{modifier}/{PAGE}") is changed


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (THEN, THEN),
        ("2017-07-08T12:34:56.5Z", "2017-07-08T12:34:56.500000Z"),
        ("2017-07-08T12:34:56.123456789Z", "2017-07-08T12:34:56.123456Z"),
        ("2017", "2017-01-01T00:00:00Z"),
        ("2017-07", "2017-07-01T00:00:00Z"),
        ("2017-07-08", "2017-07-08T00:00:00Z"),
        ("2017-07-08T12:34Z", "2017-07-08T12:34:00Z"),
        ("2017-07-08T21:34:56+09:00", THEN),
        (" 2017-07-08T12:34:56z ", THEN),
    ],
)
def test_dates_of_every_version_become_one_spelling(text: str, at: str) -> None:
    assert instant(text) == at


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2017-13-01", "2017-07-08T25:00:00Z", "0000", "0001-01-01T00:00:00+09:00", "２０１７"],
)
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        instant(text)


@given(st.datetimes())
def test_each_instant_keeps_its_own_spelling(at: object) -> None:
    text = f"{at}".replace(" ", "T") + "Z"
    assert instant(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "/a",
        "/1",
        "http:/",
        "%3a",
        "20170708123456/",
        "/web/2017/http://",
        "a.",
        "-",
        "/20170708123456id_/http:",
    ],
)
def test_fault_f08_a_hostile_address_of_100_kb_is_read_at_once(piece: str) -> None:
    url = "https://web.archive.org/web/20170708123456/http://" + piece * (100_000 // len(piece))
    assert least_seconds(lambda: unwrap(url, NOW, ()), 0.05) < 0.05
