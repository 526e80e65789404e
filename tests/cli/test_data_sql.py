"""SQL of visitors, where it is allowed: it reads, and it ends."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from commands import Archive
from data_room import Tables, tables

HEAVY = (
    "select instr(hex(zeroblob(1000000)), hex(zeroblob(500000)) || '1'), zeroblob(60000000)",
    "select replace(hex(zeroblob(100000)), '0', hex(zeroblob(100000)))",
    "select randomblob(500000000)",
    "select length(replace(hex(zeroblob(9000000)), '0', 'abc'))",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
    "select count(*) from posts a, posts b, posts c, posts d",
    "select zeroblob(15000000) from posts a, posts b",
)
FORBIDDEN = (
    "select * from pragma_database_list",
    "select load_extension('/tmp/x.so')",
    "attach '/tmp/x.db' as x",
    "pragma database_list",
    "delete from post",
    "vacuum into '/tmp/x.db'",
    "with x as (select 1) delete from post",
    "with x as (select 1) update sqlite_master set sql = ''",
    "select fts3_tokenizer('simple')",
)


@pytest.fixture(scope="module")
def open_visitor(place: Archive) -> Iterator[Tables]:
    with tables(place.folder, allow_sql=True) as opened:
        yield opened


@pytest.mark.parametrize("sql", HEAVY)
@pytest.mark.parametrize("ending", ["", ".json"])
def test_a_statement_that_takes_much_ends_within_a_second_or_two(
    open_visitor: Tables, sql: str, ending: str
) -> None:
    began = time.perf_counter()
    answer = open_visitor.get(f"/data/kistep{ending}", {"sql": sql})
    assert answer.status_code == 400, answer.text[:300]
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_a_statement_can_only_read(place: Archive, open_visitor: Tables, sql: str) -> None:
    answer = open_visitor.get("/data/kistep.json", {"sql": sql})
    assert answer.status_code == 400
    assert str(place.folder) not in answer.text
    assert place.value("SELECT count(*) FROM post") == 197


def test_own_sql_reads_views_and_tables_and_knows_the_row_limit(open_visitor: Tables) -> None:
    answer = open_visitor.get("/data/kistep.json", {"sql": "select p.id, q.id from post p, post q"}).json()
    assert (len(answer["rows"]), answer["truncated"]) == (1000, True)
    named = {"sql": "select count(*) from posts where date < :day", "day": "2000", "_shape": "arrayfirst"}
    assert open_visitor.get("/data/kistep.json", named).json() == [0]
    assert open_visitor.get("/data/kistep/posts?_where=date<'2000'").status_code == 200
    assert "sql-editor" in open_visitor.get("/data/kistep").text


def test_functions_on_texts_say_what_those_of_sqlite_say(open_visitor: Tables) -> None:
    calls = [
        *(
            f"instr({of})"
            for of in ("'abcb', 'b'", "'abc', 'x'", "null, 'a'", "x'0102', x'02'", "123, 2", "'예산', '산'")
        ),
    ]
    sql = f"select {', '.join(f'{call} as c{number}' for number, call in enumerate(calls))}"
    with closing(sqlite3.connect(":memory:")) as conn:
        expected = list(conn.execute(sql).fetchone())
    assert open_visitor.get("/data/kistep.json", {"sql": sql}).json()["rows"] == [expected]


def test_an_answer_of_many_megabytes_is_refused_before_it_is_made(open_visitor: Tables) -> None:
    answer = open_visitor.get("/data/kistep.json", {"sql": "select zeroblob(15000000) from posts limit 4"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "the answer is larger than 50 MB: ask for fewer rows or columns"
