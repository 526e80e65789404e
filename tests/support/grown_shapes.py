"""Shapes that a page may have in it again and again: the HTML of one piece of each, by the piece's number."""

from collections.abc import Callable

Piece = Callable[[int], str]  # number of a piece -> its HTML


def post_href(layout: str, number: int) -> str:
    query = f"?brdType=R&amp;bbIdx={number}"
    if layout == "jsp":
        return query
    return f"/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no={number}"


def page_href(layout: str, number: int) -> str:
    if layout == "jsp":
        return f"?brdType=L&amp;thisPage={number}"
    return f"/board.es?mid=a20501000000&amp;bid=0051&amp;nPage={number}"


def _file_href(number: int) -> str:
    return f"/boardDownload.es?bid=0051&amp;list_no=42794&amp;seq={number}"


def row(href: str, number: int) -> str:
    return (
        f'<tr><td>{number}</td><td><a href="{href}">Post {number}</a></td><td>KISTEP</td>'
        "<td>2020-01-01</td><td>7</td></tr>"
    )


def _nest(tag: str, depth: int, inside: str) -> str:
    return f"<{tag}>" * depth + inside + f"</{tag}>" * depth


PIECES: dict[str, Piece] = {
    "label lines": lambda n: f"Writer: w{n}<br>Date: 2020-01-01<br>",
    "label paragraphs": lambda n: f"<p>Writer: w{n}</p><p>Date: 2020-01-01</p>",
    "one label": lambda n: f"<p>Date: 2020-01-{n % 28 + 1:02}</p>",
    "other labels": lambda n: f"<p>Writer: w{n}</p><div><p>Hits: {n}</p></div>",
    "label items": lambda n: f"<ul><li>Writer : w{n}</li><li>Date : 2020-01-01</li><li>Hits : {n}</li></ul>",
    "label spans": lambda n: f"<span>Writer</span> w{n} <span>Date</span> 2020-01-01 ",
    "label cells": lambda n: f"<tr><th>Writer</th><td>w{n}</td><th>Date</th><td>2020-01-01</td></tr>",
    "label columns": lambda n: "<tr><th>Writer</th></tr>",
    "label heads": lambda n: "<th>Writer</th><th>Date</th>",
    "label tables": lambda n: (
        f"<table><tr><th>Writer</th><td>w{n}</td></tr><tr><th>Date</th><td>2020-01-01</td></tr></table>"
    ),
    "label definitions": lambda n: f"<dt>Writer</dt><dd>w{n}</dd><dt>Date</dt><dd>2020-01-01</dd>",
    "empty labels": lambda n: "<b>Writer</b><b></b>",
    "label headings": lambda n: f"<h3>Title: t{n}</h3><p>Writer: w{n}</p>",
    "title labels": lambda n: f"<p>Title: t{n}</p>",
    "titles and labels": lambda n: f"<p>Title: t{n}</p><p>Writer: w</p><p>Date: 2020-01-01</p><h2>a</h2>",
    "label images": lambda n: '<p><img alt="작성자"> w</p><p><img alt="등록일"> 2020-01-01</p>',
    "commas": lambda n: "Writer, ",
    "texts": lambda n: "Date <i></i>",
    "rows": lambda n: f"<tr><td>{n}</td><td>words</td><td>more</td></tr>",
    "cells": lambda n: f"<td>{n}</td>",
    "header cells": lambda n: f"<th>{n}</th>",
    "tables": lambda n: f"<table><tr><td>{n}</td></tr></table>",
    "cells with blocks": lambda n: f"<tr><td><p>{n}</p><p>a</p></td><td><ul><li>b</li></ul></td></tr>",
    "nested tables": lambda n: _nest("table><tr><td", 12, "x").replace(
        "</table><tr><td>", "</td></tr></table>"
    ),
    "nested divs": lambda n: _nest("div", 60, f"x{n}"),
    "nested spans": lambda n: _nest("span", 60, f"x{n}"),
    "nested lists": lambda n: "<ul><li>" * 30 + f"x{n}" + "</li></ul>" * 30,
    "nested changes": lambda n: _nest("u", 30, f"x{n}"),
    "open divs": lambda n: "<div>",
    "open spans": lambda n: "<span>x",
    "ends": lambda n: "</div>",
    "headings": lambda n: f"<h3>Part {n}</h3>",
    "titled boxes": lambda n: f'<div class="title">Part {n}</div>',
    "lists": lambda n: f"<ul><li>item {n}</li></ul>",
    "items": lambda n: f"<li>item {n}</li>",
    "breaks": lambda n: "<br>",
    "words and breaks": lambda n: "word<br>",
    "rules": lambda n: "<hr>",
    "paragraphs": lambda n: f"<p>Some words {n}.</p>",
    "boxes": lambda n: f"<div>Some words {n}.</div>",
    "named boxes": lambda n: f'<div class="contents">Some words {n}.</div>',
    "hidden": lambda n: f'<span class="blind">h{n}</span>',
    "unshown": lambda n: f'<div style="display:none">h{n}</div>',
    "long word": lambda n: "abcdefghij",
    "long Korean word": lambda n: "가나다라마바사",
    "blanks": lambda n: "          ",
    "digits": lambda n: "1234567890",
    "no-break spaces": lambda n: "&nbsp;",
    "arrows": lambda n: f"<span>HOME > News > {n}</span>",
    "text with arrows": lambda n: "a > ",
    "signs": lambda n: "#tag ",
    "references": lambda n: "&#1;&#x2;",
    "nested references": lambda n: "&&#1;#1;",
    "nulls": lambda n: "\x00a",
    "ampersands": lambda n: "&",
    "less-than signs": lambda n: "< ",
    "open tags": lambda n: "<a",
    "quotes": lambda n: "<a b='",
    "attributes": lambda n: f'<i data-a{n}="x"></i>',
    "bold": lambda n: f"<b>b{n}</b> ",
    "deleted": lambda n: f"<del>b{n}</del> ",
    "struck": lambda n: '<span style="text-decoration:line-through">x</span>',
    "raised": lambda n: "x<sup>2</sup>",
    "raised by style": lambda n: '<span style="vertical-align:super">2</span>',
    "underlined": lambda n: "<u>x</u>",
    "pre": lambda n: "<pre>a\nb</pre>",
    "images": lambda n: f'<img src="/a{n}.png" alt="image {n}">',
    "srcset": lambda n: (
        f'<img srcset="/a{n}.png 1x, /b{n}.png 2x" data-src="/c{n}.png" src="data:image/gif,x">'
    ),
    "image candidates": lambda n: f"/a{n}.png {n + 1}w, ",
    "pictures": lambda n: f'<picture><source srcset="/a{n}.webp"><img src="" alt="p{n}"></picture>',
    "picture sources": lambda n: f'<source srcset="/a{n}.webp"><img>',
    "data images": lambda n: '<img src="data:image/png;base64,AAAA">',
    "alternative texts": lambda n: f'<img alt="△ one {n}"><p>one {n}</p>',
    "frames": lambda n: f'<iframe src="/v{n}"></iframe>',
    "same frames": lambda n: '<iframe src="/v"></iframe>',
    "embeds": lambda n: f'<embed src="/v{n}">',
    "objects": lambda n: f'<object data="/o{n}"><param name="movie" value="/m{n}">words</object>',
    "videos": lambda n: f'<video poster="/p{n}.png"><source src="/v{n}.mp4"></video>',
    "frames in cells": lambda n: f'<tr><td><iframe src="/v{n}"></iframe></td><td>a</td></tr>',
    "noscript": lambda n: f'<noscript><img src="/n{n}.png"></noscript>',
    "comments": lambda n: f"<!-- comment {n} -->",
    "words and comments": lambda n: f"a<!--{n}-->",
    "scripts": lambda n: f"<script>var a = {n};</script>",
    "styles": lambda n: f"<style>.a{n} {{}}</style>",
    "inputs": lambda n: f'<input name="a{n}" value="x">',
    "forms": lambda n: '<form><input name="list_no" value="42794"></form>',
    "hidden numbers": lambda n: '<input type="hidden" name="list_no" value="42794">',
    "buttons": lambda n: f"<button>B{n}</button>",
    "menus": lambda n: f'<nav><a href="/m{n}">m</a></nav>',
    "links": lambda n: f'<a href="/x{n}.do">Link {n}</a> ',
    "link items": lambda n: f'<li><a href="/x{n}.do">Link {n}</a></li>',
    "anchors": lambda n: '<a href="#">top</a>',
    "same links": lambda n: '<a href="/board.es?mid=a20501000000&amp;bid=0051">News</a>',
    "named links": lambda n: '<a href="/x.do">A forum</a>',
    "tags": lambda n: f'<a href="/tag/{n}">#t{n}</a>',
    "bodies": lambda n: f"<html><body>pasted {n}</body></html>",
    "scripted files": lambda n: f"<a href=\"javascript:download('{n}')\">get</a>",
    "scripted names": lambda n: f"<a href=\"javascript:download('{n}')\">name{n}.pdf</a>",
    "unknown files": lambda n: f'<li><a href="/down.do?seq={n}">f{n}.pdf</a></li>',
    "other files": lambda n: f'<a href="/x/file{n}.pdf">file{n}.pdf</a> ',
    "neighbours": lambda n: f'<p>Next post <a href="?list_no={n}&amp;bbIdx={n}">p{n}</a></p>',
    "notices": lambda n: "<p>no posts</p>",
    "totals": lambda n: f"<p>Total {n} posts</p>",
    "pages of pages": lambda n: f"<span>Page {n % 9}/{n}</span>",
    "counts": lambda n: f"<b>{n}</b>건 ",
    "slashes": lambda n: "1/2 <i>a</i> ",
    "current pages": lambda n: f'<strong title="현재">{n}</strong>',
    "icons": lambda n: '<img alt="새글"><span class="ico">N</span>',
    "definitions": lambda n: "<dd>a</dd>",
    "definition lists": lambda n: "<dl><dd>a</dd></dl>",
    "words and scripts": lambda n: "a<script></script>",
    "words and frames": lambda n: "a<iframe></iframe>",
    "words and images": lambda n: "a<img>",
    "words and objects": lambda n: "<object>a</object>",
    "words and same frames": lambda n: 'a<iframe src="/v"></iframe>',
    "picture links": lambda n: f'<a href="/x{n}.do"><img></a>',
    "next posts": lambda n: f'<tr><td>Next</td><td><a href="?list_no={n}&amp;bbIdx={n}">p</a></td></tr>',
    "dates": lambda n: "<span>2020-01-01</span>",
    "readers": lambda n: f"<ul><li><b>Kim</b> <i>2020-01-01 10:11</i><p>Words {n}</p></li></ul>",
    "reader items": lambda n: f"<li><b>Kim</b> <i>3 days ago</i> Words {n}</li>",
    "reader rows": lambda n: f"<tr><td>Kim (2020-01-01 10:11) words {n}</td></tr>",
    "rows of one cell": lambda n: f'<tr><th colspan="6">A forum {n}</th></tr>',
    "terms": lambda n: f"<dt>A forum {n}</dt>",
    "spans": lambda n: f"<span>Part {n}</span>",
    "names": lambda n: "<div class='a'>KimLeePark Hong</div>",
    "votes": lambda n: "<b>추천 3</b> ",
    "deadlines": lambda n: "<span>Deadline</span> <i>2020-01-01</i> ",
    "file labels": lambda n: f"<li>첨부파일 <a href='/x/f{n}.pdf'>f{n}.pdf</a> (1.2MB)</li>",
}


