"""Why a person should look at a skin before it is used."""

from collections.abc import Mapping, Sequence

from kistep_archive.learn import boxes
from kistep_archive.learn.body import BodyFound
from kistep_archive.learn.fields import FieldFound
from kistep_archive.learn.judge import Judgement
from kistep_archive.learn.patterns import FIELDS, FieldName
from kistep_archive.learn.samples import Sample


def of(
    found: Mapping[FieldName, FieldFound], main: BodyFound, judgement: Judgement, samples: Sequence[Sample]
) -> tuple[str, ...]:
    """One line for each reason; none if the skin is certain."""
    doubts = disagreements(judgement)
    doubts += [f"{name} was not found" for name in FIELDS if judgement.told.get(name) and name not in found]
    doubts += [
        f"{name} is read by labels, and no row tells it" for name in FIELDS if name in judgement.unproven
    ]
    if all(each.told.cut for each in samples) and judgement.headed < judgement.pages:
        doubts.append("the listing cuts every title, so none is known whole")
    if not main.is_named:
        doubts.append("the body is found by its position only")
    if main.coverage < boxes.ENOUGH:
        doubts.append(f"the body holds only {main.coverage:.0%} of what differs from post to post")
    if 2 * judgement.empty > judgement.pages:
        doubts.append(f"{judgement.empty} of {judgement.pages} bodies are empty")
    return (*doubts, *judgement.suspicions)


def disagreements(judgement: Judgement) -> list[str]:
    """The fields that not all pages say as their rows do."""
    fields = [
        f"{judgement.agreeing[name]} of {count} pages agree on {name}"
        for name, count in judgement.told.items()
        if judgement.agreeing[name] < count
    ]
    unread = judgement.wrong and not fields
    return fields + ([f"{len(judgement.wrong)} pages cannot be read"] if unread else [])
