"""Values that wait in a temporary file, so that memory does not grow with the posts of a run."""

import pickle
from tempfile import SpooledTemporaryFile
from typing import Any

_ROOM = 1 << 20  # bytes that stay in memory


class Spool:
    """A heap of values in the order in which they came. The file goes with the spool, or with the process."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](_ROOM)

    def __del__(self) -> None:
        self._file.close()

    def put(self, value: object) -> int:
        """Adds a value; returns its place."""
        place = self._file.seek(0, 2)
        pickle.dump(value, self._file, pickle.HIGHEST_PROTOCOL)
        return place

    def get(self, place: int) -> Any:
        """The value at a place."""
        self._file.seek(place)
        return pickle.load(self._file)
