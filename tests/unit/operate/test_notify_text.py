"""What a command of --on-news gets as text: a subject, an empty line, and the posts."""

from typing import Any

from kistep_archive.operate.notify import Hooks, as_text

POST = {"date": "2026-07-03", "title": "A\x1b[31m title", "url": "https://x/1"}


def report(**values: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {name: [] for name in ("new", "revised", "removed", "restored", "failures")}
    return nothing | {"kind": "crawl", "verdict": "complete", "exit_code": 0, "reason": ""} | values


def test_the_subject_counts_what_happened_and_the_posts_follow() -> None:
    text = as_text(report(new=[POST], removed=[POST, POST]))
    assert text.splitlines()[:4] == [
        "kistep-archive: 1 new, 2 removed", "", "new: 2026-07-03 A\\x1b[31m title", "  https://x/1",
    ]  # fmt: skip
    assert len(text.splitlines()) == 8


def test_trouble_is_in_the_subject_and_its_reason_below() -> None:
    text = as_text(report(verdict="incomplete", exit_code=3, reason="no answer"))
    assert text.splitlines() == ["kistep-archive: crawl is incomplete (exit code 3)", "", "no answer", ""][:3]


def test_many_posts_are_counted() -> None:
    assert as_text(report(new=[POST] * 23)).splitlines()[-1] == "and 3 more new"


def test_the_archives_settings_fill_in_what_no_option_says() -> None:
    others = {"ping": "https://x/y", "on_news": "tell", "on_news_format": "text"}
    hooks = Hooks(on_news="mine").or_else(others)
    assert (hooks.ping, hooks.on_news, hooks.on_trouble, hooks.form) == ("https://x/y", "mine", "", "text")
    assert hooks.options()[-2:] == ("--on-news-format", "text")
    assert "--on-news-format" not in Hooks(ping="https://x/y").options()
