"""kistep-archive: KISTEP's English "News & Event" board, kept as evidence (WARC), fields and history (SQLite).

What a page says (pure)     items, page, boards, layouts
Where it is kept            warc and records (the archive), schema, store, fold, history, replaced, seals (the index of it)
From evidence to rows       journal (what a run tells of itself), replay, rebuild; lock (the one writer's)
Whether it is sound         heads and members (the strict walk over WARC files), survey (what they hold), crosscheck (rows against
                            evidence), sampling (what was verified when), verify
How it leads back           kept (records as they lie in a file), evidence (from a row to its bytes), explain (to the
                            piece of the page), wacz and bundle (one post's proof)
What others captured        captures, wacz_in, extents, replays: their files -> pages; codings (br, zstd, chunked); importing;
                            wayback_index, wayback_machine, backfill (the Internet Archive's)
How it is fetched           run (one run: lock, evidence, ledger, verdict), walk (which pages to ask for), then Scrapy:
                            settings, spiders, outcomes, pipelines; crawl, progress
How it is asked             answers and asof (questions), search (words of the index, queries), lookup (what a query finds),
                            snippets (the passage, marked), suggest (the nearest words); outputs (rows -> text), plots
                            (numbers -> text), demo; cli of cli_ask, cli_fetch, cli_keep, and options (what commands share)
                            exports (posts -> files: _text, _parquet, _sqlite, _markdown) of a selection (search's filters)
                            charts (tallies -> charts_spec, Vega-Lite -> charts_svg)
What fits, before a crawl   doctor (all of it), doctor_archive (machine and folder), doctor_network (asks: standard library only),
                            doctor_tls (why not, in words), doctor_pages (one listing, one post), findings
When it runs                schedule and schedule_github (units for systemd, cron, launchd, GitHub: text, printed)
A stand-in for the site     replica: imports nothing of the above

Imports point down only; tests/test_imports.py holds that. Pages in order go through one `parse` and one `Store.save_*`.
"""

__version__ = "0.1.0"
