"""The stand-in on a port of loopback: a small HTTP/1.1 server over `Routes`, with faults and a record of
every request."""

import json
import socket
from http.server import ThreadingHTTPServer
from socketserver import StreamRequestHandler
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from kistep_archive.replica import cookie_walls
from kistep_archive.replica.answers import Answer, Fault, Faulty
from kistep_archive.replica.look import Look
from kistep_archive.replica.routes import Routes, compress, fields
from kistep_archive.replica.site import Site

LONGEST_LINE = 65536
CONTROL = "/_replica/day"


class Replica:
    """A running stand-in; use it in a `with`, or call `start()` and `stop()`.

    `requests` holds method and path of every request but those of the control address. `faults` maps a part
    of a path to what shall go wrong there; both may be changed while it runs, as may `site.day` and the
    attributes of `look`."""

    def __init__(
        self, site: Site | None = None, *, address: str = "127.0.0.1", port: int = 0, **look: Any
    ) -> None:
        """`address` is one of loopback; `look` are attributes of `Look`."""
        self.site = site if site is not None else Site.standard()
        self.look = Look(**look)
        self.requests: list[tuple[str, str]] = []
        self.faults: dict[str, Faulty] = {}
        self.stopping = Event()
        self._routes = Routes(self.site, self.look)
        self._lock = Lock()
        self._door = Door(address, port, self)
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port listened on, also before `start`."""
        return int(self._door.server_address[1])

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"http://{self._door.server_address[0]!s}:{self.port}"

    def start(self) -> "Replica":
        """Answers from now on, in threads of its own."""
        self._thread = Thread(
            target=self._door.serve_forever, kwargs={"poll_interval": 0.02}, name="replica", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Closes the port and every open connection, and waits for their threads."""
        self.stopping.set()
        if self._thread is not None:
            self._door.shutdown()
            self._thread.join()
            self._thread = None
        self._door.server_close()

    def __enter__(self) -> "Replica":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def respond(self, method: str, target: str, posted: str, accepts_gzip: bool, cookies: str = "") -> Answer:
        """The answer to one request; `target` is path and query as the client sent them."""
        path, _, query = target.partition("?")
        if path == CONTROL:
            return self._control(method, query)
        self.requests.append((method, target))

        def usual() -> Answer:
            if self.look.cookies and path == "/board.es" and not cookie_walls.is_open(cookies):
                return cookie_walls.answer(self.look.cookie_wall, target)
            answer = self._routes.answer(path, fields(f"{query}&{posted}" if posted else query))
            return (
                _gzip(answer)
                if accepts_gzip and self.look.gzip and answer.media_type.startswith("text/")
                else answer
            )

        fault = self._fault(method, target)
        if isinstance(fault, Answer):
            return fault
        if fault is None:
            return usual()
        self.stopping.wait(fault.delay)
        return fault.spoil(usual)

    def _fault(self, method: str, target: str) -> Fault | Answer | None:
        """The first fault whose part of the path fits and that has not run out."""
        for part, fault in list(self.faults.items()):
            if part not in target:
                continue
            if not isinstance(fault, Fault):
                answer = fault(method, target)
                if answer is not None:
                    return answer
            elif self._use_up(fault):
                return fault
        return None

    def _use_up(self, fault: Fault) -> bool:
        with self._lock:
            if fault.times == 0:
                return False
            fault.times -= fault.times > 0
            return True

    def _control(self, method: str, query: str) -> Answer:
        wanted = parse_qs(query).get("set", [""])[0]
        if method == "POST" and wanted.isdigit():
            self.site.day = int(wanted)
        return Answer(json.dumps({"day": self.site.day}).encode() + b"\n", "application/json")


def _gzip(answer: Answer) -> Answer:
    headers = (*answer.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return Answer(compress(answer.body), answer.media_type, answer.status, headers)


class Door(ThreadingHTTPServer):
    """The listening socket; knows its open connections, since a kept-alive one would outlive the server."""

    request_queue_size = 64
    daemon_threads = True

    def __init__(self, address: str, port: int, replica: Replica) -> None:
        self.replica = replica
        self._open: dict[socket.socket, Thread] = {}
        self._open_lock = Lock()
        super().__init__((address, port), Conversation)

    def server_bind(self) -> None:
        # The one of HTTPServer asks the name service for the host's name, which may take seconds.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="replica-connection",
            daemon=True,
        )
        with self._open_lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._open_lock:
            self._open.pop(request, None)

    def server_close(self) -> None:
        super().server_close()
        with self._open_lock:
            left = list(self._open.items())
        for connection, _ in left:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The client was faster.
                continue
        for _, thread in left:
            thread.join(timeout=5)


class Conversation(StreamRequestHandler):
    """One connection: requests one after the other until either side ends it. Written by hand, as the
    standard one is slow."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answers until the connection ends; a client that goes away is no error."""
        try:
            while self._exchange():
                pass
        except OSError:
            return

    def _exchange(self) -> bool:
        """One request and its answer; False when the connection is at its end."""
        line = self.rfile.readline(LONGEST_LINE).decode("latin-1").split()
        if len(line) != 3:
            return False
        method, target, version = line
        headers = self._headers()
        posted = self.rfile.read(int(headers.get("content-length") or 0)).decode("utf-8", "replace")
        door = self.server
        assert isinstance(door, Door)
        packs, cookies = "gzip" in headers.get("accept-encoding", ""), headers.get("cookie", "")
        answer = door.replica.respond(method, target, posted, packs, cookies)
        if answer.dropped or door.replica.stopping.is_set():
            return False
        self.connection.sendall(answer.wire(with_body=method != "HEAD"))
        return (
            answer.cut is None and version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        )

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while (line := self.rfile.readline(LONGEST_LINE).decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return headers
