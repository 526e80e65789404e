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
    """Decide that each address of a post is a post of its own.

    It takes back a 'merge', or a merge of the program. All addresses part, also those that were one post
    before the 'merge': 'merge' joins these again. Of a post with one address it says that it stays apart:
    'status' no longer lists it. The evidence records the decision; 'merge' takes it back.
    """
    _decide(settings, Decision.PART, post)


def _decide(settings: Settings, decision: Decision, *references: str) -> None:
    from kistep_archive.operate.decisions import decide
    from kistep_archive.store.database import check_evidence

    check_evidence(settings.archive)
    words = decide(settings.archive, settings.catalogue(), decision, references, settings.clock)
    if not settings.quiet:
        click.echo(words)
