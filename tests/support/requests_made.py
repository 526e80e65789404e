"""Evidence of requests at chosen instants, and which rules of politeness they broke."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kistep_archive.audit.politeness import examine
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import RunStart, Unanswered
from kistep_archive.http.response import Page, digest
from kistep_archive.model.outcomes import PageKind
from kistep_archive.version import USER_AGENT
from kistep_archive.warc.writer import Writer

START = datetime(2026, 3, 1, tzinfo=UTC)

HOST = "www.kistep.re.kr"


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def request(
    path: str,
    sent: float | None,
    kept_at: float,
    *,
    status: int = 200,
    body: str = "",
    agent: str | None = USER_AGENT,
    **headers: str,
) -> dict[str, Any]:
    """One request of an evidence file that is made by hand; instants in seconds."""
    return {
        "path": path,
        "sent": sent,
        "kept": kept_at,
        "status": status,
        "body": body,
        "agent": agent,
        "headers": headers,
    }


ROBOTS = request("/robots.txt", 0, 0.1, body="User-agent: *\nDisallow: /admin/\n")


def write_requests(
    folder: Path,
    *requests: dict[str, Any],
    run: int = 1,
    kind: str = "crawl",
    gone: tuple[float, float] | None = None,
) -> Path:
    """An evidence file of these requests, and of one between the instants `gone` that nobody answered."""
    writer = Writer(folder / "warc", f"{run:06d}-{kind}-x")
    began = RunStart(run, f"{run:06d}-{kind}-x", kind, at(0), "", ["news"], {}, ())
    writer.info(run_log.started(began, "kistep-archive/0", USER_AGENT), at(0))
    for one in requests:
        url, body = f"https://{HOST}{one['path']}", one["body"].encode()
        page = Page(
            url,
            at(one["kept"]),
            one["status"],
            tuple((k.replace("_", "-"), v) for k, v in one["headers"].items()),
            body,
        )
        agent = f"User-Agent: {one['agent']}\r\n" if one["agent"] is not None else ""
        head = f"GET {one['path']} HTTP/1.1\r\nHost: {HOST}\r\n{agent}\r\n".encode()
        page_kind = PageKind.ROBOTS if one["path"].startswith("/robots") else PageKind.POST
        metadata = run_log.request(
            page_kind, ("", ""), url, url, None, "" if one["sent"] is None else at(one["sent"])
        )
        writer.response(page, digest(body), protocol="HTTP/1.1", ip="", request=head, metadata=metadata)
    if gone:
        silent = Unanswered(f"https://{HOST}/b", PageKind.POST, "no answer", at(gone[1]), sent=at(gone[0]))
        writer.metadata(silent.url, run_log.unanswered(silent), at(9))
    writer.close()
    return folder


def broken(folder: Path) -> list[str]:
    return [violation.rule for run in examine(folder).runs for violation in run.violations]
