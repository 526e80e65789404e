"""One post's proof: its records untouched, what the archive says of it, and a manifest of it all; the same
bytes every time."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from commands import Archive
from warcio.archiveiterator import ArchiveIterator

from kistep_archive.replica import Replica


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of the replica's first two days."""
    with Replica() as site:
        archive = Archive(tmp_path_factory.mktemp("held"), site.origin)
        for day in (1, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive


@pytest.fixture(scope="module")
def edited(held: Archive) -> str:
    """A post with two revisions."""
    return str(held.value("SELECT id FROM posts WHERE revisions = 2 AND title LIKE '[Updated]%'"))


def bundle(archive: Archive, post: str, out: Path, *options: str) -> dict[str, bytes]:
    done = archive.run("bundle", post, str(out), *options)
    assert done.returncode == 0, done.stderr
    return parts(out)


def parts(out: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def records(part: bytes) -> list[tuple[str, dict[str, str]]]:
    return [(record.rec_type, dict(record.rec_headers.headers)) for record in ArchiveIterator(BytesIO(part))]


def one_line(archive: Archive, code: int, *words: str, arguments: tuple[str, ...]) -> None:
    done = archive.run("bundle", *arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_a_bundle_holds_every_part_that_the_format_names_and_its_digest(
    held: Archive, edited: str, tmp_path: Path
) -> None:
    held_parts = bundle(held, edited, tmp_path / "out.wacz")
    manifest = json.loads(held_parts.pop("datapackage.json"))
    digest = json.loads(held_parts.pop("datapackage-digest.json"))
    with zipfile.ZipFile(tmp_path / "out.wacz") as archive:
        assert digest["hash"] == f"sha256:{sha256(archive.read('datapackage.json')).hexdigest()}"
    assert (manifest["profile"], manifest["wacz_version"]) == ("data-package", "1.1.1")
    assert {row["path"]: row["hash"] for row in manifest["resources"]} == {
        path: f"sha256:{sha256(part).hexdigest()}" for path, part in held_parts.items()
    }
    assert list(held_parts) == [
        "archive/data.warc.gz",
        "indexes/index.cdx.gz",
        "indexes/index.idx",
        "pages/pages.jsonl",
        "metadata/kistep-archive.json",
    ]


def test_the_records_are_the_archives_own_bytes_and_each_revision_says_where(
    held: Archive, edited: str, tmp_path: Path
) -> None:
    held_parts = bundle(held, edited, tmp_path / "out.wacz")
    document = json.loads(held_parts["metadata/kistep-archive.json"])
    data = held_parts["archive/data.warc.gz"]
    assert len(document["revisions"]) == 2
    for revision in document["revisions"]:
        evidence, here = revision["evidence"], revision["bundle"]
        whole = (held.folder / "warc" / evidence["file"]).read_bytes()
        assert here["file"] == "archive/data.warc.gz"
        assert (
            data[here["offset"] : here["offset"] + here["length"]]
            == whole[evidence["offset"] : evidence["offset"] + evidence["length"]]
        )
        ((kind, headers),) = records(data[here["offset"] : here["offset"] + here["length"]])
        assert (kind, headers["WARC-Record-ID"]) == ("response", here["record_id"])
        assert headers["WARC-Payload-Digest"] == f"sha256:{here['sha256']}"


def test_the_metadata_is_what_show_says(held: Archive, edited: str, tmp_path: Path) -> None:
    document = json.loads(bundle(held, edited, tmp_path / "out.wacz")["metadata/kistep-archive.json"])
    for row in (*document["revisions"], *document["attachments"]):
        row.pop("bundle", None)
    assert document == held.json("show", edited)


def test_every_capture_of_both_addresses_is_in_it_with_its_requests_and_the_word_of_each_run(
    held: Archive, tmp_path: Path
) -> None:
    (post,) = held.rows(
        "SELECT post_id FROM sources s WHERE post_id IN (SELECT post_id FROM attachments "
        "WHERE warc_file IS NOT NULL) GROUP BY post_id HAVING count(*) = 2 LIMIT 1"
    )[0]
    found = records(bundle(held, str(post), tmp_path / "out.wacz")["archive/data.warc.gz"])
    addresses = {url for (url,) in held.rows("SELECT url FROM sources WHERE post_id = ?", post)}
    files = {
        url
        for (url,) in held.rows(
            "SELECT url FROM attachments WHERE post_id = ? AND warc_file IS NOT NULL", post
        )
    }
    answers = {
        headers["WARC-Record-ID"]: headers for kind, headers in found if kind in ("response", "revisit")
    }
    assert addresses | {url for url in files if url.isascii() and " " not in url} <= {
        row["WARC-Target-URI"] for row in answers.values()
    }
    assert {headers["WARC-Concurrent-To"] for kind, headers in found if kind == "request"} == set(answers)
    assert [kind for kind, _ in found].count("warcinfo") == 1
    assert found[0][0] == "warcinfo"


def test_a_revisit_brings_the_record_that_carries_its_payload(held: Archive, tmp_path: Path) -> None:
    for (post,) in held.rows("SELECT DISTINCT post_id FROM attachments WHERE warc_file IS NOT NULL"):
        found = records(bundle(held, str(post), tmp_path / "out.wacz", "--force")["archive/data.warc.gz"])
        carried = {row["WARC-Payload-Digest"] for kind, row in found if kind == "response"}
        if revisits := [row["WARC-Payload-Digest"] for kind, row in found if kind == "revisit"]:
            assert carried >= set(revisits)
            return
    pytest.fail("no post of the replica has a file that stands elsewhere too")


def test_the_index_and_the_pages_lead_to_the_records(held: Archive, edited: str, tmp_path: Path) -> None:
    held_parts = bundle(held, edited, tmp_path / "out.wacz")
    lines = gzip.decompress(held_parts["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines)
    for line in lines:
        entry = json.loads(line.split(" ", 2)[2])
        start, length = int(entry["offset"]), int(entry["length"])
        ((kind, headers),) = records(held_parts["archive/data.warc.gz"][start : start + length])
        assert (kind in ("response", "revisit"), headers["WARC-Target-URI"]) == (True, entry["url"])
    pages = [json.loads(line) for line in held_parts["pages/pages.jsonl"].splitlines()]
    assert pages[0]["format"] == "json-pages-1.0"
    assert [page["title"].startswith("[Updated]") for page in pages[1:]] == [False, True]


def test_the_same_post_gives_the_same_bytes(held: Archive, edited: str, tmp_path: Path) -> None:
    one, other = tmp_path / "one.wacz", tmp_path / "other.wacz"
    bundle(held, edited, one)
    os.utime(held.folder / "kistep.db", (1, 1))
    bundle(held, edited, other)
    assert one.read_bytes() == other.read_bytes()


def test_a_file_that_is_there_stays_unless_force_is_given(held: Archive, edited: str, tmp_path: Path) -> None:
    out = tmp_path / "out.wacz"
    out.write_text("mine")
    one_line(held, 2, str(out), "--force", arguments=(edited, str(out)))
    assert out.read_text() == "mine"
    bundle(held, edited, out, "--force")
    assert [path.name for path in tmp_path.iterdir()] == ["out.wacz"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none/out.wacz", "cannot be written"),
        ("file/out.wacz", "cannot be written"),
        ("out.zip", "out.wacz"),
        ("folder.wacz", "is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(
    held: Archive, edited: str, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.wacz").mkdir()
    one_line(held, 2, name, words, arguments=(edited, str(tmp_path / name)))


FULL = """
import resource, signal, sys
from contextlib import closing
from pathlib import Path
from kistep_archive.export import bundle
from kistep_archive.parse.skin import boards_file
from kistep_archive.query.posts import find_post
from kistep_archive.store.database import open_archive
folder, post, out = map(Path, sys.argv[1:])
with closing(open_archive(folder)) as conn:
    found = find_post(conn, str(post), boards_file.load(None))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))  # as if the disk had no room for more
    bundle.write(conn, folder / "warc", found, out, force=False)
"""


def test_a_full_disk_leaves_nothing_behind(held: Archive, edited: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        FULL,
        str(held.folder),
        edited,
        str(tmp_path / "out.wacz"),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].startswith(
        f"kistep_archive.errors.ArchiveError: {tmp_path}/out.wacz cannot be written (File too"
    )
    assert "Exception ignored" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_damaged_or_missing_evidence_is_named_and_proves_nothing(
    held: Archive, edited: str, tmp_path: Path
) -> None:
    broken = Archive(tmp_path / "broken")
    shutil.copytree(held.folder, broken.folder)
    evidence: dict[str, Any] = held.json("show", edited)["revisions"][0]["evidence"]
    file = broken.folder / "warc" / evidence["file"]
    damaged = bytearray(file.read_bytes())
    damaged[evidence["offset"] + evidence["length"] // 2] ^= 1
    file.write_bytes(damaged)
    out = tmp_path / "out.wacz"
    one_line(broken, 5, evidence["file"], f"at {evidence['offset']}", arguments=(edited, str(out)))
    file.unlink()
    one_line(broken, 5, evidence["file"], "missing", arguments=(edited, str(out)))
    assert not out.exists()


def test_a_post_that_is_not_there_is_named(held: Archive, tmp_path: Path) -> None:
    one_line(held, 2, "no post 'news/1'", arguments=("news/1", str(tmp_path / "out.wacz")))
