"""Why a board or the whole archive needs attention, and which of several causes is the worst."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kistep_archive.display import plural
from kistep_archive.errors import ExitCode
from kistep_archive.model.documents import Document


class CauseKind(StrEnum):
    """What is wrong with a board, the worst first. The values are the words of `status --json`."""

    UNHEALTHY = "unhealthy"
    SUSPICIOUS = "suspicious"
    NEVER_RAN = "never ran"
    READ_OTHERWISE = "read anew"
    INCOMPLETE = "debts"
    STALE = "stale"


_ENGLISH = {CauseKind.INCOMPLETE.value: "incomplete"}  # the other values are what a person reads too


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a board needs attention (`words`), what to do next, and the exit code for a monitor: 4 if the site
    changed, 5 if the store is unhealthy, else 3."""

    cause: CauseKind
    words: str
    next: str
    exit_code: int = ExitCode.INCOMPLETE


def english(word: str) -> str:
    """A cause, or the word for a board's health, as a person reads it."""
    return _ENGLISH.get(word, word)


def worst(status: Document) -> tuple[int, str]:
    """(exit code for a monitor, message) of the worst cause in a `status`: 0 if all is well, 5 if the last
    verification found damage, 4 and 5 as for runs, else 3."""
    if problem := damage(status):
        return ExitCode.STORE_UNHEALTHY, f"{problem['words']}; {problem['next']}"
    causes = [(cause, row["board"]) for row in status["results"] for cause in row["causes"]]
    if not status["results"]:
        return ExitCode.INCOMPLETE, "no board has ever run"
    if not causes:
        return ExitCode.COMPLETE, ""
    cause, board = max(causes, key=lambda pair: int(pair[0]["exit_code"]))
    many = f"{len(causes)} problems (see 'kistep-archive status'), the worst: " if len(causes) > 1 else ""
    words = f"{many}{board} needs attention: {english(cause['cause'])}: {cause['words']}"
    return cause["exit_code"], _with_advice(words, cause["next"])


def _with_advice(words: str, advice: str) -> str:
    return f"{words} {advice[:1].upper()}{advice[1:]}" if words.endswith(".") else f"{words}; {advice}"


def damage(status: Mapping[str, Any]) -> Document | None:
    """What the last verification found (`words`), if it was damage, and what to do (`next`)."""
    verified = status.get("verified")
    if not verified or not verified["findings"]:
        return None
    count, first = plural(verified["findings"], "finding"), verified["first"]
    words = f"the verify of {verified['at']} found damage: {count}, the first: {first}"
    return {"words": words, "next": "when it is repaired, run 'kistep-archive verify' again"}
