"""A reader of the site: asks the real application, in the process of the tests, as a browser's address bar
would."""

from pathlib import Path
from typing import Any

from lxml import html
from starlette.testclient import TestClient

from kistep_archive.web.server.application import ServerOptions, application

HOST = "http://127.0.0.1"


class Reader:
    """Somebody with a browser and no JavaScript."""

    def __init__(self, folder: Path, **options: Any) -> None:
        app = application(folder, ServerOptions(**options))
        self.client = TestClient(app, base_url=HOST, follow_redirects=False)

    def open(self, address: str, status: int = 200) -> "Sheet":
        """The page at an address, which answers with this status."""
        response = self.client.get(address)
        assert response.status_code == status, (address, response.status_code, response.text[:500])
        return Sheet(response.text)

    def json(self, address: str) -> Any:
        """The document at an address."""
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response.json()


class Sheet:
    """A page as a reader sees it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = html.document_fromstring(source)

    @property
    def text(self) -> str:
        """What the page's content says, white space collapsed."""
        (content,) = self.tree.xpath("//main")
        return " ".join(content.text_content().split())

    @property
    def heading(self) -> str:
        """The first heading."""
        return " ".join(self.tree.xpath("string(//h1)").split())

    def links(self, within: str = "//main") -> dict[str, str]:
        """Words of a link -> its address."""
        return {
            " ".join(link.text_content().split()): link.get("href")
            for link in self.tree.xpath(f"{within}//a[@href]")
        }

    def all(self, path: str) -> list[str]:
        """The texts of the elements at a path."""
        return [
            each if isinstance(each, str) else " ".join(each.text_content().split())
            for each in self.tree.xpath(path)
        ]
