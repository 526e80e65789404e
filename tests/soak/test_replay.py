"""Interchange out, by the tools of others: pywb replays what was crawled, `warcio check` and `wacz validate`
accept it."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from commands import Archive, needed
from hypothesis import given, settings
from hypothesis import strategies as st

from kistep_archive.evidence import pages
from kistep_archive.http.response import uri
from kistep_archive.replica import Replica
from kistep_archive.warc import wacz_writer

TOOLS = Path(sys.prefix) / "replay" / "bin"
ASK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder of pywb's and wacz's commands, in an environment of their own."""
    for name in ("wayback", "wacz"):
        needed(TOOLS / name)
    return TOOLS


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of the replica's first two days."""
    with Replica() as site:
        archive = Archive(tmp_path_factory.mktemp("held"), site.origin)
        for day in (1, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive


@contextlib.contextmanager
def served(tools: Path, folder: Path, *added: str | Path) -> Iterator[str]:
    """A pywb that serves WARC or WACZ files; the address to put a time and a URL behind."""
    folder.mkdir()
    for command in (["init", "archive"], ["add", "archive", *map(str, added)]):
        subprocess.run([tools / "wb-manager", *command], cwd=folder, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [tools / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=log, stderr=log
        )
    try:
        wait_for(port, server, folder / "log")
        yield f"http://127.0.0.1:{port}/archive/"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
            break
    pytest.fail(f"pywb does not answer: {log.read_text()[-2000:]}")


def replayed(base: str, url: str, at: str, mode: str = "id_") -> bytes:
    """What pywb gives for a URL at a time; `id_` asks for the bytes as they were."""
    stamp = re.sub(r"\D", "", at[:19])
    with ASK.open(f"{base}{stamp}{mode}/{quote(url, safe=':/?&=%,;()')}", timeout=120) as answer:
        body: bytes = answer.read()
    return body


def is_revisit(archive: Archive, file: str, offset: int) -> bool:
    from kistep_archive.warc.reader import read_record

    return read_record(archive.folder / "warc", file, offset).type == "revisit"


def test_warcio_check_accepts_the_files_of_an_archive(held: Archive) -> None:
    files = sorted((held.folder / "warc").glob("*.warc.gz"))
    check = [sys.executable, "-c", "from warcio.cli import main; main()", "check", "-v", *map(str, files)]
    done = subprocess.run(check, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(files) == 2
    assert done.stdout.count("digest pass") > 900
    assert "failed" not in done.stdout
    assert "no digest" not in done.stdout


def test_pywb_replays_posts_images_files_and_revisits_byte_for_byte(
    held: Archive, tools: Path, tmp_path: Path
) -> None:
    captures = held.rows(
        "SELECT url, fetched_at, warc_file, warc_offset, kind FROM pages "
        "WHERE kind IN ('post', 'image', 'file')"
    )
    revisits = [capture for capture in captures if is_revisit(held, *capture[2:4])]
    hangul = [capture for capture in captures if "%E" in capture[0]]
    asked = (
        captures[:3]
        + captures[-3:]
        + [row for row in captures if row[4] == "image"][:3]
        + revisits[:4]
        + hangul[:2]
    )
    assert revisits
    assert hangul
    with served(tools, tmp_path / "pywb", *sorted((held.folder / "warc").glob("*.warc.gz"))) as base:
        for url, at, file, offset, _ in asked:
            assert replayed(base, url, at) == pages.read(held.folder / "warc", file, offset).body, url


def test_pywb_shows_a_post_with_its_image(held: Archive, tools: Path, tmp_path: Path) -> None:
    post = held.json("show", "news/42794")
    image = next(row for row in post["attachments"] if row["kind"] == "image")
    evidence = post["revisions"][-1]["evidence"]
    with served(tools, tmp_path / "pywb", *sorted((held.folder / "warc").glob("*.warc.gz"))) as base:
        shown = replayed(base, evidence["url"], evidence["fetched_at"], "mp_").decode()
        assert post["title"] in shown
        assert "/archive/" in shown  # the page's links lead into the replay, not to the site
        assert replayed(base, image["url"], image["fetched_at"])[:4] in (
            b"\x89PNG",
            b"\xff\xd8\xff\xe0",
            b"GIF8",
        )


def bundled(archive: Archive, post: str, out: Path) -> Path:
    done = archive.run("bundle", post, str(out))
    assert done.returncode == 0, done.stderr
    return out


def test_a_bundle_is_valid_for_the_wacz_validator(held: Archive, tools: Path, tmp_path: Path) -> None:
    edited = held.value("SELECT id FROM posts WHERE revisions = 2 LIMIT 1")
    for post in ("news/42794", str(edited)):
        out = bundled(held, post, tmp_path / f"{post.replace('/', '-')}.wacz")
        done = subprocess.run(
            [tools / "wacz", "validate", "-f", out], capture_output=True, text=True, cwd=tmp_path
        )
        assert (done.returncode, done.stdout.splitlines()[-1]) == (
            0,
            "Validation succeeded, the passed WACZ is valid",
        )


def test_the_validator_refuses_a_bundle_whose_records_were_touched(
    held: Archive, tools: Path, tmp_path: Path
) -> None:
    out = bundled(held, "news/42794", tmp_path / "touched.wacz")
    whole = bytearray(out.read_bytes())
    whole[whole.index(b"\x1f\x8b") + 60] ^= 1
    out.write_bytes(whole)
    done = subprocess.run(
        [tools / "wacz", "validate", "-f", out], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode != 0


def test_pywb_replays_a_bundle_alone_every_revision_and_every_file_of_it(
    held: Archive, tools: Path, tmp_path: Path
) -> None:
    files = held.rows("SELECT warc_file, warc_offset, post_id FROM attachments WHERE warc_file IS NOT NULL")
    post_id = next(post for file, offset, post in files if is_revisit(held, file, offset))
    post = held.json("show", str(post_id))
    out = bundled(held, str(post_id), tmp_path / "one.wacz")
    with served(tools, tmp_path / "pywb", "--unpack-wacz", out) as base:
        for row in [*post["revisions"], *(row for row in post["attachments"] if row["evidence"])]:
            evidence = row["evidence"]
            body = replayed(base, evidence["url"], evidence["fetched_at"])
            assert body == pages.read(held.folder / "warc", evidence["file"], evidence["offset"]).body


def keys_of_pywb(tools: Path, urls: list[str]) -> list[str]:
    code = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    done = subprocess.run(
        [tools / "python", "-W", "ignore", "-c", code],
        input=json.dumps(urls),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: list[str] = json.loads(done.stdout)
    return answer


def test_the_index_has_the_keys_that_pywb_looks_up(held: Archive, tools: Path) -> None:
    urls = [uri(url) for (url,) in held.rows("SELECT DISTINCT url FROM pages")] + [
        "https://www2.kistep.re.kr:443/a//b/../c/./d.es/",
        "http://KISTEP.re.kr:8080",
        "https://www.kistep.re.kr/?",
        "https://www.kistep.re.kr/x?b=2&a=1&a=&c",
        "https://www.kistep.re.kr/%2541%20%EA%B0%80?q=%26%3D%23",
        "https://www.kistep.re.kr/x?a=1&jsessionid=0123456789abcdef0123456789abcdef&b=2",
        "https://www.kistep.re.kr/x;jsessionid=AB12?a=1#part",
    ]
    assert [wacz_writer.key(url) for url in urls] == keys_of_pywb(tools, urls)


ADDRESSES = st.from_regex(
    r"\Ahttps?://(www\.)?[a-z]{1,4}\.kr(/[a-zA-Z0-9._~%-]{0,4}){0,4}(\?[a-zA-Z0-9&=%+-]{0,9})?\Z"
)


@settings(max_examples=max(3, settings().max_examples // 8))
@given(urls=st.lists(ADDRESSES, min_size=50))
def test_the_keys_of_any_address_are_those_of_pywb(tools: Path, urls: list[str]) -> None:
    assert [wacz_writer.key(url) for url in urls] == keys_of_pywb(tools, urls)
