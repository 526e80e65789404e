"""kistep-archive: KISTEP's English "News & Event" board, kept as evidence (WARC), fields and history (SQLite).

What a page says (pure)     items, page, boards, layouts; signatures (what a file's bytes are); errors (a user's: one line, one exit code)
Where it is kept            warc and records (the archive), schema, store, fold, history, replaced, debts, seals (the index of it)
From evidence to rows       journal (what a run tells of itself), replay, rebuild; lock (the one writer's)
Never good for worse        guards (pure: pages against the board's history), habits (that history), guarding (one run's rows wait
                            for the verdict)
Whether it is sound         heads and members (the strict walk over WARC files), survey (what they hold), crosscheck (rows against
                            evidence), sampling (what was verified when), verify
How it leads back           kept (records as they lie in a file), evidence (from a row to its bytes), explain (to the
                            piece of the page), wacz and bundle (one post's proof)
What others captured        captures, wacz_in, extents, replays: their files -> pages; codings (br, zstd, chunked); importing;
                            wayback_index, wayback_machine, backfill (the Internet Archive's)
How it is fetched           run (one run: lock, evidence, ledger, verdict), origins (where requests are sent), walk (which pages to ask
                            for), manners (what a site asks of visitors), then Scrapy: settings, spiders, outcomes, pipelines, gate
                            (the last before the wire); crawl, progress
Whether it is well          health (why a board is red), badge; asked and politeness (how the site was asked, from the evidence alone)
Whom it tells               news (what a run brought), hooks (a dead man's switch, commands)
How it is asked             answers and asof (questions), search (words of the index, queries), lookup (what a query finds), snippets
                            (the passage, marked), suggest (the nearest words); held and found (answers, as values), archive (Archive: the
                            interface for Python, and what the commands that ask are made of); outputs and outputs_status (rows -> text),
                            plots (numbers -> text), demo; cli of cli_ask, cli_past, cli_fetch, cli_keep, options (what commands share)
                            and manual (examples, exit codes); reference (the same help as Markdown and as a man page)
                            exports (posts -> files: _text, _parquet, _sqlite, _markdown) of a selection (search's filters) to places
                            (stdout, or what may be replaced); arguments (what a caller gives, checked)
                            charts (tallies -> charts_spec, Vega-Lite -> charts_svg)
What changed                past (a post's revisions, hits, removals and files as they came), diffs and diffs_text, comparing (two
                            revisions), timeline (all of it in order), feed_entries and feeds (Atom, JSON Feed)
What fits, before a crawl   doctor (all of it), doctor_archive (machine and folder), doctor_network (asks: standard library only),
                            doctor_tls (why not, in words), doctor_pages (one listing, one post), findings
When it runs                schedule and schedule_github (units for systemd, cron, launchd, GitHub: text, printed)
A stand-in for the site     replica: imports nothing of the above

Imports point down only; tests/test_imports.py holds that. Pages in order go through one `parse` and one `Store.save_*`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kistep_archive.archive import Archive
    from kistep_archive.errors import ArchiveError

__version__ = "0.1.0"
__all__ = ["Archive", "ArchiveError", "__version__"]


def __getattr__(name: str) -> Any:
    """The Python interface, imported when it is first asked for: the command and the crawl do without it."""
    if name == "Archive":
        from kistep_archive.archive import Archive

        return Archive
    if name == "ArchiveError":
        from kistep_archive.errors import ArchiveError

        return ArchiveError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The names of the interface too, though none has been asked for yet."""
    return sorted({*globals(), *__all__})
