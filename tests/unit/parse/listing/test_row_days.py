"""Which day of a listing row is that of the posting, where the row also has a deadline or a period."""

from collections.abc import Callable

import pytest
from listed import PAGER, facts, framed, link, read, refusal

POSTS = [(9, "A forum", "2022-07-05", "2022-08-05"), (8, "A seminar", "2022-07-01", "2022-08-01")]
OTHER = [
    "Deadline",
    "Period",
    "Due date",
    "Closing date",
    "Event date",
    "Valid until",
    "마감일",
    "접수기간",
    "행사일",
]


def table(made: Callable[[str, str], list[tuple[str, str]]]) -> str:
    """A table whose last columns are those that `made` gives for a day and its deadline."""
    heads = "".join(f"<th>{name}</th>" for name, _ in made("", ""))
    rows = "".join(
        f"<tr><td>{number}</td><td>{link(number, title)}</td><td>Kim</td><td>7</td>"
        f"{''.join(f'<td>{words}</td>' for _, words in made(day, due))}</tr>"
        for number, title, day, due in POSTS
    )
    heads = f"<tr><th>No</th><th>Title</th><th>Writer</th><th>Hit</th>{heads}</tr>"
    return f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>{PAGER}"


def items(form: str) -> str:
    rows = (
        f"<li>{link(number, title)}{form.format(day=day, due=due)}</li>" for number, title, day, due in POSTS
    )
    return f"<ul>{''.join(rows)}</ul>{PAGER}"


def days(html: str) -> list[str | None]:
    return [row.date for row in read(framed(html)).rows]


@pytest.mark.parametrize("name", OTHER)
def test_the_day_in_the_column_for_it_counts_beside_any_other(name: str) -> None:
    for made in (
        lambda day, due: [(name, due), ("Date", day)],
        lambda day, due: [("등록일", day), (name, due)],
        lambda day, due: [(name, f"{day} ~ {due}"), ("Date", day)],
    ):
        assert days(table(made)) == ["2022-07-05", "2022-07-01"]


@pytest.mark.parametrize("name", sorted(set(OTHER) - {"Period"}))
def test_a_column_of_deadlines_is_not_that_of_the_posting(name: str) -> None:
    error = refusal(framed(table(lambda day, due: [(name, due)])))
    assert (error.field, error.why.partition(";")[0]) == ("date", f"no column for it, but a column {name!r}")


@pytest.mark.parametrize(
    "form",
    [
        '<span class="deadline date">{due}</span><span class="date">{day}</span>',
        "<span>Deadline {due}</span><span>{day}</span>",
        "<p><b>Deadline</b> <i>{due}</i></p><p>{day}</p>",
        "<dl><dt>마감일</dt><dd>{due}</dd></dl><em>{day}</em>",
        '<span class="period">{day} ~ {due}</span><span>{day}</span>',
    ],
)
def test_in_an_item_the_day_without_such_a_word_or_class_counts(form: str) -> None:
    assert days(items(form)) == ["2022-07-05", "2022-07-01"]


@pytest.mark.parametrize(
    "form",
    [
        "<p><em>마감일</em><span class='date'>{due}</span></p>",
        "<dl><dt>Deadline</dt><dd>{due}</dd></dl>",
        "<span><b>Due date:</b> <i>{due}</i></span>",
    ],
)
def test_a_deadline_alone_is_no_day_of_the_posting(form: str) -> None:
    assert days(items(form)) == [None, None]


@pytest.mark.parametrize(
    "form",
    ["<i>{due}</i><i>{day}</i>", '<span class="date">{due}</span><span class="date">{day}</span>'],
)
def test_two_days_that_nothing_tells_apart_are_an_error_that_names_both(form: str) -> None:
    error = refusal(framed(items(form)))
    words = "a row has the days '2022-08-05' and '2022-07-05'; it is unclear which one is the post's"
    assert (error.field, error.why) == ("date", words)


def test_two_days_in_a_table_without_a_header_are_an_error_too() -> None:
    html = table(lambda day, due: [("", due), ("", day)]).replace(
        "<th>No</th><th>Title</th><th>Writer</th><th>Hit</th><th></th><th></th>", ""
    )
    assert refusal(framed(html)).field == "date"
    assert (
        facts(read(framed(html.replace("2022-08-05", "-").replace("2022-08-01", "-"))))[0][3] == "2022-07-05"
    )


@pytest.mark.parametrize("form", ["{}", "'{}", "{} 10:11", "{}."])
def test_a_day_with_two_digits_of_its_year_is_read_in_rows(form: str) -> None:
    def short(day: str) -> str:
        return form.format(day[2:].replace("-", "."))

    assert days(table(lambda day, _: [("Date", short(day))])) == ["2022-07-05", "2022-07-01"]
    for shape in ('<span class="date">{}</span>', "<span>{}</span>", "<span>Date</span> <em>{}</em>"):
        rows = "".join(
            f"<li>{link(number, title)}{shape.format(short(day))}</li>" for number, title, day, _ in POSTS
        )
        assert days(f"<ul>{rows}</ul>{PAGER}") == ["2022-07-05", "2022-07-01"]


def test_other_numbers_with_points_are_no_days_of_rows() -> None:
    for words in ("1.2.3", "22.13.05", "22.7.5", "10.10.10.10"):
        assert days(table(lambda day, _, words=words: [("Version", words), ("Date", day)]))[0] == "2022-07-05"  # type: ignore[misc]
