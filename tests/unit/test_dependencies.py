"""What is installed is what is used, and docs/dependencies.md tells of all of it, with the bounds that it
has."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from places import CHECKOUT

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
FOR_A_USER = list(
    dict.fromkeys(extra for name, extras in EXTRAS.items() if name != "dev" for extra in extras)
)
SECTIONS = {
    "For every user": PROJECT["dependencies"],
    "Extras": FOR_A_USER,
    "Development": EXTRAS["dev"],
    **{
        section: [
            line for line in (CHECKOUT / "tests" / file).read_text().splitlines() if not line.startswith("#")
        ]
        for section, file in (
            ("To replay an archive", "replay.txt"),
            ("To deploy to Scrapyd", "scrapyd.txt"),
        )
    },
}


def requirement(words: str) -> tuple[str, str]:
    """(name, bounds) of a requirement, its marker aside."""
    name = re.match(r"[\w.-]+", words)
    assert name
    return name[0], words.partition(";")[0][name.end() :].strip()


def rows(section: str) -> list[tuple[str, str]]:
    """(name, bounds) of each row of the table under a heading of the document."""
    text = (
        (CHECKOUT / "docs" / "dependencies.md")
        .read_text()
        .partition(f"\n## {section}\n")[2]
        .partition("\n## ")[0]
    )
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    assert all(len(row) == 6 and all(row) for row in cells)
    return [(row[0], row[1]) for row in cells[2:]]


def imported() -> set[str]:
    """The distributions that the package imports, or looks for by name."""
    names: set[str] = set()
    for path in (CHECKOUT / "kistep_archive").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
            elif (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "find_spec"
            ):
                names |= {word.value for word in node.args if isinstance(word, ast.Constant)}
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"kistep_archive"}
    known = packages_distributions()
    return {known[top][0].lower() for top in tops}


def test_the_document_names_exactly_what_is_installed_with_its_bounds() -> None:
    for section, wanted in SECTIONS.items():
        assert sorted(rows(section)) == sorted(map(requirement, wanted)), section


@pytest.mark.slow
def test_each_dependency_of_a_user_is_imported_by_the_package_and_nothing_else_is() -> None:
    assert imported() == {requirement(each)[0] for each in [*PROJECT["dependencies"], *FOR_A_USER]}
