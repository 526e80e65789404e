"""A badge says the worst in words that can be read."""

from badges import text_of
from contrast import luminance
from places import PAGES

from kistep_archive.operate.badge import Badge, as_svg, badge

CAUSES = ("stale", "debts", "read anew", "never ran", "suspicious", "unhealthy")  # the worst last


def told(*causes: str) -> Badge:
    return badge({"results": [{"posts": 1, "causes": [{"cause": cause} for cause in causes]}]})


def test_the_badge_shows_the_worst_cause_and_white_can_be_read_on_each_colour() -> None:
    assert [told(cause).message for cause in CAUSES] == [
        "stale",
        "incomplete",
        "to be read anew",
        "never ran",
        "site changed",
        "store unhealthy",
    ]
    for number, cause in enumerate(CAUSES, 1):
        assert told(*CAUSES[:number]) == told(cause)
    assert told().message == "current · 1 post"
    assert badge({"results": []}).message == "never ran"
    for shown in (told(), *map(told, CAUSES)):
        assert 1.05 / (luminance(shown.color) + 0.05) >= 4.5  # WCAG 2.2, 1.4.3
        text_of(as_svg(shown).encode())


def test_a_badge_of_any_words_is_well_formed_and_has_the_golden_bytes() -> None:
    assert text_of(as_svg(Badge("<a> & \"b\" 'c'", "#000000"), "한글 ]]>").encode())[1] == [
        "한글 ]]>",
        "<a> & \"b\" 'c'",
    ]
    golden = PAGES / "badge.svg"
    assert as_svg(Badge("current · 243 posts", "#1a7f37")) == golden.read_text()
