"""A page: the bytes as fetched, and what is known about them. Decoding is strict: an incomplete page is an
error, not a shorter page."""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

from kistep_archive.http import charsets, chunks, content_coding
from kistep_archive.http.pieces import CodingError

MAX_SIZE = 64 * 1024 * 1024  # bytes of one decoded page; more is a bomb or a mistake
MAX_TEXT = 16_000_000  # bytes of one page that is read as text; a listing or post has less than one hundredth

_BROKEN = 20  # broken letters of a page at most: two of each row of a listing
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.I)
_PAIR = re.compile(rb"[\xa1-\xfe]{2}")  # a Korean letter of EUC-KR itself
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_WINDOWS = re.compile(r"[A-Za-z]:\\[^\\]|\\\\[^\\]")  # a path whose own backslashes are no escapes
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.I)


class PageError(ValueError):
    """The bytes are not a complete page: cut or damaged compression, an unknown encoding, or too large."""


class PageSizeError(PageError):
    """The page is complete, but larger than any listing or post: it is stored, but not read."""


@dataclass(frozen=True, slots=True)
class Page:
    """One response: `url` as the board spells it, `fetched_at` in UTC, `body` as it came over the wire (still
    compressed)."""

    url: str
    fetched_at: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return next(iter(self.values(name)), "")

    def values(self, name: str) -> list[str]:
        """All values of a header, in the order in which they came."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


def digest(body: bytes) -> str:
    """The sha256 of the bytes, in hex."""
    return sha256(body).hexdigest()


def uri(url: str) -> str:
    """The address as a URI: percent signs for spaces and non-ASCII letters. Records use it since replay tools
    refuse others; files use it since two spellings are one file."""
    return url if url.isascii() and " " not in url else quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def content(page: Page, largest: int = MAX_SIZE) -> bytes:
    """The body without its transfer and content codings. Raises PageError if it is cut, damaged, compressed
    twice, in an unknown coding, or larger than `largest` bytes."""
    declared = [
        content_coding.list_codings(page.values(name)) for name in ("Transfer-Encoding", "Content-Encoding")
    ]
    if not page.body or not any(declared):
        return page.body
    transfer, packing = content_coding.actual_codings(declared[0], declared[1], page.body)
    try:
        if transfer not in ([], ["chunked"]):
            raise CodingError("the transfer coding is unknown")
        return content_coding.decode(chunks.dechunk(page.body) if transfer else page.body, packing, largest)
    except CodingError as error:
        raise PageError(f"{page.url}: {error} (declared as {', '.join(transfer + packing)!r})") from error


def file_name(page: Page) -> str:
    """The file name in Content-Disposition, its last part only; "" if there is none, or none that can be
    read.

    Spellings on Korean servers: RFC 5987 `filename*=`, in quotes too, RFC 2231 `filename*0*=`, and in
    `filename=` raw UTF-8 or cp949 bytes, RFC 2047 words, percent signs.
    """
    header = page.header("Content-Disposition")
    name = _extended_name(header) or _continued_name(header)
    if not name and (plain := re.search(rf"(?<![\w-])filename\s*=\s*(?:{_QUOTED}|([^;]+))", header, re.I)):
        name = _plain_name((plain[1] if plain[1] is not None else plain[2]).strip())
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:255]


def _extended_name(header: str) -> str:
    """The name in `filename*=charset'language'name`, in quotes or not."""
    match = re.search(r'(?<![\w-])filename\*\s*=\s*([^;"\s]*(?:"[^"]*")?)', header, re.I)
    charset, text = _split(match[1].replace('"', "")) if match else ("", "")
    return _decode(unquote_to_bytes(text), charset)


def _continued_name(header: str) -> str:
    """A name that several parameters share, joined by their numbers; pieces with a star have percent
    signs."""
    parameters = re.findall(
        rf"(?<![\w-])filename\*([0-9]{{1,3}})(\*?)\s*=\s*(?:{_QUOTED}|([^;\s]*))", header, re.I
    )
    pieces = {int(number): (star, quoted or bare) for number, star, quoted, bare in parameters}
    charset = ""
    if pieces.get(0, ("", ""))[0]:
        charset, first = _split(pieces[0][1])
        pieces[0] = "*", first
    raw = (
        unquote_to_bytes(text) if star else text.encode("latin-1", "replace")
        for _, (star, text) in sorted(pieces.items())
    )
    return _decode(b"".join(raw), charset)


def _split(value: str) -> tuple[str, str]:
    """(charset, text) of `charset'language'text`; empty if it is not of this form."""
    charset, *more = value.split("'", 2)
    return (charset, more[1]) if len(more) == 2 else ("", "")


def _plain_name(raw: str) -> str:
    unescaped = raw if _WINDOWS.match(raw) else re.sub(r"\\(.)", r"\1", raw)
    # headers are stored as latin-1, byte for byte
    name = _decode(unescaped.encode("latin-1", "replace"), "utf-8")
    if name.startswith("=?"):
        return _words(name)
    if not re.search(r"%[0-9A-Fa-f]{2}", name):
        return name
    # as Java's URLEncoder writes a space; its own plus is %2B
    spaced = name if "%20" in name else name.replace("+", " ")
    return _decode(unquote_to_bytes(spaced), "utf-8")


def _words(name: str) -> str:
    """A name with RFC 2047 words in it; "" if the base64 of one is cut."""
    try:
        parts = decode_header(name)
    except HeaderParseError:
        return ""
    return "".join(part if isinstance(part, str) else _word(part, charset) for part, charset in parts)


def _word(raw: bytes, charset: str | None) -> str:
    """One part of the result of `decode_header`, which encodes the text between the words."""
    return raw.decode("raw-unicode-escape", "replace") if charset is None else _decode(raw, charset)


def _decode(raw: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "cp949"):
        if (known := charsets.codec(name)) and (text := charsets.decode(raw, known)) is not None:
            return text
    return raw.decode("latin-1")


def text(page: Page, encoding: str = "") -> str:
    """The page as text: as the header and then the meta declare it, by the encodings' web names
    (`charsets`), else UTF-8 or cp949; each strictly, never a statistical guess. An `encoding` that the caller
    knows counts instead of what the page declares.

    If the declaration is wrong, the text is read in UTF-8 or cp949 if only that one fits. If neither fits
    because of a few single broken letters, each becomes U+FFFD, as in browsers: some sites cut titles inside
    a letter. Raises PageError if nothing fits, or if bytes that are declared Korean are valid UTF-8 too: then
    the intended encoding is unknown, or PageSizeError.
    """
    body = content(page)
    if len(body) > MAX_TEXT:
        words = (
            f"the page has {len(body) / 1e6:.1f} MB; a page of more than {MAX_TEXT // 10**6} MB is not read"
        )
        raise PageSizeError(f"{page.url}: {words}, since no listing or post has so many")
    if encoding:
        codec = charsets.codec(encoding) or encoding
        known = charsets.decode(body, codec)
        is_utf8 = known is None and charsets.decode(body, "utf-8-sig") is not None
        if known is None and (is_utf8 or (known := _mend(body, codec)) is None):
            words = f"the text is not {encoding}, as the boards file says{', but UTF-8' if is_utf8 else ''}"
            raise PageError(f"{page.url}: {words}")
        return known
    declared = _declared(page, body)
    utf8 = charsets.decode(body, "utf-8-sig")
    if utf8 is not None and declared != charsets.KOREAN and not declared.startswith("utf-16"):
        return utf8
    korean = charsets.decode(body, charsets.KOREAN)
    if utf8 is not None and declared == charsets.KOREAN:
        if korean not in (None, utf8):
            raise PageError(f"{page.url}: the text is declared Korean, but its bytes are valid UTF-8 too")
        return utf8
    is_default = declared == charsets.LATIN and korean is not None and _PAIR.search(body) is not None
    if declared not in ("", charsets.UTF8, charsets.KOREAN) and not is_default:
        korean = charsets.decode(body, declared) or korean
    elif korean is None:
        korean = _mend(body, charsets.KOREAN if declared == charsets.KOREAN else "utf-8-sig")
    if korean is None:
        raise PageError(f"{page.url}: the text is neither UTF-8 nor cp949")
    return korean


def _mend(body: bytes, encoding: str) -> str | None:
    """The text with U+FFFD for its broken letters; None if they are many, or side by side as in text of
    another encoding."""
    text = body.decode(encoding, "replace")
    broken = text.count("\ufffd") - body.count("\ufffd".encode())
    return text if broken <= _BROKEN and "\ufffd\ufffd" not in text else None


def _declared(page: Page, body: bytes) -> str:
    """The codec that the header declares, else the one of the meta; "" if neither is known. A header that
    says ISO-8859-1, the default of many servers, does not count against a meta."""
    header = _HEADER_CHARSET.search(page.header("Content-Type"))
    first = charsets.codec(header[1]) if header else ""
    if first not in ("", charsets.LATIN):
        return first
    meta = _META_CHARSET.search(body, 0, 4096)
    second = charsets.codec(meta[1].decode("ascii")) if meta else ""
    if second.startswith("utf-16"):  # it was read as ASCII
        second = charsets.UTF8
    return second or first
