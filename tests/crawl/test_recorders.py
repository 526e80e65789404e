"""What wget, warcio and the wacz tool recorded of the stand-in site is read as it came."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import needed
from recordings import HTML, KOREAN, URL, by_member, read, response, skipped

from kistep_archive.http.response import content, text
from kistep_archive.replica import Replica
from kistep_archive.warc.captures import read_record


@pytest.mark.parametrize("packs", [True, False])
@pytest.mark.parametrize("asks_gzip", [True, False])
def test_what_wget_recorded_of_the_replica_is_all_there(tmp_path: Path, packs: bool, asks_gzip: bool) -> None:
    options = [
        "--warc-max-size=0",
        "--warc-file=site",
        "--header",
        f"Accept-Encoding: {'gzip' if asks_gzip else 'identity'}",
    ]
    with Replica(gzip=asks_gzip) as site:
        urls = [
            f"{site.origin}/board.es?mid=a20501000000&bid=0051{more}"
            for more in ("", "&nPage=2", "&act=view&list_no=1")
        ]
        once = [
            needed("wget"),
            "-q",
            "-O",
            os.devnull,
            *options,
            *([] if packs else ["--no-warc-compression"]),
            *urls,
        ]
        subprocess.run(once, cwd=tmp_path, timeout=120)
    [path] = tmp_path.glob("site*.warc*")
    pages = [item.page for item in read(path)]
    assert [page.url for page in pages] == urls
    assert all("</html>" in text(page) for page in pages if page.status == 200)
    assert {item.kind for item in skipped(path)} == {"warcinfo", "request", "metadata", "resource"}
    whole = tmp_path / "whole"  # as ArchiveBox may leave it: all of the recording as one gzip stream
    whole.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) if packs else path.read_bytes()))
    assert [item.page for item in read(whole)] == pages


def test_a_page_that_wget_met_before_is_read_with_the_payload_of_the_first_time(tmp_path: Path) -> None:
    with Replica() as site:
        url = f"{site.origin}/board.es?mid=a20501000000&bid=0051"
        once = [needed("wget"), "-q", "-O", os.devnull, "--warc-cdx", url]
        subprocess.run([*once, "--warc-file=first"], cwd=tmp_path, timeout=120, check=True)
        subprocess.run(
            [*once, "--warc-file=second", "--warc-dedup=first.cdx"], cwd=tmp_path, timeout=120, check=True
        )
    assert [
        (item.kind, item.url) for item in skipped(tmp_path / "second.warc.gz") if item.kind == "unresolved"
    ] == [("unresolved", url)]
    both = tmp_path / "both"
    both.write_bytes((tmp_path / "first.warc.gz").read_bytes() + (tmp_path / "second.warc.gz").read_bytes())
    first, second = read(both)
    assert b"WARC-Type: revisit" in second.record
    assert second.payload_of == first.record
    assert (second.page.url, second.page.body) == (url, first.page.body)
    assert read_record(second.record, second.payload_of) == second.page


def test_what_warcio_captured_on_the_wire_is_read(tmp_path: Path) -> None:
    code = """if True:
        import sys
        from warcio.capture_http import capture_http
        import http.client
        with capture_http(sys.argv[1]):
            asked = http.client.HTTPConnection("127.0.0.1", int(sys.argv[2]))
            asked.request("GET", "/board.es?mid=a20501000000&bid=0051")
            print(len(asked.getresponse().read()))
            asked.close()
    """
    path = tmp_path / "x.warc.gz"
    with Replica() as site:
        done = subprocess.run(
            [sys.executable, "-c", code, path, str(site.port)],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    [capture] = read(path)
    assert len(content(capture.page)) == int(done.stdout)
    assert [item.kind for item in skipped(path)] == ["request"]


def test_a_wacz_by_the_wacz_tool_is_read(tmp_path: Path) -> None:
    # In an environment of its own, see the Makefile.
    tool = needed(Path(sys.prefix) / "replay" / "bin" / "wacz")
    (tmp_path / "data.warc.gz").write_bytes(by_member([response(URL, KOREAN.encode(), HTML)]))
    subprocess.run(
        [tool, "create", "-o", "x.wacz", "data.warc.gz"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert [item.page.url for item in read(tmp_path / "x.wacz")] == [URL]
    assert skipped(tmp_path / "x.wacz") == []
