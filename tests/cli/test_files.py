"""Attachments and images: listed, and written out of the evidence with nothing lost and nothing outside."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from commands import Archive, one_line
from recordings import by_member, response

from kistep_archive import Archive as Opened
from kistep_archive.replica.media import pdf, png

SITE = "https://www.kistep.re.kr"
NAMES = ["../../outside.pdf", "CON.pdf", "a/b.pdf", "A_b.pdf", "한" * 200 + ".pdf", "\u1112\u1161\u11ab.pdf"]


def written(archive: Archive, out: Path, *arguments: str) -> dict[str, bytes]:
    done = archive.run("files", *arguments, "--to", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    files = (path for path in out.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def test_every_file_that_was_fetched_is_listed_and_written_with_the_bytes_of_its_digest(
    place: Archive, tmp_path: Path
) -> None:
    rows = place.json("files", "--to", str(tmp_path / "all"))["results"]
    assert len(rows) == place.value("SELECT count(*) FROM attachments WHERE sha256 NOT NULL")
    for row in rows:
        data = (tmp_path / "all" / row["path"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (row["sha256"], row["size"])
    assert (
        len({row["path"] for row in rows})
        == len(rows)
        == sum(path.is_file() for path in (tmp_path / "all").rglob("*")) - 1
    )
    sums = (tmp_path / "all" / "SHA256SUMS").read_text().splitlines()
    assert sorted(sums) == sorted(f"{row['sha256']}  {row['path']}" for row in rows)
    assert [row | {"path": None} for row in rows] == place.json("files")["results"]


def test_a_post_a_query_and_filters_choose(place: Archive, tmp_path: Path) -> None:
    assert list(written(place, tmp_path / "one", "news/42794")) == [
        "2022-07-14-news-42794/146th Wednesday Forum.png",
        "2022-07-14-news-42794/boardImgView.es.png",
    ]
    found = {
        row["id"] for row in place.json("search", "forum", "--since", "2020", "--limit", "999")["results"]
    }
    rows = place.json("files", "--query", "forum", "--since", "2020")["results"]
    assert {row["post_id"] for row in rows} == found & {
        post for (post,) in place.rows("SELECT post_id FROM attachments")
    }
    assert place.json("files", "--as-of", "2001") == {"total": 0, "results": []}
    assert place.run("files", "--until", "1999").stdout == "0 files and 0 images of 0 posts, 0 bytes\n"


def test_an_earlier_folder_of_files_is_replaced_with_force_and_nothing_else_is(
    place: Archive, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    before = written(place, out, "news/42794")
    one_line(place.run("files", "--to", str(out)), 2, "already exists", "--force")
    assert written(place, out, "news/42794", "--force") == before
    for mine in (out / "mine.txt", next(each for each in out.iterdir() if each.is_dir()) / "thesis.txt"):
        mine.touch()
        one_line(place.run("files", "--to", str(out), "--force"), 2, mine.name, "is not replaced")
        mine.unlink()
    (out / "SHA256SUMS").unlink()
    one_line(place.run("files", "--to", str(out), "--force"), 2, "it is unclear who wrote what is in it")
    (tmp_path / "empty").mkdir()
    assert written(place, tmp_path / "empty", "news/42794") == before
    one_line(place.run("files", "--to", str(place.folder / "warc" / "x")), 2, "belongs to the archive itself")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of one post whose files have the worst names, and whose last file was never fetched."""
    folder = tmp_path_factory.mktemp("odd")
    archive = Archive(folder / "archive")
    post = f"{SITE}/board.es?mid=a20501000000&bid=0051&act=view&list_no=7001"
    addresses = [
        f"{SITE}/boardDownload.es?bid=0051&list_no=7001&seq={seq}" for seq in range(1, len(NAMES) + 2)
    ]
    links = "".join(
        f'<li><a href="{url}">{name}</a> (1KB / Download 3)</li>'
        for url, name in zip(addresses, [*NAMES, "never.pdf"], strict=True)
    )
    page = f"""<!DOCTYPE html><html lang="en"><head><title>News</title></head><body><div id="container">
<article class="board_view"><h2 class="title">Files</h2>
<ul class="info"><li><strong>Writer</strong> <span>KISTEP</span></li>
<li><strong>Date</strong><span>2024-03-05</span></li>
<li><strong>Hit</strong><span>17</span></li></ul>
<div class="file"><strong>File</strong><ul class="list">{links}</ul></div>
<div class="contents"><p>Text of it.</p></div>
<p class="board_btns"><a href="/board.es?mid=a20501000000&amp;bid=0051">List</a></p>
</article></div></body></html>"""
    records = [response(post, page.encode(), (("Content-Type", "text/html;charset=UTF-8"),))]
    records += [
        response(url, pdf([url]), (("Content-Type", "application/octet-stream"),)) for url in addresses[:-1]
    ]
    (folder / "a.warc.gz").write_bytes(by_member(records))
    assert archive.run("import", str(folder / "a.warc.gz")).returncode == 0
    return archive


def test_the_worst_names_stay_in_the_folder_and_differ_on_every_system(odd: Archive, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    out.parent.mkdir()
    files = written(odd, out)
    assert set(files) == {
        f"2024-03-05-news-7001/{name}"
        for name in (
            "_.._outside.pdf",
            "_CON.pdf",
            "a_b.pdf",
            "A_b (2).pdf",
            "한" * 83 + ".pdf",
            "한.pdf",
        )
    }
    assert os.listdir(tmp_path) == ["deep"]
    assert os.listdir(tmp_path / "deep") == ["out"]
    said = odd.run("files")
    assert said.stdout.endswith("; 1 was never fetched\n")
    assert odd.json("files")["results"][-1]["sha256"] is None


def test_damaged_evidence_is_told_after_all_other_files_are_written(odd: Archive, tmp_path: Path) -> None:
    copy = Archive(Path(shutil.copytree(odd.folder, tmp_path / "copy")))
    offset, (warc,) = (
        copy.value("SELECT warc_offset FROM attachments WHERE seq = 2"),
        list((copy.folder / "warc").glob("*.warc.gz")),
    )
    data = bytearray(warc.read_bytes())
    data[offset + 40] ^= 1
    warc.chmod(0o644)
    warc.write_bytes(data)
    done = copy.run("files", "--to", str(tmp_path / "out"), "--json")
    one_line(done, 5, ".warc.gz", "all other files are written")
    paths = [row["path"] for row in json.loads(done.stdout)["results"]]
    assert [path is None for path in paths] == [False, True, False, False, False, False, True]
    assert len(list((tmp_path / "out").rglob("*.pdf"))) == len(NAMES) - 1


def test_python_lists_and_writes_them_too(place: Archive, tmp_path: Path) -> None:
    with Opened(place.folder) as archive:
        listed = list(archive.files(writer="kistep", since="2024"))
        again = archive.write_files(tmp_path / "out", writer="kistep", since="2024")
    assert [file.sha256 for file in listed] == [file.sha256 for file in again.files]
    assert png(1)[:4] in {(tmp_path / "out" / str(file.path)).read_bytes()[:4] for file in again.files}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["news/42794", "--query", "x"], "give a post, or a query and filters that choose posts, not both"),
        (["--force"], "--force is for --to DIR"),
        (["news/1"], "no post 'news/1'"),
        (["--board", "nwes"], "--board nwes: unknown board"),
        (["--to", ""], "the value is empty"),
    ],
)
def test_a_mistake_is_one_line(place: Archive, arguments: list[str], words: str) -> None:
    one_line(place.run("files", *arguments), 2, words)
