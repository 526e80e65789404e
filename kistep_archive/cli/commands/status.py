"""The command `status`: health, politeness, badge."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kistep_archive.cli.options import (
    Settings,
    as_of_option,
    colors,
    rows_options,
)
from kistep_archive.cli.parameters import PathArgument
from kistep_archive.cli.render import rows
from kistep_archive.cli.render.rows import Form
from kistep_archive.display import first_of
from kistep_archive.errors import ArchiveError, ExitCode


@click.command()
@as_of_option
@click.option(
    "--check",
    is_flag=True,
    help="Set the exit code for a monitor: 0 ok, 3 never ran, stale or incomplete, 4 site changed, 5 "
    "unhealthy or damaged.",
)
@click.option(
    "--politeness",
    is_flag=True,
    help="Check from the evidence how the site was asked. Exit code: 0 all rules were obeyed, 3 otherwise.",
)
@click.option(
    "--badge",
    type=PathArgument(dir_okay=False, allow_dash=True),
    metavar="OUT.svg",
    help="Write an SVG badge of the health; '-' is stdout.",
)
@click.option(
    "--metrics",
    type=PathArgument(dir_okay=False, allow_dash=True),
    metavar="OUT.prom",
    help="Write metrics for Prometheus' textfile collector; '-' is stdout.",
)
@rows_options
@click.pass_obj
def status(
    settings: Settings,
    as_of: str | None,
    check: bool,
    politeness: bool,
    badge: Path | None,
    metrics: Path | None,
    form: Form | None,
) -> None:
    """Show each board's health and the last runs.

    A board needs attention if it never ran, if its last complete run is 8 days old (stale), if its pages do
    not fit the parser (suspicious), or if something is missing (incomplete): failed pages, files that were
    never fetched, runs that stopped. The archive needs attention if 'verify' found damage, until a 'verify'
    of everything finds none.
    """
    from kistep_archive.cli.render import status as render_status
    from kistep_archive.operate.causes import worst

    if politeness:
        if as_of or check or badge or metrics:
            raise ArchiveError(
                "--politeness has its own exit code: give it alone, or with --format", ExitCode.USAGE
            )
        _politeness(settings, form)
        return
    with settings.open(as_of) as archive:
        document = settings.advise_in(archive.status())
    code, message = worst(document)
    if badge is not None:
        _badge(settings.archive, badge, document)
    if metrics is not None:
        _metrics(settings.archive, metrics, document)
    if form and Path("-") not in (badge, metrics):
        rows.write(document, form, render_status.COLUMNS)
    elif badge is None and metrics is None:
        now = datetime.fromisoformat(as_of or settings.clock())
        click.echo(render_status.status_as_text(document, now, color=colors()))
    if check and code:
        raise ArchiveError(message, code)


def _badge(archive: Path, out: Path, document: dict[str, Any]) -> None:
    from kistep_archive.operate.badge import as_svg, badge, is_badge

    if out.suffix not in ("", ".svg"):
        raise ArchiveError(f"{out}: a badge is SVG; give a name that ends in .svg", ExitCode.USAGE)
    _write(archive, out, as_svg(badge(document)).encode(), "a badge", is_badge)


def _metrics(archive: Path, out: Path, document: dict[str, Any]) -> None:
    from kistep_archive.operate.metrics import as_text, is_metrics

    if out.suffix not in ("", ".prom"):
        raise ArchiveError(f"{out}: give a name that ends in .prom for metrics", ExitCode.USAGE)
    _write(archive, out, as_text(document).encode(), "a metrics file", is_metrics)


def _write(archive: Path, out: Path, content: bytes, what: str, is_own: Callable[[Path], bool]) -> None:
    """Writes it in one step, because somebody may be reading the old one; replaces nothing of another
    kind."""
    from kistep_archive.export.destination import STDOUT, check_destination, replacing, send

    if out == STDOUT:
        send([content])
        return
    if out.is_file() and not is_own(out):
        raise ArchiveError(f"{out} already exists and is not {what}; choose another name", ExitCode.USAGE)
    check_destination(archive, out, "svg", force=True)
    with replacing(out) as part:
        part.write_bytes(content)


def _politeness(settings: Settings, form: Form | None) -> None:
    from kistep_archive.audit.politeness import examine
    from kistep_archive.audit.rules import RULES
    from kistep_archive.cli.render import status as render_status

    report = examine(settings.archive)
    document = render_status.politeness(report, RULES)
    if form:
        rows.write(document, form, render_status.VIOLATIONS)
    else:
        click.echo(render_status.politeness_as_text(document))
    if document["results"]:
        violations = [
            f"run {row['run']} violates {row['rule']}: {row['words']}; {row['file']} at {row['offset']}"
            for row in document["results"]
        ]
        raise ArchiveError(first_of(violations), ExitCode.INCOMPLETE)
    if report.exit_code:
        unknown = "some records are damaged or do not say when the request was sent"
        raise ArchiveError(
            f"no violation was found, but not every request can be checked: {unknown}", ExitCode.INCOMPLETE
        )
