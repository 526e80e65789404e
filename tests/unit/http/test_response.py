"""Bytes to text: strict about wholeness, certain about encodings."""

import base64
import gzip
import random
import tracemalloc
import zlib
from encodings import aliases
from functools import partial
from urllib.parse import quote, quote_plus

import brotli
import pytest
import zstandard
from cost import ending, least_seconds
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.http.response import Page, PageError, content, file_name, text

KOREAN = "과학기술혁신정책"


def page(body: bytes, **headers: str) -> Page:
    named = tuple((key.replace("_", "-"), value) for key, value in headers.items())
    return Page("https://www.kistep.re.kr/board.es?bid=0051", "2026-01-01T00:00:00Z", 200, named, body)


def test_a_large_body_that_is_refused_is_never_copied() -> None:
    packed = gzip.compress(random.Random(0).randbytes(20_000_000), 0)
    tracemalloc.start()
    with pytest.raises(PageError, match="unpacks to more than 2000000 bytes"):
        content(page(packed, Content_Encoding="gzip"), 2_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


@given(st.binary(max_size=2000), st.integers(1, 3))
def test_gzip_of_any_number_of_members_is_unpacked(body: bytes, members: int) -> None:
    packed = b"".join(gzip.compress(body) for _ in range(members))
    if body[:2] != b"\x1f\x8b":
        assert content(page(packed, Content_Encoding="gzip")) == body * members


@given(st.data())
def test_fault_b07_gzip_cut_anywhere_is_an_error_and_not_a_shorter_page(data: st.DataObject) -> None:
    packed = gzip.compress(b"<html>" + b"x" * 500 + b"</html>")
    cut = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(PageError):
        content(page(packed[:cut], Content_Encoding="gzip"))


def test_fault_b07_a_wrong_checksum_is_an_error() -> None:
    packed = bytearray(gzip.compress(b"<html></html>"))
    packed[-5] ^= 1
    with pytest.raises(PageError, match="damaged gzip"):
        content(page(bytes(packed), Content_Encoding="gzip"))


def test_fault_b08_a_bomb_is_refused_before_it_unfolds() -> None:
    bomb = zlib.compress(b"\0" * 1_000_000, 9, wbits=31)
    with pytest.raises(PageError, match="unpacks to more than"):
        content(page(bomb, Content_Encoding="gzip"), 100_000)
    with pytest.raises(PageError, match="unpacks to more than"):
        content(page(gzip.compress(b"\0" * 60_000) * 2, Content_Encoding="gzip"), 100_000)


def test_fault_b08_a_page_packed_twice_and_an_encoding_not_asked_for_are_errors() -> None:
    with pytest.raises(PageError, match="compressed twice"):
        content(page(gzip.compress(gzip.compress(b"x")), Content_Encoding="gzip"))
    with pytest.raises(PageError, match="'br'"):
        content(page(b"x", Content_Encoding="br"))
    with pytest.raises(PageError, match="'compress'"):
        content(page(b"x", Content_Encoding="compress"))


PACKED = {
    "br": partial(brotli.compress, quality=1),
    "zstd": zstandard.compress,
    "deflate": zlib.compress,
    "gzip": gzip.compress,
}


@given(body=st.binary(max_size=5000), coding=st.sampled_from(sorted(PACKED)), times=st.integers(1, 3))
def test_fault_b07_each_coding_is_unpacked_whole_or_not_at_all(body: bytes, coding: str, times: int) -> None:
    packed = PACKED[coding](b"<p>" + body)
    assert content(page(packed, Content_Encoding=coding)) == b"<p>" + body
    for cut in {1, len(packed) // 2, len(packed) - times}:
        with pytest.raises(PageError):
            content(page(packed[:cut], Content_Encoding=coding))
    if coding in ("br", "deflate"):  # gzip and zstd may go on: with zeros, or a member or frame more
        with pytest.raises(PageError):
            content(page(packed + b"\xff", Content_Encoding=coding))


@pytest.mark.parametrize("coding", sorted(PACKED))
@pytest.mark.parametrize("size", [1 << 20, 5 << 20])
def test_a_body_that_packs_well_is_unpacked_to_its_end(coding: str, size: int) -> None:
    body = b"<p>" + b"\xff" * size
    with ending(20):
        assert content(page(PACKED[coding](body), Content_Encoding=coding)) == body
        if coding == "gzip":  # of which there may be several, with zeros behind
            assert content(page(PACKED[coding](body) * 2 + b"\0" * 9, Content_Encoding=coding)) == body * 2


def test_zstd_of_several_frames_and_skippable_ones_is_unpacked() -> None:
    skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc"
    packed = skippable + zstandard.compress(b"one ") + zstandard.compress(b"two") + skippable
    assert content(page(packed, Content_Encoding="zstd")) == b"one two"


@pytest.mark.slow
@pytest.mark.parametrize("coding", sorted(PACKED))
def test_fault_b08_a_bomb_in_any_coding_is_refused_in_little_memory(coding: str) -> None:
    bomb = PACKED[coding](b"\0" * (400 << 20))
    tracemalloc.start()
    with pytest.raises(PageError, match="unpacks to more than"):
        content(page(bomb, Content_Encoding=coding))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 << 20  # the limit is 64 MiB


def test_fault_b08_a_zstd_frame_that_asks_for_a_window_of_more_than_8_mib_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(PageError, match="damaged zstd"):
        content(page(packed.compress(b"x" * 1000) + packed.flush(), Content_Encoding="zstd"))


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=5), st.booleans())
def test_chunks_are_joined_and_a_cut_is_an_error(pieces: list[bytes], upper: bool) -> None:
    lines = [f"{len(piece):{'X' if upper else 'x'}}\r\n".encode() + piece + b"\r\n" for piece in pieces]
    body = b"".join(lines) + b"0\r\n\r\n"
    assert content(page(body, Transfer_Encoding="chunked")) == b"".join(pieces)
    for cut in range(1, len(body), 13):
        with pytest.raises(PageError, match="chunked body is cut"):
            content(page(body[:cut], Transfer_Encoding="chunked"))


