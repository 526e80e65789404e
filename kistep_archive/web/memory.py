"""What many pages ask for and what takes long in a large archive: counts over all posts. It is asked once for
each state of the database, and while a crawl writes at most every few seconds."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kistep_archive.store.connection import Stamp, state_of
from kistep_archive.store.database import DATABASE_FILE

_T = TypeVar("_T")


@dataclass(slots=True)
class _Answer:
    """An answer, the state of the database that it is of, and when it was asked for; the lock lets one ask
    and the others wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: Any = None
    of: Stamp | None = None
    at: float = 0.0


class Memory:
    """Answers about one archive as it is now, for all threads of a server. `rest` are the seconds for which
    an answer stands, even if the database has changed."""

    def __init__(self, folder: Path, rest: float = 2.0) -> None:
        self._rest = rest
        self._database = folder / DATABASE_FILE
        self._answers: dict[str, _Answer] = {}
        self._lock = threading.Lock()

    def recall(self, name: str, ask: Callable[[], _T]) -> _T:
        """The answer with this name; `ask` is called if there is none that still stands."""
        with self._lock:
            answer = self._answers.setdefault(name, _Answer())
        with answer.lock:
            now, state = time.monotonic(), state_of(self._database)
            if answer.of is None or (answer.of != state and now - answer.at >= self._rest):
                answer.value, answer.of, answer.at = ask(), state, now
            value: _T = answer.value
            return value
