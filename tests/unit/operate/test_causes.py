"""What a monitor is told of the worst cause."""

import pytest

from kistep_archive.operate.causes import CauseKind, worst


def message(cause: str, words: str) -> str:
    cause_of_board = {"cause": cause, "words": words, "next": "run 'x' again", "exit_code": 3}
    return worst({"results": [{"board": "news", "causes": [cause_of_board]}]})[1]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("run 2 died before it ended", "run 2 died before it ended; run 'x' again"),
        ("run 4 failed: no answer. Try later.", "run 4 failed: no answer. Try later. Run 'x' again"),
    ],
)
def test_the_advice_follows_the_words_as_a_sentence_does(words: str, expected: str) -> None:
    assert message(CauseKind.INCOMPLETE, words) == f"news needs attention: incomplete: {expected}"


def test_a_cause_without_english_of_its_own_is_named_as_in_json() -> None:
    assert message(CauseKind.STALE, "old").startswith("news needs attention: stale: old")
