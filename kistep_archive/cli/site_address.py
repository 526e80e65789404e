"""Where a site stands, as `--base-url` says it, and the host names that a server answers for."""

import re
from urllib.parse import urlsplit

from kistep_archive.errors import ArchiveError, ExitCode

_PATH = re.compile(r"(?:/[\w.~%-]*)*", re.ASCII)
_HOST = re.compile(r"[\w.-]+|\[[0-9a-f:.]+\]", re.ASCII | re.IGNORECASE)
_COMPLETE = "https://example.org/kistep/"


def check_address(text: str, *, or_path: bool) -> str:
    """The address of a site, or if `or_path` also its path alone. It becomes a part of every link, so it has
    no user name, query and fragment. Raises ArchiveError (2)."""
    if (or_path and text.startswith("/") and _is_path(text)) or _is_complete(text):
        return text
    what = "neither a path nor a complete address" if or_path else "not a complete address"
    example = f"/kistep/ or {_COMPLETE}" if or_path else _COMPLETE
    raise ArchiveError(f"--base-url {text}: {what}; write it as {example}", ExitCode.USAGE)


def check_host(text: str) -> str:
    """A host name as a browser sends it, without scheme and port. Raises ArchiveError (2)."""
    if not _HOST.fullmatch(text):
        raise ArchiveError(
            f"--allowed-host {text}: not a host name; write it without scheme and port, as example.org",
            ExitCode.USAGE,
        )
    return text


def _is_complete(text: str) -> bool:
    scheme, mark, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    try:
        has_good_port = urlsplit(text).port != 0
    except ValueError:
        return False
    name = re.sub(r":[0-9]+\Z", "", host)
    is_host = has_good_port and _HOST.fullmatch(name) is not None
    return scheme in ("http", "https") and bool(mark) and is_host and _is_path(f"{slash}{path}")


def _is_path(text: str) -> bool:
    is_known = "//" not in text and not {".", ".."} & set(text.split("/"))
    return is_known and _PATH.fullmatch(text) is not None
