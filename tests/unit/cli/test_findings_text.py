"""What `verify` prints: findings of one cause together, with one piece of advice."""

from kistep_archive.audit.survey import Finding
from kistep_archive.audit.verify import Report
from kistep_archive.cli.render.runs import verify_as_text


def lines(*findings: Finding) -> list[str]:
    return verify_as_text(Report(list(findings), [], 2, 3, 400, 5, 0.1)).splitlines()


def missing(number: int) -> Finding:
    what = f"the database has no row for this response of https://x/{number}"
    return Finding("warc/a.warc.gz", number, what, "rebuild", "a.warc.gz")


OTHER = Finding("kistep.db", None, "the file is missing", "rebuild")


def test_a_finding_alone_is_one_line_with_its_advice() -> None:
    assert lines(OTHER, missing(1))[:2] == [str(OTHER), str(missing(1))]


def test_findings_of_one_cause_have_one_advice() -> None:
    assert lines(missing(1), OTHER, missing(22))[:4] == [
        "2 findings with one cause: rebuild",
        "    warc/a.warc.gz at 1: the database has no row for this response of https://x/1",
        "    warc/a.warc.gz at 22: the database has no row for this response of https://x/22",
        str(OTHER),
    ]


def test_many_findings_are_counted() -> None:
    said = lines(*map(missing, range(1234)))
    assert (said[0], len(said)) == ("1,234 findings with one cause: rebuild", 13)
    assert said[11] == "    and 1,224 more; --json lists them all"


def test_the_same_fault_with_other_advice_is_another_cause() -> None:
    first = Finding("a", None, "row 7 differs", "rebuild")
    assert lines(first, Finding("b", None, "row 8 differs", "restore"))[0] == str(first)
