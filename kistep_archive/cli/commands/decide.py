"""Commands that decide which posts are one: merge, part."""

import click

from kistep_archive.cli.options import Settings
from kistep_archive.model.outcomes import Decision


@click.command()
@click.argument("post")
@click.argument("other", metavar="POST")
@click.pass_obj
def merge(settings: Settings, post: str, other: str) -> None:
    """Decide that two posts are one.

    'status' lists the posts that were not merged because several match. The post keeps the id of the one with
    the current address. The evidence records the decision; 'part' takes it back.
    """
    _decide(settings, Decision.MERGE, post, other)


@click.command()
@click.argument("post")
@click.pass_obj
def part(settings: Settings, post: str) -> None:
    """Take back a merge, or part a post into its addresses.

    After a 'merge' each post has again the addresses that it had before. Without one the program made one
    post of several addresses: then each gets a post of its own. Of a post with one address it says that it
    stays apart: 'status' no longer lists it. The evidence records the decision; 'merge' takes it back.
    """
    _decide(settings, Decision.PART, post)


def _decide(settings: Settings, decision: Decision, *references: str) -> None:
    from kistep_archive.operate.decisions import decide
    from kistep_archive.store.database import check_evidence

    check_evidence(settings.archive)
    words = decide(settings.archive, settings.catalogue(), decision, references, settings.clock)
    if not settings.quiet:
        click.echo(words)
