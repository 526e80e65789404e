"""A site whose posts attack their readers: nothing of it runs, with our policy and without it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import hostile
import pytest
from browsers import Browser, Visitor
from commands import Archive
from lxml import etree
from readers import Reader
from served import hosting, serving

# what could still run, though it has not yet: handlers, addresses of scripts, foreign scripts, open frames
_ALIVE = r"""() => [...document.querySelectorAll("*")].filter((each) =>
  [...each.attributes].some(({ name, value }) => /^(on|srcdoc$|style$)/i.test(name) ||
    /^(href|src|action|formaction|xlink:href|data|ping)$/i.test(name) &&
    /^(javascript|vbscript|data):/i.test(value.replace(/[\x00-\x20]/g, ""))) ||
  each.matches("script:not([src*='static/']):not([type='application/ld+json']):not([src*='search/'])") ||
  each.matches("iframe:not([sandbox='']), object, embed, base, style:not(html[lang=und] style), form form")
).map((each) => each.outerHTML.slice(0, 200))"""
LISTS = ("", "changed", "removed", "writers", "years/2024", "boards", "boards/news", "runs", "runs/2")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive that has crawled such a site."""
    return hostile.crawled(tmp_path_factory.mktemp("attacked") / "archive")


@pytest.fixture(scope="module")
def tampered(attacked: Archive, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The same archive after somebody has written into its index."""
    folder = tmp_path_factory.mktemp("tampered") / "archive"
    shutil.copytree(attacked.folder, folder)
    hostile.tamper(folder / "kistep.db")
    return Archive(folder)


@pytest.fixture
def published(attacked: Archive, tmp_path: Path) -> Iterator[str]:
    """The address of the published site."""
    assert attacked.run("publish", str(tmp_path / "site")).returncode == 0
    with hosting(tmp_path / "site") as address:
        yield address


def posts(archive: Archive) -> list[str]:
    """The paths of all posts."""
    return [f"news/{number}" for (number,) in archive.rows("SELECT number FROM posts ORDER BY number")]


def pages(archive: Archive) -> Iterator[str]:
    """The paths of lists, of every post, and of another of its pages."""
    yield from LISTS
    for place, path in enumerate(posts(archive)):
        yield path
        yield f"{path}/{('proof', 'changes', 'cite', 'files')[place % 4]}"


def walk(visitor: Visitor, paths: Iterator[str] | list[str]) -> list[str]:
    """Opens all of them. Returns what ran, tried to leave, or could still run."""
    alive: list[str] = []
    for path in paths:
        visitor.open(path)
        alive += [f"{path}: {element}" for element in visitor.page.evaluate(_ALIVE)]
    return alive + visitor.close()


def test_nothing_runs_on_any_page_even_without_a_policy(browser: Browser, attacked: Archive) -> None:
    with serving(attacked) as (address, _):
        visitor = Visitor(browser, address, bypass_csp=True)
        assert walk(visitor, pages(attacked)) == []
    assert len(posts(attacked)) >= 60


def test_the_policy_has_nothing_to_forbid(browser: Browser, attacked: Archive) -> None:
    with serving(attacked) as (address, _):
        visitor = Visitor(browser, address)
        assert walk(visitor, [*LISTS, *posts(attacked)[::6], "search?q=needle1", "search?q=haystack"]) == []


def test_what_is_typed_into_an_address_does_not_run(browser: Browser, attacked: Archive) -> None:
    with serving(attacked) as (address, _):
        visitor = Visitor(browser, address, bypass_csp=True)
        names = ("q", "writer", "board", "since", "sort", "as_of", "lang", "page", "removed")
        for place, payload in enumerate(hostile.PAYLOADS):
            name = names[place % len(names)]
            visitor.open(f"search?q=haystack&{name}={quote(payload)}")
            assert visitor.page.evaluate(_ALIVE) == []
            visitor.open(f"writers/{quote(payload, safe='')}?q=x&{quote(payload, safe='')}=1")
            assert visitor.page.evaluate(_ALIVE) == []
        troubles = [trouble for trouble in visitor.close() if "status of 40" not in trouble]
        assert troubles == []  # of answers of 400 and 404 the browser says that they are


def test_nothing_runs_on_the_published_site_nor_in_its_search(
    browser: Browser, attacked: Archive, published: str
) -> None:
    some = [f"{path}/proof" for path in posts(attacked)[::9]]
    visitor = Visitor(browser, published, bypass_csp=True)
    found = walk(visitor, [f"{path or 'index'}.html" for path in (*LISTS[:-1], *posts(attacked), *some)])
    visitor = Visitor(browser, published, bypass_csp=True)
    for query in ("haystack", *hostile.PAYLOADS[::4]):
        visitor.open(f"search.html?q={quote(query)}&board={quote(query)}&from={quote(query)}")
        visitor.page.wait_for_selector("html[data-searched]")
        found += visitor.page.evaluate(_ALIVE)
    assert found + visitor.close() == []


def test_a_tampered_index_runs_nothing(browser: Browser, tampered: Archive) -> None:
    with serving(tampered) as (address, _):
        visitor = Visitor(browser, address, bypass_csp=True)
        found = walk(visitor, [*LISTS, "runs/1", "search?q=needle1"])
        visitor = Visitor(browser, address, bypass_csp=True)
        for path in posts(tampered):
            visitor.open(path)
            found += visitor.page.evaluate(_ALIVE)
        troubles = visitor.close()
    assert found == []
    assert [trouble for trouble in troubles if "status of 404" not in trouble] == []


def test_data_and_feeds_say_what_they_are_and_hold_the_attacks_as_text(
    attacked: Archive, browser: Browser
) -> None:
    reader = Reader(attacked.folder)
    with reader.client:
        for path in ("index", "search", "changed", "news/50004", "news/50004/proof", "boards", "runs"):
            answer = reader.client.get(f"/{path}.json?q=haystack")
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["x-content-type-options"] == "nosniff"
        for path in ("feed.atom", "search.atom?q=haystack", "removed.atom", "boards/news.atom"):
            answer = reader.client.get(f"/{path}")
            assert answer.headers["content-type"].startswith("application/atom+xml")
            tree = etree.fromstring(answer.content)
            names = {etree.QName(element).namespace for element in tree.iter(etree.Element)}
            assert names == {"http://www.w3.org/2005/Atom"}


def test_a_feed_that_is_opened_as_a_page_runs_nothing(browser: Browser, attacked: Archive) -> None:
    with serving(attacked) as (address, _):
        visitor = Visitor(browser, address, bypass_csp=True)
        for path in ("feed.atom", "feed.json", "index.json", "news/50004.json", "news/50004/page/1.html"):
            visitor.open(path)
        assert visitor.close() == []


def test_every_file_is_saved_under_a_plain_name_whatever_it_is_called(attacked: Archive) -> None:
    reader = Reader(attacked.folder)
    with reader.client:
        for path in posts(attacked)[::5]:
            (address,) = [
                link for link in reader.open(f"/{path}").links().values() if link.startswith("/files/")
            ]
            headers = reader.client.get(address).headers
            assert headers["content-disposition"].startswith('attachment; filename="')
            assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
