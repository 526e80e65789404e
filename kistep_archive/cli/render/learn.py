"""A proposed skin as text and as plain data."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kistep_archive.display import plural, printable
from kistep_archive.model import skins
from kistep_archive.model.documents import Document

if TYPE_CHECKING:
    from kistep_archive.learn.judge import Judgement, SkinReading
    from kistep_archive.learn.proposal import Proposal

_SHORT = 70  # characters of a value in the preview


def document(folder: Path, proposals: Sequence["Proposal"], saved: Sequence[Path | None]) -> Document:
    """The proposals as plain data."""
    rows = [_document(folder, each, path) for each, path in zip(proposals, saved, strict=True)]
    return {"total": len(rows), "results": rows}


def _document(folder: Path, proposal: "Proposal", saved: Path | None) -> Document:
    from kistep_archive.learn.proposal import preview

    judgement = proposal.judgement
    return {
        "board": proposal.board.name,
        "layout": proposal.board.layout,
        "skin": skins.as_table(proposal.skin),
        "pages": judgement.pages,
        "agreeing": {name: [judgement.agreeing[name], rows] for name, rows in judgement.rows.items()},
        "coverage": round(proposal.coverage, 3),
        "certain": not proposal.doubts,
        "doubts": list(proposal.doubts),
        "saved": str(saved) if saved else None,
        "preview": [_reading_document(each) for each in preview(folder, proposal)],
    }


def _reading_document(reading: "SkinReading") -> Document:
    if reading.post is None:
        return {"number": reading.number, "problem": reading.problem}
    post = reading.post
    return {
        "number": reading.number,
        "title": post.title,
        "writer": post.writer,
        "date": post.date,
        "hits": post.hits,
        "body_text": post.body_text,
        "attachments": [each.name for each in post.attachments],
        "images": list(post.images),
    }


def text(folder: Path, proposals: Sequence["Proposal"], saved: Sequence[Path | None]) -> str:
    """The proposals for a person."""
    parts = [_text(folder, each, path) for each, path in zip(proposals, saved, strict=True)]
    return printable("\n\n".join(parts))


def _text(folder: Path, proposal: "Proposal", saved: Path | None) -> str:
    board = proposal.board
    learnt = plural(len(proposal.learnt_from), "post")
    lines = [
        f"{board.name} ({board.layout}): a skin, learnt from {learnt} and judged on "
        f"{plural(proposal.judgement.pages, 'page')}"
    ]
    lines += [f"  {name:7} {shown}" for name, shown in _parts(proposal)]
    if proposal.doubts:
        lines += _preview(folder, proposal)
        lines += ["This is not certain:", *(f"  {each}" for each in proposal.doubts)]
    if saved is not None:
        lines.append(f"saved in {saved}; 'kistep-archive rebuild' now reads all stored pages with it")
    elif proposal.doubts:
        lines.append(
            "Compare the values with the pages in a browser. To save it as it is, add --save --accept."
        )
    else:
        lines.append("All rows agree. To save it, add --save.")
    return "\n".join(lines)


def _parts(proposal: "Proposal") -> list[tuple[str, str]]:
    post, judgement = proposal.skin.post, proposal.judgement
    assert post is not None
    parts = [
        (name, _field(getattr(post, name), name, judgement)) for name in ("title", "writer", "date", "hits")
    ]
    share = f"{proposal.coverage:.0%} of what differs from post to post"
    parts.append(("body", f"{', '.join(post.body)}  ({share})"))
    others = (("drop", ", ".join(post.drop)), ("files", post.files), ("applies", post.applies))
    return parts + [(name, shown) for name, shown in others if shown]


def _field(selection: skins.Selection | None, name: str, judgement: "Judgement") -> str:
    rows = {str(key): count for key, count in judgement.rows.items()}.get(name, 0)
    agreeing = {str(key): count for key, count in judgement.agreeing.items()}.get(name, 0)
    agree = f"{agreeing} of {rows} agree with the listing" if rows else "the listing does not show it"
    if selection is None and not rows and name not in map(str, judgement.unproven):
        return "not found: the listing does not show it, and nothing on the pages is known to be it"
    pattern = f"  with  {selection.pattern}" if selection and selection.pattern else ""
    return f"{selection.select if selection else 'by labels'}{pattern}  ({agree})"


def _preview(folder: Path, proposal: "Proposal") -> list[str]:
    from kistep_archive.learn.proposal import preview

    lines = ["The pages would say:"]
    for reading in preview(folder, proposal):
        if reading.post is None:
            lines.append(f"  {reading.number}  {reading.problem}")
            continue
        post = reading.post
        files = f", {plural(len(post.attachments), 'file')}" if post.attachments else ""
        images = f", {plural(len(post.images), 'image')}" if post.images else ""
        hits = "no hits" if post.hits is None else post.hits
        values = f"{_short(post.title)} | {post.writer or 'no writer'} | {post.date} | {hits}"
        lines.append(f"  {reading.number}  {values}{files}{images}")
        lines.append(f"      {_body(post.body_text)}")
    return lines


def _body(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= 2 * _SHORT else f"{line[:_SHORT]} … {line[-_SHORT:]}") or "(no text)"


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
