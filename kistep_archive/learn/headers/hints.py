"""Words that often stand beside a writer, hits or a date, and are no label that the parser trusts."""

from collections.abc import Mapping

from kistep_archive.learn.patterns import FieldName
from kistep_archive.parse.text import label

_DATE = "day posted published registered registration written on at the 올린날 게시 등록 작성"
_HITS = """hit hits seen visits visitors view views viewed read reads clicks times 조회 조회수 본 읽은
열람 열람수 방문"""
_WRITER = "by from team office wrote writes contributor reporter editor 팀 올린이 기자 발행"
_HINTS: Mapping[FieldName, frozenset[str]] = {
    "writer": frozenset(_WRITER.split()),
    "hits": frozenset(_HITS.split()),
}
_ALL = frozenset(f"{_DATE} {_HITS} {_WRITER}".split())


def is_known(word: str) -> bool:
    """Whether the word says what stands beside it, whatever that is."""
    return word in _ALL or label(word) is not None


def fits(name: FieldName, text: str) -> bool:
    """Whether a text is a label of the field, or has only words that often stand beside it."""
    words = text.lower().split()
    return label(text) == name or (bool(words) and all(each in _HINTS[name] for each in words))
