"""The issuer of a host's certificate, for the error about a refused certificate."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

# The time limit of connecting, in seconds.
_SECONDS = 5.0
# The object identifier of the common name, 2.5.4.3.
_COMMON_NAME = bytes((0x55, 0x04, 0x03))
# The object identifier of the organisation, 2.5.4.10.
_ORGANISATION = bytes((0x55, 0x04, 0x0A))
# The tag of a certificate's first field, the version, which may be absent.
_VERSION = 0xA0


def issuer(url: str) -> str | None:
    """The name of the issuer of a host's certificate; None if it cannot be found out.

    Blocks.  Only the TLS handshake is sent.
    """
    parts = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(
                (parts.hostname or "", parts.port or 443), timeout=_SECONDS
            ) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as secure,
        ):
            certificate = secure.getpeercert(binary_form=True)
    except OSError:
        return None
    return issuer_name(certificate) if certificate else None


def issuer_name(certificate: bytes) -> str | None:
    """The common name or organisation of the issuer in a DER certificate."""
    try:
        _, whole = next(_items(certificate))
        _, signed = next(_items(whole))
        fields = [item for item in _items(signed) if item[0] != _VERSION]
        _serial, _algorithm, (_, name) = fields[:3]
        parts = dict(_attributes(name))
    except (StopIteration, IndexError, ValueError):
        return None
    text = parts.get(_COMMON_NAME) or parts.get(_ORGANISATION)
    return text and "".join(char for char in text if char.isprintable())


def _attributes(name: bytes) -> Iterator[tuple[bytes, str]]:
    """The type and the text of each part of a distinguished name."""
    for _, part in _items(name):
        for _, pair in _items(part):
            (_, kind), (_, value) = list(_items(pair))[:2]
            yield kind, value.decode("utf-8", "replace")


def _items(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and the content of each value in a sequence of DER values."""
    at = 0
    while at < len(der):
        tag, size = der[at], der[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(der[at : at + count])
            at += count
        yield tag, der[at : at + size]
        at += size
