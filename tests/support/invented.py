"""Boards whose pages look like those of no known site: other tags, classes and orders, boxes between title
and labels, related posts, polls. Each seed is a skin of its own, and always the same one."""

import random
from dataclasses import dataclass, field
from html import escape

import invented_comments
import invented_shapes as shapes
import invented_words as words

ADDRESS = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
POSTS = 18


@dataclass(frozen=True)
class Truth:
    """What a post of an invented board is, whatever its page looks like."""

    number: int
    title: str
    writer: str
    date: str
    hits: int
    paragraphs: tuple[str, ...]
    images: tuple[str, ...]
    files: tuple[str, ...]
    modified: str
    badge: bool


@dataclass
class Invented:
    """A board: its posts, and its pages in the skin of its seed."""

    seed: int
    comments: str = ""  # a shape of readers' comments beside the body
    posts: list[Truth] = field(default_factory=list)
    _skin: "Skin" = field(init=False)

    def __post_init__(self) -> None:
        dice = random.Random(f"posts {self.seed}")
        korean = dice.random() < 0.5
        self._skin = Skin(self.seed, korean, self.comments)
        self.posts = _posts(dice, korean, self._skin)

    @property
    def traits(self) -> dict[str, object]:
        """What is particular about the skin."""
        return self._skin.traits

    def page(self, number: int) -> str:
        """The page of a post."""
        at = next(index for index, each in enumerate(self.posts) if each.number == number)
        return self._skin.page(self.posts, at)

    def listing(self) -> str:
        """The one page of the listing."""
        return self._skin.listing(self.posts)


def _posts(dice: random.Random, korean: bool, skin: "Skin") -> list[Truth]:
    writers = words.writers(dice, korean)
    if dice.random() < 0.3:
        writers = writers[:1]
    numbers = sorted(dice.sample(range(41000, 43000), POSTS), reverse=True)
    days = sorted({words.day(dice) for _ in range(POSTS * 3)}, reverse=True)[:POSTS]
    titles: dict[str, None] = {}
    while len(titles) < POSTS:
        titles[words.title(dice, korean)] = None
    posts = []
    for number, day, title in zip(numbers, days, titles, strict=True):
        kind = dice.random()
        paragraphs = tuple(words.paragraph(dice, korean) for _ in range(dice.randint(1, 5)))
        images = (f"https://www.kistep.re.kr/upload/{number}/a.png",) if kind > 0.75 else ()
        if kind > 0.95:
            paragraphs = ()
        has_files = skin.has_files and dice.random() < 0.5
        files = tuple(words.file(dice, korean, at) for at in range(dice.randint(1, 3))) if has_files else ()
        modified = words.later(dice, day) if dice.random() < 0.4 else day
        posts.append(
            Truth(
                number, title, dice.choice(writers), day, dice.randint(30, 4000), paragraphs, images, files,
                modified, dice.random() < 0.2,
            )
        )  # fmt: skip
    return posts


_TRAITS = """head body bare cut badge between files_at file_shape after has_files has_modified has_period
headline head_title date_format korean download untold prose_in"""


