"""What a board of the stand-in holds: entries made of paragraphs, images and files, and a writer of any
number of them."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kistep_archive.replica import media, words
from kistep_archive.replica.stories import CLOSINGS, STORIES, Story

Layout = Literal["jsp", "es"]
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class File:
    """One attachment; `seq` is its number within the post and may start at 2."""

    seq: int
    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text; a line feed in it is a line break on the page."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a body; `alt` and `caption` may be empty, and a caption is a paragraph of its own on the
    page."""

    src: str
    alt: str = ""
    caption: str = ""


Block = Paragraph | Image


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as the site's editors entered it; `date` is YYYY-MM-DD, `hits` the count before the stand-in
    was asked for it.

    `pasted` says that the body came from an office program and brought its markup along.
    """

    number: int
    title: str
    writer: str
    date: str
    hits: int
    blocks: tuple[Block, ...]
    files: tuple[File, ...] = ()
    pinned: bool = False
    pasted: bool = False


# The posts before and after one, as its page links them: older, newer.
Neighbours = tuple[Entry | None, Entry | None]


def generate(
    layout: Layout, count: int, *, seed: int = 1, start: date | None = None, end: date | None = None
) -> tuple[Entry, ...]:
    """`count` entries, oldest first, with rising sparse numbers and dates from `start` to `end`; the same for
    the same arguments."""
    start = start or date(2010, 1, 4)
    end = end or (date(2020, 3, 20) if layout == "jsp" else date(2026, 6, 26))
    number = 2100 if layout == "jsp" else 36010
    author = Author(seed, layout)
    entries = []
    for index in range(count):
        number += author.chance.randint(3, 41)
        day = start + timedelta(days=(end - start).days * index // max(count - 1, 1))
        entries.append(author.write(number, day))
    return tuple(entries)


class Author:
    """Writes entries one after the other; never the same title twice."""

    def __init__(self, seed: int, layout: Layout) -> None:
        self.chance = random.Random(seed)
        self.layout: Layout = layout
        self.titles: set[str] = set()
        self.forum = 0

    def write(self, number: int, day: date) -> Entry:
        """One entry about a random event on `day`."""
        story, gaps, title = self._subject(day)
        blocks: list[Block] = [*self._text(story, gaps)]
        place = self.chance.choice((1, len(blocks)))
        blocks[place:place] = self._pictures(story, gaps, number, day)
        writer = "KISTEP" if day.year >= 2022 else self.chance.choice(words.PEOPLE)
        hits = self.chance.choice((self.chance.randint(20, 990), self.chance.randint(1000, 9900)))
        return Entry(number, title, writer, day.isoformat(), hits, tuple(blocks), self._files(title, day))

    def _subject(self, day: date) -> tuple[Story, dict[str, str], str]:
        """A story, what fills its gaps, and a title that was not used before."""
        while True:
            story = self.chance.choice(STORIES)
            gaps = self._gaps(day)
            title = self.chance.choice(story.titles).format(**gaps)
            if title not in self.titles:
                self.titles.add(title)
                return story, gaps, title

    def _gaps(self, day: date) -> dict[str, str]:
        self.forum += 1
        pick: Callable[[tuple[str, ...]], str] = self.chance.choice
        topic, other = self.chance.sample(words.TOPICS, 2)
        speaker, guest = self.chance.sample(words.SPEAKERS, 2)
        partner = pick(words.PARTNERS)
        return {
            "n": str(self.chance.randint(5, 30)), "nth": _ordinal(self.forum // 8 + 20),
            "year": str(day.year), "topic": topic,
            "other": other, "partner": partner, "Partner": partner.removeprefix("the "),
            "country": pick(words.COUNTRIES),
            "place": pick(words.PLACES), "speaker": speaker, "guest": guest, "month": MONTHS[day.month - 1],
            "ko": pick(words.TOPICS_KO), "ko_nth": pick(words.NUMBERS_KO),
        }  # fmt: skip

    def _text(self, story: Story, gaps: dict[str, str]) -> Iterator[Paragraph]:
        details = self.chance.sample(story.details, self.chance.randint(3, len(story.details)))
        yield Paragraph(f"{self.chance.choice(story.leads)} {details.pop()}".format(**gaps))
        if self.chance.random() < 0.3:
            yield Paragraph("\u00a0")
        while details:
            sentences = [details.pop() for _ in range(min(self.chance.randint(1, 2), len(details)))]
            yield Paragraph(" ".join(sentences).format(**gaps))
        if story.facts and self.chance.random() < 0.5:
            yield Paragraph("\n".join(story.facts).format(**gaps))
        yield Paragraph(self.chance.choice(CLOSINGS).format(**gaps))

    def _pictures(self, story: Story, gaps: dict[str, str], number: int, day: date) -> Iterator[Image]:
        if self.chance.random() < 0.45:
            sentence = self.chance.choice(story.captions).format(**gaps)
            src = self._source(number, day)
            doubled = self.chance.random() < 0.4
            mark = f"[▲ {sentence}]" if self.layout == "jsp" else f"△ {sentence}"
            yield Image(src, sentence if doubled else "", mark)

    def _source(self, number: int, day: date) -> str:
        if self.layout == "jsp":
            return f"/cm_data/editorImage/{day:%Y%m}/{day:%Y%m%d}{number:07d}.png"
        other = f"/boardImgView.es?bid=0051&list_no={number}&seq=1"
        return self.chance.choice((f"/upload/namo/images/{number:06d}/(행사 사진 {day:%m%d}).jpg", other))

    def _files(self, title: str, day: date) -> tuple[File, ...]:
        if self.chance.random() < 0.65:
            return ()
        first = self.chance.choice((1, 1, 1, 2))
        names = self.chance.sample(words.FILE_NAMES, self.chance.randint(1, 3))
        return tuple(
            attachment(
                seq, name.format(year=day.year, n=self.chance.randint(2, 60)), (title, day.isoformat())
            )
            for seq, name in enumerate(names, first)
        )


def attachment(seq: int, name: str, lines: tuple[str, ...]) -> File:
    """A file whose kind follows from its name's suffix: .pdf, .png or .hwpx; `lines` are its text."""
    kind = name.rpartition(".")[2]
    if kind == "png":
        return File(seq, name, "image/png", media.png(seq + len(name) + 31 * len(lines[0])))
    if kind == "hwpx":
        return File(seq, name, media.HWPX_TYPE, media.hwpx(lines))
    return File(seq, name, "application/pdf", media.pdf(lines))


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
