"""Why a person should look at a skin before it is used: one line for each reason, none if it is certain."""

from collections.abc import Collection, Mapping, Sequence

from kistep_archive.display import plural
from kistep_archive.learn.bodies import boxes
from kistep_archive.learn.bodies.body import BodyPlace
from kistep_archive.learn.fields import FieldPlace
from kistep_archive.learn.judge import Judgement
from kistep_archive.learn.patterns import FIELDS, FieldName
from kistep_archive.learn.samples import Sample

SHARED = "another text that differs from post to post is in the body's box or beside it"


def of(
    places: Mapping[FieldName, FieldPlace],
    guessed: Collection[FieldName],
    main: BodyPlace,
    judgement: Judgement,
    samples: Sequence[Sample],
) -> tuple[str, ...]:
    """One line for each reason; none if the skin is certain."""
    doubts = disagreements(judgement)
    doubts += [f"{name} was not found" for name in FIELDS if judgement.rows.get(name) and name not in places]
    doubts += [
        f"{name} is read by labels, and no row tells it"
        for name in FIELDS
        if name in judgement.unproven and name not in places
    ]
    doubts += [
        f"{name} is a guess: no row tells it, and no known label" for name in FIELDS if name in guessed
    ]
    doubts += [f"a label tells another {name}: {value[:40]!r}" for name, value in judgement.denied.items()]
    if all(each.row.cut for each in samples) and judgement.headed < judgement.pages:
        doubts.append("the listing cuts every title, so none is known whole")
    if not main.is_named:
        doubts.append("the body is found by its position only")
    if main.is_shared:
        doubts.append(SHARED)
    if lines := [each for each in main.drop if "normalize-space()=" in each]:
        doubts.append(
            f"{plural(len(lines), 'line')} that most bodies have would be left out of them: {lines[0]}"
        )
    if main.coverage < boxes.ENOUGH:
        doubts.append(f"the body holds only {main.coverage:.0%} of what differs from post to post")
    if 2 * judgement.empty > judgement.pages:
        doubts.append(f"{judgement.empty} of {judgement.pages} bodies are empty")
    if judgement.scripted:
        posts = plural(judgement.scripted, "post")
        doubts.append(f"{posts} with files that only a script offers, so the archive cannot have them")
    return (*doubts, *judgement.suspicions)


def disagreements(judgement: Judgement) -> list[str]:
    """The pages that cannot be read, and the fields that not all others say as their rows do."""
    unreadable = judgement.unreadable
    counts = f"{len(unreadable)} of {judgement.pages} pages cannot be read"
    fields = [
        f"{judgement.agreeing[name]} of {count} pages agree on {name}"
        for name, count in judgement.rows.items()
        if judgement.agreeing[name] < count
    ]
    return [*(f"{counts}: {each.problem}" for each in unreadable[:1]), *fields]


def unread(judgement: Judgement, shown: Mapping[FieldName, int], pages: int) -> list[str]:
    """A doubt for each field that most pages show, but neither the skin nor a label reads."""
    return [
        f"{name} is perhaps shown by {plural(count, 'page')} of {pages}, but nothing reads it"
        for name, count in sorted(shown.items())
        if 2 * count > pages and name not in judgement.rows and name not in judgement.unproven
    ]


def unsettled(names: Sequence[FieldName], unread_text: str) -> list[str]:
    """A doubt if the fields may be in a text of the header that nothing reads."""
    shown = f"{' and '.join(names)} may be in a text that nothing reads: {unread_text[:40]!r}"
    return [shown] if unread_text else []
