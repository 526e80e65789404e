"""The interface in two languages: every text that a page shows has its Korean one, and no other is kept."""

import re
from pathlib import Path
from string import Formatter

import kistep_archive.web
from kistep_archive.audit.politeness import PolitenessVerdict
from kistep_archive.model.columns import TEXTS
from kistep_archive.operate.causes import CauseKind, english
from kistep_archive.query.changes import KINDS
from kistep_archive.query.search.search import SORTS
from kistep_archive.web.texts import korean

_ROOT = Path(kistep_archive.web.__file__).parent
_IN_TEMPLATE = re.compile(r"""\bt\((?:"([^"]+)"|'([^']+)')""")
_IN_CODE = re.compile(r'\btexts\(\s*"((?:[^"\\]|\\.)+)"')
# what is shown of values that are words themselves
_VALUES = {
    *KINDS,
    *SORTS,
    *(english(kind).replace("_", " ") for kind in CauseKind),
    *(name.replace("_", " ") for name in (*TEXTS, "body_html", "attachments", "hits")),
    *("ok", "yes", "no", "board", "writer", "since", "until", "has_file", "file", "image"),
    *("source", "revision", "returned", "fetched", "replaced", "gone", "back"),
    *("complete", "incomplete", "site changed", "store unhealthy"),
    *("requested", "failed", "unchanged"),
    *PolitenessVerdict,
    *("This address cannot be understood", "There is no such page", "Something went wrong", "Error"),
    "The archive cannot be read now",
}


def texts() -> set[str]:
    """Every English text of the interface."""
    found = {
        first or second
        for path in (_ROOT / "templates").glob("*.html")
        for first, second in _IN_TEMPLATE.findall(path.read_text())
    }
    found |= {text for path in _ROOT.rglob("*.py") for text in _IN_CODE.findall(path.read_text())}
    return found | _VALUES


def test_every_text_of_the_interface_has_a_korean_one_and_no_other_is_kept() -> None:
    assert sorted(texts()) == sorted(korean())


def test_the_korean_text_fills_in_the_same_values() -> None:
    def values(text: str) -> list[str]:
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name)

    for english_text, korean_text in korean().items():
        assert values(english_text) == values(korean_text), english_text