def _addressed(layout: str) -> dict[str, Piece]:
    """The shapes whose addresses depend on the layout."""
    return {
        "files": lambda n: f'<li><a href="{_file_href(n)}">file{n}.pdf</a></li>',
        "files in one box": lambda n: f'<a href="{_file_href(n)}">file{n}.pdf</a> (1KB) ',
        "links of one file": lambda n: f'<a href="{_file_href(1)}">file.pdf</a>',
        "nameless files": lambda n: f'<a href="{_file_href(n)}">Download</a>',
        "images of files": lambda n: f'<a href="{_file_href(n)}"><img alt="f{n}.pdf"></a>',
        "files of others": lambda n: f'<a href="/boardDownload.es?bid=0051&amp;list_no={n}&amp;seq=1">f</a>',
        "paging links": lambda n: f'<a href="{page_href(layout, n)}">{n}</a> ',
        "paging calls": lambda n: f'<a href="#" onclick="goPage({n})">{n}</a>',
        "board links": lambda n: f'<a href="{page_href(layout, 1)}">A forum</a>',
        "post links": lambda n: f'<a href="{post_href(layout, n)}">Post {n}</a> ',
        "same post links": lambda n: f'<a href="{post_href(layout, 7)}">Post</a> ',
        "post calls": lambda n: f'<a href="#" onclick="goView(\'{n}\')">Post {n}</a> ',
        "more links": lambda n: f'<a href="{post_href(layout, n)}">Read more</a> ',
        "more items": lambda n: (
            f'<li><h4><a href="{post_href(layout, n)}">P{n} <span>Go</span></a></h4><a '
            f'href="{post_href(layout, n)}">Read more</a> <b>Deadline</b> <i>2020-01-02</i></li>'
        ),
        "header cells of posts": lambda n: "<tr><td>No</td><td>Title</td><td>Date</td></tr>",
        "post items": lambda n: f'<li><a href="{post_href(layout, n)}">Post {n}</a> 2020-01-01</li>',
        "post lists": lambda n: f'<ul><li><a href="{post_href(layout, n)}">P{n}</a></li></ul>',
        "post boxes": lambda n: f'<div><div><a href="{post_href(layout, n)}">P{n}</a> 2020-01-01</div></div>',
        "post cards": lambda n: (
            f'<div class="card"><a href="{post_href(layout, n)}"><strong>P{n}</strong>'
            '<span class="date">2020-01-01</span></a></div>'
        ),
        "post grids": lambda n: (
            f'<ul><li>{n}</li><li><a href="{post_href(layout, n)}">P{n}</a></li><li>2020-01-01</li></ul>'
        ),
        "post rows": lambda n: row(post_href(layout, n), n),
        "post tables": lambda n: f"<table>{row(post_href(layout, n), n)}</table>",
        "row roles": lambda n: (
            f'<div role="row"><span role="cell">{n}</span><span role="cell">'
            f'<a href="{post_href(layout, n)}">P{n}</a></span></div>'
        ),
        "hidden twins": lambda n: (
            f'<li><a href="{post_href(layout, n)}">P{n}</a><p style="display:none">'
            f'<a href="{post_href(layout, n)}">P{n}</a></p></li>'
        ),
    }


def pieces(kind: str) -> dict[str, Piece]:
    """All shapes of a page of this kind ("es post", "jsp listing", …), by name."""
    return PIECES | _addressed(kind.split()[0])
