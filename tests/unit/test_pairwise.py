"""The cases of a pairwise test leave out no pair."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pairwise import pairwise


@given(st.integers(1, 9), st.integers(0, 6), st.integers(0, 6))
def test_any_two_values_of_different_kinds_meet_and_any_one_case_left_out_would_part_two(
    third: int, more: int, most: int
) -> None:
    kinds = [
        [f"{kind}{number}" for number in range(size)]
        for kind, size in zip("abc", (third + more, third + most, third), strict=True)
    ]
    cases = pairwise(*kinds)
    assert len(cases) == len(kinds[0]) * len(kinds[1])
    for one, other in combinations(range(3), 2):
        assert {(case[one], case[other]) for case in cases} == {
            (a, b) for a in kinds[one] for b in kinds[other]
        }
    for case in cases:
        assert (case[0], case[1]) not in {(other[0], other[1]) for other in cases if other != case}


def test_a_third_kind_that_is_larger_is_refused() -> None:
    with pytest.raises(AssertionError, match="the third must be the smallest"):
        pairwise("ab", "ab", "abc")
