"""A person walks through the published site in a real browser: from a plain web server, and from a disk."""

import hashlib
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from browsers import Browser, Visitor
from commands import Archive
from kinds import PUBLISHED
from odd_queries import odd_queries

from kistep_archive import Archive as Opened
from kistep_archive.query.language import fts_expression

_FIND = """async (words) => {
  const found = {};
  for (const word of words) {
    const numbers = [];
    for (let offset = 0, total = 1; offset < total; offset += kistepSearch.PER_PAGE) {
      const page = await kistepSearch.find("", word, {}, offset);
      total = page.total;
      numbers.push(...page.posts.map((post) => post.id));
    }
    found[word] = numbers.sort((one, other) => one - other);
  }
  return found;
}"""


@pytest.fixture(params=["web server", "disk"])
def visitor(
    request: pytest.FixtureRequest, browser: Browser, published: Path, hosted: str
) -> Iterator[Visitor]:
    """Somebody at the published site, who meets no trouble."""
    visitor = Visitor(browser, hosted if request.param == "web server" else f"{published.as_uri()}/")
    yield visitor
    assert visitor.close() == []


def searched(visitor: Visitor, query: str) -> None:
    """Waits for the results of a search."""
    visitor.open(f"search.html?q={query}")
    visitor.page.wait_for_selector("html[data-searched]")


def test_a_korean_word_is_found_inside_a_longer_one_and_its_post_opened(visitor: Visitor) -> None:
    visitor.open("index.html")
    visitor.page.get_by_role("searchbox").fill("예산")
    visitor.follow("Search", role="button")
    visitor.page.wait_for_selector("html[data-searched]")
    assert set(visitor.page.locator("main mark").all_inner_texts()) == {"예산"}
    title = visitor.page.locator(".posts a").first.inner_text()
    visitor.follow(title)
    assert visitor.page.locator("h1").inner_text() == title


def test_results_are_filtered_and_go_on_over_pages(visitor: Visitor) -> None:
    searched(visitor, "kistep")
    first = shown_posts(visitor)
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name="Next").click()
    visitor.page.wait_for_selector("html[data-searched]")
    assert len(first | shown_posts(visitor)) == 40
    visitor.page.get_by_label("Year").select_option("2022")
    visitor.follow("Search", role="button")
    visitor.page.wait_for_selector("html[data-searched]")
    assert all("2022-" in facts for facts in visitor.page.locator(".posts .facts").all_inner_texts())


def test_changes_proof_and_files_are_there(visitor: Visitor) -> None:
    visitor.open("news/98911.html")
    visitor.follow("What changed")
    assert visitor.page.locator("ins").all_inner_texts() == ["[Updated] "]
    visitor.page.go_back()
    visitor.follow("See the proof")
    assert "OECD Directorate" in visitor.page.locator("mark").first.inner_text()
    visitor.page.locator("iframe").scroll_into_view_if_needed()
    assert "OECD Directorate" in visitor.page.frame_locator("iframe").locator("body").inner_text()
    visitor.open("news/42794.html")
    visitor.page.locator(".body img").first.scroll_into_view_if_needed()
    visitor.page.wait_for_function("document.querySelector('.body img').naturalWidth > 0")


def test_what_is_saved_is_what_was_fetched(browser: Browser, hosted: str, published: Path) -> None:
    visitor = Visitor(browser, hosted)
    visitor.open("news/42794/files.html")
    with visitor.page.expect_download() as saved:
        visitor.page.locator("main td a[download]").first.click()
    digest = visitor.page.locator("main td.digest").first.inner_text()
    assert hashlib.sha256(Path(saved.value.path()).read_bytes()).hexdigest() == digest
    visitor.open("news/42794/proof.html")
    with visitor.page.expect_download() as saved:
        visitor.page.get_by_role("link", name="Download the evidence (WACZ)").click()
    assert Path(saved.value.path()).read_bytes() == (published / "news/42794.wacz").read_bytes()
    assert visitor.close() == []


