"""Walks over listings that change meanwhile: no live post is missed, and nothing is asked for twice without
need."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kistep_archive.crawl.spiders.pagination import MAX_PAGES, MAX_WALKS, MOST_STALE, Walk
from kistep_archive.model.items import ListedRow, Listing, Row
from kistep_archive.model.outcomes import WalkEnd
from kistep_archive.store.known import KnownAddress


def row(number: int, pinned: bool = False, title: str = "") -> Row:
    return Row(
        number, title or f"Post {number}", False, None, "2020-01-01", number, "https://x", pinned, False, None
    )


def known(*numbers: int) -> dict[int, KnownAddress]:
    return {number: KnownAddress(ListedRow.of(row(number)), removed=False) for number in numbers}


class Site:
    """A listing of numbers, newest first, ten a page; `each` is called before every page."""

    def __init__(
        self, numbers: list[int], each: Callable[[Any], None] = lambda site: None, totals: bool = True
    ) -> None:
        self.numbers, self.each, self.totals, self.asked = numbers, each, totals, 0

    def page(self, number: int) -> Listing:
        self.each(self)
        self.asked += 1
        rows = tuple(row(n) for n in self.numbers[(number - 1) * 10 : number * 10])
        pages = max(1, -(-len(self.numbers) // 10))
        return Listing(
            "es", number, pages if self.totals else None, len(self.numbers) if self.totals else None, rows
        )


def beginning(held: dict[int, KnownAddress], whole: bool = False) -> Walk:
    return Walk(dict(held), sum(not post.removed for post in held.values()), whole)


def walk_over(site: Site, held: dict[int, KnownAddress], whole: bool = False) -> tuple[Walk, set[int]]:
    walk, fetched, page = beginning(held, whole), set(), 1
    for _ in range(max(MAX_PAGES, len(site.numbers) // 10) * 4):
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


@pytest.mark.slow
@pytest.mark.parametrize("totals", [True, False])
def test_a_board_of_fifty_thousand_posts_is_complete_however_often_it_is_walked(totals: bool) -> None:
    held: dict[int, KnownAddress] = {}
    for _ in range(4):
        walk, fetched = walk_over(Site(newest_first(50_000), totals=totals), held, whole=bool(held))
        held |= known(*fetched)
        if walk.end == "complete":
            break
    assert (walk.end, len(held), walk.problem()) == ("complete", 50_000, "")
    assert (walk.walks, totals) != (1, False)


class Pager(Site):
    """A pager that never ends: after its last page it begins anew with page 2."""

    def page(self, number: int) -> Listing:
        return super().page(number if number < 5 else 2 + (number - 5) % 3)


def test_a_pager_that_never_ends_is_left_soon_whatever_it_declares() -> None:
    site = Pager(newest_first(50), totals=False)
    walk, _ = walk_over(site, {}, whole=True)
    assert (walk.end, site.asked) == ("endless", 4 + MOST_STALE)
    assert "did not end" in walk.problem()


def test_nothing_new_costs_one_page() -> None:
    site = Site(newest_first(35))
    walk, fetched = walk_over(site, known(*range(1, 36)))
    assert (walk.end, fetched, site.asked) == ("held", set(), 1)


def test_a_few_new_posts_cost_the_pages_up_to_the_first_known_one() -> None:
    site = Site(newest_first(35))
    _, fetched = walk_over(site, known(*range(1, 32)))
    assert (fetched, site.asked) == ({32, 33, 34, 35}, 2)


def test_a_row_that_reads_differently_is_fetched_again() -> None:
    held = known(*range(1, 6)) | {
        3: KnownAddress(ListedRow.of(row(3, title="An older title")), removed=False)
    }
    assert walk_over(Site(newest_first(5)), held)[1] == {3}


def test_where_no_total_is_declared_two_known_pages_end_the_walk() -> None:
    site = Site(newest_first(60), totals=False)
    assert walk_over(site, known(*range(1, 61)))[0].end == "held"
    assert site.asked == 2


def test_a_missing_post_makes_the_walk_complete_and_is_named() -> None:
    walk, _ = walk_over(Site([n for n in newest_first(35) if n != 17]), known(*range(1, 36)))
    assert (walk.end, walk.missed()) == ("complete", (17,))


def test_a_removed_post_that_is_listed_again_is_fetched() -> None:
    held = known(*range(1, 36)) | {17: KnownAddress(ListedRow.of(row(17)), removed=True)}
    assert walk_over(Site(newest_first(35)), held)[1] == {17}


def test_fault_c04_fewer_rows_than_declared_are_a_problem_with_the_numbers() -> None:
    class Short(Site):
        def page(self, number: int) -> Listing:
            whole = super().page(number)
            return Listing("es", number, whole.pages, 40, whole.rows)

    walk, _ = walk_over(Short(newest_first(35)), {})
    assert walk.problem() == "the listing declares 40 posts, but 2 walks found 35: 5 missing"
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
    # Two walks of four pages and one past the end.
    assert (walk.end, len(fetched), site.asked) == ("complete", 35, 10)


def test_fault_c08_a_listing_without_an_end_is_a_problem() -> None:
    class Endless(Site):
        def page(self, number: int) -> Listing:
            return Listing("es", number, None, None, tuple(row(number * 10 + i) for i in range(10)))

    assert "did not end" in walk_over(Endless([]), {})[0].problem()


@pytest.mark.parametrize(
    "edit", [{"title": "Another title"}, {"date": "2020-01-02"}, {"writer": "Another"}, {"attachments": True}]
)
def test_a_row_that_differs_in_what_a_listing_shows_of_a_post_is_fetched_again(edit: dict[str, Any]) -> None:
    class Edited(Site):
        def page(self, number: int) -> Listing:
            whole = super().page(number)
            return replace(whole, rows=tuple(replace(r, **edit) if r.number == 33 else r for r in whole.rows))

    assert walk_over(Edited(newest_first(35)), known(*range(1, 36)))[1] == {33}


def test_hits_that_rise_are_no_reason_to_fetch_a_post() -> None:
    class Read(Site):
        def page(self, number: int) -> Listing:
            whole = super().page(number)
            return replace(whole, rows=tuple(replace(r, hits=r.number + 1000, new=True) for r in whole.rows))

    site = Read(newest_first(35))
    assert (walk_over(site, known(*range(1, 36)))[1], site.asked) == (set(), 1)


def test_fault_c04_more_rows_than_declared_are_a_problem_too_after_a_second_walk() -> None:
    class More(Site):
        def page(self, number: int) -> Listing:
            return replace(super().page(number), total=30)

    site = More(newest_first(35))
    walk, _ = walk_over(site, known(*range(1, 36), 99))
    assert walk.problem() == "the listing declares 30 posts, but 2 walks found 35: 5 too many"
    assert (walk.missed(), site.asked) == ((), 9)


def test_fault_c06_pinned_posts_that_the_total_leaves_out_are_no_surplus_and_end_no_walk() -> None:
    class Pinned(Site):
        def page(self, number: int) -> Listing:
            whole = super().page(number)
            return replace(whole, pages=None, rows=(row(90, pinned=True), row(91, pinned=True), *whole.rows))

    walk, fetched = walk_over(Pinned(newest_first(31)), {})
    assert (walk.end, walk.problem(), fetched) == ("complete", "", {*range(1, 32), 90, 91})


class Moving(Site):
    """A board where posts come on top, go and come back where they were, also while it is walked; what it
    showed is on record."""

    def __init__(self, chance: random.Random, totals: bool) -> None:
        super().__init__(newest_first(chance.randrange(1, 60)), Moving.stir, totals)
        self.chance, self.rate, self.born, self.gone = chance, 0.12, len(self.numbers), list[int]()
        self.throughout, self.came_back, self.went = set(self.numbers), False, False

    def stir(self) -> None:
        if self.chance.random() < self.rate:
            self.chance.choice([self.write, self.write, self.remove, self.bring_back])()
        self.throughout &= set(self.numbers)

    def write(self) -> None:
        for _ in range(self.chance.choice([1, 1, 2, 13])):
            self.born += 1
            self.numbers.insert(0, self.born)

    def remove(self) -> None:
        if self.numbers:
            self.went = True
            self.gone.append(self.numbers.pop(self.chance.randrange(len(self.numbers))))

    def bring_back(self) -> None:
        if self.gone:
            self.came_back = True
            self.numbers = sorted(
                [*self.numbers, self.gone.pop(self.chance.randrange(len(self.gone)))], reverse=True
            )


class Books:
    """What an archive keeps of a board, in the fewest words: `held` posts, and how often each was missed
    since it was seen."""

    def __init__(self) -> None:
        self.held: dict[int, KnownAddress] = {}
        self.strikes: Counter[int] = Counter()

    def crawl(self, site: Moving, whole: bool = False) -> Walk:
        walk, page, asked = beginning(self.held, whole), 1, site.asked
        site.throughout, site.came_back, site.went = set(site.numbers), False, False
        while page:
            listing = site.page(page)
            for number in {
                r.number for r in listing.rows if not self.held.get(r.number, known(1)[1]).removed
            }:
                self.strikes[number] = 0
            step = walk.read(listing, page)
            for post in step.fetch:
                self.visit(site, post.number)
            page = step.page or 0
            assert site.asked - asked <= MAX_WALKS * (len(site.numbers) // 10 + 5), "the walk has no end"
        if not walk.problem():
            for number in walk.missed():
                self.strike(number)
        return walk

    def visit(self, site: Moving, number: int) -> None:
        if number in site.numbers:
            self.held |= known(number)
            self.strikes[number] = 0

    def strike(self, number: int) -> None:
        self.strikes[number] += 1
        self.held[number] = replace(
            self.held[number], removed=self.held[number].removed or self.strikes[number] == 2
        )

    def recheck(self, site: Moving) -> None:
        """Each post's own page is asked for."""
        for number in list(self.held):
            if number in site.numbers:
                self.visit(site, number)
            else:
                self.strike(number)

    def live(self) -> set[int]:
        return {number for number, post in self.held.items() if not post.removed}


