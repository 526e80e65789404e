"""Charts: what they show is what the database holds, and everyone can read them, on light pages and dark
ones, in Korean too."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import combining, east_asian_width

import pytest
from commands import Archive, one_line
from generated import add, generate
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import TESTS

from kistep_archive.errors import ArchiveError
from kistep_archive.export.charts import ChartRequest, Drawing, Of, draw
from kistep_archive.export.svg import DARK, FONT, GRID, PAPER, SERIES_COLORS, svg
from kistep_archive.export.vega import ChartText, columns, fit, horizontal_bars, lines
from kistep_archive.model.instants import instant
from kistep_archive.query.filters import Filters
from kistep_archive.query.stats import Periods, Series
from kistep_archive.replica import Replica
from kistep_archive.store.database import open_archive

GOLDENS = TESTS / "charts"
NS = "{http://www.w3.org/2000/svg}"
KINDS: tuple[Of, ...] = ("posts", "hits", "writers", "changes")
WRITERS = ("한국과학기술기획평가원", "홍보팀", "R&D <투자> 분석본부", "KISTEP", None)
WORDS = ChartText("T", "S", "across", "up", "source")


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Thirty posts of Korean writers, twelve days of hits, posts that were revised, removed and restored."""
    folder = generate(tmp_path_factory.mktemp("korean"), 0)
    with closing(sqlite3.connect(folder / "kistep.db")) as conn, conn:
        for number in range(1, 31):
            add(
                conn,
                number,
                f"제{number}회 과학기술정책 포럼",
                f"202{number % 3}-{1 + number % 12:02}-11",
                body="본문",
            )
            conn.execute("UPDATE content SET writer = ? WHERE id = ?", (WRITERS[min(number % 7, 4)], number))
            conn.execute("UPDATE source SET hits = ? WHERE id = ?", (number * 100 + 11, number))
            conn.executemany(
                "INSERT INTO hit (source_id, seen_at, ordered_at, hits) VALUES (?1, ?2, ?2, ?3)",
                [
                    (number, f"2026-02-{day:02}T03:00:00.000000Z", number * 100 + day)
                    for day in range(0 + 1, 12)
                ],
            )
        for number in range(1, 9):
            change(conn, number, f"2026-0{1 + number % 5}-14T00:00:00.000000Z")
        conn.execute("INSERT INTO removal (source_id, removed_at) VALUES (3, '2026-03-02T00:00:00.000000Z')")
        conn.execute(
            "INSERT INTO removal (source_id, removed_at, returned_at) "
            "VALUES (4, '2026-03-03T00:00:00Z', '2026-05-03T00:00:00Z')"
        )
        conn.execute(  # gone from the old site alone: the post is not removed
            "INSERT INTO source (id, post_id, board, layout, number, url, match_key, content_id, "
            "first_seen_at, last_seen_at, ordered_at) "
            "SELECT 1000, post_id, board, 'jsp', 1000, '', '', content_id, first_seen_at, last_seen_at, "
            "ordered_at FROM source WHERE id = 5"
        )
        conn.execute(
            "INSERT INTO removal (source_id, removed_at) VALUES (1000, '2026-03-04T00:00:00.000000Z')"
        )
    return Archive(folder)


def change(conn: sqlite3.Connection, number: int, at: str) -> None:
    conn.execute(
        "INSERT INTO sighting (source_id, content_id, seen_at, ordered_at, changed, sha256, warc_file, "
        "warc_offset, parser_version) VALUES (?1, ?1, ?2, ?2, '[\"title\"]', '', '', ?1, 1)",
        (number, at),
    )


def values(archive: Archive, request: ChartRequest, as_of: str | None = None) -> list[dict[str, Any]]:
    """The rows that a chart draws."""
    with closing(open_archive(archive.folder, as_of)) as conn:
        rows: list[dict[str, Any]] = draw(conn, request).spec["data"]["values"]
        return rows


