"""A page: the bytes as fetched and what is known of them. Decoding is strict: a page that is not whole is an error, not a shorter page."""

import re
import zlib
from dataclasses import dataclass
from email.header import decode_header, make_header
from hashlib import sha256
from urllib.parse import unquote, unquote_to_bytes

MAX_SIZE = 64 * 1024 * 1024  # bytes of one page once unpacked; more is a bomb or a mistake

_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.I)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.I)
_KOREAN = {"euc-kr", "euckr", "ks_c_5601-1987", "ksc5601", "ms949", "windows-949", "x-windows-949"}


class PageError(ValueError):
    """The bytes cannot be read as a whole page: cut or damaged compression, an unknown encoding, or too large."""


@dataclass(frozen=True, slots=True)
class Page:
    """One response: `url` as the board spells it, `fetched_at` in UTC, `body` as it came over the wire (still compressed)."""

    url: str
    fetched_at: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a response is kept: file name inside the archive's warc folder, byte offset and length of the gzip member, sha256 of
    the payload as it came over the wire."""

    file: str
    offset: int
    length: int
    sha256: str
    url: str
    fetched_at: str
    status: int


def digest(body: bytes) -> str:
    """The sha256 of the bytes, in hex."""
    return sha256(body).hexdigest()


def content(page: Page) -> bytes:
    """The body without its content encoding. Raises PageError where it is cut, damaged, doubly packed or larger than MAX_SIZE."""
    encoding = page.header("Content-Encoding").strip().lower()
    if encoding in ("", "identity") or not page.body:
        return page.body
    if encoding not in ("gzip", "x-gzip"):
        raise PageError(f"{page.url}: content encoding {encoding!r} was not asked for and cannot be read")
    unpacked = _gunzip(page)
    if unpacked[:2] == b"\x1f\x8b":
        raise PageError(f"{page.url}: the page is compressed twice")
    return unpacked


def _gunzip(page: Page) -> bytes:
    """All members of the body, never more than MAX_SIZE bytes of them; zero padding after the last one is allowed."""
    pieces, left, rest = [], MAX_SIZE, page.body
    while rest:
        stream = zlib.decompressobj(wbits=31)
        try:
            pieces.append(stream.decompress(rest, left + 1))
        except zlib.error as error:
            raise PageError(f"{page.url}: damaged gzip ({error})") from error
        left -= len(pieces[-1])
        if left < 0:
            raise PageError(f"{page.url}: unpacks to more than {MAX_SIZE} bytes")
        if not stream.eof:
            raise PageError(f"{page.url}: the gzip stream is cut")
        rest = stream.unused_data.lstrip(b"\0")
    return b"".join(pieces)


def file_name(page: Page) -> str:
    """The name that Content-Disposition gives the body, its last part only; empty where there is none.

    Spellings met on Korean servers: RFC 5987 `filename*=`, and in `filename=` raw UTF-8 or cp949 bytes, RFC 2047 words, percent signs.
    """
    header = page.header("Content-Disposition")
    if extended := re.search(r"filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)", header, re.I):
        name = _decoded(unquote_to_bytes(extended[2]), extended[1])
    elif plain := re.search(r'filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))', header, re.I):
        name = _plain_name((plain[1] if plain[1] is not None else plain[2]).strip())
    else:
        return ""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:255]


def _plain_name(raw: str) -> str:
    unescaped = re.sub(r"\\(.)", r"\1", raw)
    name = _decoded(unescaped.encode("latin-1", "replace"), "utf-8")  # headers are kept as latin-1, byte for byte
    if name.startswith("=?"):
        return str(make_header(decode_header(name)))
    return unquote(name) if re.search(r"%[0-9A-Fa-f]{2}", name) else name


def _decoded(raw: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "cp949", "latin-1"):
        try:
            return raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return ""


def text(page: Page) -> str:
    """The page as text: the header's charset, else the meta's, else UTF-8, each strictly; then cp949; never a guess by statistics."""
    body = content(page)
    for charset in _charsets(page, body):
        try:
            return body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    raise PageError(f"{page.url}: the text is neither in its declared encoding nor UTF-8 nor cp949")


def _charsets(page: Page, body: bytes) -> list[str]:
    declared = _HEADER_CHARSET.search(page.header("Content-Type"))
    meta = _META_CHARSET.search(body, 0, 4096)
    names = [declared[1] if declared else "", meta[1].decode("ascii") if meta else "", "utf-8-sig", "cp949"]
    korean = ["cp949" if name.lower() in _KOREAN else name for name in names if name]
    return ["utf-8-sig" if name.lower() in ("utf-8", "utf8") else name for name in korean]
