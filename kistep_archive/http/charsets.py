"""The names of encodings as the web uses them (the labels of the WHATWG Encoding Standard): pages that
declare EUC-KR are in cp949, those that declare ISO-8859-1 in windows-1252."""

import codecs

KOREAN, UTF8, LATIN = "cp949", "utf-8", "cp1252"
_LABELS = {
    UTF8: "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    KOREAN: "euc-kr euckr euc_kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 "
    "ksc5601 ksc_5601 windows-949 x-windows-949 ms949 cp949 949 uhc",
    LATIN: "iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 latin-1 l1 "
    "csisolatin1 windows-1252 cp1252 x-cp1252 cp819 ibm819 ascii us-ascii ansi_x3.4-1968",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis windows-31j ms932",
    "gb18030": "gb2312 gbk gb18030 x-gbk chinese csgb2312 gb_2312 gb_2312-80 csiso58gb231280 iso-ir-58",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "cp1254": "iso-8859-9 iso8859-9 iso88599 iso_8859-9 latin5 l5 csisolatin5 windows-1254 cp1254 x-cp1254",
    "utf-16-le": "utf-16 utf-16le ucs-2 unicode csunicode iso-10646-ucs-2 unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
# Python's own, which warn, are slow or are no encodings of text
_NO_CHARSETS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}


def codec(label: str) -> str:
    """The Python codec for an encoding's label; "" for a label that is unknown or no text encoding."""
    name = label.strip().lower()
    if name in _CODECS:
        return _CODECS[name]
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    is_text = getattr(info, "_is_text_encoding", True) and info.name not in _NO_CHARSETS
    return info.name if is_text else ""


def decode(body: bytes, name: str) -> str | None:
    """The text in this codec, strictly; None if the bytes do not fit. In windows-1252 every byte fits, as in
    browsers."""
    if name == LATIN:
        text = body.decode(LATIN, "surrogateescape")
        return text if text.isascii() else "".join(map(_without_escape, text))
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _without_escape(letter: str) -> str:
    """The five bytes that windows-1252 does not define are control characters on the web."""
    return chr(ord(letter) - 0xDC00) if "\udc80" <= letter <= "\udcff" else letter
