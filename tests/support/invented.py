"""Boards whose pages look like those of no known site: other tags, classes and orders, boxes between title
and labels, related posts, polls. Each seed is a skin of its own, and always the same one."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

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
    posts: list[Truth] = field(default_factory=list)
    _skin: "_Skin" = field(init=False)

    def __post_init__(self) -> None:
        dice = random.Random(f"posts {self.seed}")
        korean = dice.random() < 0.5
        self._skin = _Skin(self.seed, korean)
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


def _posts(dice: random.Random, korean: bool, skin: "_Skin") -> list[Truth]:
    writers = words.writers(dice, korean)
    if dice.random() < 0.3:
        writers = writers[:1]
    numbers = sorted(dice.sample(range(41000, 43000), POSTS), reverse=True)
    days = sorted({words.day(dice) for _ in range(POSTS * 3)}, reverse=True)[:POSTS]
    titles: dict[str, None] = {}
    while len(titles) < POSTS:
        titles[words.title(dice, korean)] = None
    found = []
    for number, day, title in zip(numbers, days, titles, strict=True):
        kind = dice.random()
        paragraphs = tuple(words.paragraph(dice, korean) for _ in range(dice.randint(1, 5)))
        images = (f"https://www.kistep.re.kr/upload/{number}/a.png",) if kind > 0.75 else ()
        if kind > 0.95:
            paragraphs = ()
        has_files = skin.has_files and dice.random() < 0.5
        files = tuple(words.file(dice, korean, at) for at in range(dice.randint(1, 3))) if has_files else ()
        modified = words.later(dice, day) if dice.random() < 0.4 else day
        found.append(
            Truth(
                number, title, dice.choice(writers), day, dice.randint(30, 4000), paragraphs, images, files,
                modified, dice.random() < 0.2,
            )
        )  # fmt: skip
    return found


_TRAITS = """head body bare cut badge between files_at file_shape after has_files has_modified has_period
headline head_title date_format korean download untold prose_in"""


class _Skin:
    """One look: names that are drawn once, and shapes that are chosen once."""

    def __init__(self, seed: int, korean: bool) -> None:
        dice = random.Random(f"skin {seed}")
        self.seed, self.korean = seed, korean
        self.bare = dice.random() < 0.2
        self.has_files = dice.random() < 0.75
        self.has_modified = dice.random() < 0.3
        self.has_period = dice.random() < 0.25
        self.cut = dice.choice([0, 0, 18, 26])
        self.badge = dice.choice(["", "before", "after"])
        self.date_format = dice.choice(words.DATE_FORMATS)
        self.head = dice.choice(sorted(_HEADS))
        self.body = dice.choice(sorted(_BODIES))
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
        parts = [_HEADS[self.head](self, post)]
        files = self.files(post)
        if self.files_at in ("head", "before"):
            parts.append(files)
        parts.append(_BODIES[self.body](self, post))
        parts += [files] if self.files_at == "after" else []
        parts += [_AFTER[each](self, posts, at) for each in self.after]
        view = f"<{self.sections}{self.name('view')}>{''.join(parts)}</{self.sections}>"
        side = self.side(posts) if self.sidebar else ""
        crumbs = f"<p{self.name('crumbs')}>Home &gt; News &gt; List</p>"
        frame = f"<div{self.name('wrap')}>{side}<h2{self.name('board')}>News</h2>{crumbs}{view}</div>"
        visits = (post.number * 7919) % 5000
        foot = f"<div{self.name('foot')}><p>Visitors today {visits}</p><p>12 River Road, Sejong</p></div>"
        return f"<!DOCTYPE html><html><head>{head}</head><body>{frame}{foot}</body></html>"

    def side(self, posts: list[Truth]) -> str:
        links = "".join(f"<li>{link(each)}</li>" for each in posts[:4])
        return f"<div{self.name('side')}><h4>Popular</h4><ul>{links}</ul></div>"

    def listing(self, posts: list[Truth]) -> str:
        rows = []
        for at, post in enumerate(posts):
            title = post.title
            if self.cut and len(title) > self.cut:
                title = title[: self.cut].rstrip() + "..."
            mark = '<img src="/f.gif" alt="file">' if post.files else ""
            shown = f'<a href="{address(post.number)}">{escape(title)}</a>'
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
        found = [_part(tags[at % len(tags)], escape(each)) for at, each in enumerate(post.paragraphs)]
        return found + [f'<p><img src="{each}" alt=""></p>' for each in post.images]


def _part(tag: str, text: str) -> str:
    return f"<ul><li>{text}</li></ul>" if tag == "ul" else f"<{tag}>{text}</{tag}>"


def address(number: int) -> str:
    """The address of a post, as its pages link it."""
    return f"/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no={number}"


def link(post: Truth) -> str:
    """A link to a post."""
    return f'<a href="{address(post.number)}">{escape(post.title)}</a>'


# heads: title, writer, date and hits


def _list_of_labels(skin: _Skin, post: Truth) -> str:
    items = "".join(
        f"<li{skin.name('i' + what)}><em>{label}</em> {value}</li>"
        for what, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}<ul{skin.name('info')}>{items}</ul></div>"


def _definitions(skin: _Skin, post: Truth) -> str:
    items = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for _, label, value in skin.values(post))
    return f"<div{skin.name('head')}>{skin.heading(post)}<dl{skin.name('info')}>{items}</dl></div>"


def _cells(skin: _Skin, post: Truth) -> str:
    title = f"<tr><th>{skin.label('title')}</th><td colspan='5'>{escape(post.title)}</td></tr>"
    rest = "".join(f"<th>{label}</th><td>{value}</td>" for _, label, value in skin.values(post))
    reader = f"<h3{skin.name('reader')}>{skin.label('reader')}</h3>" if skin.between == "reader" else ""
    return f"{reader}<table{skin.name('head')}>{title}<tr>{rest}</tr></table>"


def _rows(skin: _Skin, post: Truth) -> str:
    title = f"<tr><td>{skin.label('title')}</td><td>{escape(post.title)}</td></tr>"
    rest = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for _, label, value in skin.values(post))
    return f"<table{skin.name('head')}>{title}{rest}</table>"


def _one_line(skin: _Skin, post: Truth) -> str:
    line = " | ".join(f"{label} : {value}" for _, label, value in skin.values(post))
    return f"<div{skin.name('head')}>{skin.heading(post)}<p{skin.name('info')}>{line}</p></div>"


def _no_labels(skin: _Skin, post: Truth) -> str:
    spans = "".join(
        f"<span{skin.name('v' + what, True)}>{value}</span>" for what, _, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}<p{skin.name('info')}>{spans}</p></div>"


def _pairs(skin: _Skin, post: Truth) -> str:
    pairs = "".join(
        f"<div><span{skin.name('label')}>{label}</span><span{skin.name('value')}>{value}</span></div>"
        for _, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}<div{skin.name('info')}>{pairs}</div></div>"


def _columns(skin: _Skin, post: Truth) -> str:
    values = skin.values(post)
    heads = "".join(f"<th>{label}</th>" for _, label, _ in values)
    cells = "".join(f"<td>{value}</td>" for _, _, value in values)
    table = f"<table{skin.name('info')}><tr>{heads}</tr><tr>{cells}</tr></table>"
    return f"<div{skin.name('head')}>{skin.heading(post)}{table}</div>"


def _labels_after(skin: _Skin, post: Truth) -> str:
    pairs = "".join(
        f"<p><b{skin.name('value')}>{value}</b> <small>{label}</small></p>"
        for _, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}{pairs}</div>"


def _paragraphs(skin: _Skin, post: Truth) -> str:
    rows = "".join(
        f"<p{skin.name('i' + what)}>{label}: {value}</p>" for what, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{rows}{skin.heading(post)}</div>"


def _meant_tags(skin: _Skin, post: Truth) -> str:
    tags = {"date": "time", "writer": "address", "hits": "output", "modified": "i", "period": "i"}
    spans = "".join(f"<{tags[what]}>{value}</{tags[what]}> " for what, _, value in skin.values(post))
    return f"<header{skin.name('head')}>{skin.heading(post)}<div{skin.name('info')}>{spans}</div></header>"


def _sentence(skin: _Skin, post: Truth) -> str:
    day, hits = skin.day(post.date), skin.hits(post)
    sentence = f"By {escape(post.writer)}, posted on {day} (seen {hits} times)"
    if skin.has_modified:
        sentence += f", changed on {skin.day(post.modified)}"
    return f"<div{skin.name('head')}>{skin.heading(post)}<p{skin.name('info')}>{sentence}</p></div>"


def _below(skin: _Skin, post: Truth) -> str:
    items = "".join(
        f"<li><span{skin.name('l' + what)}>{label}</span><strong>{value}</strong></li>"
        for what, label, value in skin.values(post)
    )
    return f"<div{skin.name('bar')}>{skin.heading(post)}</div><ul{skin.name('info')}>{items}</ul>"


_HEADS: dict[str, Callable[[_Skin, Truth], str]] = {
    "list": _list_of_labels, "definitions": _definitions, "cells": _cells, "rows": _rows, "line": _one_line,
    "no labels": _no_labels, "pairs": _pairs, "columns": _columns, "labels after": _labels_after,
    "paragraphs": _paragraphs, "tags": _meant_tags, "sentence": _sentence, "below": _below,
}  # fmt: skip


# bodies


def _one_box(skin: _Skin, post: Truth) -> str:
    return f"<div{skin.name('bodybox')}>{''.join(skin.prose(post))}</div>"


def _nested(skin: _Skin, post: Truth) -> str:
    inner = f"<div{skin.name('inner')}><div>{''.join(skin.prose(post))}</div></div>"
    return f"<section{skin.name('bodybox')}>{inner}</section>"


def _two_boxes(skin: _Skin, post: Truth) -> str:
    prose = skin.prose(post)
    first, rest = "".join(prose[:1]), "".join(prose[1:])
    return f"<div{skin.name('lead')}>{first}</div><div{skin.name('bodybox')}>{rest}</div>"


def _twins(skin: _Skin, post: Truth) -> str:
    prose = skin.prose(post)
    parts = [prose[:1], prose[1:2], prose[2:]]
    return "".join(f"<div{skin.name('bodybox')}>{''.join(part)}</div>" for part in parts if part)


def _loose(skin: _Skin, post: Truth) -> str:
    return "".join(skin.prose(post))


def _cell(skin: _Skin, post: Truth) -> str:
    cell = f"<td{skin.name('bodybox')}>{''.join(skin.prose(post))}</td>"
    return f"<table{skin.name('frame')}><tr>{cell}</tr></table>"


def _with_tools(skin: _Skin, post: Truth) -> str:
    tools = f"<div{skin.name('tools', True)}><button>Print</button> <span>Text size</span></div>"
    return f"<div{skin.name('bodybox')}>{tools}{''.join(skin.prose(post))}</div>"


def _broken_lines(skin: _Skin, post: Truth) -> str:
    text = "<br><br>".join(escape(each) for each in post.paragraphs)
    images = "".join(f'<img src="{each}" alt="">' for each in post.images)
    return f"<div{skin.name('bodybox')}>{text}{images}</div>"


def _with_contact(skin: _Skin, post: Truth) -> str:
    contact = f"<p{skin.name('contact')}>{skin.label('contact')} : 044-123-4567</p>"
    return f"<div{skin.name('bodybox')}>{''.join(skin.prose(post))}{contact}</div>"


_BODIES: dict[str, Callable[[_Skin, Truth], str]] = {
    "one box": _one_box, "box": _one_box, "nested": _nested, "two boxes": _two_boxes, "twins": _twins,
    "loose": _loose, "cell": _cell, "tools": _with_tools, "lines": _broken_lines,
    "contact": _with_contact,
}  # fmt: skip


# what follows the body


def _related(skin: _Skin, posts: list[Truth], at: int) -> str:
    others = [posts[(at + step) % len(posts)] for step in (3, 5, 8)]
    items = "".join(f"<li>{link(each)} <span>{skin.day(each.date)}</span></li>" for each in others)
    return f"<div{skin.name('related')}><h4>{skin.label('related')}</h4><ul>{items}</ul></div>"


def _poll(skin: _Skin, posts: list[Truth], at: int) -> str:
    votes = (posts[at].number * 31) % 90
    return (
        f"<div{skin.name('poll')}><p>Was this useful?</p><label>Yes {votes}</label><label>No 3</label></div>"
    )


def _neighbours(skin: _Skin, posts: list[Truth], at: int) -> str:
    rows = ""
    for word, step in (("prev", 1), ("next", -1)):
        if 0 <= at + step < len(posts):
            other = posts[at + step]
            rows += f"<li><b>{skin.label(word)}</b>{link(other)}<i>{skin.day(other.date)}</i></li>"
    return f"<ul{skin.name('neighbours')}>{rows}</ul>"


def _tags(skin: _Skin, posts: list[Truth], at: int) -> str:
    first = posts[at].title.split()
    return f"<p{skin.name('tags')}>#{escape(first[0])} #{escape(first[-1])}</p>"


def _licence(skin: _Skin, posts: list[Truth], at: int) -> str:
    return f"<div{skin.name('licence')}><p>Open Government License: free to use with attribution.</p></div>"


def _survey(skin: _Skin, posts: list[Truth], at: int) -> str:
    inputs = "<input type='radio'><textarea></textarea>"
    return f"<form{skin.name('survey')}><p>{skin.label('survey')}</p>{inputs}</form>"


_AFTER: dict[str, Callable[[_Skin, list[Truth], int], str]] = {
    "related": _related, "poll": _poll, "neighbours": _neighbours, "tags": _tags, "licence": _licence,
    "survey": _survey,
}  # fmt: skip
