"""Guesses a field that neither a row nor a known label tells: by what differs from post to post, by a word
beside it, or by its place beside the date. A person has to look at it."""

import re
from collections.abc import Sequence

from kistep_archive.learn import patterns
from kistep_archive.learn.headers import hints
from kistep_archive.learn.headers.header import BOX, VALUE, Header
from kistep_archive.learn.headers.template import Gap
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.patterns import FieldName
from kistep_archive.model.skins import PostSkin
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import count, label

Values = Sequence[str | int | None]  # of one field, on each page

_SHARE = 0.6  # the share of pages that must show a value
_LONG = 60  # characters of a writer at most
_NEAR = 2  # words around a value that may say what it is
_BY = re.compile(r"(?:(?:written|posted)\s)?by\s([^\s:：].{1,60})", re.I)
_WROTE = re.compile(r"(.{1,60}?)\s(?:wrote|writes)\b", re.I)
_ON = re.compile(r"\s(?:on|at)\Z", re.I)
_APART = re.compile(r"[|｜·•,;()]")


def are_enough(values: Values) -> bool:
    """Whether enough pages show a value."""
    return sum(each is not None for each in values) >= max(2, _SHARE * len(values))


def hits(gaps: Sequence[Gap]) -> Values:
    """The counts at the one place that may be the hits."""
    return [count(each) if each else None for each in _differing("hits", gaps)]


def writers(
    skin: PostSkin, trees: Sequence[PageTree], headers: Sequence[Header], gaps: Sequence[Gap]
) -> Values:
    """The writers, by a word beside the name, by what differs, or by the name's place: one who wrote all
    posts differs nowhere."""
    hinted = [_beside_hint(each) for each in headers]
    if are_enough(hinted):
        return hinted
    if values := _differing("writer", gaps):
        return values
    return [_beside_date(skin, tree, each) for tree, each in zip(trees, headers, strict=True)]


def _differing(name: FieldName, gaps: Sequence[Gap]) -> Sequence[str | None]:
    """The texts of the one place that may be the field; none if several may."""
    is_value = _is_count if name == "hits" else _is_name
    likely = [
        each
        for each in gaps
        if are_enough(each.texts) and all(map(is_value, filter(None, each.texts))) and not _is_other(each)
    ]
    hinted = [each for each in likely if _is_hinted(name, each)]
    chosen = hinted if len(hinted) == 1 else likely
    return chosen[0].texts if len(chosen) == 1 else ()


def _is_count(text: str) -> bool:
    return count(text) is not None


def _is_name(text: str) -> bool:
    return len(text) <= _LONG and any(map(str.isalpha, text)) and not any(map(str.isdigit, text))


def _is_no_label(text: str) -> bool:
    return _is_name(text) and not all(map(hints.is_known, text.lower().split())) and label(text) is None


def _is_hinted(name: FieldName, gap: Gap) -> bool:
    return any(hints.fits(name, each) for each in (*_near(gap.before[::-1]), *_near(gap.after)))


def _is_other(gap: Gap) -> bool:
    """Whether the words before a gap, or the one right behind it, are a label of something else, such as
    "likes"."""
    words = (*_near(gap.before[::-1]), *gap.after[:1])
    return any(label(each) in ("other", "number", "file") for each in words)


def _near(words: Sequence[str]) -> Sequence[str]:
    """The first words, up to the next value."""
    own = [each for each in words if not each.startswith(BOX)]
    ends = [at for at, each in enumerate(own) if each.startswith(VALUE)]
    return own[: min([_NEAR, *ends])]


def _beside_hint(header: Header) -> str | None:
    parts = [part.strip() for text in header.texts for part in _APART.split(_undated(text))]
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        if match := _BY.match(part) or _WROTE.match(part):
            return _ON.sub("", match[1])
        first, mark, rest = part.replace("：", ":").partition(":")
        values = [rest.strip()] if mark and rest.strip() else [after, before]
        if hints.fits("writer", first) and (value := next(filter(_is_no_label, values), None)):
            return value
    return None


def _undated(text: str) -> str:
    """The text with a bar for each date."""
    for start, end in reversed(patterns.days(text)):
        text = f"{text[:start]}|{text[end:]}"
    return text


def _beside_date(skin: PostSkin, tree: PageTree, header: Header) -> str | None:
    """The only text in an element beside the date's, if it is no label."""
    dates = selectors.values(tree.root, skin.date) if skin.date and not skin.date.pattern else []
    element = dates[0][1] if dates else None
    box = element.getparent() if element is not None else None
    pairs = zip(header.texts, header.holders, strict=True)
    beside = [text for text, holder in pairs if box is not None and holder.getparent() is box]
    names = [text for text in beside if _is_name(text)]
    return names[0] if len(names) == 1 and label(names[0]) is None else None
