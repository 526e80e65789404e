"""Posts as a folder of Markdown files with YAML front matter, their files and their images: for reading,
Obsidian and LLMs."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from functools import cache
from mimetypes import guess_extension
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kistep_archive.display import first_of
from kistep_archive.export.files import manifest
from kistep_archive.export.files.folder import read, write_post
from kistep_archive.export.files.names import post_path
from kistep_archive.export.tables.csv_json import EXPORTED_COLUMNS
from kistep_archive.http.response import PageError, uri
from kistep_archive.model.documents import Document
from kistep_archive.query.filters import posts
from kistep_archive.warc.reader import WarcError

IMAGES, FILES = "images", "files"
_FRONT = [column for column in EXPORTED_COLUMNS if column not in ("body_text", "body_html", "attachments")]
_HEAD = ("id", "board", "number", "date", "writer", "removed_at")  # of a post in one document
_IMAGES = (
    "SELECT url, media_type, sha256, warc_file, warc_offset FROM attachments WHERE post_id = ? "
    "AND kind = 'image' AND sha256 NOT NULL"
)
_FILES = (
    "SELECT name, url, kind, sha256, warc_file, warc_offset FROM attachments WHERE post_id = ? "
    "AND kind = 'file'"
)
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/x-icon": ".ico",
}
_MAGIC = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"BM": ".bmp", b"RIFF": ".webp"}
# characters that JSON does not escape in a string, but that YAML forbids or reads as a line break
_NOT_YAML = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile(r"[\\`*_<]|\](?=[(\[:])|&(?=#?\w+;)")  # a bracket is markup only with what follows it
# headings, quotes, lists, rules
_AT_START = re.compile(r"(?m)^([ \t]*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=]{2,}[ \t]*$)")
_ITEM = re.compile(r"(?m)^([ \t]*\d{1,9})([.)])(?=\s|$)")  # an item of a numbered list
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def write_folder(conn: sqlite3.Connection, evidence: Path, folder: Path) -> str:
    """Writes a file per post, and the files and images that are in the WARC files of the folder `evidence`.
    Returns a line about those that could not be read, empty if there are none. Links to them, and to what was
    never fetched, lead to the site."""
    (folder / IMAGES).mkdir(parents=True)
    damage: list[str] = []
    for post in posts(conn):
        images = {}
        for row in conn.execute(_IMAGES, (post["id"],)):
            try:
                images[row["url"]] = f"{IMAGES}/{_image(row, evidence, folder / IMAGES)}"
            except (WarcError, PageError) as error:
                damage.append(str(error))
        path = post_path(folder, post, ".md")
        files = [dict(row) for row in conn.execute(_FILES, (post["id"],))]
        places = _write_files(files, evidence, path, damage) if files else {}
        path.write_text(markdown(post, images | places), encoding="utf-8", newline="\n")
    manifest.write(folder)
    if not damage:
        return ""
    return f"{first_of(damage)}; the posts are written, and links to these files lead to the site"


def one_document(posts_with_files: Iterable[Document]) -> Iterator[str]:
    """All posts as the pieces of one Markdown document, with lines between them. Links to files and images
    lead to the site."""
    for place, post in enumerate(posts_with_files):
        facts = [f"{name}: {line(str(post[name]))}" for name in _HEAD if post[name] is not None]
        facts.append(f"url: <{uri(post['url'])}>")
        yield "\n---\n\n" if place else ""
        yield f"# {line(post['title'])}\n\n{_item_list(facts)}\n\n{body(post['body_html'], {})}\n"
        links = [link(file["name"], file["url"]) for file in post["attachments"] if file["kind"] == "file"]
        yield f"\n## Files\n\n{_item_list(links)}\n" if links else ""


def _item_list(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _write_files(files: list[Document], evidence: Path, post: Path, damage: list[str]) -> dict[str, str]:
    """Writes a post's files to a folder that is named as its Markdown file `post`. Returns address -> place,
    from the folder of that file on."""
    written = write_post(evidence, files, post.parent / FILES / post.stem, damage)
    return {files[number]["url"]: f"{FILES}/{post.stem}/{name}" for number, name in written.items()}


def markdown(post: Document, places: dict[str, str]) -> str:
    """A post as a Markdown file; `places` maps addresses of files and images to local paths."""
    downloads = [file for file in post["attachments"] if file["kind"] == "file"]
    links = [f"- {link(file['name'], _address(file['url'], places))}" for file in downloads]
    tail = "\n".join(["", "## Files", "", *links, ""]) if links else ""
    text = f"# {line(post['title'])}\n\n{body(post['body_html'], places)}\n{tail}"
    return f"{front_matter(post, places)}\n{text}"


def _address(url: str, places: dict[str, str]) -> str:
    """Where a link to a file leads: to the local file if there is one."""
    return quote(places[url]) if url in places else url


def body(html: str, images: dict[str, str]) -> str:
    """A body's HTML as Markdown, without control characters."""
    return _CONTROL.sub("", _converter()(heading_style="ATX", images=images).convert(html).strip())


