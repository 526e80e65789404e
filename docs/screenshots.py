"""Pictures of each kind of page of the site: `make screenshots`. They go to build/screenshots, wide and
narrow, light and dark; the four that README.md shows go to docs/pictures."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from kistep_archive.replica import Entry, Paragraph, Replica, Site
from kistep_archive.replica.content import File
from kistep_archive.replica.media import pdf

ROOT = Path(__file__).parent.parent
OUT, SHOWN = ROOT / "build" / "screenshots", ROOT / "docs" / "pictures"
COMMAND = (sys.executable, "-m", "kistep_archive")
WIDTHS = {"wide": (1280, 860), "narrow": (360, 740)}
_LONG = (
    "국가연구개발사업의 예산배분ㆍ조정 체계 개선과 임무중심형 혁신정책의 "
    "성과평가를 위한 제201회 공개토론회 및 국제공동연구 설명회 개최 안내"
)
_CENTRE = "과학기술혁신정책연구본부 국제협력전략센터"


def _file(seq: int) -> File:
    name = f"{seq:02} {_LONG[: 8 + seq * 2]} (final, revised).pdf"
    return File(seq, name, "application/pdf", pdf([str(seq)]))


AWKWARD = (
    Entry(99_901, _LONG, _CENTRE, "2026-07-01", 12_345, (Paragraph(_LONG * 3),)),
    Entry(99_902, "A post without text", "KISTEP", "2026-07-02", 3, ()),
    Entry(
        99_903, "Thirty files", "KISTEP", "2026-07-03", 77,
        (Paragraph("The files of the forum are attached."),), tuple(map(_file, range(1, 31))),
    ),
)  # fmt: skip
PAGES = {
    "home": "",
    "search": "search?q=예산",
    "nothing-found": "search?q=forrum",
    "post": "news/98911",
    "post-with-picture": "news/42794",
    "removed-post": "news/97928",
    "long-title": "news/99901",
    "no-text": "news/99902",
    "thirty-files": "news/99903",
    "thirty-files-list": "news/99903/files",
    "changes": "news/98911/changes",
    "proof": "news/98911/proof",
    "cite": "news/98911/cite",
    "changed": "changed",
    "removed": "removed",
    "writers": "writers",
    "years": "years",
    "boards": "boards",
    "board": "boards/news",
    "runs": "runs",
    "run": "runs/1",
    "error": "nothing-here",
    "as-of": "?as_of=2030-01-01",
    "korean": "?lang=ko",
    "korean-post": "news/99901?lang=ko",
}
_FOR_README: ViewportSize = {"width": 1080, "height": 760}
README = {"home": "light", "search": "light", "changes": "light", "proof": "dark"}


def main() -> None:
    """Crawls the replica with a few awkward posts more, serves the archive, and takes the pictures."""
    shutil.rmtree(OUT, ignore_errors=True)
    SHOWN.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as play:
        archive = Path(folder, "data")
        _crawl(archive)
        browser = play.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        with _served(archive) as address:
            for scheme in ("light", "dark"):
                for width in WIDTHS:
                    _take(browser, address, scheme, width)
        browser.close()


def _crawl(archive: Path) -> None:
    with Replica(Site.standard()) as replica:
        for day in (1, 2, 2):
            replica.site.day = day
            _run(archive, "crawl", "news", "--origin", replica.origin, "--delay", "0")
        replica.site.change(AWKWARD)
        _run(archive, "crawl", "news", "--origin", replica.origin, "--delay", "0")


def _run(archive: Path, *arguments: str) -> None:
    subprocess.run([*COMMAND, "--archive", str(archive), "--quiet", *arguments], check=True)


@contextmanager
def _served(archive: Path) -> Iterator[str]:
    """The address of the site."""
    command = [*COMMAND, "--archive", str(archive), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[0]
        finally:
            process.terminate()


def _take(browser: Browser, address: str, scheme: str, width: str) -> None:
    """The pictures of all pages; whole pages, and the first window of those for README.md."""
    size: ViewportSize = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    folder = OUT / f"{width}-{scheme}"
    for name, path in PAGES.items():
        page.goto(f"{address}{path}")
        for frame in page.locator("iframe").all():  # which the browser loads when it is looked at
            frame.scroll_into_view_if_needed()
            frame.content_frame.locator("body").wait_for()
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        if width == "wide" and README.get(name) == scheme:
            page.set_viewport_size(_FOR_README)
            page.screenshot(path=SHOWN / f"{name}.png")
            page.set_viewport_size(size)
    context.close()


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("screenshots.py: there is no Chromium; install it, for example with 'apt-get install chromium'")


if __name__ == "__main__":
    main()
