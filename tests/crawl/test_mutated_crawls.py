"""A site whose layout changes: what a crawl writes is right, or it writes nothing and says so. All changes
are crawled by `python -m bench.mutations`; here a few of each skin are."""

from collections import Counter
from pathlib import Path

import pytest
from mutated_crawls import SKINS, Redesign, Stage, redesigns, takes_away

EVERY = 350  # of some 700 changes


def some(skin: tuple[str, str]) -> list[Redesign]:
    return list(redesigns(skin))[SKINS.index(skin) :: EVERY]


@pytest.mark.parametrize("skin", SKINS, ids="-".join)
def test_a_change_of_the_layout_is_no_matter_or_is_told(skin: tuple[str, str], tmp_path: Path) -> None:
    stage = Stage.made(skin, tmp_path)
    fates = {(each.name, "again"): stage.crawl_again(each) for each in some(skin)}
    fates |= {(each.name, "first"): stage.crawl_first(each) for each in some(skin) if not takes_away(each)}
    assert [(*what, *fate) for what, fate in fates.items() if fate[0] in ("missed", "false alarm")] == []


def test_there_are_thousands_of_changes_and_each_skin_has_harmful_and_harmless_ones(tmp_path: Path) -> None:
    assert sum(len(list(redesigns(skin))) for skin in SKINS) > 3000
    skin = SKINS[0]
    stage = Stage.made(skin, tmp_path)
    chosen = [
        each
        for each in redesigns(skin)
        if each.what
        in ("days are written as 14.07.2022", "class contents renamed", "label 'Writer' is now ''")
    ]
    fates = Counter(stage.crawl_first(each)[0] for each in chosen)
    assert (fates["harmless"] > 0, fates["caught"] > 0, fates["missed"]) == (True, True, 0)
