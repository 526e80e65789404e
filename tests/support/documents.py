"""What a document in docs/ shows, taken out of its Markdown."""

import re
from pathlib import Path


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of a language, in order, without their fences."""
    return [
        text
        for name, text in re.findall(r"^```(\S*)\n(.*?)^```$", document.read_text(), re.S | re.M)
        if name == language
    ]
