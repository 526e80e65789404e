"""A real browser, a person in front of it, and everything that goes wrong before that person's eyes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from commands import needed
from playwright.sync_api import Browser, Response, Route, sync_playwright

AXE = Axe()
_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_WIDER = """width => [...document.querySelectorAll("body *")].filter((each) => {
  const box = each.getBoundingClientRect();
  if (box.right <= width + 1 || !box.width || each.closest(".hidden, .skip")) return false;
  for (let above = each.parentElement; above; above = above.parentElement)
    if (["auto", "scroll", "hidden"].includes(getComputedStyle(above).overflowX)) return false;
  return true;
}).map((each) => each.outerHTML.slice(0, 120))"""

_PARTS = 12  # a field for a date takes three steps more, a frame and its content some
_WATCH = """() => {
  window.steps = [];
  document.addEventListener("focusin", ({ target }) => {
    const before = window.steps.at(-1)?.target;
    const style = getComputedStyle(target), box = target.getBoundingClientRect();
    const line = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    window.steps.push({
      target, element: target.outerHTML.slice(0, 120),
      outlined: line >= 2 || target.matches("iframe"),
      visible: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight,
      forward: !before || before === target || Boolean(before.compareDocumentPosition(target) & 4),
    });
  });
}"""
_FAULTS = """() => window.steps.filter((step) => !(step.outlined && step.visible && step.forward))
  .map(({ target, ...rest }) => rest)"""
_UNREACHED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex]")]
  .filter((each) => each.checkVisibility() && each.type !== "hidden")
  .filter((each) => !window.steps.some(({ target }) => target === each))
  .map((each) => each.outerHTML.slice(0, 120))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's browser, without a window."""
    path = needed("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """Somebody who reads a site. `troubles` are errors on the console and in scripts, dialogs, and requests
    that wanted to leave the site; `close` returns them."""

    def __init__(self, browser: Browser, home: str, **options: Any) -> None:
        self.home, self.troubles = home, list[str]()
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.context.route(_elsewhere(home), self._refuse)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self._trouble(said.text))
        self.page.on("pageerror", lambda error: self._trouble(str(error)))
        self.page.on("dialog", lambda dialog: (self._trouble(f"dialog {dialog.message}"), dialog.dismiss()))

    def open(self, path: str) -> Response | None:
        """Goes to a page of the site."""
        return self.page.goto(f"{self.home}{path}")

    def follow(self, name: str, role: str = "link") -> None:
        """Clicks on the first link or button with this name, and waits for the page that it opens."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def violations(self, **options: Any) -> list[str]:
        """What axe finds wrong on the page by WCAG 2.2 AA: rule and element."""
        found = AXE.run(self.page, options={"runOnly": _LEVELS, "resultTypes": ["violations"], **options})
        return [
            f"{fault['id']}: {node['html']} {node['failureSummary']}"
            for fault in found.response["violations"]
            for node in fault["nodes"]
        ]

    def wider(self, width: int) -> list[str]:
        """What stands out of a window of this width to the right."""
        self.page.set_viewport_size({"width": width, "height": 740})
        wider: list[str] = self.page.evaluate(_WIDER, width)
        if self.page.evaluate("document.documentElement.scrollWidth") > width:
            wider.append("the page scrolls to the side")
        return wider

    def tab_through(self) -> list[Any]:
        """Presses Tab once for each thing that can be reached on the page. Returns what got the focus and did
        not show it, or came backwards in the document, and what was never reached."""
        self.page.evaluate(_WATCH)
        count = int(self.page.evaluate(f"({_UNREACHED})().length"))
        for step in range(count + _PARTS):
            if step < count or self.page.evaluate(_UNREACHED):
                self.page.keyboard.press("Tab")
        faults: list[Any] = self.page.evaluate(_FAULTS)
        return faults + list(self.page.evaluate(_UNREACHED))

    def close(self) -> list[str]:
        """Leaves, and says what went wrong."""
        self.context.close()
        return self.troubles

    def _refuse(self, route: Route) -> None:
        self._trouble(f"request to {route.request.url}")
        route.abort()

    def _trouble(self, words: str) -> None:
        self.troubles.append(words)


def _elsewhere(home: str) -> re.Pattern[str]:
    """Every address outside of a site."""
    parts = urlsplit(home)
    own = home if parts.scheme == "file" else f"{parts.scheme}://{parts.netloc}/"
    return re.compile(f"^(?!{re.escape(own)}|data:|blob:|about:)")
