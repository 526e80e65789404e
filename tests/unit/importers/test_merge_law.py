"""Two archives of two hosts, merged in either order, say what one archive of both says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from captured import NUMBER, page
from commands import Archive
from hypothesis import given, settings
from hypothesis import strategies as st
from imported import assert_sound
from merged import says

from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import RunEnd, RunStart
from kistep_archive.http.response import Page, digest
from kistep_archive.importers.importer import import_files
from kistep_archive.ingest.rebuild import rebuild
from kistep_archive.model.boards import BUILT_IN, Board, Catalogue
from kistep_archive.model.instants import spell_instant
from kistep_archive.model.outcomes import PageKind, Verdict
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.writer import Writer

OTHER = Board("kict", "KICT", "es", "https://www.kict.re.kr/board.es?mid=a20601000000&bid=0051", "en")
HOSTS = {
    "news": "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no={}",
    "kict": "https://www.kict.re.kr/board.es?mid=a20601000000&bid=0051&act=view&list_no={}",
}
CATALOGUE = Catalogue((*BUILT_IN, OTHER))
TITLES = ("A forum", "A second title", "A third title")
PAGES = {
    (number, title, hits): page(title, hits, number)
    for number in range(NUMBER, NUMBER + 3)
    for title in TITLES
    for hits in (1, 2)
}
Visit = tuple[str, tuple[int, str, int]]  # a board, and the number, title and hits of one of its posts
VISITS = st.lists(st.tuples(st.sampled_from(sorted(HOSTS)), st.sampled_from(sorted(PAGES))), max_size=8)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def write(folder: Path, days: list[list[Visit]], boards: set[str]) -> Path:
    """The archive's folder with a run for each day, which visits what it has of these boards. The same visit
    is at the same instant in whatever archive it is."""
    for day, visits in enumerate(days):
        began = BEGIN + timedelta(days=day)
        name = f"{day + 1:06d}-crawl-{began:%Y%m%dT%H%M%SZ}"
        run = RunStart(
            day + 1, name, "crawl", spell_instant(began), "", sorted(boards), {}, CATALOGUE.rows, False
        )
        writer = Writer(folder / "warc", name)
        writer.info(run_log.started(run, "kistep-archive/0", "x"), spell_instant(began))
        twins: dict[str, Evidence] = {}
        for number, (board, post) in enumerate(visits):
            if board in boards:
                at, body, url = began + timedelta(minutes=number), PAGES[post], HOSTS[board].format(post[0])
                said = run_log.request(PageKind.POST, (board, "es"), url, url, None)
                seen = Page(url, spell_instant(at), 200, (("Content-Type", "text/html"),), body)
                twin = twins.get(digest(body))
                kept = writer.response(
                    seen, digest(body), protocol="HTTP/1.1", ip="", request=b"GET /", metadata=said, twin=twin
                )
                twins.setdefault(digest(body), kept)
        end = RunEnd(spell_instant(began + timedelta(hours=1)), Verdict.COMPLETE, 0, "", {})
        writer.metadata(f"urn:kistep-archive:run:{day + 1}", run_log.finished(day + 1, end), end.finished_at)
        writer.close()
    return folder


@pytest.mark.slow
@settings(max_examples=max(3, settings().max_examples // 8))  # each makes four archives
@given(days=st.lists(VISITS, min_size=1, max_size=3))
def test_two_archives_merged_in_either_order_are_like_one_crawl_of_both(
    tmp_path_factory: pytest.TempPathFactory, days: list[list[Visit]]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    alone = [write(folder / board, days, {board}) for board in HOSTS]
    single = Archive(write(folder / "single", days, set(HOSTS)))
    assert rebuild(single.folder, jobs=1, catalogue=CATALOGUE).damage == []
    for name, order in (("forth", alone), ("back", alone[::-1])):
        merged = Archive(folder / name)
        for each in order:
            assert import_files(merged.folder, [each], CATALOGUE).damage == []
        assert says(merged) == says(single)
        assert_sound(merged.folder)