@pytest.mark.parametrize("kind", PUBLISHED)
def test_axe_finds_nothing_and_nothing_stands_out_of_a_phone(
    browser: Browser, hosted: str, kind: str
) -> None:
    visitor = Visitor(browser, hosted, color_scheme="dark")
    visitor.open(PUBLISHED[kind])
    if "search" in kind:
        visitor.page.wait_for_selector("html[data-searched]")
    assert visitor.wider(360) == []
    assert visitor.violations() == []
    assert visitor.close() == []


def test_the_search_finds_exactly_what_a_look_at_every_text_finds(visitor: Visitor, place: Archive) -> None:
    texts = indexed(place)
    words = sample(texts.values(), 200)
    visitor.open("search.html")
    found = visitor.page.evaluate(_FIND, words)
    for word in words:
        assert found[word] == sorted(key for key, text in texts.items() if is_in(word, text)), word
    assert sum(1 for word in words if not found[word]) > 20


def test_a_query_means_what_it_means_to_the_program(browser: Browser, hosted: str) -> None:
    visitor, queries = Visitor(browser, hosted), odd_queries(120)
    visitor.open("search.html")
    meant = visitor.page.evaluate("(queries) => queries.map(kistepSearch.expression)", queries)
    differing = {
        query: (here, fts_expression(query))
        for query, here in zip(queries, meant, strict=True)
        if here != fts_expression(query)
    }
    assert differing == {}
    assert len(queries) > 200
    assert visitor.close() == []


def test_a_first_search_loads_what_it_needs_and_a_second_one_nothing_again(
    browser: Browser, hosted: str, published: Path
) -> None:
    visitor, loaded = Visitor(browser, hosted), list[str]()
    visitor.page.on("request", lambda request: loaded.append(request.url.removeprefix(hosted)))
    searched(visitor, "예산")
    scripts = {name for name in loaded if name.startswith("search/")}
    assert {name for name in scripts if "/texts/" not in name} == {
        "search/sqlite3.js", "search/wasm.js", "search/database.js"
    }  # fmt: skip
    assert sum((published / name).stat().st_size for name in scripts) < 2_600_000
    loaded.clear()
    visitor.page.evaluate("kistepSearch.find('', 'forum', {}, 0)")
    assert loaded == []
    assert visitor.close() == []


def shown_posts(visitor: Visitor) -> set[str]:
    """The addresses of the posts on a page of results."""
    return set(visitor.page.locator(".posts a").evaluate_all("links => links.map((link) => link.href)"))


def indexed(place: Archive) -> dict[int, str]:
    """Post -> everything that the index has of it."""
    with Opened(place.folder) as archive:
        return {
            post.id: "\n".join(
                [
                    post.title,
                    post.writer or "",
                    post.body_text,
                    *(file.name for file in archive.attachments(post)),
                ]
            )
            for post in archive.posts()
        }


def sample(texts: Iterable[str], count: int) -> list[str]:
    """Words to search for: two Korean syllables out of longer words, Latin ones, some that no text has."""
    whole, chance = "\n".join(texts), random.Random(3)
    pairs = sorted(
        {run[at : at + 2] for run in re.findall("[가-힣]{2,}", whole) for at in range(len(run) - 1)}
    )
    latin = sorted({word.lower() for word in re.findall("[A-Za-z]{2,}", whole)} - {"or", "and", "not"})
    absent = [f"{one}{other}" for one in "뷁쀍꿹" for other in "가나다라마바사아자차"]
    made = chance.sample(pairs, min(110, len(pairs))) + absent
    return made + chance.sample(latin, count - len(made))


def is_in(word: str, text: str) -> bool:
    """Whether a text has the word: Korean anywhere, a Latin one as a word of its own."""
    if re.fullmatch("[가-힣]+", word):
        return word in text
    return re.search(rf"(?<![^\W_가-힣]){word}(?![^\W_가-힣])", text, re.IGNORECASE) is not None
