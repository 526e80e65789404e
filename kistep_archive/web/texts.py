"""The words of the interface in two languages. English is the key; `korean.toml` has the Korean words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Language(StrEnum):
    """A language of the interface, as `lang=` has it."""

    ENGLISH = "en"
    KOREAN = "ko"


@dataclass(frozen=True, slots=True)
class Texts:
    """The interface in one language. `texts("Search")` is the word; words in braces are filled in."""

    language: Language = Language.ENGLISH

    def __call__(self, english: str, **values: object) -> str:
        text = english
        if self.language is Language.KOREAN:
            text = korean().get(english, english)
        return text.format(**values) if values else text


@cache
def korean() -> Mapping[str, str]:
    """English -> Korean."""
    source = files("kistep_archive.web").joinpath("korean.toml").read_text(encoding="utf-8")
    words: Mapping[str, str] = tomllib.loads(source)["texts"]
    return words
