"""Why a site could not be asked, in words, and the safe thing to do. No remedy here makes anything accept what it should not."""

import socket
import ssl
from http.client import HTTPException
from typing import NamedTuple

_THEIRS = "tell the site's operators; until then nothing can be fetched that could be proven"
_MIDDLE = (
    "the server most likely does not send its intermediate certificate: tell its operators. Until then take that certificate from the "
    "issuer's own site, check its fingerprint there, put it into one PEM file together with your system's root certificates and name "
    "that file in the variable SSL_CERT_FILE"
)
_NETWORK = "or something between you and the site answers in its place: try another network"


class Trouble(NamedTuple):
    """Where it failed (name, connection, TLS or answer), why, and what to do."""

    area: str
    words: str
    next: str


# X509_V_ERR_* of OpenSSL
_CERTIFICATES: dict[int, tuple[str, str]] = {
    9: ("its certificate is not valid yet", "set this machine's clock; if it is right, tell the site's operators"),
    10: ("its certificate has expired", f"see that this machine's clock is right; if it is, {_THEIRS}"),
    12: ("the list of revoked certificates has expired", _THEIRS),
    18: ("its certificate is signed by nobody but itself", f"{_THEIRS}; {_NETWORK}"),
    19: (
        "its certificate leads to a root that this machine does not know",
        f"update this machine's root certificates (the package ca-certificates); {_NETWORK}",
    ),
    20: ("the issuer of its certificate is not known: the chain is incomplete, or its root is not known here", _MIDDLE),
    21: ("its certificate cannot be checked: the chain is incomplete", _MIDDLE),
    23: ("its certificate was revoked", _THEIRS),
    62: ("its certificate is for another host", f"check the address of the board ('kistep-archive boards'); {_THEIRS}; {_NETWORK}"),
    64: ("its certificate is for another address", "name the host by its name and not by its number"),
    66: ("its certificate's key is too short", _THEIRS),
    67: ("the key of a certificate in its chain is too short", _THEIRS),
    68: ("a certificate in its chain is signed with a broken method (MD5 or SHA-1)", _THEIRS),
}

# Parts of OpenSSL's reasons
_HANDSHAKES: dict[str, tuple[str, str]] = {
    "UNSAFE_LEGACY_RENEGOTIATION": (
        "the server knows only the old renegotiation (before RFC 5746), into which others can write",
        f"{_THEIRS}: they need a TLS library of 2010 or later",
    ),
    "DH_KEY_TOO_SMALL": (
        "the server offers only a Diffie-Hellman key that is too short",
        f"{_THEIRS}: they need ECDHE, or keys of 2048 bits",
    ),
    "UNSUPPORTED_PROTOCOL": ("the server speaks only TLS 1.1 or older", f"{_THEIRS}: they need TLS 1.2"),
    "PROTOCOL_VERSION": ("the server and this machine share no version of TLS; the server's is most likely too old", f"{_THEIRS}"),
    "HANDSHAKE_FAILURE": (
        "the server and this machine agree on no cipher; most likely it offers old ones only, or a Diffie-Hellman key that is too short",
        f"{_THEIRS}: they need ECDHE and TLS 1.2",
    ),
    "WRONG_VERSION_NUMBER": ("what answers speaks no TLS", "check scheme and port of the address: most likely it is http there"),
    "EOF": (
        "the other side hung up in the middle of the handshake: it speaks no TLS there, or a firewall cuts it",
        "check scheme and port of the address; then try another network",
    ),
    "TLSV1_UNRECOGNIZED_NAME": ("the server knows no site of that name", "check the address of the board ('kistep-archive boards')"),
}


def trouble(error: BaseException) -> Trouble:
    """What an exception of a request means."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):  # urllib's own around it
        return trouble(reason)
    if isinstance(error, ssl.SSLError):
        return tls(error)
    if isinstance(error, socket.gaierror):
        return Trouble("name", f"the name has no address ({error.strerror or error})", "check the host's spelling and this machine's DNS")
    if isinstance(error, TimeoutError):
        return Trouble("connection", "no answer in time", "try again later; if it stays so, try another network: a firewall may be silent")
    if isinstance(error, ConnectionRefusedError):
        return Trouble("connection", "the connection is refused: nothing listens there", "check scheme and port of the address; try later")
    if isinstance(error, (HTTPException, ConnectionResetError)):
        words = str(error) or type(error).__name__
        return Trouble("answer", f"the answer is cut or is no HTTP ({words})", "try again; if it stays so, look at it with a browser")
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Trouble("connection", str(words), "check this machine's network and try again")


def tls(error: ssl.SSLError) -> Trouble:
    """The cause of a handshake that failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        cause, remedy = _CERTIFICATES.get(error.verify_code, (f"its certificate is not accepted ({error.verify_message})", _THEIRS))
        return Trouble("TLS", cause, remedy)
    said = (getattr(error, "reason", None) or str(error)).upper().replace(" ", "_")
    cause, remedy = next((words for part, words in _HANDSHAKES.items() if part in said), (f"the handshake failed ({said})", _THEIRS))
    return Trouble("TLS", cause, remedy)
