"""What TLS says is put in words, with a remedy that is safe."""

import re
import ssl

import pytest

from kistep_archive.operate.doctor import tls_errors
from kistep_archive.operate.doctor.tls_errors import problem_of


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (
            "[SSL: UNSAFE_LEGACY_RENEGOTIATION_DISABLED] unsafe legacy renegotiation disabled",
            "insecure renegotiation",
        ),
        ("[SSL: DH_KEY_TOO_SMALL] dh key too small", "Diffie-Hellman"),
        ("[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol", "TLS 1.1 or older"),
        ("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version", "no TLS version in common"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "does not speak TLS"),
        ("[SSL: SOMETHING_NEW] something new", "the handshake failed"),
    ],
)
def test_fault_b12_what_openssl_says_of_old_servers_is_put_in_words(said: str, cause: str) -> None:
    found = problem_of(ssl.SSLError(1, said))
    assert found.area == "TLS"
    assert cause in found.words
    assert found.next


def test_no_remedy_turns_anything_off() -> None:
    for _, remedy in (*tls_errors._CERTIFICATES.values(), *tls_errors._HANDSHAKES.values()):
        assert remedy
        assert not re.search(
            "verif|disable|ignore|turn off|switch off|insecure|legacy|seclevel|http:", remedy, re.I
        )