class Skin:
    """One look: names that are drawn once, and shapes that are chosen once."""

    def __init__(self, seed: int, korean: bool, comments: str = "") -> None:
        dice = random.Random(f"skin {seed}")
        self.seed, self.korean, self.comments = seed, korean, comments
        self.bare = dice.random() < 0.2
        self.has_files = dice.random() < 0.75
        self.has_modified = dice.random() < 0.3
        self.has_period = dice.random() < 0.25
        self.cut = dice.choice([0, 0, 18, 26])
        self.badge = dice.choice(["", "before", "after"])
        self.date_format = dice.choice(words.DATE_FORMATS)
        self.head = dice.choice(sorted(shapes.HEADS))
        self.body = dice.choice(sorted(shapes.BODIES))
        self.between = dice.choice(["", "", "share", "summary", "reader"])
        self.files_at = dice.choice(["head", "before", "after"])
        self.file_shape = dice.choice(["list", "paragraphs", "preview", "box"])
        self.after = dice.sample(
            ["related", "poll", "neighbours", "tags", "licence", "survey"], dice.randint(1, 4)
        )
        self.sidebar = dice.random() < 0.5
        self.headline = dice.choice(["h1", "h2", "h3", "h4", "div", "p", "strong"])
        self.sections = dice.choice(["div", "section", "article"])
        self.order = dice.sample(["writer", "date", "hits"], 3)
        self.head_title = dice.choice(["title", "site", "both"])
        self.labels = words.labels(dice, korean)
        self.download = dice.choice(["boardDownload", "boardDownload", "boardDownload", "fileDown"])
        self.untold = dice.choice(["", "", "", "", "hits", "writer"])  # what the listing does not show
        self.prose_in = dice.choice(["paragraphs", "paragraphs", "mixed"])
        self._names: dict[str, str] = {}
        self.traits = {name: value for name, value in vars(self).items() if name in _TRAITS.split()}

    def name(self, what: str, always: bool = False) -> str:
        """The attributes of an element: a class or an id that no known skin has, often none."""
        if what not in self._names:
            dice = random.Random(f"{self.seed} {what}")  # the same name whichever page is made first
            rare = self.bare and not always and dice.random() < 0.9
            none = rare or (not always and dice.random() < 0.15)
            is_one = what in ("wrap", "view") or (what == "bodybox" and self.body != "twins")
            kind = "id" if is_one and dice.random() < 0.3 else "class"
            more = f" {words.name(dice)}" if kind == "class" and dice.random() < 0.25 else ""
            self._names[what] = "" if none else f' {kind}="{words.name(dice)}{more}"'
        return self._names[what]

    def page(self, posts: list[Truth], at: int) -> str:
        post = posts[at]
        heads = {"title": post.title, "site": "Institute", "both": f"{post.title} | Institute"}
        head = f"<title>{escape(heads[self.head_title])}</title>"
        parts = [shapes.HEADS[self.head](self, post)]
        files = self.files(post)
        if self.files_at in ("head", "before"):
            parts.append(files)
        parts.append(
            invented_comments.commented(self, posts, at, self.comments)
            if self.comments
            else shapes.BODIES[self.body](self, post)
        )
        parts += [files] if self.files_at == "after" else []
        parts += [shapes.AFTER[each](self, posts, at) for each in self.after]
        view = f"<{self.sections}{self.name('view')}>{''.join(parts)}</{self.sections}>"
        side = self.side(posts) if self.sidebar else ""
        crumbs = f"<p{self.name('crumbs')}>Home &gt; News &gt; List</p>"
        frame = f"<div{self.name('wrap')}>{side}<h2{self.name('board')}>News</h2>{crumbs}{view}</div>"
        visits = (post.number * 7919) % 5000
        foot = f"<div{self.name('foot')}><p>Visitors today {visits}</p><p>12 River Road, Sejong</p></div>"
        return f"<!DOCTYPE html><html><head>{head}</head><body>{frame}{foot}</body></html>"

    def side(self, posts: list[Truth]) -> str:
        links = "".join(f"<li>{shapes.link(each)}</li>" for each in posts[:4])
        return f"<div{self.name('side')}><h4>Popular</h4><ul>{links}</ul></div>"

    def listing(self, posts: list[Truth]) -> str:
        rows = []
        for at, post in enumerate(posts):
            title = post.title
            if self.cut and len(title) > self.cut:
                title = title[: self.cut].rstrip() + "..."
            mark = '<img src="/f.gif" alt="file">' if post.files else ""
            shown = f'<a href="{shapes.address(post.number)}">{escape(title)}</a>'
            cells = {"No": str(len(posts) - at), "Title": shown, "File": mark, "Writer": escape(post.writer),
                     "Date": post.date, "Hit": str(post.hits)}  # fmt: skip
            cells.pop({"hits": "Hit", "writer": "Writer"}.get(self.untold, ""), "")
            rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells.values()) + "</tr>")
            heads = list(cells)
        header = "<tr>" + "".join(f"<th>{each}</th>" for each in heads) + "</tr>"
        table = f"<table><thead>{header}</thead><tbody>{''.join(rows)}</tbody></table>"
        total = f"<p>Total <b>{len(posts)}</b> posts, page 1/1</p>"
        return (
            f"<!DOCTYPE html><html><head><title>News</title></head><body><h2>News</h2>{total}{table}"
            "<p>footer</p></body></html>"
        )

    def label(self, what: str) -> str:
        return self.labels[what]

    def day(self, day: str) -> str:
        return words.spelled_day(day, self.date_format)

    def hits(self, post: Truth) -> str:
        return f"{post.hits + post.number % 3:,}"

    def values(self, post: Truth) -> list[tuple[str, str, str]]:
        """(what, label, value) in the skin's order, with the rows that only some skins have."""
        shown = {"writer": escape(post.writer), "date": self.day(post.date), "hits": self.hits(post)}
        rows = [(what, self.label(what), shown[what]) for what in self.order]
        if self.has_modified:
            rows.insert(
                1 + self.order.index("date"), ("modified", self.label("modified"), self.day(post.modified))
            )
        if self.has_period and post.number % 4 == 0:
            rows.insert(
                0, ("period", self.label("period"), f"{self.day(post.date)} ~ {self.day(post.modified)}")
            )
        return rows

    def heading(self, post: Truth) -> str:
        badge = f"<span{self.name('badge')}>NEW</span>" if self.badge and post.badge else ""
        before, after = (badge, "") if self.badge == "before" else ("", badge)
        title = f"<{self.headline}{self.name('title')}>{before}{escape(post.title)}{after}</{self.headline}>"
        reader = f"<h3{self.name('reader')}>{self.label('reader')}</h3>"
        share = f"<div{self.name('share')}><button>Facebook</button><a href='#'>Copy link</a></div>"
        summary = f"<div{self.name('summary')}><b>{self.label('view')}</b></div>"
        between = {"share": share, "summary": summary}.get(self.between, "")
        return (reader if self.between == "reader" else "") + title + between

    def files(self, post: Truth) -> str:
        if not self.has_files or (not post.files and self.file_shape != "box"):
            return ""
        label = self.label("file")
        items = []
        for at, name in enumerate(post.files, start=1):
            url = f"/{self.download}.es?bid=0051&amp;list_no={post.number}&amp;seq={at}"
            if self.download == "fileDown":
                url = f"/common/fileDown.do?post={post.number}&amp;at={at}"
            items.append((f'<a href="{url}"{self.name("file")}>{escape(name)}</a>', at))
        if self.file_shape == "paragraphs":
            rows = "".join(f"<p{self.name('filerow')}>{item}</p>" for item, _ in items)
            return f"<div{self.name('files')}>{rows}</div>"
        if self.file_shape == "preview":
            rows = "".join(f"<li>{item} <a href='/preview?n={at}'>Preview</a></li>" for item, at in items)
            return f"<div{self.name('files')}><strong>{label}</strong><ul>{rows}</ul></div>"
        rows = "".join(f"<li>{item}</li>" for item, _ in items)
        none = f"<p>{label} : -</p>" if not items else f"<ul>{rows}</ul>"
        title = "" if self.file_shape == "list" else f"<b>{label}</b>"
        return f"<div{self.name('files')}>{title}{none}</div>"

    def prose(self, post: Truth) -> list[str]:
        """The body's paragraphs and images, as elements."""
        tags = {"paragraphs": ["p"], "mixed": ["p", "ul", "p", "blockquote", "div"]}[self.prose_in]
        elements = [
            shapes.part(tags[at % len(tags)], escape(each)) for at, each in enumerate(post.paragraphs)
        ]
        return elements + [f'<p><img src="{each}" alt=""></p>' for each in post.images]
