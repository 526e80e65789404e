"""What starts fast stays fast: heavy libraries are loaded by the commands that need them only. Which room may
import which is a contract in pyproject.toml (`lint-imports`)."""

import subprocess
import sys

import pytest

SCRAPY = {"scrapy", "twisted"}
HTML = {"lxml", "parsel", "nh3"}
HEAVY = (
    SCRAPY
    | HTML
    | {
        "rich",
        "datasette",
        "markdownify",
        "sqlite_utils",
        "requests",
        "wayback",
        "pyarrow",
        "vl_convert",
        "warcio",
    }
)


def loaded_by(code: str) -> set[str]:
    """The modules that a process of its own has loaded after running this code."""
    code = f"import sys; {code}; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


@pytest.mark.parametrize(
    "module",
    [
        "cli.main",
        "api",
        "query.search",
        "export.export",
        "store.database",
        "operate.schedule",
        "operate.units",
    ],
)
def test_what_asks_the_archive_loads_no_heavy_library(module: str) -> None:
    assert not loaded_by(f"import kistep_archive.{module}") & HEAVY


def test_every_command_can_be_named_without_a_heavy_library() -> None:
    loaded = loaded_by("from kistep_archive.cli.main import cli; [*cli.commands.values()]")
    assert {"kistep_archive.cli.commands.ask", "kistep_archive.cli.commands.fetch"} <= loaded
    assert not loaded & HEAVY


def test_a_command_does_not_load_the_others() -> None:
    loaded = loaded_by("from kistep_archive.cli.main import cli; cli.commands['search']")
    assert "kistep_archive.cli.commands.search" in loaded
    assert not loaded & {
        f"kistep_archive.cli.commands.{other}"
        for other in ("ask", "fetch", "imports", "learn", "prove", "publish", "run")
    }


@pytest.mark.parametrize(
    "module", ["crawl.runner", "ingest.rebuild", "importers.importer", "operate.doctor.examine"]
)
def test_scrapy_is_loaded_by_a_run_only(module: str) -> None:
    assert not loaded_by(f"import kistep_archive.{module}") & (SCRAPY | {"rich", "datasette", "warcio"})


@pytest.mark.parametrize(
    "room",
    ["model.boards", "model.items", "model.revisions", "model.tokens", "http.response", "warc.captures"],
)
def test_values_and_evidence_load_neither_database_nor_html(room: str) -> None:
    assert not loaded_by(f"import kistep_archive.{room}") & (HEAVY | {"sqlite3", "click"})


def test_the_package_loads_its_python_interface_when_it_is_asked_for() -> None:
    assert "kistep_archive.api" not in loaded_by("import kistep_archive")
    assert "kistep_archive.api" in loaded_by("from kistep_archive import Archive")
