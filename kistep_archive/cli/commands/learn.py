"""The command that proposes a skin."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kistep_archive.cli.options import (
    Settings,
    board_argument,
    check_boards,
    delay_option,
    json_option,
    origin_option,
)
from kistep_archive.cli.parameters import Number
from kistep_archive.cli.render import learn as render
from kistep_archive.cli.render import plain
from kistep_archive.errors import ArchiveError, ExitCode

if TYPE_CHECKING:
    from kistep_archive.learn.proposal import Proposal

_NOT_NEEDED = "all its pages are read well already"


@click.command()
@board_argument
@click.option(
    "--fetch",
    type=Number(3, 50),
    metavar="N",
    help="First fetch the listing and N of its posts. They become evidence, as in a crawl.",
)
@click.option("--save", is_flag=True, help="Write the skin into the boards file, if it is certain.")
@click.option("--accept", is_flag=True, help="With --save: write it also if it is not certain.")
@origin_option
@delay_option
@json_option
@click.pass_obj
def learn(
    settings: Settings,
    name: str,
    fetch: int | None,
    save: bool,
    accept: bool,
    origin: str,
    delay: float | None,
    as_json: bool,
) -> None:
    """Propose a skin for a board whose pages cannot be read.

    It learns from stored pages, also those that a crawl held back: the rows of the listing say what each
    page must show. After --save, 'rebuild' takes the pages in.

    Exit code: 0 done, 2 too few pages, 3 --fetch did not get them, 4 nothing was learnt, or the skin is not
    certain and was not saved.
    """
    if accept and not save:
        raise ArchiveError("--accept says what to save: use it with --save", ExitCode.USAGE)
    check_boards(settings.catalogue(), (name,))
    problem = _fetch(settings, name, fetch, origin, delay) if fetch is not None else ""
    proposals = _proposals(settings, name, problem)
    if save and not accept:
        proposals = [_with_overwrite_doubt(settings, each) for each in proposals]
    saved = [_save(settings, each) if save and (accept or not each.doubts) else None for each in proposals]
    if as_json:
        click.echo(plain.as_json(render.document(settings.archive, proposals, saved)))
    elif not settings.quiet:
        click.echo(settings.advise(render.text(settings.archive, proposals, saved)))
    doubted = [each for each, path in zip(proposals, saved, strict=True) if save and path is None]
    if doubted:
        raise ArchiveError(_waits(settings, name, doubted[0]), ExitCode.SITE_CHANGED)


def _waits(settings: Settings, name: str, proposal: "Proposal") -> str:
    command = f"kistep-archive learn {name} --save --accept"
    return (
        f"{name}: the skin is not certain ({proposal.doubts[0]}), so it was not saved. To save it: {command}"
    )


def _fetch(settings: Settings, name: str, count: int, origin: str, delay: float | None) -> str:
    """Fetches posts to learn from. Suspicious pages are welcome; without any page the command ends. Returns
    why some may be missing, or ""."""
    from kistep_archive.crawl.runner import CrawlOptions, Plan, crawl

    delay = settings.own.delay if delay is None else delay
    options = CrawlOptions((name,), origin or settings.own.origin, delay, plan=Plan(posts=count))
    result = crawl(
        settings.archive, settings.catalogue(), options, quiet=settings.quiet, clock=settings.clock
    )
    is_readable = result.exit_code in (ExitCode.COMPLETE, ExitCode.SITE_CHANGED, ExitCode.INCOMPLETE)
    if not is_readable or not result.counts.get("fetched"):
        raise ArchiveError(result.reason, result.exit_code)
    return result.reason if result.exit_code == ExitCode.INCOMPLETE else ""


def _proposals(settings: Settings, name: str, problem: str) -> list["Proposal"]:
    """A proposal for each layout of the board whose pages need one; if none does, for the first with enough
    pages. Where none has enough, the `problem` of the fetch says why."""
    from kistep_archive.learn import proposal, samples
    from kistep_archive.store.database import check_evidence

    check_evidence(settings.archive)
    boards = [row for row in settings.catalogue().rows if row.name == name]
    candidates = [(row, samples.of_board(settings.archive, row)) for row in boards]
    enough = [(row, posts) for row, posts in candidates if len(posts) >= samples.FEWEST]
    if not enough and problem:
        raise ArchiveError(problem, ExitCode.INCOMPLETE)
    if not enough:
        board, posts = max(candidates, key=lambda each: len(each[1]))
        listing_problem = samples.listing_problem(settings.archive, board)
        raise ArchiveError(proposal.too_few(board, len(posts), listing_problem), ExitCode.USAGE)
    needing = [(row, posts) for row, posts in enough if proposal.is_needed(settings.archive, row, posts)]
    proposals = [proposal.propose(settings.archive, *each) for each in needing or enough[:1]]
    return proposals if needing else [_with_doubt_of_need(each) for each in proposals]


def _with_doubt_of_need(proposal: "Proposal") -> "Proposal":
    """The proposal of a board whose pages are read well, with a doubt unless the board has this skin."""
    from dataclasses import replace

    skin = proposal.board.skin
    is_known = skin is not None and skin.digest == proposal.skin.digest
    return proposal if is_known else replace(proposal, doubts=(*proposal.doubts, _NOT_NEEDED))


def _with_overwrite_doubt(settings: Settings, proposal: "Proposal") -> "Proposal":
    """The proposal, with a doubt if saving it would replace another skin."""
    from dataclasses import replace

    from kistep_archive.learn.saving import in_the_way

    words = in_the_way(_boards_file(settings), proposal.board, proposal.skin)
    return replace(proposal, doubts=(words, *proposal.doubts)) if words else proposal


def _boards_file(settings: Settings) -> Path:
    from kistep_archive.parse.skin import boards_file

    own = boards_file.own_file(settings.archive)
    return settings.boards_file or own or settings.archive / boards_file.NAME


def _save(settings: Settings, proposal: "Proposal") -> Path:
    from kistep_archive.learn.saving import save
    from kistep_archive.model import archive_toml

    without = archive_toml.read(settings.archive).without
    return save(_boards_file(settings), proposal.board, proposal.skin, without)
