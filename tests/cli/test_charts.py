"""Charts: what they show is what the database holds, and everyone can read them, on light pages and dark
ones, in Korean too."""

import os
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from charted import NS, WRITERS, bars, korean_posts, texts_in, values
from commands import Archive, one_line
from contrast import contrast
from generated import add, generate

from kistep_archive.errors import ArchiveError
from kistep_archive.export.charts import ChartRequest, Drawing, Of, draw
from kistep_archive.export.svg import DARK, FONT, GRID, PAPER
from kistep_archive.query.filters import Filters
from kistep_archive.query.validation import before
from kistep_archive.replica import Replica
from kistep_archive.store.database import open_archive

KINDS: tuple[Of, ...] = ("posts", "hits", "writers", "changes")


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return korean_posts(tmp_path_factory.mktemp("korean"))


@cache
def printed(folder: Path, *arguments: str) -> str:
    done = Archive(folder).run("chart", "-", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def picture(archive: Archive, *arguments: str) -> ET.Element:
    return ET.fromstring(printed(archive.folder, *arguments))


# what it shows


def test_filters_choose_as_they_do_for_a_search(korean: Archive) -> None:
    filters = Filters(writer="홍보", since="2021-01-01", until="2021-12-31")
    chosen = korean.value("SELECT count(*) FROM posts WHERE date LIKE '2021%' AND writer LIKE '%홍보%'")
    assert sum(row["n"] for row in values(korean, ChartRequest("posts", filters=filters))) == chosen > 0
    words = texts_in(picture(korean, "--writer", "홍보", "--since", "2021-01-01"))
    assert any("writer 홍보 · since 2021-01-01" in text for text in words)


def test_a_query_and_the_two_addresses_of_migrated_posts(tmp_path: Path) -> None:
    with Replica() as site:
        archive = Archive(tmp_path, site.origin)
        archive.crawl()
    found = archive.json("search", "forum")["total"]
    assert (
        sum(row["n"] for row in values(archive, ChartRequest("posts", filters=Filters("forum")))) == found > 0
    )
    assert any(text.endswith("found by forum") for text in texts_in(picture(archive, "--query", "forum")))

    merged = "SELECT post_id FROM sources GROUP BY post_id HAVING count(DISTINCT layout) = 2"
    posts = archive.rows(f"SELECT id, title, hits FROM posts WHERE id IN ({merged})")
    assert (
        len(archive.rows(f"SELECT DISTINCT post_id, hits FROM hits WHERE post_id IN ({merged})"))
        > len(posts)
        > 5
    )
    for post, title, hits in posts[:5]:  # of the address where a post is read now, whose counter `posts` has
        assert [row["hits"] for row in values(archive, ChartRequest("hits", post=(post, title)))] == [hits]


@pytest.mark.whole_replica
def test_as_of_a_day_the_chart_is_the_one_of_that_day(archive: Archive, replica: Replica) -> None:
    def shown(as_of: str | None = None) -> list[Drawing | str]:
        return [said(archive, ChartRequest(of), as_of) for of in KINDS]

    then = []
    for day in (1, 2, 2):
        replica.site.day = day
        archive.crawl()
        then.append((archive.value("SELECT max(finished_at) FROM runs"), shown()))
    for end, pictures in then:
        assert shown(before("as_of", end)) == pictures
    posts, changes = ([pictures[KINDS.index(of)] for _, pictures in then] for of in ("posts", "changes"))
    assert posts[0] != posts[1]
    assert changes[0] != changes[1] != changes[2] != changes[0]
    assert archive.run("chart", "-", "--as-of", then[0][0]).stdout != printed(archive.folder)


def said(archive: Archive, request: ChartRequest, as_of: str | None) -> Drawing | str:
    """The chart, or why there is none."""
    with closing(open_archive(archive.folder, as_of)) as conn:
        try:
            return draw(conn, request)
        except ArchiveError as error:
            return str(error)


# how it is read


@pytest.mark.parametrize("of", KINDS)
def test_a_chart_says_what_it_is_to_those_who_do_not_see_it(korean: Archive, of: str) -> None:
    root = picture(korean, "--of", of)
    assert root.get("role") == "img"
    title, described = (root.findtext(f"{NS}{tag}") or "" for tag in ("title", "desc"))
    assert title in texts_in(root)
    assert "chart" in described
    assert "kistep-archive, 30 posts" in described
    assert any(text.startswith("kistep-archive, 30 posts") for text in texts_in(root))


@pytest.mark.parametrize("of", KINDS)
def test_axes_say_what_they_measure(korean: Archive, of: str) -> None:
    axes = {
        "posts": ("Posts", "Month of the post's date"),
        "hits": ("Hits", "Time of the observation (UTC); hollow: in a listing, whose number may be older"),
        "writers": ("Posts",),
        "changes": ("Changes", "Month in which it was seen (UTC)"),
    }
    assert set(axes[of]) <= {text.split(" (the axis")[0] for text in texts_in(picture(korean, "--of", of))}


def test_hangul_is_text_in_a_font_that_has_it(korean: Archive) -> None:
    root = picture(korean, "--of", "writers")
    assert {writer or "(no writer)" for writer in WRITERS} <= set(texts_in(root))
    assert {element.get("font-family") for element in root.iter(f"{NS}text")} == {FONT}
    assert "30 제30회 과학기술정책 포럼" in texts_in(picture(korean, "--of", "hits"))
    assert "한국과학기술기획평가원" in (root.findtext(f"{NS}desc") or "")


def used(root: ET.Element, tags: set[str]) -> set[str]:
    """The colours of elements of these kinds."""
    found = {
        element.get(part)
        for element in root.iter()
        if element.tag in {NS + tag for tag in tags}
        for part in ("fill", "stroke")
    }
    return {color for color in found if color not in (None, "none")} - {PAPER}  # type: ignore[return-value]


@pytest.mark.parametrize("of", KINDS)
def test_every_colour_stands_out_on_light_paper_and_on_dark(korean: Archive, of: str) -> None:
    root = picture(korean, "--of", of)
    texts, marks = used(root, {"text"}), used(root, {"path", "line", "rect"}) - {GRID}
    assert texts
    assert marks
    for colors, least in ((texts, 4.5), (marks, 3)):
        for color in colors:
            assert contrast(color, PAPER) >= least
            assert contrast(DARK[color], DARK[PAPER]) >= least


@pytest.mark.parametrize("of", KINDS)
def test_the_style_gives_each_colour_its_dark_one(korean: Archive, of: str) -> None:
    root = picture(korean, "--of", of)
    style = root.findtext(f"{NS}style") or ""
    assert "prefers-color-scheme:dark" in style
    for part in ("fill", "stroke"):
        rules = dict(re.findall(rf'\[{part}="(#\w+)"\]{{{part}:(#\w+)}}', style))
        assert {element.get(part) for element in root.iter()} - {None, "none", "transparent"} <= rules.keys()
        assert rules == DARK
    paper = root.find(f"{NS}rect")
    assert paper is not None
    assert [paper.get(name) for name in ("fill", "width", "height")] == [
        PAPER,
        root.get("width"),
        root.get("height"),
    ]


def test_bars_begin_at_nought_and_are_as_long_as_their_numbers(korean: Archive) -> None:
    counts = [row["n"] for row in values(korean, ChartRequest("posts", by="year"))]
    upright = bars(picture(korean, "--by", "year"))
    assert {round(top + height, 3) for _, top, _, height in upright} == {300}
    assert len({round(height / n, 3) for (*_, height), n in zip(upright, counts, strict=True)}) == 1
    numbers = [row["n"] for row in values(korean, ChartRequest("writers"))]
    flat = bars(picture(korean, "--of", "writers"))
    assert {left for left, *_ in flat} == {0}
    assert len({round(width / n, 3) for (_, _, width, _), n in zip(flat, numbers, strict=True)}) == 1


def test_an_axis_that_does_not_begin_at_nought_says_so(korean: Archive) -> None:
    said = [
        texts_in(picture(korean, "--of", "hits", *arguments))
        for arguments in (("--post", "30"), ("--top", "8", "--writer", "홍보"))
    ]
    assert ["Hits (the axis does not start at 0)" in words for words in said] == [True, False]


# the same bytes


@pytest.mark.parametrize("of", KINDS)
def test_the_same_data_makes_the_same_bytes_everywhere(korean: Archive, of: str, tmp_path: Path) -> None:
    command = korean.command("chart", "-", "--of", of)
    here = subprocess.run(command, capture_output=True, check=True).stdout
    elsewhere = os.environ | {
        "TZ": "America/New_York",
        "LC_ALL": "C",
        "LANG": "ko_KR.UTF-8",
        "PYTHONHASHSEED": "7",
        "HOME": str(tmp_path),
    }
    assert (
        subprocess.run(command, capture_output=True, check=True, env=elsewhere, cwd=tmp_path).stdout == here
    )
    assert list(tmp_path.iterdir()) == []
    assert b"http://www.w3.org/2000/svg" in here
    assert b"href" not in here
    assert b"url(" not in here


# where it goes, and what is no chart


def test_a_chart_is_a_file_that_is_replaced_only_when_forced(korean: Archive, tmp_path: Path) -> None:
    out = tmp_path / "posts.svg"
    done = korean.run("chart", str(out))
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{out}: Posts per month\n")
    assert out.read_text() == korean.run("chart", "-").stdout
    one_line(korean.run("chart", str(out), "--of", "writers"), 2, "already exists", "--force")
    before = out.read_text()
    assert korean.run("--quiet", "chart", str(out), "--of", "writers", "--force").stdout == ""
    assert out.read_text() != before
    assert [file.name for file in tmp_path.iterdir()] == ["posts.svg"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["out.png"], ["out.png", ".svg"]),
        (["out.svg", "--of", "hits", "--by", "year"], ["--by", "posts or changes"]),
        (["out.svg", "--top", "3"], ["--top", "writers or hits"]),
        (["out.svg", "--of", "hits", "--top", "9"], ["--top 9", "8"]),
        (["out.svg", "--of", "writers", "--top", "0"], ["--top", "0"]),
        (["out.svg", "--post", "3"], ["--post", "--of hits"]),
        (["out.svg", "--of", "hits", "--post", "3", "--since", "2020-01-01"], ["--post", "without"]),
        (["out.svg", "--of", "hits", "--post", "9999"], ["9999", "search"]),
        (["out.svg", "--board", "nothing"], ["--board nothing", "boards"]),
        (["out.svg", "--query", "!"], ["no post matches", "nothing was drawn"]),
        (["out.svg", "--since", "2030-01-01"], ["no post matches", "nothing was drawn"]),
        (["out.svg", "--as-of", "2001-01-01"], ["no post matches", "nothing was drawn"]),
        (
            ["out.svg", "--of", "changes", "--writer", "KISTEP", "--until", "2020-01-31"],
            ["none of these posts was revised", "nothing was drawn"],
        ),
        (["none/out.svg"], ["none/out.svg", "cannot be written"]),
    ],
)
def test_a_mistake_or_nothing_to_draw_is_one_line_and_no_file(
    korean: Archive, tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    one_line(korean.run("chart", str(tmp_path / arguments[0]), *arguments[1:]), 2, *words)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_archive_and_posts_without_hits_are_one_line(tmp_path: Path) -> None:
    for posts, words in ((0, "no post matches"), (1, "the hits of these posts are unknown")):
        archive = Archive(generate(tmp_path / str(posts), posts))
        one_line(archive.run("chart", str(tmp_path / "out.svg"), "--of", "hits"), 2, words)
    assert not (tmp_path / "out.svg").exists()


def test_too_many_months_are_one_line_and_years_are_drawn(tmp_path: Path) -> None:
    folder = generate(tmp_path / "archive", 0)
    with closing(sqlite3.connect(folder / "kistep.db")) as conn, conn:
        add(conn, 1, "Old", "1800-01-01")
        add(conn, 2, "New", "2022-07-14")
    one_line(
        Archive(folder).run("chart", str(tmp_path / "out.svg"), "--by", "month"),
        2,
        "2671 months",
        "--by year",
    )
    assert [row["period"] for row in values(Archive(folder), ChartRequest("posts"))] == ["1800", "2022"]


def test_without_vl_convert_one_line_says_what_to_install(korean: Archive, tmp_path: Path) -> None:
    code = "import sys; sys.modules['vl_convert'] = None; from kistep_archive.cli.main import main; main()"
    command = [
        sys.executable,
        "-c",
        code,
        "--archive",
        str(korean.folder),
        "chart",
        str(tmp_path / "out.svg"),
    ]
    one_line(
        subprocess.run(command, capture_output=True, text=True), 2, "pip install 'kistep-archive[charts]'"
    )
    assert list(tmp_path.iterdir()) == []
