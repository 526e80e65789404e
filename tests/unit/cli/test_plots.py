"""Charts in plain text, as they look."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kistep_archive.cli.render.chart import WIDTH, bars, line
from kistep_archive.cli.render.plain import table

NUMBERS = st.dictionaries(
    st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8),
    st.integers(0, 10**9),
    max_size=12,
)


def test_bars_stand_in_a_column_whatever_script_their_labels_are_in() -> None:
    numbers = {"예산배분": 40, "news": 20, "기술": 1, "none": 0}
    assert bars(numbers, width=8) == ("예산배분  ████████ 40\nnews      ████ 20\n기술      ▎ 1\nnone      0")


def test_a_few_are_drawn_one_by_one_and_many_by_their_share() -> None:
    assert bars({"2021": 1, "2022": 3}) == "2021  █ 1\n2022  ███ 3"
    assert bars({"2021": 500, "2022": 1000}) == f"2021  {'█' * (WIDTH // 2)} 500\n2022  {'█' * WIDTH} 1000"


def test_a_line_has_a_block_for_each_number_and_tells_the_ends_and_the_most() -> None:
    assert line({"2020": 8, "2021": 0, "2022": 1, "2023": 4}) == "2020 █ ▂▅ 2023  at most 8, in 2020"
    assert line({"2020": 8}) == "2020 █  at most 8, in 2020"
    assert line({}) == bars({}) == ""


@given(NUMBERS)
def test_bars_begin_in_one_column_and_what_is_there_is_seen(numbers: dict[str, int]) -> None:
    lines = bars(numbers).splitlines()
    assert len(lines) == len(numbers)
    room = max(map(cell_len, numbers), default=0)
    for text, (label, number) in zip(lines, numbers.items(), strict=True):
        rest = text.removeprefix(label)
        assert cell_len(label) + len(rest) - len(rest.lstrip(" ")) == room + 2
        assert (rest.split()[0] != str(number)) == (number > 0)
        assert cell_len(rest) <= room + 2 + WIDTH + 1 + len(str(number))


def test_columns_of_hangul_stand_one_below_the_other() -> None:
    rows = [{"name": "뉴스", "posts": 1}, {"name": "newsletter", "posts": 2}]
    assert (
        table(rows, {"name": "NAME", "posts": "POSTS"}) == "NAME        POSTS\n뉴스        1\nnewsletter  2"
    )
