"""The words that the archive stores and compares: the kind of a run, the purpose of a request, its outcome,
how a walk and a run end. Their English is made where it is shown."""

from enum import StrEnum

from kistep_archive.errors import ExitCode


class PageKind(StrEnum):
    """What a request asks for."""

    ROBOTS = "robots"
    LISTING = "listing"
    POST = "post"
    FILE = "file"
    IMAGE = "image"
    OTHER = "other"

    @property
    def is_file(self) -> bool:
        """Whether its bytes are stored as they are, and not parsed as a page."""
        return self in (PageKind.FILE, PageKind.IMAGE)


class Outcome(StrEnum):
    """The outcome of a request. The first group are responses that became rows or were expected; the second,
    responses that did not fit; the third, notices of the site; the last, requests without a response of their
    own."""

    SAVED = "saved"
    GONE = "gone"
    READ = "read"
    REDIRECT = "redirect"
    RETIRED = "retired"

    RETRIED = "retried"
    NOT_WHOLE = "not_whole"
    UNREADABLE = "unreadable"
    OTHER_PAGE = "other_page"
    NOT_A_FILE = "not_a_file"
    STATUS = "status"
    QUARANTINED = "quarantined"
    UNKNOWN_BOARD = "unknown_board"
    DAMAGED = "damaged"
    MISDATED = "misdated"
    INTERNAL_ERROR = "internal_error"

    MAINTENANCE = "maintenance"
    BLOCKED = "blocked"
    LOGIN = "login"
    SESSION = "session"
    ERROR = "error"
    WAITING = "waiting"
    UNKNOWN_ALERT = "unknown_alert"

    NO_ANSWER = "no_answer"
    FORBIDDEN_BY_ROBOTS = "forbidden_by_robots"
    NOT_ALLOWED = "not_allowed"
    LISTING_INCOMPLETE = "listing_incomplete"
    SUSPICIOUS = "suspicious"
    UNKNOWN = "unknown"


# Databases and run logs of the first version have no outcome of a failure. There this reason stands for one.
FORBIDDEN_IN_WORDS = "Forbidden by robots.txt"


class Decision(StrEnum):
    """What a person decided about addresses: they are of one post, or each is of a post of its own."""

    MERGE = "merge"
    PART = "part"


class RunKind(StrEnum):
    """What a run does: each kind but the last sends requests to the site."""

    CRAWL = "crawl"
    BACKFILL = "backfill"
    RECHECK = "recheck"
    IMPORT = "import"


class WalkEnd(StrEnum):
    """How a walk over a board's listing ends. `SHORT`: the numbers do not add up to the declared total.
    `KNOWN`: it reached pages that the archive has already. `OLDER`: it reached the first requested day.
    `RETIRED`: the address is out of service."""

    COMPLETE = "complete"
    SHORT = "short"
    KNOWN = "held"
    OLDER = "older"
    RETIRED = "retired"


class Verdict(StrEnum):
    """How a run ends, best first."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    SITE_CHANGED = "site_changed"
    STORE_UNHEALTHY = "store_unhealthy"

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of a run with this verdict; a worse verdict has a higher one."""
        return ExitCode[self.name]
