"""A post as a whole HTML page, which shows everything without a network: its pictures are in it."""

import re
from base64 import b64encode
from html import escape, unescape
from pathlib import Path

from kistep_archive.cli.render.posts import post_as_html
from kistep_archive.export.files.folder import read_fetched
from kistep_archive.http.media_types import sniff
from kistep_archive.http.response import uri
from kistep_archive.model.documents import Document

# as the sanitiser writes it: each value in double quotes
_IMAGE = re.compile(r'<img((?:\s[\w-]+="[^"]*")*)\s*/?>')
_SOURCE = re.compile(r'\s(?:src|srcset)="([^"]*)"')
# nothing may be loaded from anywhere: neither the site nor anybody else learns that the page is read
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """:root { color-scheme: light dark; }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere;
  font: 1rem/1.6 system-ui, "Noto Sans KR", sans-serif; background: #ffffff; color: #1a1a1a; }
a { color: #1f5fa8; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; }
td, th { border: 1px solid #767676; padding: 0.2rem 0.5rem; }
@media (prefers-color-scheme: dark) {
  body { background: #111111; color: #f0f0f0; }
  a { color: #6fb1ff; }
}"""


def pictures(post: Document, evidence: Path) -> tuple[dict[str, str], list[str]]:
    """The post's images as data URIs, by their addresses, from the WARC files of the folder `evidence`; and
    what is wrong with those that cannot be read."""
    data_uris: dict[str, str] = {}
    damage: list[str] = []
    images = [file for file in post["attachments"] if file["kind"] == "image"]
    for _, file, data in read_fetched(evidence, images, damage):
        if (kind := sniff((), data)).startswith("image/"):
            data_uris[uri(file["url"])] = f"data:{kind};base64,{b64encode(data).decode('ascii')}"
    return data_uris, damage


def as_page(post: Document, language: str, images: dict[str, str]) -> str:
    """The post as a page in this language; `images` are those of `pictures`. An image that the archive does
    not have is shown by its words."""
    body = _IMAGE.sub(lambda match: _image(match[1], images), post["body_html"])
    lang = f' lang="{escape(language)}"' if language else ""
    title = "".join(c if c.isprintable() else " " for c in post["title"])
    return f"""<!DOCTYPE html>
<html{lang}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
{post_as_html({**post, "body_html": body})}
</body>
</html>"""


def _image(attributes: str, images: dict[str, str]) -> str:
    source = _SOURCE.search(attributes)
    place = images.get(uri(unescape(source[1]))) if source else None
    others = _SOURCE.sub("", attributes)
    if place:
        return f'<img{others} src="{place}">'
    return f"<em>[an image that the archive does not have{_words(others)}]</em>"


def _words(attributes: str) -> str:
    match = re.search(r'\salt="([^"]+)"', attributes)
    return f": {match[1]}" if match else ""
