"""Extractors by others on a post's page, for `bench.peers`: `python -m bench.peer_parses PAGE SAMPLES` prints
the seconds of each sample as JSON. Runs in the peers' environment and imports nothing of the package."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter

import lxml.html
import trafilatura
from fundus.parser import BaseParser, ParserProxy, attribute

CALLS = 10


class _Board(ParserProxy):
    """A parser for fundus, as its guide says: an attribute a field."""

    class V1(BaseParser):
        """The stand-in's page."""

        @attribute
        def title(self) -> str | None:
            """The heading."""
            return str(self.precomputed.doc.xpath("string(//h2[contains(@class, 'title')])")).strip()

        @attribute
        def publishing_date(self) -> datetime | None:
            """The day after its label."""
            text = self.precomputed.doc.xpath("string(//li[contains(@class, 'date')]//span)")
            return datetime.fromisoformat(str(text).strip().replace(".", "-"))

        @attribute
        def body_text(self) -> str:
            """The text of the body's box."""
            return "\n".join(self.precomputed.doc.xpath("//*[contains(@class, 'contents')]//text()"))


def _seconds(call: Callable[[], object]) -> float:
    begun = perf_counter()
    for _ in range(CALLS):
        call()
    return (perf_counter() - begun) / CALLS


def main(page: str, samples: int) -> None:
    """Times each side by turns; the first sample only warms up."""
    text = Path(page).read_text(encoding="utf-8")
    parser = _Board()
    sides: dict[str, Callable[[], object]] = {
        "lxml": lambda: lxml.html.document_fromstring(text),
        "trafilatura": lambda: trafilatura.bare_extraction(text),
        "fundus": lambda: parser().parse(text, "raise"),
    }
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(samples + 1):
        for name, call in sides.items():
            spent[name].append(_seconds(call))
    print(json.dumps({name: seconds[1:] for name, seconds in spent.items()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
