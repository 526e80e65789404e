"""Which addresses are complete http(s) addresses, and which belong to this machine."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit


def split_web_url(url: str) -> SplitResult | None:
    """The parts of a complete http(s) address; None if it has no host, an impossible port, a user, or
    spaces."""
    try:
        parts = urlsplit(url)
        possible = parts.port is None or parts.port > 0
    except ValueError:  # unclosed brackets, a port that is not a number or too large
        return None
    named = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:[0-9]+)?", parts.netloc)
    return (
        parts
        if possible and named and parts.scheme in ("http", "https") and not re.search(r"[\s\x00-\x1f]", url)
        else None
    )


def host_name(url: str) -> str:
    """The host of an address, without its port: one machine has one pace."""
    return urlsplit(url).hostname or ""


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine by address or by the name localhost."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
