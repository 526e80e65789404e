"""The settings that `init` and the first crawl make: they say what was given, and every other key is there
to be filled in."""

import re
from pathlib import Path

import pytest

from kistep_archive.errors import ArchiveError
from kistep_archive.model import archive_toml
from kistep_archive.operate.new_archive import NewSettings, after_crawl, as_text, make, without
from kistep_archive.parse.skin import boards_file

BOARDS = """
[[board]]
name = "kict"
title = "KICT"
layout = "es"
address = "https://www.kict.re.kr/board.es?mid=a20601000000&bid=newsnotice"
language = "en"
skin = "kict-skin.toml"
"""
GIVEN = NewSettings("me@example.org", "boards.toml", ("news",), "http://127.0.0.1:80", 2.5, "2w")


@pytest.fixture
def boards(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "kict-skin.toml").write_text('[post]\ntitle = "h4"\n')
    (folder / "kict.toml").write_text(BOARDS)
    return folder / "kict.toml"


def test_the_text_says_what_was_given_and_has_every_other_key_commented_out() -> None:
    settings = archive_toml.parse(as_text(GIVEN))
    assert settings == archive_toml.ArchiveSettings(
        boards="boards.toml", without=("news",), origin="http://127.0.0.1:80", delay=2.5,
        contact="me@example.org", max_age=archive_toml.age_of("2w"),
    )  # fmt: skip
    assert archive_toml.parse(as_text(NewSettings())) == archive_toml.DEFAULTS


def test_the_text_is_right_with_every_key_in_force() -> None:
    text = re.sub(r"^# (?=[a-z_]+ = |\[)", "", as_text(NewSettings()), flags=re.MULTILINE)
    settings = archive_toml.parse(text)
    assert (settings.recheck, settings.files, sorted(settings.hooks)) == (
        10, True, ["on_news", "on_trouble", "ping"],
    )  # fmt: skip


def test_a_boards_file_comes_with_its_skins_and_the_archive_has_its_boards_only(
    boards: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    made = make(folder, NewSettings(boards="boards.toml", without=without(())), boards)
    assert [path.name for path in made] == ["archive.toml", "boards.toml", "kict-skin.toml"]
    catalogue = boards_file.of_archive(folder, None)
    assert [board.name for board in catalogue.rows] == ["kict"]
    assert catalogue.rows[0].skin is not None
    assert boards_file.own_file(folder) == folder / "boards.toml"


def test_a_first_crawl_of_some_boards_leaves_out_the_built_in_ones_only_beside_a_boards_file(
    boards: Path, tmp_path: Path
) -> None:
    for name, names, file, left_out in (
        ("a", ("kict",), boards, ("news", "newsletter")),
        ("b", ("kict", "news"), boards, ("newsletter",)),
        ("c", (), boards, ()),
        ("d", ("news",), None, ()),
    ):
        after_crawl(tmp_path / name, names, "", 2.5, file)
        made = archive_toml.read(tmp_path / name)
        assert (made.without, made.delay) == (left_out, 2.5)


def test_nothing_is_replaced_and_nothing_half_made(boards: Path, tmp_path: Path) -> None:
    for name in ("archive.toml", "boards.toml", "kict-skin.toml"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_text("# mine\n")
        with pytest.raises(ArchiveError, match=f"{name} is there already") as error:
            make(folder, NewSettings(), boards)
        assert error.value.exit_code == 2
        assert [path.name for path in folder.iterdir()] == [name]
        assert (folder / name).read_text() == "# mine\n"


def test_a_skin_in_another_folder_is_not_copied(boards: Path, tmp_path: Path) -> None:
    boards.write_text(BOARDS.replace("kict-skin.toml", "../mine/kict-skin.toml"))
    with pytest.raises(ArchiveError, match="skin '../mine/kict-skin.toml' is in another folder"):
        make(tmp_path / "archive", NewSettings(), boards)
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [(NewSettings(contact="me"), "contact: 'me' is"), (NewSettings(max_age="8"), "max_age: '8'")],
)
def test_a_wrong_value_is_named_without_a_line_that_nobody_wrote(
    values: NewSettings, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ArchiveError) as error:
        make(tmp_path / "archive", values, None)
    assert (error.value.exit_code, str(error.value).startswith(words)) == (2, True)
    assert not (tmp_path / "archive").exists()


def test_a_boards_file_that_is_not_there_is_named_with_the_settings_line(tmp_path: Path) -> None:
    (tmp_path / archive_toml.NAME).write_text('# mine\n\nboards = "kict.toml"\n')
    with pytest.raises(
        ArchiveError, match=r"archive.toml: line 3: boards: no such file in this folder: kict.toml$"
    ):
        boards_file.of_archive(tmp_path, None)