@pytest.mark.parametrize("piece", [b"1", b" ", b"1;", b"0\r\n", b"0\r\na:b\r\n", b"1\r\n1\r\n", b"a:", b"<"])
def test_fault_f08_a_hostile_chunked_body_is_read_at_once(piece: bytes) -> None:
    body = b"0\r\n" + piece * (100_000 // len(piece))
    hostile = page(body, Transfer_Encoding="chunked")

    def read() -> None:
        with pytest.raises(PageError):
            content(hostile)

    assert least_seconds(read, 0.05) < 0.05


@pytest.mark.parametrize(
    ("declared", "meta", "encoding"),
    [
        ("utf-8", "", "utf-8"),
        ("euc-kr", "", "cp949"),
        ("", "euc-kr", "cp949"),
        ("", "", "utf-8"),
        ("", "", "cp949"),
        ("utf-8", "", "cp949"),
        ("iso-8859-1", "", "utf-8"),
    ],
)
def test_fault_d01_korean_text_is_right_whatever_is_declared(declared: str, meta: str, encoding: str) -> None:
    markup = f'<meta charset="{meta}">' if meta else ""
    body = f"{markup}<p>{KOREAN}</p>".encode(encoding)
    headers = {"Content_Type": f"text/html;charset={declared}" if declared else "text/html"}
    assert KOREAN in text(page(body, **headers))


def test_fault_d01_bytes_that_fit_both_encodings_are_no_guess() -> None:
    with pytest.raises(PageError, match="UTF-8 too"):
        text(page("<p>Café</p>".encode(), Content_Type="text/html;charset=EUC-KR"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_title_that_is_cut_inside_a_letter_is_read_with_a_sign_for_it(encoding: str) -> None:
    cut = "예산배분 워크숍".encode(encoding)[:-1] + b".."
    found = text(page(b"<p>" + cut + b"</p>", Content_Type=f"text/html;charset={encoding}"))
    assert found == "<p>예산배분 워크\ufffd..</p>"


@pytest.mark.parametrize(
    ("declared", "body", "words"),
    [
        ("ISO-8859-1", b"caf\xe9 \x93open\x94, don\x92t \x81", "café “open”, don’t \x81"),
        ("us-ascii", b"20 \x80", "20 €"),
        ("ks_c_5601-1987", "똠방각하 펲시".encode("cp949"), "똠방각하 펲시"),
        ("KSC5601", "찦차".encode("cp949"), "찦차"),
        ("windows-949", "찦차".encode("cp949"), "찦차"),
        ("utf8", "찦차".encode(), "찦차"),
        ("iso-8859-1", "찦차를 타고 온 펲시맨".encode("cp949"), "찦차를 타고 온 펲시맨"),
        ("shift_jis", "研究開発".encode("cp932"), "研究開発"),
        ("x-no-such-name", "찦차".encode("cp949"), "찦차"),
        ("utf-16", "찦차".encode("utf-16-le"), "찦차"),
    ],
)
def test_fault_d09_a_declared_encoding_is_read_by_its_web_name(
    declared: str, body: bytes, words: str
) -> None:
    assert text(page(body, Content_Type=f"text/html; charset={declared}")) == words


def test_fault_d09_a_server_s_default_does_not_count_against_the_page_s_own_declaration() -> None:
    body = '<meta charset="euc-kr"><p>찦차</p>'.encode("cp949")
    assert "찦차" in text(page(body, Content_Type="text/html;charset=ISO-8859-1"))


@pytest.mark.parametrize("name", ["euc-kr", "windows-949", "ks_c_5601-1987"])
def test_fault_d09_a_board_s_encoding_is_a_web_name_too(name: str) -> None:
    assert text(page("펲시".encode("cp949")), name) == "펲시"


def test_fault_d01_bytes_in_no_such_encoding_are_an_error_and_never_mojibake() -> None:
    with pytest.raises(PageError, match="neither"):
        text(page(b"<p>\xff\xfe\xff\x80</p>", Content_Type="text/html;charset=UTF-8"))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=UTF-8''%EB%B3%B4%EB%8F%84%20%EC%9E%90%EB%A3%8C.pdf", "보도 자료.pdf"),
        ("attachment; filename=\"fallback.pdf\"; filename*=UTF-8''%EB%B3%B4.pdf", "보.pdf"),
        ('attachment; filename="' + "보도 (자료).hwpx".encode().decode("latin-1") + '"', "보도 (자료).hwpx"),
        ('attachment; filename="' + "보도.hwp".encode("cp949").decode("latin-1") + '"', "보도.hwp"),
        ("attachment; filename=%EB%B3%B4.png", "보.png"),
        (r'attachment; filename="C:\Users\kim\plan.pdf"', "plan.pdf"),
        (r'attachment; filename="C:\\Users\\kim\\plan.pdf"', "plan.pdf"),
        (r'attachment; filename="\\server\share\plan.pdf"', "plan.pdf"),
        ("attachment; filename=" + quote("과학 정책(최종).hwp".encode("cp949")), "과학 정책(최종).hwp"),
        ("attachment; filename=" + quote_plus("과학 정책 (C++).hwp"), "과학 정책 (C++).hwp"),
        ("attachment; filename=%EB%B3%B4%20C++.hwp", "보 C++.hwp"),
        ("attachment; filename=C++.hwp", "C++.hwp"),
        ("attachment; filename==?UTF-8?B?67O0LnBuZw==?=", "보.png"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\a.txt"', "a.txt"),
        ("attachment; filename*=\"UTF-8''%EB%B3%B4.hwp\"", "보.hwp"),
        ("attachment; filename*=UTF-8''\"%EB%B3%B4 1.hwp\"", "보 1.hwp"),
        ("attachment; filename*0*=UTF-8''%EB%B3; filename*1*=%B4%20; filename*2=\"a b.hwp\"", "보 a b.hwp"),
        ("attachment; filename*1=b.hwp; filename*0=a", "ab.hwp"),
        ('attachment; creation-filename="a.tmp"; filename="b.hwp"', "b.hwp"),
        ("attachment; creation-filename*=UTF-8''a.tmp; x-filename*0=c; filename=b.hwp", "b.hwp"),
        ('attachment; creation-filename="a.tmp"', ""),
        ("attachment; filename*0=a; filename*99999999999999999999=b", "a"),
        ("attachment; filename*=windows-874-x''%EB%B3%B4.hwp", "보.hwp"),
        ("attachment; filename*=unicode_escape''%5Cx.hwp", "x.hwp"),
        ("attachment; filename*=unicode_escape''%5Cq.hwp", "q.hwp"),
        ("attachment; filename*=''%EB%B3%B4.hwp", "보.hwp"),
        ("attachment; filename*=UTF-8; filename=a.hwp", "a.hwp"),
        ("attachment; filename==?windows-874-x?B?MjAyNC5od3A=?=", "2024.hwp"),
        (
            "attachment; filename==?UTF-8?B?" + base64.b64encode("보.hwp".encode("cp949")).decode() + "?=",
            "보.hwp",
        ),
        ("attachment; filename==?UTF-8?B?7ZWc6riAL?=", ""),
        ("attachment; filename==?UTF-8?B?67O0?= " + "자료.hwp".encode().decode("latin-1"), "보 자료.hwp"),
        ("inline", ""),
        ("", ""),
    ],
)
def test_fault_f02_file_names_in_every_spelling_are_decoded(header: str, name: str) -> None:
    assert file_name(page(b"", Content_Disposition=header)) == name


LATIN = st.text(alphabet=st.characters(codec="latin-1"), max_size=30)
CHARSETS = LATIN | st.sampled_from(
    [
        *aliases.aliases,
        "idna",
        "punycode",
        "unicode_escape",
        "raw-unicode-escape",
        "undefined",
        "utf-7",
        "a\0b",
    ]
)
ENCODED = (
    LATIN
    | st.binary(max_size=12).map(lambda raw: base64.b64encode(raw).decode())
    | st.binary(max_size=12).map(quote)
)
WORDS = st.builds("=?{}?{}?{}?=".format, CHARSETS, st.sampled_from("BbQqx"), ENCODED)
PARAMETERS = st.one_of(
    st.builds('filename{}="{}"'.format, st.sampled_from(["", "*", "*0", "*0*"]), LATIN | WORDS),
    st.builds("filename={}{}{}".format, LATIN, WORDS, LATIN | WORDS),
    st.builds(
        "filename*{}={}'{}'{}".format, st.sampled_from(["", "0*", "1*", "٣*"]), CHARSETS, LATIN, ENCODED
    ),
    st.builds("filename*{}{}={}".format, st.integers(0, 10**30), st.sampled_from(["", "*"]), LATIN | ENCODED),
)


@given(LATIN | st.lists(PARAMETERS, max_size=4).map("; ".join))
def test_any_content_disposition_gives_a_name_or_none(header: str) -> None:
    name = file_name(page(b"", Content_Disposition=f"attachment; {header}"))
    assert name.isprintable()
    assert not set(name) & set("/\\")
    assert len(name) <= 255


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40).filter(str.isprintable), st.data()
)
def test_a_name_cut_anywhere_into_continued_parameters_is_joined(name: str, data: st.DataObject) -> None:
    coded = [f"%{byte:02X}" for byte in name.encode()]
    cut = data.draw(st.integers(0, len(coded)))
    header = f"attachment; filename*0*=UTF-8''{''.join(coded[:cut])}; filename*1*={''.join(coded[cut:])}"
    assert file_name(page(b"", Content_Disposition=header)) == name


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=300))
def test_fault_f01_no_header_gives_a_name_that_leaves_its_folder(header: str) -> None:
    name = file_name(page(b"", Content_Disposition=f"attachment; filename={header}"))
    assert "/" not in name
    assert "\\" not in name
    assert name.isprintable()
