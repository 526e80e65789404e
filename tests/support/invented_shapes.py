"""The shapes of an invented board's pages: heads, bodies and what follows them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invented import Skin, Truth


def part(tag: str, text: str) -> str:
    """A paragraph of a body, in this tag."""
    return f"<ul><li>{text}</li></ul>" if tag == "ul" else f"<{tag}>{text}</{tag}>"


def address(number: int) -> str:
    """The address of a post, as its pages link it."""
    return f"/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no={number}"


def link(post: Truth) -> str:
    """A link to a post."""
    return f'<a href="{address(post.number)}">{escape(post.title)}</a>'


# heads: title, writer, date and hits


def _list_of_labels(skin: Skin, post: Truth) -> str:
    items = "".join(
        f"<li{skin.name('i' + what)}><em>{label}</em> {value}</li>"
        for what, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}<ul{skin.name('info')}>{items}</ul></div>"


def _definitions(skin: Skin, post: Truth) -> str:
    items = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for _, label, value in skin.values(post))
    return f"<div{skin.name('head')}>{skin.heading(post)}<dl{skin.name('info')}>{items}</dl></div>"


def _cells(skin: Skin, post: Truth) -> str:
    title = f"<tr><th>{skin.label('title')}</th><td colspan='5'>{escape(post.title)}</td></tr>"
    rest = "".join(f"<th>{label}</th><td>{value}</td>" for _, label, value in skin.values(post))
    reader = f"<h3{skin.name('reader')}>{skin.label('reader')}</h3>" if skin.between == "reader" else ""
    return f"{reader}<table{skin.name('head')}>{title}<tr>{rest}</tr></table>"


def _rows(skin: Skin, post: Truth) -> str:
    title = f"<tr><td>{skin.label('title')}</td><td>{escape(post.title)}</td></tr>"
    rest = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for _, label, value in skin.values(post))
    return f"<table{skin.name('head')}>{title}{rest}</table>"


def _one_line(skin: Skin, post: Truth) -> str:
    line = " | ".join(f"{label} : {value}" for _, label, value in skin.values(post))
    return f"<div{skin.name('head')}>{skin.heading(post)}<p{skin.name('info')}>{line}</p></div>"


def _no_labels(skin: Skin, post: Truth) -> str:
    spans = "".join(
        f"<span{skin.name('v' + what, True)}>{value}</span>" for what, _, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}<p{skin.name('info')}>{spans}</p></div>"


def _pairs(skin: Skin, post: Truth) -> str:
    pairs = "".join(
        f"<div><span{skin.name('label')}>{label}</span><span{skin.name('value')}>{value}</span></div>"
        for _, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}<div{skin.name('info')}>{pairs}</div></div>"


def _columns(skin: Skin, post: Truth) -> str:
    values = skin.values(post)
    heads = "".join(f"<th>{label}</th>" for _, label, _ in values)
    cells = "".join(f"<td>{value}</td>" for _, _, value in values)
    table = f"<table{skin.name('info')}><tr>{heads}</tr><tr>{cells}</tr></table>"
    return f"<div{skin.name('head')}>{skin.heading(post)}{table}</div>"


def _labels_after(skin: Skin, post: Truth) -> str:
    pairs = "".join(
        f"<p><b{skin.name('value')}>{value}</b> <small>{label}</small></p>"
        for _, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{skin.heading(post)}{pairs}</div>"


def _paragraphs(skin: Skin, post: Truth) -> str:
    rows = "".join(
        f"<p{skin.name('i' + what)}>{label}: {value}</p>" for what, label, value in skin.values(post)
    )
    return f"<div{skin.name('head')}>{rows}{skin.heading(post)}</div>"


def _semantic_tags(skin: Skin, post: Truth) -> str:
    tags = {"date": "time", "writer": "address", "hits": "output", "modified": "i", "period": "i"}
    spans = "".join(f"<{tags[what]}>{value}</{tags[what]}> " for what, _, value in skin.values(post))
    return f"<header{skin.name('head')}>{skin.heading(post)}<div{skin.name('info')}>{spans}</div></header>"


def _sentence(skin: Skin, post: Truth) -> str:
    day, hits = skin.day(post.date), skin.hits(post)
    sentence = f"By {escape(post.writer)}, posted on {day} (seen {hits} times)"
    if skin.has_modified:
        sentence += f", changed on {skin.day(post.modified)}"
    return f"<div{skin.name('head')}>{skin.heading(post)}<p{skin.name('info')}>{sentence}</p></div>"


def _below(skin: Skin, post: Truth) -> str:
    items = "".join(
        f"<li><span{skin.name('l' + what)}>{label}</span><strong>{value}</strong></li>"
        for what, label, value in skin.values(post)
    )
    return f"<div{skin.name('bar')}>{skin.heading(post)}</div><ul{skin.name('info')}>{items}</ul>"


HEADS: dict[str, Callable[[Skin, Truth], str]] = {
    "list": _list_of_labels, "definitions": _definitions, "cells": _cells, "rows": _rows, "line": _one_line,
    "no labels": _no_labels, "pairs": _pairs, "columns": _columns, "labels after": _labels_after,
    "paragraphs": _paragraphs, "tags": _semantic_tags, "sentence": _sentence, "below": _below,
}  # fmt: skip


# bodies


def _one_box(skin: Skin, post: Truth) -> str:
    return f"<div{skin.name('bodybox')}>{''.join(skin.prose(post))}</div>"


def _nested(skin: Skin, post: Truth) -> str:
    inner = f"<div{skin.name('inner')}><div>{''.join(skin.prose(post))}</div></div>"
    return f"<section{skin.name('bodybox')}>{inner}</section>"


def _two_boxes(skin: Skin, post: Truth) -> str:
    prose = skin.prose(post)
    first, rest = "".join(prose[:1]), "".join(prose[1:])
    return f"<div{skin.name('lead')}>{first}</div><div{skin.name('bodybox')}>{rest}</div>"


def _twins(skin: Skin, post: Truth) -> str:
    prose = skin.prose(post)
    parts = [prose[:1], prose[1:2], prose[2:]]
    return "".join(f"<div{skin.name('bodybox')}>{''.join(part)}</div>" for part in parts if part)


def _loose(skin: Skin, post: Truth) -> str:
    return "".join(skin.prose(post))


def _cell(skin: Skin, post: Truth) -> str:
    cell = f"<td{skin.name('bodybox')}>{''.join(skin.prose(post))}</td>"
    return f"<table{skin.name('frame')}><tr>{cell}</tr></table>"


def _with_tools(skin: Skin, post: Truth) -> str:
    tools = f"<div{skin.name('tools', True)}><button>Print</button> <span>Text size</span></div>"
    return f"<div{skin.name('bodybox')}>{tools}{''.join(skin.prose(post))}</div>"


def _broken_lines(skin: Skin, post: Truth) -> str:
    text = "<br><br>".join(escape(each) for each in post.paragraphs)
    images = "".join(f'<img src="{each}" alt="">' for each in post.images)
    return f"<div{skin.name('bodybox')}>{text}{images}</div>"


def _with_contact(skin: Skin, post: Truth) -> str:
    contact = f"<p{skin.name('contact')}>{skin.label('contact')} : 044-123-4567</p>"
    return f"<div{skin.name('bodybox')}>{''.join(skin.prose(post))}{contact}</div>"


BODIES: dict[str, Callable[[Skin, Truth], str]] = {
    "one box": _one_box, "box": _one_box, "nested": _nested, "two boxes": _two_boxes, "twins": _twins,
    "loose": _loose, "cell": _cell, "tools": _with_tools, "lines": _broken_lines,
    "contact": _with_contact,
}  # fmt: skip


# what follows the body


def _related(skin: Skin, posts: list[Truth], at: int) -> str:
    others = [posts[(at + step) % len(posts)] for step in (3, 5, 8)]
    items = "".join(f"<li>{link(each)} <span>{skin.day(each.date)}</span></li>" for each in others)
    return f"<div{skin.name('related')}><h4>{skin.label('related')}</h4><ul>{items}</ul></div>"


def _poll(skin: Skin, posts: list[Truth], at: int) -> str:
    votes = (posts[at].number * 31) % 90
    return (
        f"<div{skin.name('poll')}><p>Was this useful?</p><label>Yes {votes}</label><label>No 3</label></div>"
    )


def _neighbours(skin: Skin, posts: list[Truth], at: int) -> str:
    rows = ""
    for word, step in (("prev", 1), ("next", -1)):
        if 0 <= at + step < len(posts):
            other = posts[at + step]
            rows += f"<li><b>{skin.label(word)}</b>{link(other)}<i>{skin.day(other.date)}</i></li>"
    return f"<ul{skin.name('neighbours')}>{rows}</ul>"


def _tags(skin: Skin, posts: list[Truth], at: int) -> str:
    first = posts[at].title.split()
    return f"<p{skin.name('tags')}>#{escape(first[0])} #{escape(first[-1])}</p>"


def _licence(skin: Skin, posts: list[Truth], at: int) -> str:
    return f"<div{skin.name('licence')}><p>Open Government License: free to use with attribution.</p></div>"


def _survey(skin: Skin, posts: list[Truth], at: int) -> str:
    inputs = "<input type='radio'><textarea></textarea>"
    return f"<form{skin.name('survey')}><p>{skin.label('survey')}</p>{inputs}</form>"


AFTER: dict[str, Callable[[Skin, list[Truth], int], str]] = {
    "related": _related, "poll": _poll, "neighbours": _neighbours, "tags": _tags, "licence": _licence,
    "survey": _survey,
}  # fmt: skip
