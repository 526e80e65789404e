"""Commands that show the archive in a browser: serve, publish."""

import ipaddress
from pathlib import Path

import click

from kistep_archive.cli.options import Settings, warn
from kistep_archive.cli.parameters import Number, PathArgument
from kistep_archive.cli.progress import bar
from kistep_archive.cli.site_address import check_address, check_host
from kistep_archive.display import plural, printable
from kistep_archive.errors import ArchiveError, ExitCode

_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=Number(0, 65535), default=8001, show_default=True, help="0 is any free port.")
@click.option(
    "--base-url",
    default="/",
    help="Where readers find the site: a path such as /kistep/, or a complete address such as "
    "https://example.org/kistep/.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Also answer requests for this host name; may be given several times.",
)
@click.option("--allow-sql", is_flag=True, help="Let readers write SQL under /data/, with limits.")
@click.option("--allow-download", is_flag=True, help="Let readers download the database under /data/.")
@click.pass_obj
def serve(
    settings: Settings,
    host: str,
    port: int,
    base_url: str,
    allowed_hosts: tuple[str, ...],
    allow_sql: bool,
    allow_download: bool,
) -> None:
    """Show the archive in a browser, until Ctrl-C.

    The site has every post with its edits, files and proof, a search, lists and feeds; under /data/ are the
    tables, with JSON and CSV. It only reads, and sees what a crawl writes at once. Only this machine reaches
    it, unless --host says otherwise.

    It needs: pip install 'kistep-archive[web]'
    """
    check_web()
    from kistep_archive.web.server.application import ServerOptions
    from kistep_archive.web.server.run import listen
    from kistep_archive.web.server.run import serve as run_server

    check_address(base_url, or_path=True)
    with settings.open() as archive:  # what is wrong with it is told now, not to the first reader
        assert archive.catalogue
    hosts = _hosts(host, base_url, allowed_hosts)
    options = ServerOptions(base_url, hosts, allow_sql, allow_download, settings.boards_file)
    if not settings.quiet and not _is_loopback(host):
        warn(f"--host {host}: everybody who reaches this machine can read the archive.")
    with listen(host, port) as listener:
        run_server(
            settings.archive,
            listener,
            options,
            ready=lambda address: None if settings.quiet else click.echo(f"{address}  (Ctrl-C stops it)"),
        )


@click.command()
@click.argument("folder", metavar="DIR", type=PathArgument(file_okay=False))
@click.option(
    "--base-url",
    default="",
    help="The complete address where the site will stand, for canonical links, feeds and the sitemap.",
)
@click.option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    default="en",
    show_default=True,
    help="The language of the interface.",
)
@click.pass_obj
def publish(settings: Settings, folder: Path, base_url: str, lang: str) -> None:
    """Write the site that 'serve' shows to a folder, as files.

    Links are relative: the site works in a subfolder of a web server, on GitHub Pages, and from a disk. A
    second run writes only what changed and removes what is gone; other files in the folder stay.

    It needs: pip install 'kistep-archive[web]'

    Exit code: 0 done, 5 the site is written, but some of the evidence is damaged.
    """
    check_web()
    from kistep_archive.web.publish.publisher import PublishOptions
    from kistep_archive.web.publish.publisher import publish as publish_site
    from kistep_archive.web.texts import Language

    if base_url:
        check_address(base_url, or_path=False)
    _check_outside(folder, settings.archive)
    with settings.open() as archive, bar("publish", settings.quiet):
        result = publish_site(archive, folder, PublishOptions(base_url, Language(lang)))
    if not settings.quiet:
        counts = result.counts
        click.echo(
            printable(
                f"{folder}: {plural(result.posts, 'post')}; {plural(counts.written, 'file')} written, "
                f"{counts.unchanged:,} unchanged, {counts.removed:,} removed"
            )
        )
    if result.damage:
        raise ArchiveError(
            f"{result.damage.rstrip('.')}; all other files are written", ExitCode.STORE_UNHEALTHY
        )


def check_web() -> None:
    """Raises ArchiveError (2) if the libraries of the extra are not installed."""
    from importlib.util import find_spec

    found = {"starlette": find_spec("starlette"), "jinja2": find_spec("jinja2")}
    found |= {"uvicorn": find_spec("uvicorn"), "datasette": find_spec("datasette")}
    missing = [name for name, spec in found.items() if spec is None]
    if missing:
        raise ArchiveError(
            f"the site needs {', '.join(missing)}, which is not installed: pip install 'kistep-archive[web]'",
            ExitCode.USAGE,
        )


def _hosts(host: str, base_url: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The names that the server answers for: its own, that of its address, and those that are allowed."""
    from urllib.parse import urlsplit

    own = f"[{host}]" if ":" in host else host
    public = urlsplit(base_url).hostname if "://" in base_url else None
    return tuple(dict.fromkeys(filter(None, (*_LOCAL_NAMES, own, public, *map(check_host, allowed)))))


def _check_outside(folder: Path, archive: Path) -> None:
    """Raises ArchiveError (2) for a folder in the archive: only runs write there."""
    if folder.resolve().is_relative_to(archive.resolve()):
        raise ArchiveError(
            f"{folder}: in the folder of the archive; choose a folder outside of {archive}", ExitCode.USAGE
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
