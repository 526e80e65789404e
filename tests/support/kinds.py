"""One page of each kind that the demo's archive has."""

SERVED = {
    "home": "",
    "search": "search?q=forum",
    "search in Korean": "search?q=예산&has_file=no",
    "nothing found": "search?q=forrum",
    "post": "news/98911",
    "post with a file": "news/42794",
    "removed post": "news/97928",
    "changes": "news/98911/changes/1-2",
    "no changes": "news/42794/changes",
    "proof": "news/98911/proof",
    "files": "news/42794/files",
    "no files": "news/98911/files",
    "cite": "news/98911/cite",
    "changed": "changed",
    "removed": "removed",
    "writers": "writers",
    "writer": "writers/KISTEP",
    "years": "years",
    "year": "years/2022",
    "boards": "boards",
    "board": "boards/news/page-2",
    "runs": "runs",
    "run": "runs/1",
    "error": "news/1",
    "as of": "news/98911?as_of=2100-01-01",
}
PUBLISHED = {
    kind: f"{path or 'index'}.html" for kind, path in SERVED.items() if "?" not in path and kind != "error"
} | {"search": "search.html?q=forum"}


def in_korean(path: str) -> str:
    """The same served page with its interface in Korean."""
    return f"{path}{'&' if '?' in path else '?'}lang=ko"
