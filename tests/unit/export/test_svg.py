"""The colours of a picture stand out on light paper and on dark."""

from contrast import contrast

from kistep_archive.export.svg import DARK, PAPER, SERIES_COLORS


def test_all_series_stand_out_on_light_paper_and_on_dark() -> None:
    for color in SERIES_COLORS:
        assert contrast(color, PAPER) >= 3
        assert contrast(DARK[color], DARK[PAPER]) >= 3
    assert len({*SERIES_COLORS, *DARK}) == len(set(DARK.values())) == len(DARK)