def line(text: str) -> str:
    """Text as one line of Markdown, with everything escaped that looks like markup."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(_CONTROL.sub(" ", text).split()))


def link(text: str, address: str) -> str:
    """A link in Markdown."""
    label = re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", line(text))
    return f"[{label}]({uri(address).replace('(', '%28').replace(')', '%29')})"


@cache
def _converter() -> Any:
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        """Keeps images everywhere, also in headings and tables, with the paths of `images`."""

        options: dict[str, Any]

        def convert_img(self, el: Any, text: str, parent_tags: object) -> str:
            return image(str(el.get("src") or ""), str(el.get("alt") or ""), self.options["images"])

        def escape(self, text: str, parent_tags: Iterable[str]) -> str:
            escaped = _MARKUP.sub(r"\\\g<0>", text or "")
            escaped = escaped.replace("|", r"\|") if {"td", "th"} & set(parent_tags) else escaped
            return _ITEM.sub(r"\1\\\2", _AT_START.sub(r"\1\\\2", escaped))

        def convert_pre(self, el: Any, text: str, parent_tags: object) -> str:
            fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", text))])
            return f"\n\n{fence}\n{text.strip(chr(10))}\n{fence}\n\n" if text else ""

    return Converter


def image(address: str, alt: str, images: dict[str, str]) -> str:
    """An image in Markdown: the local file if there is one."""
    place = images.get(uri(address)) or uri(address)
    label = re.sub(r"([\[\]\\])", r"\\\1", " ".join(alt.split()))
    return f"![{label}]({place.replace('(', '%28').replace(')', '%29')})" if place else label


def front_matter(post: Document, places: dict[str, str]) -> str:
    """The post's facts as YAML between lines of three dashes; each file has the `path` that `places` names.
    Scalars are written as JSON, which is also YAML."""
    facts = [f"{column}: {_scalar(post[column])}" for column in _FRONT]
    files = [f"  - {_scalar(file | {'path': places.get(uri(file['url']))})}" for file in post["attachments"]]
    return "\n".join(
        ["---", *facts, *(["attachments:", *files] if files else ["attachments: []"]), "---", ""]
    )


def _scalar(value: object) -> str:
    return _NOT_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def _image(row: sqlite3.Row, evidence: Path, folder: Path) -> str:
    """Writes an image under its digest, unless it exists, and returns its name. Raises WarcError and
    PageError."""
    suffix = _suffix(row["media_type"])
    if suffix and (folder / f"{row['sha256']}{suffix}").exists():
        return f"{row['sha256']}{suffix}"
    data = read(evidence, dict(row))
    suffix = suffix or next((end for start, end in _MAGIC.items() if data.startswith(start)), ".bin")
    name = f"{row['sha256']}{suffix}"
    (folder / name).write_bytes(data)
    return name


def _suffix(media_type: str | None) -> str | None:
    """The suffix for the media type of an image, None for other types."""
    kind = (media_type or "").partition(";")[0].strip().lower()
    return (_SUFFIXES.get(kind) or guess_extension(kind)) if kind.startswith("image/") else None
