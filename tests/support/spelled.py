"""WARC records as other tools spell them: the same capture in many spellings, each of them sound."""

import base64
import gzip
import hashlib
from dataclasses import dataclass

import brotli

AT = "2019-05-01T00:00:00Z"


def chunked(data: bytes) -> bytes:
    pieces = [data[at : at + 700] for at in range(0, len(data), 700)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


CODINGS = {"": bytes, "gzip": gzip.compress, "br": brotli.compress}


@dataclass(frozen=True)
class Spelling:
    """How a tool writes a record. `digested`: what the payload's digest is of; `lies`: the codings are
    declared and were undone."""

    version: str = "WARC/1.0"
    line_end: str = "\r\n"
    colon: str = ": "
    case: str = "as it is"
    fold: bool = False
    brackets: bool = False
    status: str = "HTTP/1.1 200 OK"
    coding: str = ""
    chunks: bool = False
    lies: bool = False
    digested: str = "kept"
    algorithm: str = "sha1"
    digits: str = "base32"
    block: bool = True
    twice: bool = False

    def record(self, url: str, content: bytes, date: str = AT, **more: str) -> bytes:
        """A response, without what closes it."""
        body = self.body(content)
        declared = {"kept": body, "content": content, "packed": CODINGS[self.coding](content), "none": None}[
            self.digested
        ]
        lines = [self.status, "Content-Type: text/html;charset=UTF-8"]
        lines += [f"Content-Encoding: {self.coding}"] * bool(self.coding) + [
            "Transfer-Encoding: chunked"
        ] * self.chunks
        http = self.line_end.join([*lines, "", ""]).encode() + body
        fields = {
            "WARC-Type": "response",
            "WARC-Target-URI": f"<{url}>" if self.brackets else url,
            "WARC-Date": date,
            **more,
        }
        pairs = [*fields.items(), ("Content-Length", str(len(http)))]
        if declared is not None:
            pairs += [("WARC-Payload-Digest", self.digest(declared))]
            pairs += [("WARC-Payload-Digest", f"md5:{hashlib.md5(declared).hexdigest()}")] * self.twice
        if self.block:
            pairs.insert(1, ("WARC-Block-Digest", self.digest(http)))
        return self.head(pairs) + http

    def body(self, content: bytes) -> bytes:
        """The payload as it is kept."""
        if self.lies:
            return content
        packed = CODINGS[self.coding](content)
        return chunked(packed) if self.chunks else packed

    def head(self, pairs: list[tuple[str, str]]) -> bytes:
        """A record's head with these fields."""
        cased = {"lower": str.lower, "UPPER": str.upper, "as it is": str}[self.case]
        lines = [cased(name) + self.colon + value for name, value in pairs]
        if self.fold:
            lines.insert(1, f"X-Note: one{self.line_end} two{self.line_end}\tthree")
        return self.line_end.join([self.version, *lines, "", ""]).encode()

    def digest(self, data: bytes) -> str:
        """A digest as this tool writes it."""
        raw = hashlib.new(self.algorithm.replace("-", ""), data).digest()
        texts = {
            "hex": raw.hex(), "HEX": raw.hex().upper(), "base32": base64.b32encode(raw).decode(),
            "base64": base64.b64encode(raw).decode(),
        }  # fmt: skip
        text = texts[self.digits.removesuffix(", bare")]
        return f"{self.algorithm}:{text.rstrip('=') if self.digits.endswith(', bare') else text}"
