"""What a board may be called. A name that an archive already used stays right for it."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive, one_line

ROW = '[[board]]\nname={}\ntitle="B"\nlayout="es"\naddress="https://k.kr/board.es?mid=a2&bid=n"\nlanguage="en"\n'
ODD = ["a b", "a/b", "../a", ".", "..", "-a", "_a", "a,b", " ", 300 * "a"]
ODD += ["a\tb", "a\nb", "a\0b", "a\x1b[1mb"]
PLAIN = ["news2", "a.b", "a-b_c", "2024", "새소식", "A", "é" * 60]


def boards_file(folder: Path, name: str) -> str:
    """A boards file with one board of this name."""
    file = folder / "odd.toml"
    file.write_text(ROW.format(json.dumps(name)), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("name", ODD, ids=ascii)
@pytest.mark.parametrize("command", [["boards"], ["crawl"], ["search", "x", "--board", "news"]], ids=" ".join)
def test_a_name_that_fits_no_option_and_no_address_is_refused(
    tmp_path: Path, name: str, command: list[str]
) -> None:
    archive = Archive(tmp_path / "none")
    done = archive.run("--boards", boards_file(tmp_path, name), *command)
    one_line(done, 2, "odd.toml: name is", "1 to 60 letters, digits")
    assert not archive.folder.exists()


@pytest.mark.parametrize("name", PLAIN)
def test_letters_of_every_script_make_a_name(tmp_path: Path, name: str) -> None:
    answer = Archive(tmp_path).json("--boards", boards_file(tmp_path, name), "boards")
    assert name in [row["board"] for row in answer["results"]]


@pytest.mark.parametrize("name", ["a b", "a/b", ".."])
def test_an_archive_that_used_such_a_name_still_opens(place: Archive, tmp_path: Path, name: str) -> None:
    archive = Archive(Path(shutil.copytree(place.folder, tmp_path / "archive")))
    (archive.folder / "boards.toml").write_text(ROW.format(json.dumps(name)))
    one_line(archive.run("boards"), 2, "boards.toml: name is")
    with closing(sqlite3.connect(archive.folder / "kistep.db")) as conn, conn:
        conn.execute("UPDATE source SET board = ? WHERE id = (SELECT max(id) FROM source)", (name,))
    for command in (["status"], ["boards"], ["search", "forum", "--board", name], ["show", "1"]):
        assert archive.run(*command).returncode == 0
    assert name in [row["board"] for row in archive.json("status")["results"]]


def test_an_archive_without_its_database_is_rebuilt_whatever_its_boards_are_called(
    place: Archive, tmp_path: Path
) -> None:
    archive = Archive(Path(shutil.copytree(place.folder, tmp_path / "archive")))
    (archive.folder / "boards.toml").write_text(ROW.format('"a b"'))
    (archive.folder / "kistep.db").unlink()
    assert archive.run("rebuild").returncode == 0
