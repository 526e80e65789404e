"""The boards file after a learnt skin was saved."""

from pathlib import Path

from kistep_archive.learn.saving import save
from kistep_archive.model.skins import PostSkin, Selection, Skin
from kistep_archive.parse.skin import boards_file

OWN = """[[board]]
name = "ours"
title = "Ours"
layout = "es"
address = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
language = "en"
"""


def test_a_board_of_ones_own_keeps_its_name_where_the_archive_leaves_out_the_built_in_one(
    tmp_path: Path,
) -> None:
    boards = tmp_path / "boards.toml"
    boards.write_text(OWN)
    without = ("news",)
    board = boards_file.load(boards, without).row(("ours", "es"))
    assert board is not None
    save(boards, board, Skin("learnt", PostSkin(title=Selection("h1"))), without)
    saved = boards_file.load(boards, without).row(("ours", "es"))
    assert saved is not None
    assert saved.skin is not None
    assert saved.skin.name == "learnt"
