"""Scrapy's settings, each with its reason. `kistep-archive` and `scrapy crawl boards` use the same."""

from importlib.util import find_spec

from kistep_archive.http.robots import token as _token
from kistep_archive.version import USER_AGENT as _USER_AGENT

BOT_NAME = "kistep-archive"
SPIDER_MODULES = ["kistep_archive.crawl.spiders.boards"]
COMMANDS_MODULE = "kistep_archive.crawl.commands"  # `scrapy crawl` ends with the run's exit code
ARCHIVE = "data"  # the archive of `scrapy crawl`; kistep-archive passes its own --archive

# Who we are, and how fast we crawl
USER_AGENT = _USER_AGENT  # honest, with the project's address, so that the site's staff can find us
ROBOTSTXT_USER_AGENT = _token(_USER_AGENT)  # robots.txt knows the name only, not the whole header
ROBOTSTXT_OBEY = True  # our own middleware does it, and stops if robots.txt answers 5xx (middleware.py)
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # they are small sites
# all hosts at the same time, but of each host one request after the other, in the order of the crawl
CONCURRENT_REQUESTS = 0
SCHEDULER_PRIORITY_QUEUE = "kistep_archive.crawl.components.host_queues.HostQueues"
# seconds, the minimum between two requests; Crawl-delay and jitter make it longer (middleware.py)
DOWNLOAD_DELAY = 1.0
# a share of 1.25 times the delay, so up to half as long again: no machine-like rhythm
DOWNLOAD_DELAY_JITTER = 0.2
COOKIES_ENABLED = False  # a session would put its id into links and make pages differ
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en,ko;q=0.5",
}
REFERER_ENABLED = False  # the site does not need it

# What we refuse
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default accepts any certificate, which is no evidence
# old Korean servers offer weak Diffie-Hellman keys; this picks another cipher
DOWNLOADER_CLIENT_TLS_CIPHERS = "DEFAULT:!DH"
# It waits for Retry-After and Crawl-delay, notes the instant of sending, and sends each request once.
_HANDLER = "kistep_archive.crawl.components.download_handler.PoliteDownloadHandler"
DOWNLOAD_HANDLERS = {
    "http": _HANDLER,
    "https": _HANDLER,
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}  # no redirect may read a local file
DOWNLOAD_MAXSIZE = 128 * 1024 * 1024  # bytes: the largest report that the archive stores
DOWNLOAD_WARNSIZE = 0  # a large report is no reason for a warning
DOWNLOAD_TIMEOUT = 60  # seconds
METAREFRESH_ENABLED = False  # a page's markup must not send us elsewhere
TELNETCONSOLE_ENABLED = False  # no open port
REMOTE_CONTROL_ENABLED = False  # it opens a port that runs posted Python

# The event loop: uvloop uses 7 % less processor time than asyncio's own, which is used if uvloop has no build
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
ASYNCIO_EVENT_LOOP = "uvloop.Loop" if find_spec("uvloop") else None

# Which parts of Scrapy are on. The lists name what may run, so a part that a newer Scrapy turns on by itself
# stays off. This also starts faster than turning the others off one by one, which imports each (0.6 s -> 0.45
# s).
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    # Off: robotstxt (does not unpack robots.txt, and continues if the site answers 5xx), offsite (a retried
    # request may be redirected off the site), retry (within 0.1 s, and ignores Retry-After), redirect (each
    # hop is evidence and must be on the allow-list), httpcompression (accepts truncated gzip;
    # response.content is strict), stats (the ledger counts), metarefresh, cookies, httpauth, httpcache
}
DOWNLOADER_MIDDLEWARES = {
    "kistep_archive.crawl.components.middleware.ArchiveMiddleware": 990
}  # nearest to the network: it sees the bytes as they came
# the run records every status; no referer, no limit of depth or length
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}  # among others a port that runs posted Python
EXTENSIONS = {"kistep_archive.crawl.components.extensions.EndOfRun": 0}
ITEM_PIPELINES = {"kistep_archive.crawl.components.pipeline.StorePipeline": 100}
CONCURRENT_ITEMS = 1  # rows in the order of their pages; it also makes Scrapy faster
# the walk reads page 1 twice on purpose, and knows what it requested
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# it parses the callback's source on every response: a quarter of the crawl's time
WARN_ON_GENERATOR_RETURN_VALUE = False
STATS_DUMP = False
LOG_FORMATTER = "kistep_archive.crawl.components.extensions.Quiet"  # saves two lines a request
LOG_VERSIONS: list[str] = []  # to name them Scrapy starts a process and looks ten packages up, at each crawl
LOG_LEVEL = "INFO"
