"""The security headers of every answer.

Datasette's pages have a few inline scripts. Those of its templates are allowed by their digests, which are
computed once from the templates: a script that got into a page in another way has none.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
_TEMPLATES = ("_close_open_menus.html", "_codemirror_foot.html", "table.html")
_FILLED = {"{{ datasette_allow_facet }}": "true"}


def headers(templates: Path) -> list[tuple[bytes, bytes]]:
    """The headers, for Datasette's templates in this folder."""
    values = {
        "content-security-policy": _policy(templates),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "cross-origin-resource-policy": "same-origin",
    }
    return [(name.encode(), value.encode()) for name, value in values.items()]


def _policy(templates: Path) -> str:
    scripts = " ".join(f"'{digest}'" for digest in sorted(set(_digests(templates))))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _digests(templates: Path) -> Iterator[str]:
    for name in _TEMPLATES:
        for script in _SCRIPT.findall((templates / name).read_text(encoding="utf-8")):
            for variable, value in _FILLED.items():
                script = script.replace(variable, value)
            yield "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
