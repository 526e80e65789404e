"""Scrapy's settings, each with its reason. `kistep-archive` and `scrapy crawl boards` use the same."""

from importlib.util import find_spec

from kistep_archive.http.robots import token as _token
from kistep_archive.version import USER_AGENT as _USER_AGENT

BOT_NAME = "kistep-archive"
SPIDER_MODULES = ["kistep_archive.crawl.spiders"]
ARCHIVE = "data"  # where `scrapy crawl` keeps the archive; kistep-archive passes its own --archive

# Who we are and how we ask
USER_AGENT = _USER_AGENT  # honest, with the project's address, so that the site's staff can find us
ROBOTSTXT_USER_AGENT = _token(_USER_AGENT)  # the name that robots.txt knows, not every word of the header
ROBOTSTXT_OBEY = True  # a public institute's wishes; by our own middleware, which stops where it answers 5xx (middleware.py)
CONCURRENT_REQUESTS = 1  # one request at a time: it is a small site, and evidence stays in the order of the requests
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0  # seconds, the least from one request to the next; Crawl-delay raises it, and jitter goes up from it (middleware.py)
DOWNLOAD_DELAY_JITTER = 0.2  # no machine-like rhythm: a share of 1.25 times the delay, so up to half as long again
COOKIES_ENABLED = False  # a session would put its id into links, and makes pages differ
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en,ko;q=0.5"}
REFERER_ENABLED = False  # the site needs none, and it would tell where we come from

# What we refuse
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default accepts any certificate: no evidence could be built on that
DOWNLOADER_CLIENT_TLS_CIPHERS = "DEFAULT:!DH"  # old Korean servers offer weak Diffie-Hellman keys; without them another cipher is agreed
# Where Retry-After and Crawl-delay are waited for, the instant of sending is noted, and each request is sent once.
_HANDLER = "kistep_archive.crawl.components.download_handler.PoliteDownloadHandler"
DOWNLOAD_HANDLERS = {
    "http": _HANDLER,
    "https": _HANDLER,
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}  # no redirect may read a local file
DOWNLOAD_MAXSIZE = 128 * 1024 * 1024  # bytes: the largest report that may be kept
DOWNLOAD_WARNSIZE = 0  # a large report is nothing to warn of
DOWNLOAD_TIMEOUT = 60  # seconds
METAREFRESH_ENABLED = False  # a page's markup must not send us elsewhere
TELNETCONSOLE_ENABLED = False  # no open port
REMOTE_CONTROL_ENABLED = False  # it opens a port that runs posted Python

# What it runs on: uvloop takes 7 % less of the processor's time than asyncio's own loop; where it has no build, that one is used
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
ASYNCIO_EVENT_LOOP = "uvloop.Loop" if find_spec("uvloop") else None

# Which of Scrapy's parts are on: lists of what may be, so that a part which a newer Scrapy turns on by itself stays out. It also starts
# faster than turning the others off one by one, which imports each of them (0.6 s -> 0.45 s).
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    # not: robotstxt (does not unpack what it reads, and crawls on where the site answers 5xx), offsite (lets a retried request be
    # redirected off the site), retry (within 0.1 s, and knows no Retry-After), redirect (each hop is evidence and is checked against the
    # allow-list), httpcompression (passes cut gzip; page.content is strict), stats (the ledger counts), metarefresh, cookies, httpauth,
    # httpcache
}
DOWNLOADER_MIDDLEWARES = {
    "kistep_archive.crawl.components.middleware.ArchiveMiddleware": 990
}  # nearest to the wire: it sees the bytes as they came
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}  # every status is an outcome to be recorded, no referer, no limit of depth or length
EXTENSIONS_BASE: dict[str, int] = {}  # among others a port that runs posted Python
EXTENSIONS = {"kistep_archive.crawl.components.extensions.EndOfRun": 0}
ITEM_PIPELINES = {"kistep_archive.crawl.components.pipeline.StorePipeline": 100}
CONCURRENT_ITEMS = 1  # rows in the order of their pages; it also makes Scrapy faster
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # page 1 is read twice on purpose; the walk knows what it asked for
WARN_ON_GENERATOR_RETURN_VALUE = False  # it parses the callback's source on every response: a quarter of the crawl's time
STATS_DUMP = False
LOG_FORMATTER = "kistep_archive.crawl.components.extensions.Quiet"  # two lines a request fewer, built whether or not anybody sees them
LOG_LEVEL = "INFO"
