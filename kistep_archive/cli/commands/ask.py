"""Commands that ask about one post, and about the boards: show, diff, history, boards."""

import shutil
import sys
from functools import partial
from typing import Any

import click

from kistep_archive.cli.options import (
    Settings,
    as_of_option,
    colors,
    json_option,
    rows_options,
)
from kistep_archive.cli.parameters import Number
from kistep_archive.cli.render import plain, rows
from kistep_archive.cli.render import posts as render_posts
from kistep_archive.cli.render.rows import Columns, Form
from kistep_archive.display import first_of
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.documents import Document


@click.command()
@click.argument("post")
@click.option(
    "--revision",
    type=Number(1),
    metavar="N",
    help="Print the Nth revision; 1 is the oldest [default: the latest state].",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "markdown", "html", "json"]),
    help="The format [default: text].",
)
@click.option("--raw", is_flag=True, help="Print the page's bytes exactly as they came.")
@click.option("--decoded", is_flag=True, help="Print the page's bytes, decompressed.")
@click.option(
    "--page", is_flag=True, help="POST is the URL of any page: print the last response from it, decompressed."
)
@as_of_option
@json_option
@click.pass_obj
def show(
    settings: Settings,
    post: str,
    revision: int | None,
    form: str | None,
    raw: bool,
    decoded: bool,
    page: bool,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Print one post, by its id, board/number or URL.

    --as html is a whole page; its pictures come from the archive and are in it, so it needs no network.

    A number that is no post's id is taken for the number in the site's address (list_no), if only one post
    has it.
    """
    _check_show(
        {"--raw": raw, "--decoded": decoded, "--page": page},
        {"--as": form is not None, "--json": as_json, "--revision": page and revision is not None},
    )
    if as_json and form not in (None, "json"):
        raise ArchiveError(f"--as {form} and --json contradict each other: give one of them", ExitCode.USAGE)
    with settings.open(as_of) as archive:
        if raw or decoded or page:
            row = archive.page(post) if page else archive.revision(post, revision)
            sys.stdout.buffer.write(row.raw() if raw and not decoded else row.read())
            return
        document = archive.document(post, revision)
        board = archive.catalogue.row((document["board"], document["layout"]))
    if form == "html":
        _print_page(settings, document, board.language if board else "")
        return
    if as_json or form == "json":
        from kistep_archive.evidence.pages import with_record_ids

        click.echo(plain.as_json(with_record_ids(document, settings.warc)))
        return
    forms = {
        "text": render_posts.post_as_text,
        "markdown": render_posts.post_as_markdown,
    }
    click.echo(forms[form or "text"](document))


def _print_page(settings: Settings, document: Document, language: str) -> None:
    """Prints the post as an HTML page. Raises ArchiveError (5) after it if the evidence of a picture is
    damaged."""
    from kistep_archive.cli.render import page

    images, damage = page.pictures(document, settings.warc)
    click.echo(page.as_page(document, language, images))
    if damage:
        words = f"{first_of(damage)}; the page is printed without these pictures"
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY)


def _check_show(of_bytes: dict[str, bool], others: dict[str, bool]) -> None:
    """Raises ArchiveError (2) if an option that prints a page's bytes is given with one that they cannot
    have."""
    chosen = [name for name, is_chosen in of_bytes.items() if is_chosen]
    wrong = [name for name, is_chosen in others.items() if is_chosen]
    if chosen and wrong:
        which = "--page" if "--revision" in wrong else chosen[0]
        words = f"{which} prints a page's bytes as they are: leave out {' and '.join(wrong)}"
        raise ArchiveError(words, ExitCode.USAGE)


@click.command()
@click.argument("post")
@click.argument("a", type=Number(1), required=False)
@click.argument("b", type=Number(1), required=False)
@click.option("--side-by-side", is_flag=True, help="Print two columns, as wide as the terminal.")
@as_of_option
@json_option
@click.pass_obj
def diff(
    settings: Settings,
    post: str,
    a: int | None,
    b: int | None,
    side_by_side: bool,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Print what changed between two revisions of a post.

    A and B are revision numbers, as in 'show --revision'. Without B it compares A with the last revision;
    without both, the last two. Changed words are marked.
    """
    from kistep_archive.cli.render import diff as render_diff

    with settings.open(as_of) as archive:
        difference = archive.diff(post, a, b)
    if as_json:
        click.echo(plain.as_json(render_diff.as_document(difference, settings.warc)))
    elif side_by_side:
        form = partial(render_diff.side_by_side, width=shutil.get_terminal_size().columns, color=colors())
        click.echo(render_diff.as_text(difference, form))
    else:
        click.echo(render_diff.as_text(difference, partial(render_diff.unified, color=colors())))


@click.command()
@click.argument("post")
@as_of_option
@rows_options
@click.pass_obj
def history(settings: Settings, post: str, as_of: str | None, form: Form | None) -> None:
    """List everything that happened to a post, oldest first.

    It lists addresses, revisions, hits, files (fetched, replaced or gone), removals and returns. Each line
    names its evidence.
    """
    from kistep_archive.cli.render import history as render_history

    with settings.open(as_of) as archive:
        document, events = archive.document(post), archive.history(post)
    if form:
        from kistep_archive.evidence import pages

        named = [
            pages.row_with_record_id(render_history.as_document(event), settings.warc) for event in events
        ]
        rows.write({"total": len(named), "results": named}, form, render_history.COLUMNS)
    else:
        click.echo(render_history.as_text(document, events))


_BOARDS = Columns(
    ("board", "title", "layout", "language", "address", "crawled"),
    ("board", "layout", "language", "crawled", "address"),
)


@click.command("boards")
@rows_options
@click.pass_obj
def boards_command(settings: Settings, form: Form | None) -> None:
    """List the known boards.

    --boards FILE.toml (before the command) adds or replaces boards.
    """
    known: list[dict[str, Any]] = [
        {
            "board": row.name,
            "title": row.title,
            "layout": row.layout,
            "language": row.language,
            "address": row.address,
            "crawled": "when named" if row.named_only else "by default",
        }
        for row in settings.catalogue().rows
    ]
    rows.write({"total": len(known), "results": known}, form or Form.TABLE, _BOARDS)
