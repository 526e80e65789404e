"""Commands that list what the archive has: changes."""

import click

from kistep_archive.cli.options import Settings, as_of_option, board_option, rows_options
from kistep_archive.cli.parameters import When
from kistep_archive.cli.render import rows
from kistep_archive.cli.render.rows import Form
from kistep_archive.model.periods import Period


@click.command()
@click.option("--since", type=When(Period.since), help="Only what happened at this DATE or later.")
@click.option("--until", type=When(Period.before), help="Only what happened at this DATE or earlier.")
@board_option
@click.option(
    "--kind",
    metavar="KINDS",
    help="Only some of new,revised,removed,restored: one, or several with commas between them.",
)
@as_of_option
@rows_options
@click.pass_obj
def changes(
    settings: Settings,
    since: str | None,
    until: str | None,
    board: str | None,
    kind: str | None,
    as_of: str | None,
    form: Form | None,
) -> None:
    """List what happened to the posts, newest first.

    A post is new when the archive first sees it, revised when its page says something else, removed when the
    site does not show it any more, and restored when it is back. A DATE is about when this was seen (UTC),
    not about the post's own date.
    """
    from kistep_archive.cli.render import changes as render_changes

    settings.check_board(board)
    with settings.open(as_of) as archive:
        listed = list(archive.changes(since=since, until=until, board=board, kind=kind))
    if form:
        rows.write(render_changes.as_document(listed), form, render_changes.COLUMNS)
    else:
        click.echo(render_changes.as_text(listed))
