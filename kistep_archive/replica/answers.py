"""What the stand-in sends back, and how a test makes it send something worse."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from time import time

HTML = "text/html;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response before it is put on the wire; `headers` may repeat a name and hold any character."""

    body: bytes
    media_type: str = HTML
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    # Bytes of the body that are sent before the line goes dead, though all were promised.
    cut: int | None = None
    # Nothing is sent at all.
    dropped: bool = False

    def wire(self, *, with_body: bool = True) -> bytes:
        """Status line, headers and body in one piece."""
        lines = [
            f"HTTP/1.1 {self.status} {_phrase(self.status)}", f"Date: {_now(int(time()))}",
            "Server: Apache-Coyote/1.1",
            "Set-Cookie: JSESSIONID=6F0C1B7E2D934A5586E0F3A9B1C2D4E5; Path=/; "
            "HttpOnly", "Set-Cookie: SCOUTER=x41u0b2; Path=/",
            f"Content-Type: {self.media_type}", "Content-Length: "
                                                f"{len(self.body)}", *(f"{name}: {value}" for name,
                                                value in self.headers),
        ]  # fmt: skip
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
        return head + self.body[: self.cut] if with_body else head


@lru_cache(maxsize=2)
def _now(second: int) -> str:
    return formatdate(second, usegmt=True)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


@dataclass(slots=True)
class Fault:
    """One way to fail. What is None stays as the site would have it; `times` counts down to 0, below 0 it
    never ends.

    `cut` closes the connection after that many bytes of the body, `dropped` before the first byte; `delay`
    waits first, in seconds."""

    status: int | None = None
    body: bytes | str | None = None
    headers: Mapping[str, str] | None = None
    times: int = 1
    cut: int | None = None
    delay: float = 0.0
    dropped: bool = False
    media_type: str | None = None
    # The usual body, changed: what a redesign does to every page.
    rewrite: Callable[[str], str] | None = None

    def spoil(self, usual: Callable[[], Answer]) -> Answer:
        """The answer with this fault; `usual` is asked only when something of its answer remains."""
        if self.body is None and self.status is None:
            answer = usual()
        else:
            text = (
                self.body if self.body is not None else f"<html><body><h1>{self.status}</h1></body></html>\n"
            )
            answer = Answer(text.encode() if isinstance(text, str) else text)
        headers = (*answer.headers, *(self.headers or {}).items())
        body = answer.body if self.rewrite is None else self.rewrite(answer.body.decode()).encode()
        return Answer(
            body,
            self.media_type or answer.media_type,
            self.status or answer.status,
            headers,
            self.cut,
            self.dropped,
        )


# A fault may also be a function of method and path that returns a whole answer, or None for "as usual".
Faulty = Fault | Callable[[str, str], Answer | None]
