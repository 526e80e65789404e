"""The examples that `--help` shows for each command, and what the exit codes mean."""

from kistep_archive.errors import ExitCode

EXIT_CODES = {
    ExitCode.COMPLETE: "done; a run: complete",
    ExitCode.USAGE: "wrong usage; the message says what to type",
    ExitCode.INCOMPLETE: "incomplete, nothing is lost; the next run continues",
    ExitCode.SITE_CHANGED: "the site may have changed; nothing was overwritten",
    ExitCode.STORE_UNHEALTHY: "the archive, its evidence or this machine is unhealthy",
    ExitCode.LOCKED: "another run is active in this archive",
    ExitCode.PIPE_CLOSED: "the output pipe was closed",
}

# command, or "" for the program itself -> examples, each as one types it
EXAMPLES: dict[str, tuple[str, ...]] = {
    "": (
        "kistep-archive demo",
        "kistep-archive --archive data/demo search forum",
        "kistep-archive --archive ~/kistep crawl",
    ),
    "backfill": (
        "kistep-archive backfill",
        "kistep-archive backfill news --since 2015-01-01 --until 2019-12-31",
        "kistep-archive backfill --wayback --since 2010-01-01",
    ),
    "boards": ("kistep-archive boards", "kistep-archive --boards my.toml boards --json"),
    "bundle": ("kistep-archive bundle news/98911 proof.wacz",),
    "changes": (
        "kistep-archive changes --since 7d",
        "kistep-archive changes --since 2024 --kind revised,removed --csv > changes.csv",
    ),
    "chart": (
        "kistep-archive chart posts.svg",
        "kistep-archive chart hits.svg --of hits --post news/98911",
        "kistep-archive chart writers.svg --of writers --since 2020-01-01 --top 10",
    ),
    "cite": (
        "kistep-archive cite news/98911",
        "kistep-archive cite news/98911 --style bibtex > kistep.bib",
        "kistep-archive cite 69 --revision 1 --style csl-json",
    ),
    "completion": ("kistep-archive completion bash", "kistep-archive completion fish | source"),
    "crawl": (
        "kistep-archive crawl",
        "kistep-archive crawl news --dry-run",
        "kistep-archive --archive /tmp/replica crawl --origin http://127.0.0.1:8000 --delay 0",
        "kistep-archive --quiet crawl --ping https://hc-ping.com/UUID --on-trouble 'mail -s archive "
        "me@example.org'",
    ),
    "demo": ("kistep-archive demo", "kistep-archive --archive /tmp/demo demo --keep --port 8000"),
    "diff": ("kistep-archive diff news/98911", "kistep-archive diff 69 1 2 --side-by-side"),
    "doctor": ("kistep-archive doctor", "kistep-archive doctor news --json"),
    "explain": ("kistep-archive explain 69 date", "kistep-archive explain news/98911 title --revision 1"),
    "export": (
        "kistep-archive export posts.csv --bom",
        "kistep-archive export notes.md --query forum --since 2024-01-01",
        "kistep-archive export - --format jsonl | jq -r .title",
        "kistep-archive export corpus.jsonl --body markdown --with evidence,files",
    ),
    "feed": (
        "kistep-archive feed kistep.atom --url https://example.org/kistep.atom",
        "kistep-archive feed - --format json --query '기술 OR forum'",
    ),
    "files": (
        "kistep-archive files news/98911",
        "kistep-archive files news/98911 --to forum",
        "kistep-archive files --since 2024 --query forum --to attachments",
        "kistep-archive files --format csv",
    ),
    "history": ("kistep-archive history news/98911", "kistep-archive history 69 --json"),
    "import": ("kistep-archive import capture.warc.gz crawl.wacz",),
    "init": (
        "kistep-archive init --contact you@example.org",
        "kistep-archive --archive kict --boards kict.toml init --contact you@example.org",
    ),
    "learn": (
        "kistep-archive learn news",
        "kistep-archive learn news --save",
        "kistep-archive learn news --fetch 8",
    ),
    "list": (
        "kistep-archive list --since '3 months ago'",
        "kistep-archive list --removed --format csv",
        "kistep-archive list --writer kistep --has-file --sort hits --limit 5",
    ),
    "merge": ("kistep-archive merge 4 192", "kistep-archive merge news/98911 news/43398"),
    "part": ("kistep-archive part 4",),
    "parse": (
        "curl -s 'https://www.kistep.re.kr/board.es?bid=0051' | kistep-archive parse "
        "'https://www.kistep.re.kr/board.es?bid=0051' -",
    ),
    "publish": (
        "kistep-archive publish site",
        "kistep-archive publish public --base-url https://example.github.io/kistep/",
    ),
    "rebuild": ("kistep-archive rebuild --dry-run", "kistep-archive rebuild --jobs 4"),
    "recheck": ("kistep-archive recheck --budget 200",),
    "replica": ("kistep-archive replica --port 8000 --day 2",),
    "schedule": (
        "kistep-archive schedule cron --at 04:30",
        "kistep-archive schedule systemd --every hourly --boards news",
        "kistep-archive schedule cron --task verify --every weekly",
    ),
    "search": (
        "kistep-archive search 예산배분",
        "kistep-archive search '\"science diplomacy\" OR forum -climate' --since 2020-01-01",
        "kistep-archive search science policy -forum --sort date --limit 5",
        "kistep-archive search title:forum --writer kistep --has-file --json",
        "kistep-archive search 과학기술 --plot",
        "kistep-archive search forum --as-of 2024-12-31",
    ),
    "serve": (
        "kistep-archive serve",
        "kistep-archive --archive data/demo serve --port 8080",
        "kistep-archive serve --host 0.0.0.0 --base-url https://example.org/kistep/",
    ),
    "show": (
        "kistep-archive show 69",
        "kistep-archive show 98911",
        "kistep-archive show news/98911 --revision 1 --as markdown",
        "kistep-archive show news/98911 --decoded > page.html",
        "kistep-archive show --page https://www.kistep.re.kr/robots.txt",
    ),
    "status": (
        "kistep-archive status",
        "kistep-archive status --check > /dev/null || echo 'look after the archive'",
        "kistep-archive status --badge - > badge.svg",
        "kistep-archive status --politeness",
        "kistep-archive status --metrics - > kistep.prom",
    ),
    "verify": ("kistep-archive verify", "kistep-archive verify --sample 1000"),
}


def epilog(command: str) -> str | None:
    """The text below a command's options, for click ("" means the program itself); None for a command without
    examples."""
    parts = [_block("Examples:", EXAMPLES[command])] if command in EXAMPLES else []
    if not command:
        parts.append(_block("Exit codes:", [f"{code:<3} {meaning}" for code, meaning in EXIT_CODES.items()]))
    return "\n\n".join(parts) or None


def _block(title: str, lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join(["\b", title, *(f"  {line}" for line in lines)])  # \b: click keeps the lines as they are
