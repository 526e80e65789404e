"""Reads how a run started: from the first record of its evidence file, and from the file's name what that
does not say. So a damaged first record does not cost the pages of the run."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from kistep_archive.evidence import run_log, takeover
from kistep_archive.evidence.events import UNKNOWN_ORIGIN, RunLog, RunStart
from kistep_archive.evidence.log_values import (
    LogError,
    UnknownWordError,
    decode_json,
    read_instant,
    read_text,
    read_typed,
    read_word,
)
from kistep_archive.model import boards, instants
from kistep_archive.model.outcomes import RunKind
from kistep_archive.warc.reader import Damage
from kistep_archive.warc.record import Record, info_fields

_NAME = re.compile(rf"([0-9]{{1,18}})-({'|'.join(RunKind)})-([0-9]{{8}}T[0-9]{{6}}Z)", re.ASCII)
_KEYS = {"run", "kind", "boards", "arguments", "origin"}  # which no other tool has together
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def start(path: Path, first: Record | Damage) -> RunLog | None:
    """The log of a run, with what its first record says; None if the file is not one of ours."""
    values = {} if isinstance(first, Damage) or first.type != "warcinfo" else info_fields(first)
    named = _NAME.fullmatch(path.name.partition(".")[0])
    is_no_start = isinstance(first, Damage) or first.type != "warcinfo"
    if not (is_own(values) or values.keys() >= _KEYS or (named and is_no_start)):
        return None
    log = RunLog(_by_name(path, named))
    if isinstance(first, Damage):
        return log
    if is_no_start:
        log.damage.append(f"{path.name} at {first.offset}: it does not say how the run started")
        return log
    _check_version(log, path, values.get("run-log", "1"))
    values["WARC-Date"] = first.date
    for name, take in _FIELDS.items():
        try:
            log.began = take(log.began, values.get(name, ""))
        except UnknownWordError as error:
            log.unknown.append(f"{path.name} at {first.offset}: {error}")
        except LogError as error:
            log.damage.append(f"{path.name} at {first.offset}: {name}: {error}")
    return _with_takeover(log, path, first)


def _with_takeover(log: RunLog, path: Path, first: Record) -> RunLog:
    """The log with what the record says about a run that was taken over."""
    try:
        if original := takeover.read(first):
            where = f"{path.name} at {first.offset}: {takeover.FIELD}"
            log.damage += [f"{where}: {line}" for line in original.unnamed]
            arguments = log.began.arguments | {"taken_over": original.file}
            log.began = replace(log.began, takeover=original, arguments=arguments)
    except LogError as error:
        log.damage.append(f"{path.name} at {first.offset}: {takeover.FIELD}: {error}")
    return log


def is_own(info: dict[str, str]) -> bool:
    """Whether this program wrote a file with these fields in its warcinfo record."""
    return info.get("software", "").startswith("kistep-archive/")


def _by_name(path: Path, named: re.Match[str] | None) -> RunStart:
    """What the name of the file says of the run; the guards judge its pages."""
    run, kind, stamp = named.groups() if named else ("0", RunKind.CRAWL, "")
    name = path.name.removesuffix(".open").removesuffix(".warc.gz")
    began = RunStart(int(run), name, RunKind(kind), _instant(stamp), UNKNOWN_ORIGIN, [], {}, boards.BUILT_IN)
    return replace(began, guarded=True)


def _instant(stamp: str) -> str:
    try:
        return instants.spell_instant(datetime.strptime(f"{stamp}+0000", "%Y%m%dT%H%M%SZ%z"))
    except ValueError:
        return instants.spell_instant(datetime.fromtimestamp(0, UTC))


def _check_version(log: RunLog, path: Path, version: str) -> None:
    if version not in {str(known) for known in range(1, run_log.TAKEOVER_VERSION + 1)}:
        log.unknown.append(
            f"{path.name}: the run log has version {version[:20]}, but this program knows "
            f"only up to {run_log.TAKEOVER_VERSION}"
        )


def _run(began: RunStart, text: str) -> RunStart:
    if not _NUMBER.fullmatch(text):
        raise LogError(f"{text!r:.40} is not a number")
    return replace(began, run=int(text))


def _kind(began: RunStart, text: str) -> RunStart:
    return replace(began, kind=read_word({"kind": text}, "kind", RunKind))


def _origin(began: RunStart, text: str) -> RunStart:
    if not text:
        raise LogError("it is missing")
    return replace(began, origin="" if text == run_log.OWN_HOSTS else text)


def _guarded(began: RunStart, text: str) -> RunStart:
    return replace(began, guarded=text == "yes")


def _date(began: RunStart, text: str) -> RunStart:
    return replace(began, started_at=read_instant({"started_at": text}, "started_at"))


def _boards(began: RunStart, text: str) -> RunStart:
    names = read_typed({"boards": decode_json(text)}, "boards", list)
    return replace(began, boards=[read_text({"board": name}, "board") for name in names])


def _arguments(began: RunStart, text: str) -> RunStart:
    return replace(began, arguments=read_typed({"arguments": decode_json(text)}, "arguments", dict))


def _catalogue(began: RunStart, text: str) -> RunStart:
    rows = []
    for row in read_typed({"catalogue": decode_json(text or "[]")}, "catalogue", list):
        values = read_typed({"row": row}, "row", dict)
        try:
            rows.append(boards.from_record(values))
            rows[-1].location()
        except (TypeError, ValueError, AttributeError) as error:
            raise LogError(f"a board cannot be read ({error})") from error
    return replace(began, catalogue=tuple(rows) or boards.BUILT_IN)


_FIELDS: dict[str, Callable[[RunStart, str], RunStart]] = {
    "run": _run, "kind": _kind, "origin": _origin, "guarded": _guarded, "WARC-Date": _date, "boards": _boards,
    "arguments": _arguments, "catalogue": _catalogue,
}  # fmt: skip
