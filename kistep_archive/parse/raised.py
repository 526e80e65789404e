"""Raised and lowered numbers as plain text: "10³", "H₂O"; "10^(1.5)" where there are no such signs."""

import re

_DIGITS = "0123456789+-−–()０１２３４５６７８９"
_HIGH = str.maketrans(_DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOW = str.maketrans(_DIGITS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₍₎₀₁₂₃₄₅₆₇₈₉")
_KNOWN = frozenset(_DIGITS)
_PARTS = re.compile(r"[-−–+]?[0-9]{1,9}(?:\s?[./,]\s?[0-9]{1,9}){1,9}")


def write(words: str, tag: str) -> str | None:
    """A number in a <sup> or <sub> that stands right behind a word; None for what is no number, as "st"."""
    number = words.strip()
    if _PARTS.fullmatch(number):
        return f"{'^' if tag == 'sup' else '_'}({number})"
    if not any(map(str.isdigit, number)) or not _KNOWN.issuperset(number):
        return None
    return number.translate(_HIGH if tag == "sup" else _LOW)
