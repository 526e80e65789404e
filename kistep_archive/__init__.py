"""kistep-archive: KISTEP's English "News & Event" board, kept as evidence (WARC), fields and history (SQLite).

What a page says (pure)     items, page, boards, layouts
Where it is kept            warc (the archive), schema and store (the index of it), answers and search (questions to it)
How it leads back           kept (records as they lie in a file), evidence (from a row to its bytes), explain (to the
                            piece of the page), wacz and bundle (one post's proof)
What others captured        captures, wacz, extents, records, replays: their files -> records -> pages; codings (br, zstd, chunked)
What the Internet Archive has  wayback_index (what to ask it for), wayback_machine (asks it: the only user of the
                            library wayback), backfill (asks and imports)
Whether it is sound         heads and members (the strict walk over WARC files), survey (what they hold), crosscheck (rows against
                            evidence), sampling (what was verified when), verify
How it is fetched           run (one run: lock, evidence, ledger, verdict), walk (which pages to ask for), then Scrapy:
                            settings, spiders, outcomes, pipelines
How it is asked             outputs (rows -> text), exports (posts -> files: _text, _parquet, _sqlite, _markdown) of a
                            selection (the filters that search and export share), cli, demo
A stand-in for the site     replica: imports nothing of the above

Imports point down only; tests/test_imports.py holds that. Pages in order go through one `parse` and one `Store.save_*`.
"""

__version__ = "0.1.0"
