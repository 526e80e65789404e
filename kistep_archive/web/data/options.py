"""What a site may choose of its tables."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

ErrorPage: TypeAlias = Callable[[int, str], str]  # the HTTP status and a sentence -> a whole page of HTML

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{status}</title></head>
<body><main><h1>{status}</h1><p>{message}</p></main></body>
</html>
"""


def plain_page(status: int, message: str) -> str:
    """A page without style."""
    return _PAGE.format(status=status, message=escape(message))


@dataclass(frozen=True, slots=True)
class DataOptions:
    """`base_url` begins and ends with a slash. Visitors may ask in SQL of their own only with `allow_sql`,
    and take a copy of the whole database only with `allow_download`."""

    base_url: str = "/"
    allow_sql: bool = False
    allow_download: bool = False
    error_page: ErrorPage = plain_page

    @property
    def root(self) -> str:
        """Where the tables are on the site, such as `/data/`."""
        return f"{self.base_url}data/"
