"""Posts of one line of text each, without files and not pinned, for tests of when a crawl asks for what."""

from dataclasses import replace

from kistep_archive.replica import Entry, Paragraph
from kistep_archive.replica.content import Layout, generate


def plain_posts(layout: Layout, count: int) -> tuple[Entry, ...]:
    """So many posts, always the same."""
    return tuple(
        replace(post, files=(), blocks=(Paragraph(f"Of {post.title}."),), pinned=False)
        for post in generate(layout, count)
    )
