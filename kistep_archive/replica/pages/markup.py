"""HTML pieces both layouts share: escaped text, an editor's body, cut titles, sizes."""

import html
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kistep_archive.replica.content import Entry, Image, Paragraph

Labels = Mapping[str, str]  # what the page calls its parts, in its language
TITLE_LIMIT = 76
NO_POSTS = {"ko": "현재 게시글이 없습니다.", "en": "There are no posts."}
# What a word processor leaves behind on pasting; the words in it are not part of the post.
PASTED = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom><w:PunctuationKerning/>"
    "</w:WordDocument></xml><![endif]--><!--[if !mso]><style>v\\:* "
    "{behavior:url(#default#VML);}</style><![endif]-->"
)


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry in a listing: its running number or the word for "pinned" (`place`), its address, whether it
    has the "new" badge."""

    entry: Entry
    place: str
    address: str
    new: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a listing: its entries and how many there are, the pinned ones, those with the "new" badge,
    and the running number of the first row, counting down."""

    entries: Sequence[Entry]
    page: int
    pages: int
    total: int
    first: int | None = None
    pinned: Sequence[Entry] = ()
    new: Collection[int] = ()

    def places(self, notice: str) -> list[tuple[Entry, str]]:
        """Each entry with its running number; a pinned one with this word instead."""
        first = self.first
        if first is None:
            count = len(self.entries)
            first = count if self.page >= self.pages else self.total - (self.page - 1) * count
        numbered = [(entry, str(first - index)) for index, entry in enumerate(self.entries)]
        return [(entry, notice) for entry in self.pinned] + numbered


def escaped(text: str) -> str:
    """Text for an element or a double-quoted attribute; a no-break space is spelled out as editors do."""
    return html.escape(text).replace("\u00a0", "&nbsp;")


def cut(title: str) -> str:
    """A title as listings show it: cut with two dots when it is long."""
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 2] + ".."


def size(body: bytes) -> str:
    """A file's size as pages show it."""
    amount = len(body)
    return f"{amount / 1048576:.2f}MB" if amount >= 1048576 else f"{amount / 1024:.2f}KB"


def body(entry: Entry) -> str:
    """The editor's part of a page: a `<p>` for each paragraph, picture and caption."""
    start = PASTED if entry.pasted else ""
    return start + "\n".join(_blocks(entry))


def _blocks(entry: Entry) -> Iterator[str]:
    opening = '<p class="MsoNormal" style="margin:0cm">' if entry.pasted else "<p>"
    for block in entry.blocks:
        match block:
            case Paragraph(text):
                yield f"{opening}{escaped(text).replace(chr(10), '<br>')}</p>"
            case Image(_, _, caption):
                yield f"<p>{_image(block)}</p>"
                if caption:
                    yield f"{opening}{escaped(caption)}</p>"


def _image(image: Image) -> str:
    # Without a text for it, an editor writes no alt attribute at all.
    alt = f' alt="{escaped(image.alt)}"' if image.alt else ""
    return f'<img src="{escaped(image.src)}"{alt} style="max-width:100%">'
