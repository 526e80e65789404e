"""Imports point down only: each module, imported alone in a process of its own, brings in nothing that stands above it."""

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kistep_archive"
SCRAPY = {"scrapy", "twisted"}
STORE = {"sqlite3", "sqlite_utils"}
HTML = {"lxml", "parsel", "nh3"}
SHOWN = {"rich", "datasette", "markdownify", "click"}
CODINGS = {"brotli", "zstandard"}

# module -> what must not be loaded after importing it
COMMANDS = SCRAPY | HTML | {"rich", "datasette", "warcio", "markdownify", "sqlite_utils", "requests", "wayback", "pyarrow", "vl_convert"}
FORBIDDEN: dict[str, set[str]] = {
    "items": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "codings": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "page": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "signatures": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "boards": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "errors": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "outcomes": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "search": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "snippets": SCRAPY | STORE | HTML | SHOWN | {"warcio", "difflib"},
    "lookup": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "difflib"},
    "suggest": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "difflib"},
    "plots": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "layouts": SCRAPY | STORE | SHOWN | {"warcio"},
    "warc": SCRAPY | STORE | HTML | SHOWN,
    "history": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "rechecks": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "guards": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "habits": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "guarding": SCRAPY | HTML | {"rich", "datasette", "warcio"},
    "journal": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "manners": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "asked": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "politeness": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "lock": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "seals": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "debts": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "replaced": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "replay": SCRAPY | {"rich", "datasette"},
    "importing": SCRAPY | {"rich", "datasette"},
    "rebuild": SCRAPY | {"rich", "datasette"},
    "kept": SCRAPY | STORE | HTML | SHOWN,
    "evidence": SCRAPY | STORE | HTML | SHOWN,
    "explain": SCRAPY | STORE | SHOWN | {"warcio"},
    "wacz": SCRAPY | STORE | HTML | SHOWN,
    "bundle": SCRAPY | HTML | SHOWN | {"sqlite_utils"},
    "replays": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "records": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "extents": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "wacz_in": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "captures": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio"},
    "wayback_index": SCRAPY | STORE | HTML | SHOWN | CODINGS | {"warcio", "requests"},
    "wayback_machine": SCRAPY | {"rich", "datasette"},
    "backfill": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "requests", "wayback"},
    "heads": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "members": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "survey": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "sampling": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "crosscheck": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "verify": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "schema": SCRAPY | HTML | {"rich", "datasette", "warcio"},
    "fold": SCRAPY | HTML | {"rich", "datasette", "warcio"},
    "store": SCRAPY | HTML | {"rich", "datasette", "warcio"},
    "walk": SCRAPY | HTML | {"rich", "datasette", "warcio"},
    "asof": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "arguments": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "places": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "selection": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "badge": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "news": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "hooks": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "health": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "answers": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "held": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "found": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "archive": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "exports": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "pyarrow"},
    "exports_text": SCRAPY | STORE | HTML | SHOWN | {"warcio", "pyarrow"},
    "exports_parquet": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "pyarrow"},
    "exports_sqlite": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "pyarrow"},
    "exports_markdown": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "pyarrow"},
    "tallies": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "charts": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "vl_convert"},
    "charts_spec": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils", "vl_convert"},
    "charts_svg": SCRAPY | STORE | HTML | SHOWN | {"warcio", "vl_convert"},
    "past": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "diffs": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "diffs_text": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "timeline": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "comparing": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "feeds": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "feed_entries": SCRAPY | HTML | SHOWN | {"warcio", "sqlite_utils"},
    "outputs": SCRAPY | HTML | {"rich", "datasette", "warcio", "markdownify", "sqlite_utils"},
    "outputs_status": SCRAPY | HTML | {"rich", "datasette", "warcio", "markdownify", "sqlite_utils"},
    "schedule_github": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "schedule": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "findings": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "doctor_tls": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "doctor_archive": SCRAPY | {"rich", "datasette"},
    "doctor_network": SCRAPY | {"rich", "datasette"},
    "doctor_pages": SCRAPY | {"rich", "datasette"},
    "doctor": SCRAPY | {"rich", "datasette"},
    "origins": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "run": SCRAPY | {"rich", "datasette"},
    "crawl": SCRAPY | {"rich", "datasette"},
    **dict.fromkeys(("cli", "cli_ask", "cli_fetch", "cli_keep", "cli_past", "options", "reference"), COMMANDS),
    "manual": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
    "replica": SCRAPY | STORE | HTML | SHOWN | {"warcio"},
}


def loaded_by(module: str) -> set[str]:
    code = f"import sys, kistep_archive.{module}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("module", FORBIDDEN)
def test_a_module_loads_nothing_that_stands_above_it(module: str) -> None:
    assert not loaded_by(module) & FORBIDDEN[module]


def test_the_replica_loads_nothing_of_ours() -> None:
    ours = {name for name in loaded_by("replica") if name.startswith("kistep_archive.")}
    assert {name for name in ours if not name.startswith("kistep_archive.replica")} == set()


def test_every_module_is_either_listed_here_or_belongs_to_scrapy_or_the_command() -> None:
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert modules - FORBIDDEN.keys() == {"__init__", "__main__", "settings", "spiders", "pipelines", "gate", "progress", "demo"}
