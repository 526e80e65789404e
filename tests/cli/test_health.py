"""Whether a board is well: red is told with its cause and what to do, to people, to monitors and as a badge;
what is paid is forgotten."""

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from badges import text_of
from commands import Archive, assert_rebuild_equals, one_line

from kistep_archive.display import first_of
from kistep_archive.replica import Answer, Fault, Paragraph, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.pages.frame_es import NEWS, NEWSLETTER
from kistep_archive.replica.standard import DayChange, History
from kistep_archive.store.lock import holder, take_lock

ENTRIES = tuple(replace(entry, blocks=(Paragraph(f"Of {entry.title}."),)) for entry in generate("es", 14))
WITH_FILE = next(entry for entry in ENTRIES if entry.files)
PLAIN = next(entry for entry in ENTRIES if not entry.files)


@pytest.fixture
def site() -> Iterator[Replica]:
    """14 posts, some with files."""
    with Replica(Site(History({("es", "0051"): ENTRIES}, {}, {}))) as replica:
        yield replica


@pytest.fixture
def empty(site: Replica, tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", site.origin)


@pytest.fixture
def held(empty: Archive) -> Archive:
    """After a first crawl, today."""
    assert empty.crawl().returncode == 0
    return empty


def on_site(archive: Archive, command: str, *more: str) -> list[str]:
    return [command, "news", "--origin", archive.origin, "--delay", "0", *more]


def board(archive: Archive, *more: str) -> dict[str, Any]:
    row: dict[str, Any] = archive.json("status", *more)["results"][0]
    return row


def causes(archive: Archive) -> list[str]:
    return [cause["cause"] for cause in board(archive)["causes"]]


def checked(archive: Archive, code: int, *words: str) -> None:
    """The monitor's exit code and line, and that a person is told the same."""
    done = archive.run("status", "--check")
    assert (done.returncode, done.stderr.count("\n")) == (code, 1 if code else 0)
    assert archive.json("status")["exit_code"] == code
    for word in words:
        assert word in done.stderr
        assert word in done.stdout


def test_after_a_complete_crawl_all_is_well(held: Archive) -> None:
    checked(held, 0)
    assert (board(held)["health"], board(held)["causes"]) == ("ok", [])
    assert "red" not in held.run("status").stdout


def test_fault_c14_a_board_that_never_ran_is_red(held: Archive, tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    address = "https://www.kistep.re.kr/board.es?mid=a20502000000&bid=0099"
    file.write_text(
        f'[[board]]\nname = "other"\ntitle = "Other"\nlayout = "es"\naddress = "{address}"\nlanguage = "en"\n'
    )
    done = held.run("--boards", str(file), "status", "--check")
    assert done.returncode == 3
    assert "other needs attention: never ran: no run has ended yet; run 'kistep-archive " in done.stderr
    assert f"--boards {file} crawl other --origin {held.origin}'" in done.stderr
    assert "other needs attention: never ran" in done.stdout
    assert "news needs attention" not in done.stdout


def test_fault_c14_a_board_without_a_complete_run_in_eight_days_is_red(empty: Archive) -> None:
    assert empty.later(-9, *on_site(empty, "crawl")).returncode == 0
    assert causes(empty) == ["stale"]
    checked(empty, 3, "stale", "the last complete run was 9 days ago", " crawl news --origin ", "list-timers")
    assert empty.crawl().returncode == 0
    checked(empty, 0)


def test_a_week_is_not_stale_and_a_recheck_is_no_walk(empty: Archive) -> None:
    assert empty.later(-7, *on_site(empty, "crawl")).returncode == 0
    checked(empty, 0)
    assert empty.later(-6, *on_site(empty, "recheck")).returncode == 0
    assert board(empty)["last_complete_run"] == empty.value("SELECT finished_at FROM runs WHERE id = 1")


def test_fault_c14_a_site_that_changed_is_suspicious_until_a_crawl_is_complete(
    held: Archive, site: Replica
) -> None:
    site.faults["nPage=1"] = Fault(
        body=b"<html><body><div id='new'>Something else</div></body></html>", times=-1
    )
    assert held.crawl().returncode == 4
    assert "suspicious" in causes(held)
    checked(held, 4, "suspicious", "nothing was overwritten", " doctor news --origin ")
    site.faults.clear()
    assert held.later(100, *on_site(held, "recheck")).returncode == 0
    assert "suspicious" in causes(held)  # it looked at posts, not at the listing
    assert held.crawl().returncode == 0
    checked(held, 0)


def test_fault_c14_what_failed_is_a_debt_until_it_is_had(empty: Archive, site: Replica) -> None:
    site.faults[f"list_no={PLAIN.number}"] = Fault(status=500, times=-1)
    assert empty.crawl().returncode == 3
    assert causes(empty) == ["debts"]
    assert board(empty)["health"] == "incomplete"
    checked(
        empty,
        3,
        "news needs attention: incomplete: ",
        f"list_no={PLAIN.number}: the site answered 500",
        "to fetch what is missing",
    )
    site.faults.clear()
    assert empty.crawl().returncode == 0
    checked(empty, 0)


def test_fault_b01_a_post_whose_visit_failed_is_owed_and_a_crawl_asks_for_it(
    held: Archive, site: Replica
) -> None:
    site.faults[f"list_no={PLAIN.number}"] = Fault(status=500, times=-1)
    assert held.later(100, *on_site(held, "recheck")).returncode == 3
    assert held.crawl("--recheck", "0").returncode == 3
    assert causes(held) == ["debts"]
    site.faults.clear()
    assert held.later(101, *on_site(held, "crawl", "--recheck", "0")).returncode == 0
    checked(held, 0)


def test_fault_c14_a_file_that_never_got_an_answer_is_a_debt(empty: Archive, site: Replica) -> None:
    site.faults["boardDownload.es"] = Fault(status=500, times=-1)
    assert empty.crawl().returncode == 3
    files = sum(len(entry.files) for entry in ENTRIES)
    assert f"{files} files were never fetched" in board(empty)["causes"][0]["words"]
    site.faults.clear()
    assert empty.crawl().returncode == 0
    checked(empty, 0)


def test_fault_c14_a_run_that_died_is_a_debt_and_one_that_is_at_work_is_not(
    held: Archive, site: Replica
) -> None:
    site.faults["/robots.txt"] = Fault(delay=100)
    site.requests.clear()
    with subprocess.Popen(held.command(*on_site(held, "crawl")), stderr=subprocess.DEVNULL) as crawl:
        while not site.requests:
            time.sleep(0.01)  # until it holds the lock and waits for the site
        row = board(held)
        assert (row["health"], row["causes"]) == ("ok", [])
        assert f"run 2 is active: pid {crawl.pid}, crawl since" in row["notes"][0]
        os.kill(crawl.pid, signal.SIGKILL)
    checked(held, 3, "news needs attention: incomplete: ", "run 2 died before it ended")
    assert held.crawl().returncode == 0
    checked(held, 0)


def test_looking_who_is_at_work_keeps_no_run_from_beginning(tmp_path: Path) -> None:
    take_lock(tmp_path, "test").close()
    looking = (
        "import sys, pathlib, kistep_archive.store.lock as l\nprint(flush=True)\nwhile True: "
        "l.holder(pathlib.Path(sys.argv[1]))"
    )
    with subprocess.Popen([sys.executable, "-c", looking, str(tmp_path)], stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        try:
            for _ in range(500):
                take_lock(tmp_path, "test").close()
        finally:
            reader.kill()
    assert holder(tmp_path) == ""
    with closing(take_lock(tmp_path, "test")):
        assert holder(tmp_path).startswith(f"pid {os.getpid()}, test since 2")


def by_board(archive: Archive) -> dict[str, tuple[str, list[str]]]:
    return {
        row["board"]: (row["health"], [cause["cause"] for cause in row["causes"]])
        for row in archive.json("status")["results"]
    }


def test_a_board_that_was_named_and_failed_is_told_of_although_it_holds_nothing(
    held: Archive, site: Replica
) -> None:
    said = (f"<html><body><p>Another page{'!' * times}</p></body></html>" for times in count(1))
    site.faults["mid=a20502000000"] = lambda _, __: Answer(next(said).encode())
    assert held.run("crawl", "newsletter", "--origin", site.origin, "--delay", "0").returncode == 4
    assert by_board(held) == {"news": ("ok", []), "newsletter": ("site_changed", ["suspicious", "debts"])}
    checked(held, 4, "suspicious")


@pytest.mark.parametrize(
    ("board", "fault", "code", "health"),
    [
        (
            "newsletter",
            Fault(body="<html><body><p>Another page</p></body></html>", times=-1),
            4,
            ("site_changed", ["suspicious", "debts"]),
        ),
        ("newsletter", Fault(status=404, times=-1), 3, ("incomplete", ["debts"])),
        (
            "news",
            Fault(body="<html><body><p>Another page</p></body></html>", times=-1),
            4,
            ("site_changed", ["suspicious", "debts"]),
        ),
    ],
    ids=["newsletter changed", "newsletter fails", "news changed"],
)
def test_of_a_run_over_two_boards_only_the_one_that_failed_is_red(
    tmp_path: Path, board: str, fault: Fault, code: int, health: tuple[str, list[str]]
) -> None:
    with Replica(
        Site(History({("es", NEWS[1]): ENTRIES[:9], ("es", NEWSLETTER[1]): ENTRIES[9:]}, {}, {}))
    ) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        both = ("crawl", "news", "newsletter", "--origin", site.origin, "--delay", "0")
        assert archive.run(*both).returncode == 0
        site.faults[f"mid={NEWSLETTER[0] if board == 'newsletter' else NEWS[0]}"] = fault
        assert archive.run(*both).returncode == code
    assert by_board(archive) == {
        name: health if name == board else ("ok", []) for name in ("news", "newsletter")
    }
    assert_rebuild_equals(archive.folder)


def test_fault_c07_a_number_that_may_have_been_reused_is_a_note_in_status_and_in_the_history(
    tmp_path: Path,
) -> None:
    was = replace(
        PLAIN, blocks=(Paragraph("The forum heard eleven cases and a lecture on how they came about."),)
    )
    put = replace(
        was,
        title="Ships, Harbours",
        date="2026-10-01",
        blocks=(Paragraph("Other words about oceans, ports and their fish."),),
    )
    with Replica(Site(History({("es", "0051"): (was,)}, {2: DayChange((put,))}, {}))) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        for site.site.day in (1, 2):
            assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM posts") == 1
    (note,) = archive.json("status")["results"][0]["notes"]
    assert note == (
        f"the site may have given the number of news/{PLAIN.number} to another post: see "
        f"'kistep-archive --archive {archive.folder} history news/{PLAIN.number}'"
    )
    assert ("; the site may have given this number to another post") in archive.run(
        "history", f"news/{PLAIN.number}"
    ).stdout
    assert_rebuild_equals(archive.folder)


def test_a_run_that_was_stopped_came_to_the_end_of_none_of_its_boards(empty: Archive, site: Replica) -> None:
    site.faults["robots.txt"] = Fault(status=500, times=-1)
    assert empty.run("crawl", "news", "newsletter", "--origin", site.origin, "--delay", "0").returncode == 3
    assert {name: word for name, (word, _) in by_board(empty).items()} == {
        "news": "incomplete",
        "newsletter": "incomplete",
    }


def test_the_worst_cause_decides_the_exit_code_and_the_others_are_counted(
    empty: Archive, site: Replica
) -> None:
    site.faults[f"list_no={PLAIN.number}"] = Fault(status=500, times=-1)
    assert empty.later(-20, *on_site(empty, "crawl")).returncode == 3
    site.faults["nPage=1"] = Fault(body=b"<html><body>?</body></html>", times=-1)
    assert empty.later(-10, *on_site(empty, "crawl")).returncode == 4
    assert causes(empty) == ["suspicious", "debts", "stale"]
    done = empty.run("status", "--check")
    assert (done.returncode, "3 problems (see" in done.stderr) == (4, True)
    assert done.stdout.count("news needs attention") == 3
    assert done.stdout.count("    -> ") == 3


CHANGED = Fault(body="<html><body><h1>Welcome to our new site</h1></body></html>", times=-1)


def test_a_command_to_copy_is_the_end_of_a_message_whatever_else_went_wrong(
    held: Archive, site: Replica
) -> None:
    site.faults["nPage=1"] = CHANGED
    done = held.run(*on_site(held, "crawl"))
    one_line(done, 4, "2 problems, the first: news (es): ")
    command = shlex.split(done.stderr.strip().rpartition("To look at the page: ")[2])
    assert command[:5] == ["kistep-archive", "--archive", str(held.folder), "show", "--page"]
    assert held.run(*command[3:]).returncode == 0


def test_one_problem_is_told_without_a_count_and_several_with_it_first() -> None:
    assert first_of(["run 'x'"]) == "run 'x'"
    assert first_of(["run 'x'", "run 'y'", "run 'z'"]) == "3 problems, the first: run 'x'"


def test_status_has_the_message_of_the_newest_failed_run_once_and_one_short_line_for_each_other(
    held: Archive, site: Replica
) -> None:
    site.faults["nPage=1"] = CHANGED
    for _ in range(3):
        assert held.run(*on_site(held, "crawl")).returncode == 4
    said = held.run("status").stdout
    assert said.count("To read such a listing, write selectors of its rows in a skin") == 1
    assert len([line for line in said.splitlines() if " site_changed  " in line and "crawl" in line]) == 3
    reasons = [line for line in said.splitlines() if line.startswith(" ") and line.endswith(" …")]
    assert [len(line) < 200 for line in reasons] == [True, True, True]
    assert all("To read such" in row["reason"] for row in held.json("status")["runs"][:3])


def test_status_has_a_short_message_of_every_run_as_it_is(held: Archive, site: Replica) -> None:
    site.faults["nPage=1"] = Fault(status=404, times=-1)
    for _ in range(2):
        assert held.run(*on_site(held, "crawl")).returncode == 3
    lines = held.run("status").stdout.splitlines()
    runs = [at for at, line in enumerate(lines) if " incomplete  " in line and "crawl" in line]
    assert [lines[at + 1].endswith("the site answered 404") for at in runs] == [True, True]


def test_a_board_that_is_silent_for_much_longer_than_usual_is_a_note_and_not_red(empty: Archive) -> None:
    newest = max(date.fromisoformat(entry.date) for entry in ENTRIES)
    days = [date.fromisoformat(entry.date) for entry in ENTRIES]
    longest = max(
        (later - earlier).days for later, earlier in zip(sorted(days)[1:], sorted(days)[:-1], strict=True)
    )
    for after, noted in ((1, False), (3 * longest + 20, True)):
        today = datetime(newest.year, newest.month, newest.day, tzinfo=UTC) + timedelta(days=after)
        assert (
            empty.later((today - datetime.now(UTC)) / timedelta(days=1), *on_site(empty, "crawl")).returncode
            == 0
        )
        row = board(empty, "--as-of", (today + timedelta(days=1)).date().isoformat())
        assert (row["health"], any("no new post on news for" in note for note in row["notes"])) == (
            "ok",
            noted,
        )


# on a terminal


def on_terminal(archive: Archive, **environment: str) -> str:
    master, slave = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(archive.command("status"), stdout=slave, env=clean | environment) as done:
        os.close(slave)
        said = b""
        try:
            while piece := os.read(master, 4096):
                said += piece
        except OSError:
            pass  # Linux ends a terminal that way
    os.close(master)
    assert done.returncode == 0
    return said.decode()


def test_red_is_red_on_a_terminal_unless_no_color_is_set_and_never_in_a_pipe(
    held: Archive, site: Replica
) -> None:
    assert "\x1b[32mok\x1b[0m" in on_terminal(held)
    site.faults["nPage=1"] = Fault(status=500, times=-1)
    assert held.crawl().returncode == 3
    assert "\x1b[31mincomplete\x1b[0m" in on_terminal(held)
    assert "\x1b" not in on_terminal(held, NO_COLOR="1")
    assert "\x1b" not in held.run("status").stdout


# as a badge


def test_the_badge_says_how_it_stands_and_is_replaced_whole(
    held: Archive, site: Replica, tmp_path: Path
) -> None:
    file = tmp_path / "badge.svg"
    done = held.run("status", "--badge", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    first = file.read_bytes()
    assert text_of(first) == ("kistep archive: current · 14 posts", ["kistep archive", "current · 14 posts"])
    assert (
        subprocess.run(held.command("status", "--badge", "-"), capture_output=True, check=True).stdout
        == first
    )
    site.faults["nPage=1"] = Fault(body=b"<html><body>?</body></html>", times=-1)
    assert held.crawl().returncode == 4
    done = held.run("status", "--badge", str(file), "--check", "--json")
    assert (done.returncode, json.loads(done.stdout)["exit_code"]) == (4, 4)
    assert text_of(file.read_bytes())[1] == ["kistep archive", "site changed"]
    assert [path.name for path in tmp_path.iterdir() if "badge" in path.name] == ["badge.svg"]
    (tmp_path / "notes").write_text("mine")
    one_line(held.run("status", "--badge", str(tmp_path / "notes")), 2, "notes", "is not a badge")
    assert (tmp_path / "notes").read_text() == "mine"


def test_a_badge_that_cannot_be_written_is_a_line(held: Archive, tmp_path: Path) -> None:
    done = held.run("status", "--badge", str(tmp_path / "none" / "badge.svg"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "none/badge.svg cannot be written" in done.stderr


def test_a_badge_is_svg_and_nothing_else(place: Archive, tmp_path: Path) -> None:
    one_line(place.run("status", "--badge", str(tmp_path / "b.png")), 2, "b.png", ".svg")
    assert list(tmp_path.iterdir()) == []


def test_a_board_is_counted_as_the_views_have_it(place: Archive) -> None:
    query = "SELECT board, count(*), max(date), sum(removed_at IS NOT NULL), sum(revisions > 1) FROM posts"
    counted = place.rows(f"{query} GROUP BY board")
    merged = dict(
        place.rows(
            "SELECT board, count(*) FROM "
            "(SELECT board FROM sources GROUP BY board, post_id HAVING count(*) > 1) "
            "GROUP BY board"
        )
    )
    years = place.rows("SELECT board, substr(date, 1, 4), count(*) FROM posts GROUP BY 1, 2")
    for name, *counts in counted:
        shown = next(row for row in place.json("status")["results"] if row["board"] == name)
        assert [shown[key] for key in ("posts", "newest", "removed", "revised")] == counts
        assert shown["merged"] == merged.get(name, 0)
        assert {year: posts for year, posts in shown["per_year"].items() if posts} == {
            year: posts for board, year, posts in years if board == name
        }
        assert any(counts[2:])
