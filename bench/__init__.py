"""The benchmarks: what a crawl, a parse, a search and a verification cost beside the plainest way to do the
same. `make bench` runs them.

__main__.py options and order · site.py the stand-in in a process of its own · stock.py a plain Scrapy spider
to compare with · crawls.py, parsing.py, starts.py, verifying.py one measurement each · parse_pages.py what
parsing.py reads · web.py what the site's pages cost, asked.py what its readers ask for · crowd.py readers
beside a crawl · child.py runs a command and weighs it · table.py ratios, goals, printing."""
