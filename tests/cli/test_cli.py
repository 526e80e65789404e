"""The command as people type it: answers on stdout, one line for a mistake, and an exit code that cron can
rely on."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from commands import Archive, one_line
from one_page import with_page
from warcio.archiveiterator import ArchiveIterator

from kistep_archive.http.response import digest
from kistep_archive.model.boards import BUILT_IN
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


# bad input: what, where, what to do next


NO_ORIGINS = [
    "",
    "x",
    "http://[::1",
    "http://[x]:1",
    "http://127.0.0.1:x",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:0",
    "http://127.0.0.1:",
    "http://u:p@127.0.0.1:1",
    "http://a b",
    "http://127.0.0.1:1/?query",
    "http://127.0.0.1:1#fragment",
]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        *(
            ([command, "--origin", each], 2, ["--origin", each, "http://HOST:PORT"])
            for each in NO_ORIGINS
            for command in ("crawl", "doctor")
        ),
        (["verify", "--sample", "99999999999999999999"], 2, ["--sample"]),
        *(
            (
                [*command, "--since", "2021-01-01", "--until", "2020-12-31"],
                2,
                ["since 2021-01-01 until 2020-12-31", "no day"],
            )
            for command in (
                ["export", "-"],
                ["feed", "x.atom"],
                ["chart", "x.svg"],
                ["backfill"],
                ["backfill", "--wayback"],
            )
        ),
        (["schedule", "cron", "--ping", "http://[::1"], 2, ["--ping http://[::1", "http(s)://HOST/PATH"]),
        (["crawl", "nwes"], 2, ["unknown board 'nwes'", " boards'"]),
        (["crawl", "--origin", "ftp://x"], 2, ["--origin ftp://x", "http://HOST:PORT"]),
        (["crawl", "--origin", "http://127.0.0.1:1/path"], 2, ["without a path"]),
        (["crawl", "--delay", "0"], 2, ["--delay 0", "loopback"]),
        (["crawl", "--delay", "0.5", "--origin", "http://192.0.2.1"], 2, ["loopback"]),
        *(
            (["crawl", "--delay", each, "--origin", "http://127.0.0.1:1"], 2, ["--delay", each])
            for each in ("nan", "inf", "-1", "x")
        ),
        (["search", "x", "--since", "2022-13-01"], 2, ["'2022-13-01' is not a date", "2024-05-01"]),
        (["search", "x"], 2, ["not an archive", "--archive DIR"]),
        (["status"], 2, ["not an archive"]),
        (["show", "1"], 2, ["not an archive"]),
        (["verify"], 2, ["not an archive", "--archive DIR"]),
        (["export", "out.csv"], 2, ["not an archive", "--archive DIR"]),
        (["export"], 2, ["OUT"]),
        (["verify", "--sample", "0"], 2, ["--sample"]),
        (["parse", "https://www.kistep.re.kr/board.es?bid=0051", "missing.html"], 2, ["missing.html"]),
        (["--boards", "missing.toml", "boards"], 2, ["missing.toml"]),
        (["schedule", "cron", "--at", "25:00"], 2, ["--at 25:00", "04:30"]),
        (["schedule", "cron", "--boards", "news,nwes"], 2, ["unknown board 'nwes'"]),
        (["schedule", "at"], 2, ["at"]),
        (["doctor", "nwes"], 2, ["unknown board 'nwes'"]),
        (["doctor", "--origin", "ftp://x"], 2, ["--origin ftp://x", "http://HOST:PORT"]),
        (["serch", "x"], 2, ["serch"]),
        (["search", "x", "--limti", "3"], 2, ["--limti"]),
        (["search", "x", "--offset", "-1"], 2, ["--offset"]),
        (["search", "x", "--sort", "size"], 2, ["rank", "date", "hits"]),
    ],
)
def test_a_mistake_is_one_line_with_what_where_and_what_next(
    tmp_path: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    one_line(Archive(tmp_path / "none").run(*arguments), code, *words)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = Archive(tmp_path / "file" / "archive").run("crawl", "news", "--origin", "http://127.0.0.1:1")
    one_line(done, 5, "file/archive", "cannot be written", "--archive DIR")


@pytest.mark.parametrize("name", ["kistep.db", "lock", "warc"])
def test_what_stands_in_the_place_of_a_part_of_the_archive_is_named(
    held: Archive, tmp_path: Path, name: str
) -> None:
    archive = Archive(tmp_path / "archive", held.origin)
    shutil.copytree(held.folder, archive.folder, ignore=shutil.ignore_patterns(name))
    (archive.folder / name).touch() if name == "warc" else (archive.folder / name).mkdir()
    one_line(
        archive.run("crawl", "news", "--origin", held.origin, "--delay", "0"),
        5,
        f"{archive.folder / name} is a",
        "move it elsewhere",
    )
    doctor = json.loads(archive.run("doctor", "news", "--origin", "http://127.0.0.1:1", "--json").stdout)
    (found,) = [each for each in doctor["results"] if str(archive.folder / name) in each["words"]]
    assert (found["level"], found["next"], doctor["exit_code"]) == (
        "fail",
        "move it elsewhere and try again",
        5,
    )


def test_an_origin_that_does_not_answer_is_one_line_and_the_run_is_in_the_ledger(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    one_line(
        archive.run("crawl", "news", "--origin", "http://127.0.0.1:1", "--delay", "0"),
        3,
        "http://127.0.0.1:1/robots.txt",
        "refused",
    )
    assert archive.rows("SELECT verdict, exit_code FROM runs") == [("incomplete", 3)]


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "kistep.db")) as conn:
        conn.execute("CREATE TABLE t (x)")
    one_line(Archive(tmp_path).run("search", "x"), 2, "not of kistep-archive")


@pytest.mark.parametrize("command", [("search", "x"), ("status",), ("verify",)])
def test_a_database_that_is_missing_beside_its_evidence_can_be_made_again(
    held: Archive, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "warc").symlink_to(held.folder / "warc")
    one_line(
        Archive(tmp_path).run(*command),
        5,
        "kistep.db",
        "missing; run 'kistep-archive",
        "rebuild' to make it again",
    )


def test_a_damaged_database_is_named_with_exit_code_5(tmp_path: Path) -> None:
    (tmp_path / "kistep.db").write_bytes(b"garbage" * 1000)
    one_line(Archive(tmp_path).run("status"), 5, "kistep.db", "the WARC files have everything")


def test_evidence_that_is_damaged_or_missing_is_named_with_exit_code_5(held: Archive, tmp_path: Path) -> None:
    (tmp_path / "kistep.db").write_bytes((held.folder / "kistep.db").read_bytes())
    one_line(Archive(tmp_path).run("show", "1", "--raw"), 5, ".warc.gz", "missing")


def test_a_post_or_revision_that_is_not_there_is_named(held: Archive) -> None:
    one_line(held.run("show", "news/1"), 2, "no post 'news/1'", "search")
    one_line(
        held.run("show", "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=1"),
        2,
        "no post",
    )
    one_line(held.run("show", "1", "--revision", "99"), 2, "revision")
    one_line(held.run("search", "x", "--board", "nwes"), 2, "unknown board")


# answers


def test_search_finds_english_and_korean_inside_compounds_with_marked_snippets(held: Archive) -> None:
    for query in ("forum", "기술", "예산", '"science diplomacy"'):
        answer = held.json("search", query)
        assert answer["query"] == query
        assert answer["total"] >= len(answer["results"]) > 0
        for row in answer["results"]:
            assert list(row) == [
                "id",
                "board",
                "number",
                "title",
                "writer",
                "date",
                "hits",
                "url",
                "removed_at",
                "snippet",
                "score",
            ]
            assert "<mark>" in row["snippet"]


def test_search_finds_all_that_a_reader_would_find_by_eye(held: Archive) -> None:
    for word in ("정책", "평가", "과학", "국가연구", "사업예산"):
        by_eye = {
            row[0]
            for row in held.rows(
                "SELECT id FROM posts WHERE title LIKE '%' || ? || '%' OR body_text LIKE '%' || ? || '%'",
                word,
                word,
            )
        }
        assert {row["id"] for row in held.json("search", word, "--limit", "1000")["results"]} >= by_eye


def test_search_refuses_a_span_without_a_day(held: Archive) -> None:
    one_line(
        held.run("search", "x", "--since", "2021-01-01", "--until", "2020-12-31"),
        2,
        "since 2021-01-01 until 2020-12-31",
        "no day",
    )
    assert held.json("search", "kistep", "--since", "2022-07-14", "--until", "2022-07-14")["total"] > 0


def test_search_filters_by_board_writer_and_date(held: Archive) -> None:
    rows = held.json(
        "search",
        "kistep",
        "--since",
        "2020-01-01",
        "--until",
        "2020-12-31",
        "--writer",
        "maeng",
        "--board",
        "news",
    )["results"]
    assert rows
    assert all(row["date"].startswith("2020") and "Maeng" in row["writer"] for row in rows)
    assert held.json("search", "kistep", "--limit", "3")["total"] > 3


def test_a_search_without_words_or_hits_is_an_answer_and_not_an_error(held: Archive) -> None:
    for query in ("-", '"', "zzzzzz"):
        answer = held.json("search", query)
        assert answer | {"remark": ""} == {"query": query, "total": 0, "results": [], "remark": ""}
        assert bool(answer.get("remark")) == (query != "zzzzzz")


def test_words_need_no_quotes_and_a_word_may_be_left_out_with_a_dash(held: Archive) -> None:
    both = held.json("search", "kistep", "forum", "--limit", "1000")
    assert both["query"] == "kistep forum"
    assert both == held.json("search", "kistep forum", "--limit", "1000")
    without = held.json("search", "-innovation", "kistep", "--limit", "1000", "forum")
    assert without == json.loads(
        held.run("search", "--json", "--limit", "1000", "--", "kistep forum", "-innovation").stdout
    )
    assert 0 < without["total"] < both["total"]
    assert held.json("search", "기술", "-정책")["total"] == held.json("search", "기술 -정책")["total"]


def test_search_prints_pages_with_the_total_and_says_where_they_end(held: Archive) -> None:
    total = held.json("search", "kistep")["total"]
    assert held.run("search", "kistep", "--limit", "2").stdout.startswith(f"{total} posts, the first 2:\n")
    assert held.run("search", "kistep", "--limit", "2", "--offset", "4").stdout.startswith(
        f"{total} posts, 5 to 6:\n"
    )
    assert held.run("search", "kistep", "--offset", str(total)).stdout == (
        f"{total} posts, none after the first {total}\n"
    )
    dates = [
        row["date"] for row in held.json("search", "kistep", "--sort", "date", "--limit", "1000")["results"]
    ]
    assert [
        row["date"]
        for row in held.json("search", "kistep", "--sort", "date", "--limit", "2", "--offset", "3")["results"]
    ] == dates[3:5]


def test_search_names_the_nearest_words_where_nothing_is_found(held: Archive) -> None:
    assert held.run("search", "sciense").stdout.startswith("0 posts\nsimilar words in the archive: science")
    assert held.json("search", "기슐")["suggestions"][0] == "기술"
    assert list(held.json("search", "sciense")) == ["query", "total", "results", "suggestions"]


def test_search_plots_what_it_finds_by_year_and_status_draws_a_line_a_board(held: Archive) -> None:
    answer = held.json("search", "policy", "--plot", "--limit", "1")
    assert sum(answer["plot"].values()) == answer["total"]
    told = held.run("search", "policy", "--plot", "--limit", "1").stdout
    for year, number in answer["plot"].items():
        assert f"\n{year}  {'█' * number}{' ' * bool(number)}{number}\n" in told
    (news,) = held.json("status")["results"]
    assert sum(news["per_year"].values()) == news["posts"]
    first, *_, last = news["per_year"]
    assert f"\nnews, posts per year: {first} " in (status := held.run("status").stdout)
    assert f" {last}  at most {max(news['per_year'].values())}, in " in status


def test_export_takes_the_same_filters(held: Archive) -> None:
    for options in (["--has-file"], ["--no-file"], ["--not-removed"], ["--removed"]):
        posts = [
            json.loads(line)["id"]
            for line in held.run("export", "-", "--query", "kistep", *options).stdout.splitlines()
        ]
        assert sorted(posts) == sorted(
            row["id"] for row in held.json("search", "kistep", "--limit", "1000", *options)["results"]
        )


def test_show_takes_an_id_a_number_or_any_spelling_of_the_url(held: Archive) -> None:
    url = "http://www.kistep.re.kr/board.es;jsessionid=AB12?act=view&list_no=42794&bid=0051&mid=a20501000000&nPage=6"
    by_url = held.json("show", url)
    assert by_url["title"].startswith("[The 146th KISTEP Wednesday Forum]")
    assert held.json("show", str(by_url["id"])) == held.json("show", "news/42794") == by_url


def test_show_leads_from_a_legacy_address_to_the_post_as_it_is_now(held: Archive) -> None:
    jsp, es = held.rows(
        "SELECT j.number, e.number FROM sources j JOIN sources e USING (post_id) "
        "WHERE j.layout='jsp' AND e.layout='es'"
    )[0]
    post = held.json("show", f"https://www.kistep.re.kr/en/c4/sub3.jsp?brdType=R&bbIdx={jsp}")
    assert (post["number"], len(post["sources"])) == (es, 2)


def test_show_gives_each_revision_in_each_form_and_the_bytes_of_the_evidence(held: Archive) -> None:
    post_id, title = held.rows("SELECT id, title FROM posts WHERE revisions = 2 AND title LIKE '[Updated]%'")[
        0
    ]
    assert held.run("show", str(post_id)).stdout.startswith(title)
    assert held.run("show", str(post_id), "--revision", "1").stdout.startswith(
        title.removeprefix("[Updated] ")
    )
    assert held.run("show", str(post_id), "--as", "markdown").stdout.startswith(f"# {title}")
    assert "<article>" in held.run("show", str(post_id), "--as", "html").stdout
    revisions = json.loads(held.run("show", str(post_id), "--as", "json").stdout)["revisions"]
    for number, revision in enumerate(revisions, start=1):
        raw = subprocess.run(
            held.command("show", str(post_id), "--revision", str(number), "--raw"), capture_output=True
        ).stdout
        assert digest(raw) == revision["sha256"]


def test_show_leads_from_every_revision_and_every_file_to_its_exact_bytes(held: Archive) -> None:
    edited = held.value("SELECT id FROM posts WHERE revisions = 2 AND title LIKE '[Updated]%'")
    with_files = held.value("SELECT post_id FROM attachments WHERE warc_file IS NOT NULL LIMIT 1")
    for post in (held.json("show", str(edited)), held.json("show", str(with_files))):
        rows = [*post["revisions"], *post["attachments"]]
        assert rows
        for row in rows:
            evidence = row["evidence"]
            assert list(evidence) == ["file", "offset", "length", "record_id", "sha256", "url", "fetched_at"]
            with (held.folder / "warc" / evidence["file"]).open("rb") as stream:
                stream.seek(evidence["offset"])
                (record,) = ArchiveIterator(BytesIO(stream.read(evidence["length"])))
                assert record.rec_headers.get_header("WARC-Record-ID") == evidence["record_id"]
                assert record.rec_headers.get_header("WARC-Date") == evidence["fetched_at"]
                assert (
                    record.rec_headers.get_header("WARC-Payload-Digest")
                    == f"sha256:{evidence['sha256']}"
                    == f"sha256:{row['sha256']}"
                )


def test_show_tells_what_the_database_knows_where_the_warc_files_are_not_there(
    held: Archive, tmp_path: Path
) -> None:
    (tmp_path / "kistep.db").write_bytes((held.folder / "kistep.db").read_bytes())
    (evidence,) = [revision["evidence"] for revision in Archive(tmp_path).json("show", "1")["revisions"]]
    assert (evidence["record_id"], evidence["length"] > 100) == (None, True)


def test_show_prints_a_compressed_page_as_it_came_and_unpacked(held: Archive, tmp_path: Path) -> None:
    page = b"<html><body>" + b"words " * 100 + b"</body></html>"
    came = gzip.compress(page)
    archive = with_page(held, tmp_path, came)
    for options, expected in ((["--raw"], came), (["--decoded"], page), (["--raw", "--decoded"], page)):
        assert subprocess.run(archive.command("show", "1", *options), capture_output=True).stdout == expected


def test_show_names_a_page_that_cannot_be_unpacked(held: Archive, tmp_path: Path) -> None:
    archive = with_page(held, tmp_path, gzip.compress(b"words " * 100)[:-9])
    one_line(archive.run("show", "1", "--decoded"), 4, "cut", "--raw")


def test_status_tells_what_is_held_how_the_runs_went_and_what_was_kept_apart(held: Archive) -> None:
    answer = held.json("status")
    (news,) = answer["results"]
    assert (news["board"], news["health"], news["posts"]) == (
        "news",
        "ok",
        held.value("SELECT count(*) FROM posts"),
    )
    assert [run["verdict"] for run in answer["runs"]] == ["complete", "complete"]
    assert "not merged (ambiguous)" in held.run("status").stdout


def test_boards_lists_the_catalogue_and_a_file_adds_to_it(tmp_path: Path) -> None:
    file = tmp_path / "b.toml"
    file.write_text(
        '[[board]]\nname="kict"\ntitle="KICT"\nlayout="es"\naddress="https://www.kict.re.kr/board.es?mid=a2&bid=n"\nlanguage="en"\n'
    )
    answer = Archive(tmp_path).json("--boards", str(file), "boards")
    assert [row["board"] for row in answer["results"]] == [*(row.name for row in BUILT_IN), "kict"]
    assert answer["total"] == len(BUILT_IN) + 1


def test_parse_reads_a_stored_page_from_a_file_or_stdin(held: Archive, tmp_path: Path) -> None:
    url, _file, _offset = held.rows(
        "SELECT url, warc_file, warc_offset FROM pages WHERE kind = 'post' AND url LIKE '%list_no=42794'"
    )[0]
    raw = subprocess.run(held.command("show", url, "--raw"), capture_output=True).stdout
    (tmp_path / "page.html").write_bytes(raw)
    done = held.run("parse", url, str(tmp_path / "page.html"))
    post = json.loads(done.stdout)
    assert held.run("parse", url, "-", stdin=raw).stdout == done.stdout
    known = "kind board number layout title writer date hits body_text body_html attachments images"
    # A later version may add some between them.
    assert " ".join(key for key in post if key in known.split()) == known
    assert (post["kind"], post["board"], post["number"], post["layout"]) == ("post", "news", 42794, "es")


def test_parse_names_the_field_that_does_not_fit_with_exit_code_4(tmp_path: Path) -> None:
    page = (
        b"<html><body><div><h2>T</h2><ul><li>Writer X</li><li>Hit 3</li></ul><div "
        b"class='contents'>x</div></div></body></html>"
    )
    done = Archive(tmp_path).run(
        "parse", "https://www.kistep.re.kr/board.es?bid=0051&act=view&list_no=3", "-", stdin=page
    )
    one_line(done, 4, "date", "list_no=3")


def test_parse_reads_listings_and_notices(tmp_path: Path) -> None:
    gone = "<script>alert('삭제되었거나 존재하지 않는 게시물입니다.');history.back();</script>".encode()
    url = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
    notice = json.loads(Archive(tmp_path).run("parse", f"{url}&act=view&list_no=3", "-", stdin=gone).stdout)
    assert (list(notice), notice["notice"]) == (["kind", "notice", "text"], "gone")
    empty = b"<html><body><div class='board_list'>There are no posts.</div></body></html>"
    listing = json.loads(Archive(tmp_path).run("parse", url, "-", stdin=empty).stdout)
    assert (list(listing), listing["rows"]) == (["kind", "board", "page", "pages", "total", "rows"], [])


def test_fault_f07_control_characters_in_a_title_do_not_reach_the_terminal(held: Archive) -> None:
    from kistep_archive.display import printable

    assert printable("a\x1b[31mb\x07\u202ec\n") == "a\\x1b[31mb\\x07\\x202ec\n"


def test_a_reader_that_has_enough_of_a_pipe_sees_no_traceback(held: Archive) -> None:
    command = " ".join(f"'{word}'" for word in held.command("search", "kistep", "--limit", "1000", "--json"))
    done = subprocess.run(f"{command} | head -c 10", shell=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ('{\n  "query', "")


def test_every_command_explains_itself() -> None:
    for command in (
        "",
        "demo",
        "boards",
        "crawl",
        "status",
        "search",
        "show",
        "diff",
        "history",
        "feed",
        "export",
        "explain",
        "bundle",
        "parse",
        "replica",
        "verify",
        "rebuild",
        "schedule",
        "doctor",
    ):
        done = Archive(Path("none")).run(*([command] if command else []), "--help")
        assert done.returncode == 0
        assert done.stdout.startswith("Usage: kistep-archive")


@pytest.mark.parametrize("options", [[], ["--quiet"], ["--boards", "my.toml", "--quiet"], ["--archive", "x"]])
def test_without_a_command_the_help_is_shown_as_it_is_laid_out(tmp_path: Path, options: list[str]) -> None:
    command = [sys.executable, "-W", "error", "-m", "kistep_archive"]
    asked, bare = (
        subprocess.run([*command, *words], capture_output=True, text=True, cwd=tmp_path, timeout=120)
        for words in (["--help"], options)
    )
    assert (bare.returncode, bare.stdout, bare.stderr) == (2, "", asked.stdout)
    assert asked.stdout.startswith("Usage: kistep-archive [OPTIONS] COMMAND [ARGS]...\n")
    assert asked.stdout.count("\n") > 40
    assert list(tmp_path.iterdir()) == []


def test_without_a_command_a_mistake_in_an_option_is_one_line(tmp_path: Path) -> None:
    one_line(Archive(tmp_path).run("--no-such"), 2, "--no-such")


def test_parse_says_which_keys_of_a_skin_found_nothing(held: Archive, tmp_path: Path) -> None:
    (url,) = held.rows("SELECT url FROM pages WHERE kind = 'post' AND url LIKE '%list_no=42794'")[0]
    raw = held.run("show", "--page", url).stdout.encode()
    skin = tmp_path / "skin.toml"
    skin.write_text('[post]\nwriter = "b.x"\nhits = "b.y"\n')
    done = held.run("parse", "--skin", str(skin), url, "-", stdin=raw)
    one_line(done, 0, f"--skin {skin}: post.writer and post.hits found nothing on the page")


def test_parse_says_that_a_skin_was_not_used(held: Archive, tmp_path: Path) -> None:
    (url,) = held.rows("SELECT url FROM pages WHERE kind = 'post' AND url LIKE '%list_no=42794'")[0]
    (listing,) = held.rows("SELECT url FROM pages WHERE kind = 'listing' AND url LIKE '%board.es%'")[0]
    skin = tmp_path / "skin.toml"
    skin.write_text('[post]\napplies = "table.none"\ntitle = "h4"\nbody = ["div.x"]\n')
    reasons = {url: "'applies' (table.none) matches nothing", listing: "no selectors for a listing"}
    for address, why in reasons.items():
        raw = held.run("show", "--page", address).stdout.encode()
        done = held.run("parse", "--skin", str(skin), address, "-", stdin=raw)
        assert (done.returncode, done.stderr.count("\n")) == (0, 1)
        assert f"--skin {skin} was not used" in done.stderr
        assert why in done.stderr
        assert done.stdout == held.run("parse", address, "-", stdin=raw).stdout
        assert held.run("--quiet", "parse", "--skin", str(skin), address, "-", stdin=raw).stderr == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "x",
        "https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no=3&seq=1",
    ],
)
def test_parse_refuses_an_address_that_no_post_and_no_listing_has(tmp_path: Path, url: str) -> None:
    done = Archive(tmp_path).run("parse", url, "-", stdin=b"<html></html>")
    one_line(done, 2, f"{url}: the address is neither", "For example: curl", "parse 'https://")


def test_parse_uses_a_skin_also_for_a_page_of_no_known_board(held: Archive, tmp_path: Path) -> None:
    (url,) = held.rows("SELECT url FROM pages WHERE kind = 'post' AND url LIKE '%list_no=42794'")[0]
    raw = held.run("show", "--page", url).stdout.encode()
    elsewhere = url.replace("www.kistep.re.kr", "www.example.org")
    (tmp_path / "skin.toml").write_text('[post]\ntitle = "h9"\nbody = ["div.x"]\n')
    one_line(
        held.run("parse", "--skin", str(tmp_path / "skin.toml"), elsewhere, "-", stdin=raw), 4, "skin 'skin'"
    )