@cache
def printed(folder: Path, *arguments: str) -> str:
    done = Archive(folder).run("chart", "-", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def picture(archive: Archive, *arguments: str) -> ET.Element:
    return ET.fromstring(printed(archive.folder, *arguments))


def written_in(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{NS}text")]


# what it shows


def test_posts_are_counted_by_the_months_and_years_of_their_dates(korean: Archive) -> None:
    for by, letters in (("month", 7), ("year", 4)):
        counts = korean.rows(f"SELECT substr(date, 1, {letters}), count(*) FROM posts GROUP BY 1 ORDER BY 1")
        assert [(row["period"], row["n"]) for row in values(korean, ChartRequest("posts", by=by))] == counts  # type: ignore[arg-type]


def test_months_without_posts_keep_their_place() -> None:
    spec = columns(
        Periods("month", {"2021-11": Counter(posts=1), "2021-12": Counter(), "2022-01": Counter(posts=2)}),
        WORDS,
        {"posts": SERIES_COLORS[0]},
    )
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == ["2021-11", "2021-12", "2022-01"]


def test_writers_come_with_the_most_posts_first_and_those_without_a_name_together(korean: Archive) -> None:
    counts = Counter(writer for (writer,) in korean.rows("SELECT coalesce(writer, '(no writer)') FROM posts"))
    shown = {row["name"]: row["n"] for row in values(korean, ChartRequest("writers"))}
    assert shown == counts
    assert list(shown.values()) == sorted(shown.values(), reverse=True)
    assert len(values(korean, ChartRequest("writers", top=2))) == 2


def test_changes_are_those_of_the_views_and_the_first_reading_is_none(korean: Archive) -> None:
    totals = Counter[str]()
    for row in values(korean, ChartRequest("changes")):
        totals[row["kind"].split()[0]] += row["n"]
    assert totals == {"revised": 8, "removed": 2, "restored": 1}
    months = dict(
        korean.rows("SELECT substr(seen_at, 1, 7), count(*) FROM revisions WHERE changed <> '[]' GROUP BY 1")
    )
    assert {
        row["period"]: row["n"] for row in values(korean, ChartRequest("changes")) if "revised" in row["kind"]
    } == months


def test_hits_are_those_of_the_post_or_of_the_posts_with_the_most(korean: Archive) -> None:
    (post,) = {row["post"] for row in values(korean, ChartRequest("hits", post=(7, "제7회")))}
    assert post == "7 제7회"
    assert [row["hits"] for row in values(korean, ChartRequest("hits", post=(7, "제7회")))] == [
        700 + day for day in range(1, 12)
    ]
    assert [row["post"].split()[0] for row in values(korean, ChartRequest("hits", top=3))[::11]] == [
        "30",
        "29",
        "28",
    ]


def test_filters_choose_as_they_do_for_a_search(korean: Archive) -> None:
    filters = Filters(writer="홍보", since="2021-01-01", until="2021-12-31")
    chosen = korean.value("SELECT count(*) FROM posts WHERE date LIKE '2021%' AND writer LIKE '%홍보%'")
    assert sum(row["n"] for row in values(korean, ChartRequest("posts", filters=filters))) == chosen > 0
    words = written_in(picture(korean, "--writer", "홍보", "--since", "2021-01-01"))
    assert any("writer 홍보 · since 2021-01-01" in text for text in words)


def test_a_query_and_the_two_addresses_of_migrated_posts(tmp_path: Path) -> None:
    with Replica() as site:
        archive = Archive(tmp_path, site.origin)
        archive.crawl()
    found = archive.json("search", "forum")["total"]
    assert (
        sum(row["n"] for row in values(archive, ChartRequest("posts", filters=Filters("forum")))) == found > 0
    )
    assert any(text.endswith("found by forum") for text in written_in(picture(archive, "--query", "forum")))

    merged = "SELECT post_id FROM sources GROUP BY post_id HAVING count(DISTINCT layout) = 2"
    posts = archive.rows(f"SELECT id, title, hits FROM posts WHERE id IN ({merged})")
    assert (
        len(archive.rows(f"SELECT DISTINCT post_id, hits FROM hits WHERE post_id IN ({merged})"))
        > len(posts)
        > 5
    )
    for post, title, hits in posts[:5]:  # of the address where a post is read now, whose counter `posts` has
        assert [row["hits"] for row in values(archive, ChartRequest("hits", post=(post, title)))] == [hits]


def test_as_of_a_day_the_chart_is_the_one_of_that_day(archive: Archive, replica: Replica) -> None:
    def shown(as_of: str | None = None) -> list[Drawing | str]:
        return [said(archive, ChartRequest(of), as_of) for of in KINDS]

    then = []
    for day in (1, 2, 2):
        replica.site.day = day
        archive.crawl()
        then.append((archive.value("SELECT max(finished_at) FROM runs"), shown()))
    for end, pictures in then:
        assert shown(instant(end)) == pictures
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
    assert title in written_in(root)
    assert "chart" in described
    assert "kistep-archive, 30 posts" in described
    assert any(text.startswith("kistep-archive, 30 posts") for text in written_in(root))


@pytest.mark.parametrize("of", KINDS)
def test_axes_say_what_they_measure(korean: Archive, of: str) -> None:
    axes = {
        "posts": ("Posts", "Month of the post's date"),
        "hits": ("Hits", "Time of the observation (UTC)"),
        "writers": ("Posts",),
        "changes": ("Changes", "Month in which it was seen (UTC)"),
    }
    assert set(axes[of]) <= {text.split(" (the axis")[0] for text in written_in(picture(korean, "--of", of))}


def test_hangul_is_text_in_a_font_that_has_it(korean: Archive) -> None:
    root = picture(korean, "--of", "writers")
    assert {writer or "(no writer)" for writer in WRITERS} <= set(written_in(root))
    assert {element.get("font-family") for element in root.iter(f"{NS}text")} == {FONT}
    assert "30 제30회 과학기술정책 포럼" in written_in(picture(korean, "--of", "hits"))
    assert "한국과학기술기획평가원" in (root.findtext(f"{NS}desc") or "")


def luminance(color: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


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


def test_all_series_stand_out_on_light_paper_and_on_dark() -> None:
    for color in SERIES_COLORS:
        assert contrast(color, PAPER) >= 3
        assert contrast(DARK[color], DARK[PAPER]) >= 3
    assert len({*SERIES_COLORS, *DARK}) == len(set(DARK.values())) == len(DARK)


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


def bars(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """(left, top, width, height) of each."""
    paths = [
        path.get("d") or ""
        for group in root.iter(f"{NS}g")
        if "mark-rect" in (group.get("class") or "")
        for path in group
    ]
    found = [re.fullmatch(r"M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z", path) for path in paths]
    return [tuple(map(float, match.groups())) for match in found if match]  # type: ignore[misc]


def test_bars_begin_at_nought_and_are_as_long_as_their_numbers(korean: Archive) -> None:
    counts = [row["n"] for row in values(korean, ChartRequest("posts", by="year"))]
    upright = bars(picture(korean, "--by", "year"))
    assert {round(top + height, 3) for _, top, _, height in upright} == {300}
    assert len({round(height / n, 3) for (*_, height), n in zip(upright, counts, strict=True)}) == 1
    numbers = [row["n"] for row in values(korean, ChartRequest("writers"))]
    flat = bars(picture(korean, "--of", "writers"))
    assert {left for left, *_ in flat} == {0}
    assert len({round(width / n, 3) for (_, _, width, _), n in zip(flat, numbers, strict=True)}) == 1


@pytest.mark.parametrize("count", [1, 2, 13, 19, 25, 120, 121, 200, 1200])
@pytest.mark.parametrize("by", ["month", "year"])
def test_however_many_bars_their_labels_do_not_touch_and_each_bar_is_seen(count: int, by: str) -> None:
    names = [
        f"{1000 + place // 12}-{place % 12 + 1:02}" if by == "month" else f"{1000 + place}"
        for place in range(count)
    ]
    spec = columns(
        Periods(by, {name: Counter(posts=1) for name in names}), WORDS, {"posts": SERIES_COLORS[0]}
    )  # type: ignore[arg-type]
    axis = spec["layer"][0]["encoding"]["x"]["axis"]
    root = ET.fromstring(svg(spec, "T", "D"))
    labels = [label for label in root.iter(f"{NS}text") if re.fullmatch(r"\d{4}(-\d\d)?", label.text or "")]
    assert [(label.text or "")[:7] for label in labels] == [
        name[: 4 if "labelExpr" in axis else 7] for name in axis["values"]
    ]
    assert labels
    places = [float(re.findall(r"[\d.]+", label.get("transform") or "")[0]) for label in labels]
    widest = 7 * max(len(label.text or "") for label in labels) + 3  # pixels, of digits 12 high
    assert all(after - before >= widest for before, after in pairwise(places))
    shown = bars(root)
    assert len(shown) == count
    assert all(width >= 1.5 for _, _, width, _ in shown)


@pytest.mark.parametrize("seconds", [0, 5, 90, 4000, 40_000, 90_000, 3_000_000, 500_000_000])
def test_times_on_the_axis_hold_all_observations_and_do_not_touch(seconds: int) -> None:
    start = datetime(2026, 1, 1, 3, tzinfo=UTC)
    at = [start.isoformat(), (start + timedelta(seconds=seconds)).isoformat()]
    spec = lines([Series(1, "T", [(at[0], 5), (at[1], 6)])], WORDS)
    x = spec["layer"][0]["encoding"]["x"]
    begin, end = x["scale"]["domain"]
    drawn_at = [row["at"] for row in spec["data"]["values"]]
    assert begin <= min(drawn_at) <= max(drawn_at) <= end
    ticks = x["axis"]["values"]
    assert begin == ticks[0] <= ticks[-1] <= end
    width = spec["width"] / (end - begin) * (ticks[1] - ticks[0])
    assert width >= (120 if "%H" in x["axis"]["labelExpr"] else 75)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
@example([0])
@example([7, 7])
def test_numbers_on_the_axis_are_whole_round_and_hold_all_hits(hits: list[int]) -> None:
    y = lines([Series(1, "T", [("2026-01-01T03:00:00Z", number) for number in hits])], WORDS)["layer"][0][
        "encoding"
    ]["y"]
    low, high = y["scale"]["domain"]
    ticks = y["axis"]["values"]
    assert low <= min(hits) <= max(hits) <= high
    assert ticks[0] == low < ticks[-1] == high
    assert len(ticks) <= 9
    assert len({after - before for before, after in pairwise(ticks)}) == 1


def test_an_axis_that_does_not_begin_at_nought_says_so(korean: Archive) -> None:
    said = [
        written_in(picture(korean, "--of", "hits", *arguments))
        for arguments in (("--post", "30"), ("--top", "8", "--writer", "홍보"))
    ]
    assert ["Hits (the axis does not start at 0)" in words for words in said] == [True, False]


def test_one_point_is_marked_and_of_two_hundred_the_last() -> None:
    for count, marked in ((1, 1), (40, 40), (200, 1)):
        spec = lines(
            [
                Series(
                    1,
                    "T",
                    [(f"2026-01-01T03:{place // 60:02}:{place % 60:02}Z", place) for place in range(count)],
                )
            ],
            WORDS,
        )
        assert sum(row["marked"] for row in spec["data"]["values"]) == marked
        assert spec["data"]["values"][-1]["marked"]


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(5, 60))
@example("과학기술정책" * 20, 36)
@example("a\r\nb\0\x1b[31m\ufffe", 20)
def test_a_fitted_text_is_one_printable_line_of_that_width(text: str, room: int) -> None:
    said = fit(text, room)
    assert said.isprintable()
    assert (
        sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in said)
        <= room
    )


NASTY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@settings(max_examples=max(3, settings().max_examples // 4))
@given(st.lists(NASTY, min_size=1, max_size=30))
@example(["</text><script>alert(1)</script>", "]]>&amp;", "\0\x0b\ufffe", "{{datum}}", "=1+1", "A\u202eB"])
def test_fault_any_writer_and_title_makes_a_well_formed_picture(names: list[str]) -> None:
    root = ET.fromstring(
        svg(horizontal_bars([(name, 1) for name in names], WORDS), fit(names[0], 80), fit(names[-1], 80))
    )
    assert not list(root.iter(f"{NS}script"))
    assert Counter(shown for name in names if (shown := fit(name, 36))) <= Counter(written_in(root))
    ET.fromstring(
        svg(
            lines(
                [Series(n, name, [("2026-01-01T03:00:00Z", n)]) for n, name in enumerate(names[:8])], WORDS
            ),
            "T",
            "D",
        )
    )


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


@pytest.mark.parametrize("of", KINDS)
def test_a_chart_is_the_one_of_its_golden_file(korean: Archive, of: Of) -> None:
    with closing(open_archive(korean.folder)) as conn:
        answer = draw(conn, ChartRequest(of))
    answered = {"title": answer.title, "described": answer.description, "spec": answer.spec}
    golden = GOLDENS / f"{of}.json"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(json.dumps(answered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was missing and has been written: read it, then run again")
    assert answered == json.loads(golden.read_text(encoding="utf-8"))


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
