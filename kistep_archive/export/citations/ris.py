"""A citation as RIS, the oldest format that all reference managers read. A web page has the type ELEC."""

from datetime import date

from kistep_archive.export.citations.csl import day_of
from kistep_archive.model.documents import Document


def ris(item: Document) -> str:
    """The item as one record, a line for each value: no value has a line break."""
    issued = day_of(item["issued"]) if "issued" in item else None
    tags = [
        ("TY", "ELEC"),
        ("ID", item["id"]),
        ("TI", item["title"]),
        *(("AU", author["literal"]) for author in item.get("author", [])),
        ("T2", item.get("container-title", "")),
        ("PY", str(issued.year) if issued else ""),
        ("DA", _spelled(issued) if issued else ""),
        ("Y2", _spelled(day_of(item["accessed"]))),
        ("LA", item.get("language", "")),
        ("UR", item["URL"]),
        ("DB", item["archive"]),
        ("AN", item["archive_location"]),
        ("N1", item["note"]),
    ]
    return "\n".join([*(f"{tag}  - {value}" for tag, value in tags if value), "ER  - "])


def _spelled(day: date) -> str:
    return f"{day:%Y/%m/%d}"
