"""Why a request failed, in words, and a safe remedy. No remedy here weakens what this program accepts."""

import socket
import ssl
from http.client import HTTPException
from typing import NamedTuple

_OPERATORS = "tell the site's operators; until they mend it, nothing can be fetched that proves anything"
_INTERMEDIATE = (
    "the server probably does not send its intermediate certificate: tell its operators. Until they mend it, "
    "download that certificate from the issuer's own site, check its fingerprint there, write it into one "
    "PEM file together with your system's root certificates, and set SSL_CERT_FILE to that file"
)
_NETWORK = "or something between you and the site answers instead of it: try another network"


class Problem(NamedTuple):
    """Where it failed (name, connection, TLS or answer), why, and what to do."""

    area: str
    words: str
    next: str


# X509_V_ERR_* of OpenSSL
_CERTIFICATES: dict[int, tuple[str, str]] = {
    9: (
        "its certificate is not valid yet",
        "check this machine's clock; if it is right, tell the site's operators",
    ),
    10: ("its certificate has expired", f"check this machine's clock; if it is right, {_OPERATORS}"),
    12: ("the list of revoked certificates has expired", _OPERATORS),
    18: ("its certificate is self-signed", f"{_OPERATORS}; {_NETWORK}"),
    19: (
        "its certificate chain ends in a root certificate that this machine does not know",
        f"update this machine's root certificates (the package ca-certificates); {_NETWORK}",
    ),
    20: (
        "the issuer of its certificate is unknown: the chain is incomplete, or this machine does not know "
        "its root",
        _INTERMEDIATE,
    ),
    21: ("its certificate cannot be checked: the chain is incomplete", _INTERMEDIATE),
    23: ("its certificate was revoked", _OPERATORS),
    62: (
        "its certificate is for another host",
        f"check the address of the board ('kistep-archive boards'); {_OPERATORS}; {_NETWORK}",
    ),
    64: ("its certificate is for another IP address", "use the host's name instead of its IP address"),
    66: ("its certificate's key is too short", _OPERATORS),
    67: ("the key of a certificate in its chain is too short", _OPERATORS),
    68: ("a certificate in its chain is signed with a broken method (MD5 or SHA-1)", _OPERATORS),
}

# Parts of OpenSSL's reasons
_HANDSHAKES: dict[str, tuple[str, str]] = {
    "UNSAFE_LEGACY_RENEGOTIATION": (
        "the server knows only the old, insecure renegotiation (before RFC 5746)",
        f"{_OPERATORS}: they need a TLS library of 2010 or later",
    ),
    "DH_KEY_TOO_SMALL": (
        "the server offers only a Diffie-Hellman key that is too short",
        f"{_OPERATORS}: they need ECDHE, or keys of 2048 bits",
    ),
    "UNSUPPORTED_PROTOCOL": ("the server speaks only TLS 1.1 or older", f"{_OPERATORS}: they need TLS 1.2"),
    "PROTOCOL_VERSION": (
        "the server and this machine have no TLS version in common; the server's is probably too old",
        _OPERATORS,
    ),
    "HANDSHAKE_FAILURE": (
        "the server and this machine have no cipher in common; the server probably offers only old ones, or "
        "a Diffie-Hellman key that is too short",
        f"{_OPERATORS}: they need ECDHE and TLS 1.2",
    ),
    "WRONG_VERSION_NUMBER": (
        "the server does not speak TLS on this port",
        "check scheme and port of the address: it is probably http",
    ),
    "EOF": (
        "the server closed the connection during the handshake: it does not speak TLS there, or a firewall "
        "blocks it",
        "check scheme and port of the address; then try another network",
    ),
    "TLSV1_UNRECOGNIZED_NAME": (
        "the server knows no site of that name",
        "check the address of the board ('kistep-archive boards')",
    ),
}


def problem_of(error: BaseException) -> Problem:
    """The problem behind an exception of a request."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):  # urllib wraps it
        return problem_of(reason)
    if isinstance(error, ssl.SSLError):
        return tls(error)
    if isinstance(error, socket.gaierror):
        words = f"the name has no address ({error.strerror or error})"
        return Problem("name", words, "check the host's spelling and this machine's DNS")
    if isinstance(error, TimeoutError):
        advice = "try again later; if it happens again, try another network: a firewall may drop the packets"
        return Problem("connection", "no answer in time", advice)
    if isinstance(error, ConnectionRefusedError):
        advice = "check scheme and port of the address; try later"
        return Problem("connection", "connection refused: nothing listens there", advice)
    if isinstance(error, (HTTPException, ConnectionResetError)):
        words = f"the answer is truncated or is not HTTP ({str(error) or type(error).__name__})"
        return Problem("answer", words, "try again; if it happens again, look at it with a browser")
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Problem("connection", str(words), "check this machine's network and try again")


def tls(error: ssl.SSLError) -> Problem:
    """The problem behind a failed handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        other = (f"its certificate is not accepted ({error.verify_message})", _OPERATORS)
        return Problem("TLS", *_CERTIFICATES.get(error.verify_code, other))
    reason = (getattr(error, "reason", None) or str(error)).upper().replace(" ", "_")
    other = (f"the handshake failed ({reason})", _OPERATORS)
    return Problem("TLS", *next((pair for part, pair in _HANDSHAKES.items() if part in reason), other))
