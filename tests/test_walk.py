"""Walks over listings that change meanwhile: no live post is missed, and nothing is asked for twice without need."""

import random
from collections.abc import Callable

from kistep_archive.items import Listing, Row
from kistep_archive.store import Known, listed
from kistep_archive.walk import MAX_PAGES, Walk


def row(number: int, pinned: bool = False, title: str = "") -> Row:
    return Row(number, title or f"Post {number}", False, None, "2020-01-01", number, "https://x", pinned, False, None)


def known(*numbers: int) -> dict[int, Known]:
    return {number: Known(listed(row(number)), removed=False) for number in numbers}


class Site:
    """A listing of numbers, newest first, ten a page; `each` is called before every page."""

    def __init__(self, numbers: list[int], each: Callable[["Site"], None] = lambda site: None, totals: bool = True) -> None:
        self.numbers, self.each, self.totals, self.asked = numbers, each, totals, 0

    def page(self, number: int) -> Listing:
        self.each(self)
        self.asked += 1
        rows = tuple(row(n) for n in self.numbers[(number - 1) * 10 : number * 10])
        pages = max(1, -(-len(self.numbers) // 10))
        return Listing("es", number, pages if self.totals else None, len(self.numbers) if self.totals else None, rows)


def walk_over(site: Site, held: dict[int, Known]) -> tuple[Walk, set[int]]:
    walk, fetched, page = Walk(held), set(), 1
    for _ in range(MAX_PAGES * 4):
        step = walk.read(site.page(page), page)
        fetched |= {r.number for r in step.fetch}
        if step.page is None:
            return walk, fetched
        page = step.page
    raise AssertionError("the walk has no end")


def newest_first(count: int) -> list[int]:
    return list(range(count, 0, -1))


def test_the_first_walk_fetches_everything_and_reads_page_one_again() -> None:
    site = Site(newest_first(35))
    walk, fetched = walk_over(site, {})
    assert fetched == set(range(1, 36))
    assert walk.end == "complete"
    assert site.asked == 5


def test_nothing_new_costs_one_page() -> None:
    site = Site(newest_first(35))
    walk, fetched = walk_over(site, known(*range(1, 36)))
    assert (walk.end, fetched, site.asked) == ("held", set(), 1)


def test_a_few_new_posts_cost_the_pages_up_to_the_first_known_one() -> None:
    site = Site(newest_first(35))
    _, fetched = walk_over(site, known(*range(1, 32)))
    assert (fetched, site.asked) == ({32, 33, 34, 35}, 2)


def test_a_row_that_reads_differently_is_fetched_again() -> None:
    held = known(*range(1, 6)) | {3: Known(listed(row(3, title="An older title")), removed=False)}
    assert walk_over(Site(newest_first(5)), held)[1] == {3}


def test_where_no_total_is_declared_two_known_pages_end_the_walk() -> None:
    site = Site(newest_first(60), totals=False)
    assert walk_over(site, known(*range(1, 61)))[0].end == "held"
    assert site.asked == 2


def test_a_missing_post_makes_the_walk_complete_and_is_named() -> None:
    walk, _ = walk_over(Site([n for n in newest_first(35) if n != 17]), known(*range(1, 36)))
    assert (walk.end, walk.missed()) == ("complete", (17,))


def test_a_removed_post_that_is_listed_again_is_fetched() -> None:
    held = known(*range(1, 36)) | {17: Known(listed(row(17)), removed=True)}
    assert walk_over(Site(newest_first(35)), held)[1] == {17}


def test_fault_c04_fewer_rows_than_declared_are_a_problem_with_the_numbers() -> None:
    class Short(Site):
        def page(self, number: int) -> Listing:
            whole = super().page(number)
            return Listing("es", number, whole.pages, 40, whole.rows)

    walk, _ = walk_over(Short(newest_first(35)), {})
    assert walk.problem() == "35 of 40 declared posts were met in 2 walks, 5 are missing"
    assert walk.missed() == ()


def test_fault_c06_pinned_rows_do_not_count_for_the_stop_rule() -> None:
    class Pinned(Site):
        def page(self, number: int) -> Listing:
            whole = super().page(number)
            return Listing("es", number, whole.pages, whole.total, (row(3, pinned=True), *whole.rows))

    site = Pinned(newest_first(35))
    assert walk_over(site, known(*range(1, 36)))[0].end == "held"
    assert site.asked == 1


def test_fault_c08_a_page_past_the_end_that_repeats_the_last_one_ends_the_walk() -> None:
    class Repeats(Site):
        def page(self, number: int) -> Listing:
            return super().page(min(number, 4))

    site = Repeats(newest_first(35), totals=False)
    walk, fetched = walk_over(site, {})
    assert (walk.end, len(fetched), site.asked) == ("complete", 35, 6)


def test_fault_c08_a_listing_without_an_end_is_a_problem() -> None:
    class Endless(Site):
        def page(self, number: int) -> Listing:
            return Listing("es", number, None, None, tuple(row(number * 10 + i) for i in range(10)))

    assert "no end" in walk_over(Endless([]), {})[0].problem()


def test_fault_c05_no_live_post_is_missed_or_taken_for_removed_while_posts_come_and_go() -> None:
    rng = random.Random(5)
    for _ in range(2000):
        site = Site(newest_first(rng.randrange(1, 60)))
        born = len(site.numbers)

        def change(site: Site) -> None:
            nonlocal born
            if rng.random() < 0.15:
                if rng.random() < 0.5 and site.numbers:
                    site.numbers.remove(rng.choice(site.numbers))
                else:
                    born += 1
                    site.numbers.insert(0, born)

        site.each = change
        start = set(site.numbers)
        walk, fetched = walk_over(site, {})
        if walk.end == "complete" and not walk.problem():
            assert (start & set(site.numbers)) <= fetched
