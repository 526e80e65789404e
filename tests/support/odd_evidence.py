"""An archive whose runs have each kind of record that names a place or a word, and the same with one value
changed."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from captured import NUMBER, POST, page, warc
from imported import import_into
from runs_written import AT, response, write_run

from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import Failure, MissedPosts, Unanswered, WalkEnded
from kistep_archive.http.response import Page, digest
from kistep_archive.model.outcomes import Outcome, PageKind, WalkEnd
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import ALL, Damage, walk
from kistep_archive.warc.record import Record
from kistep_archive.warc.writer import Writer

JSON_HEAD = "warc-json-metadata"


def write(folder: Path) -> Path:
    """An archive with a crawl that has a revisit and an event of each kind, an import with a revisit of a
    page of the crawl, and a run that was taken over."""
    other = write_run(folder.with_name(f"{folder.name}-other"), 1, _again)
    write_run(folder, 2, _events)
    body = page("Post 3", 1, NUMBER + 5)
    captures = [(POST.format(NUMBER + 5), f"{year}-05-01T00:00:00Z", body) for year in (2019, 2021)]
    import_into(folder, warc(folder.with_name(f"{folder.name}.warc.gz"), *captures[:1]))
    revisit = folder.with_name(f"{folder.name}-revisit.warc.gz")
    revisit.write_bytes(gzip.compress(_foreign_revisit(*captures[1])))
    import_into(folder, revisit)
    import_into(folder, other)
    return folder


def _again(writer: Writer, evidence: Any) -> None:
    """A revisit of the run's first post."""
    metadata = run_log.request(PageKind.POST, ("news", "es"), evidence[0].url, evidence[0].url, None)
    body = page(f"Post {NUMBER}", 1, NUMBER)
    there = Page(evidence[0].url, "2026-01-02T03:05:05.678901Z", 200, (("Content-Type", "text/html"),), body)
    writer.response(
        there, digest(body), protocol="HTTP/1.1", ip="", request=b"GET /", metadata=metadata, twin=evidence[0]
    )


def _events(writer: Writer, evidence: list[Evidence]) -> None:
    _again(writer, evidence)
    listing = response(
        writer, "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051", b"<p>", PageKind.LISTING
    )
    events = [
        run_log.outcome(listing, PageKind.LISTING, Outcome.OTHER_PAGE),
        run_log.failure(Failure(POST.format(7), PageKind.POST, Outcome.NO_ANSWER, "refused", AT)),
        run_log.unanswered(Unanswered(POST.format(7), PageKind.POST, "refused", AT, AT)),
        run_log.missed(MissedPosts("news", "es", (3, 4), AT)),
        run_log.walked(WalkEnded("news", "es", WalkEnd.SHORT, AT, 2)),
    ]
    for event in events:
        writer.metadata("urn:x", event, AT)


def _foreign_revisit(url: str, at: str, body: bytes) -> bytes:
    """Another tool's revisit, which names its payload by the digest."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    fields = [
        ("WARC-Type", "revisit"), ("WARC-Target-URI", url), ("WARC-Date", at),
        ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
        ("WARC-Payload-Digest", f"sha256:{digest(body)}"), ("Content-Length", str(len(block))),
    ]  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


@dataclass(frozen=True)
class Value:
    """One value of an archive's own records: in a file the record at an offset, and the keys that lead to it:
    a field of its head, or a key of its JSON."""

    file: str
    offset: int
    keys: tuple[str, ...]


_HEADS = {
    f"warc-{name}"
    for name in ("refers-to-filename", "refers-to-file-offset", "date", "target-uri", "payload-digest")
}


def values(folder: Path) -> Iterator[Value]:
    """Every value of the run logs, and those of the heads that readers go by."""
    for path in sorted((folder / "warc").iterdir()):
        for record in records(path):
            place = path.name, record.offset
            if "-import-" not in path.name:
                yield from (Value(*place, ("head", name)) for name in record.head if name in _HEADS)
            if record.type == "warcinfo":
                yield from (Value(*place, ("info", name)) for name in info(record))
                if "taken-over" in info(record):
                    yield from (
                        Value(*place, ("info", "taken-over", *keys))
                        for keys in _keys(json.loads(info(record)["taken-over"]))
                    )
            elif record.type == "metadata":
                yield from (Value(*place, ("block", *keys)) for keys in _keys(json.loads(record.block)))
            elif JSON_HEAD in record.head:
                yield from (
                    Value(*place, ("json", *keys)) for keys in _keys(json.loads(record.head[JSON_HEAD]))
                )


def _keys(document: Any) -> Iterator[tuple[str, ...]]:
    for key, value in document.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *deeper) for deeper in _keys(value))


def records(path: Path) -> list[Record]:
    return [each for each in walk(path, ALL) if not isinstance(each, Damage)]


def info(record: Record) -> dict[str, str]:
    lines = record.block.decode().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def change(folder: Path, value: Value, new: Any) -> None:
    """Puts another value in its place; in a head it is text."""
    path = folder / "warc" / value.file
    record = next(each for each in records(path) if each.offset == value.offset)
    head, block = dict(record.head), record.block
    where, *keys = value.keys
    if where == "head":
        head[keys[0]] = one_line(new)
    elif where == "json":
        head[JSON_HEAD] = changed(head[JSON_HEAD], keys, new)
    elif where == "block":
        block = changed(block, keys, new).encode()
    else:
        fields = info(record)
        fields[keys[0]] = changed(fields[keys[0]], keys[1:], new) if len(keys) > 1 else one_line(new)
        block = "".join(f"{name}: {text}\r\n" for name, text in fields.items()).encode()
    put(path, record, head, block)


def changed(text: str | bytes, keys: list[str], new: Any) -> str:
    document = json.loads(text)
    inner = document
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = new
    return json.dumps(document)


def one_line(new: Any) -> str:
    text = new if isinstance(new, str) else json.dumps(new)
    return " ".join(text.encode("utf-8", "replace").decode().split())


def put(path: Path, record: Record, head: dict[str, str], block: bytes) -> None:
    """Puts another record in the place of one."""
    fields = {
        name: text for name, text in head.items() if name not in ("content-length", "warc-block-digest")
    }
    lines = "".join(f"{name}: {text}\r\n" for name, text in fields.items())
    raw = f"WARC/1.1\r\n{lines}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    content = path.read_bytes()
    path.write_bytes(content[: record.offset] + gzip.compress(raw) + content[record.offset + record.length :])
