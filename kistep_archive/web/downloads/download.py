"""A download, and the headers that keep it harmless."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # what is named by its digest
NOTHING = "sandbox; default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes, or a file that holds them and that nobody needs once it is sent; their media type, and
    headers."""

    content: bytes | Path
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


def attachment_headers(name: str) -> Mapping[str, str]:
    """The headers of bytes that a browser saves and never shows."""
    plain = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition, "Content-Security-Policy": NOTHING}


def spare_file(suffix: str) -> Path:
    """A new empty file that ends so, in the system's folder for temporary files."""
    handle, name = tempfile.mkstemp(suffix, "kistep-archive-")
    with open(handle, "wb"):
        return Path(name)


def take(path: Path) -> bytes:
    """The bytes of a spare file, which goes."""
    content = path.read_bytes()
    path.unlink()
    return content
