"""Starts the server and keeps it until Ctrl-C."""

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.web.server.application import ServerOptions, application

_BACKLOG = 128


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any free one. Raises ArchiveError (2)."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ArchiveError(
            f"{host}:{port}: {error.strerror}; choose another --host or --port", ExitCode.USAGE
        ) from error
    return listener


def serve(
    folder: Path, listener: socket.socket, options: ServerOptions, ready: Callable[[str], None]
) -> None:
    """Answers requests until Ctrl-C or SIGTERM. `ready` gets the address once, before the first one."""
    import uvicorn

    host, port = listener.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    ready(f"http://{name}:{port}{options.root}")
    config = uvicorn.Config(
        application(folder, options), log_config=None, access_log=False, server_header=False, lifespan="on"
    )
    with suppress(KeyboardInterrupt):  # which uvicorn raises again when it has ended
        uvicorn.Server(config).run(sockets=[listener])
