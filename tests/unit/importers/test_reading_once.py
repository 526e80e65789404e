"""How often a record is unpacked, parsed and digested: once an import, once a rebuild, however many there
are."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from captured import NUMBER, POST, page
from imported import import_into, packed
from spelled import Spelling

from kistep_archive.ingest import rebuild
from kistep_archive.warc import digests, extent, heads, reader, record

FILE = "https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no={}&seq=1"
MANY = pytest.param(30, marks=pytest.mark.slow)


class Work:
    """What was done since it was made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: Counter[str] = Counter()
        monkeypatch.setattr(extent.Unpacked, "__iter__", self.counting("unpacked", extent.Unpacked.__iter__))
        monkeypatch.setattr(heads, "named_fields", self.counting("parsed", heads.named_fields))
        monkeypatch.setattr(digests.Digests, "check", self.counting("digested", digests.Digests.check))

    def counting(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.done[name] += 1
            return call(*arguments)

        return counted

    def of(self, work: Callable[[], object]) -> Counter[str]:
        self.done.clear()
        work()
        return Counter(self.done)


def captures(folder: Path, number: int, *, files_first: bool = False) -> Path:
    """So many posts, each with a file that it lists."""
    link = (
        '<div class="file"><ul class="list"><li><a href="{}">paper.pdf</a> (1.0MB / Download '
        '3)</li></ul></div><div class="contents">'
    )
    posts, files = [], []
    for one in range(NUMBER, NUMBER + number):
        body = page("A post", 1, one).replace(
            b'<div class="contents">', link.format(FILE.format(one).replace("&", "&amp;")).encode(), 1
        )
        posts.append(Spelling().record(POST.format(one), body))
        files.append(Spelling().record(FILE.format(one), b"%%PDF-1.4 %d\n%%%%EOF\n" % one))
    records = [*files, *posts] if files_first else [*posts, *files]
    (folder / f"{number}.warc.gz").write_bytes(packed(records, b"\r\n\r\n", "by member"))
    return folder / f"{number}.warc.gz"


@pytest.mark.parametrize("number", [3, MANY])
def test_an_import_reads_each_record_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path, work = captures(tmp_path, number), Work(monkeypatch)
    done = work.of(lambda: import_into(tmp_path / "archive", path))
    assert done == {"unpacked": 2 * number, "parsed": 2 * number, "digested": 2 * number}
    [evidence] = (tmp_path / "archive" / "warc").iterdir()
    assert (
        sum(one.type == "response" for one in reader.walk(evidence) if isinstance(one, record.Record))
        == 2 * number
    )


@pytest.mark.parametrize("number", [3, MANY])
def test_only_a_file_that_comes_before_its_post_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path, work = captures(tmp_path, number, files_first=True), Work(monkeypatch)
    done = work.of(lambda: import_into(tmp_path / "archive", path))
    assert done == {"unpacked": 3 * number, "parsed": 3 * number, "digested": 3 * number}


@pytest.mark.parametrize("number", [3, MANY])
def test_a_rebuild_reads_each_record_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    import_into(tmp_path / "archive", captures(tmp_path, number))
    work = Work(monkeypatch)
    done = work.of(lambda: rebuild.rebuild(tmp_path / "archive", jobs=1))
    # each capture with its event, the beginning and the end of the run; and the beginning before all others,
    # for it says how the boards are read
    records = 2 * 2 * number + 2 + 1
    assert done == {"unpacked": records, "parsed": records, "digested": records}