@pytest.mark.slow
def test_fault_c05_in_10000_walks_no_live_post_is_missed_or_removed_and_each_walk_ends() -> None:
    walks: Counter[str] = Counter()
    for seed in range(1250):
        site, books = Moving(random.Random(seed), totals=seed % 4 > 0), Books()
        for _ in range(8):
            newest = max(books.held, default=0)
            walk = books.crawl(site)
            walks[walk.end] += 1
            # In one walk, both further down: the numbers agree by chance.
            swapped = site.went and site.came_back
            if walk.end == "complete" and not walk.problem() and not swapped:
                assert site.throughout <= books.live(), seed
                assert not site.throughout & set(walk.missed()), seed
            if walk.end == "held" and not swapped:
                assert {number for number in site.throughout if number > newest} <= books.live(), seed
            assert not site.throughout & {
                number for number, post in books.held.items() if post.removed and number in walk.missed()
            }, seed
        site.rate = 0.0
        for _ in range(3):
            books.recheck(site)
            # Without totals only a backfill finds what came far down.
            books.crawl(site, whole=not site.totals)
        assert books.live() == set(site.numbers), seed
    assert walks.total() == 10_000
    assert min(walks["complete"], walks["held"], walks["moving"]) > 50


def test_a_walk_goes_on_while_a_page_links_to_a_later_one_whatever_its_total_says() -> None:
    class Misread(Site):
        def page(self, number: int) -> Listing:
            return replace(super().page(number), pages=None, total=20, further=number < 4)

    walk, fetched = walk_over(Misread(newest_first(37)), {})
    assert (len(fetched), walk.outcome()) == (37, WalkEnd.SHORT)
