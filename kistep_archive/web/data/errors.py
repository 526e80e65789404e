"""What went wrong, for a visitor: a status and a sentence that tells nothing about the machine."""

import logging
import sqlite3

from datasette.database import QueryInterrupted
from datasette.utils import InvalidSql
from datasette.utils.asgi import Base400, NotFound
from datasette.views.base import DatasetteError

from kistep_archive.errors import ArchiveError

_LOG = logging.getLogger(__name__)
_SENTENCES = {
    400: "This address asks for something that the tables do not have.",
    403: "This is not open to visitors.",
    404: "There is nothing at this address.",
    405: "Tables can only be read: use GET.",
    500: "The archive could not answer. The log of the server says why.",
    503: "The archive's database cannot be read now. The log of the server says why.",
}
TOO_LONG = "The question took longer than a second, so it was stopped. Ask for less."


class RefusalError(Exception):
    """An answer other than the one that was asked for."""

    def __init__(self, status: int, message: str = "") -> None:
        self.status, self.message = status, message or _SENTENCES.get(status, _SENTENCES[400])
        super().__init__(self.message)


def refusal(error: Exception) -> RefusalError:
    """What a visitor reads about an error; what is ours to mend goes to the log."""
    if isinstance(error, RefusalError):
        return error
    answer = _of_request(error)
    if answer is None:
        answer = RefusalError(503 if isinstance(error, ArchiveError) else 500)
        _LOG.error("%s: %s", type(error).__name__, error, exc_info=error)
    return answer


def _of_request(error: Exception) -> RefusalError | None:
    """The answer to what the visitor asked wrongly; None if he did not."""
    if isinstance(error, QueryInterrupted) or getattr(error, "message_is_html", False):
        return RefusalError(400, TOO_LONG)
    if isinstance(error, NotFound):
        return RefusalError(404)
    if isinstance(error, DatasetteError):
        return RefusalError(error.status if error.status < 500 else 400, str(error.message))
    if isinstance(error, Base400 | InvalidSql | sqlite3.DataError | sqlite3.OperationalError):
        return RefusalError(400, str(error))
    if isinstance(error, ValueError | OverflowError | sqlite3.IntegrityError | sqlite3.ProgrammingError):
        return RefusalError(400)  # a number, a text or a name that Datasette took for something else
    return None
