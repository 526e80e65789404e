"""The demo's archive, and somebody who reads it in a browser."""

from collections.abc import Iterator

import pytest
from commands import Archive
from readers import Reader


@pytest.fixture(scope="module")
def reader(place: Archive) -> Iterator[Reader]:
    """Somebody who reads the demo's archive."""
    reader = Reader(place.folder)
    with reader.client:
        yield reader
