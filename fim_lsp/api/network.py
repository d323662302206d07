"""How an endpoint is reached: which certificates count, and which proxy is used."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from ..errors import CertificateRefused, ConnectTimedOut, SettingsError, Unreachable
from . import certificates
from .presets import Provider

# OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED.
_EXPIRED = 10
# OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH.
_WRONG_NAME = (62, 64)
# Seconds that a server has to greet first, and bytes that are read of its greeting.
_GREETING_SECONDS = 2.0
_LONGEST_GREETING = 64


def trust(provider: Provider, environ: Mapping[str, str]) -> ssl.SSLContext:
    """The certificates that count: `caFile`, else `SSL_CERT_FILE`, else the system's.

    Reads files, so it is not called on the event loop.  For plain http the context is
    empty, because it is never used.
    """
    if not provider.base_url.startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    setting = f"providers.{provider.name}.caFile"
    file = provider.ca_file
    if file is None:
        setting, file = "SSL_CERT_FILE", environ.get("SSL_CERT_FILE")
    if not file:
        return _system_trust()
    try:
        return ssl.create_default_context(cafile=str(Path(file).expanduser()))
    except OSError as error:
        reason = error.strerror or "it holds no certificate"
        raise SettingsError(f"{setting} cannot be used: {reason} ({file}).") from None


def _system_trust() -> ssl.SSLContext:
    """The system's store, read once where OpenSSL finds it by itself.

    truststore reads the store at every handshake, which takes 20 ms each time.
    """
    paths = ssl.get_default_verify_paths()
    if sys.platform == "linux" and (paths.cafile or paths.capath):
        context = ssl.create_default_context()
        if context.get_ca_certs():
            return context
    import truststore  # noqa: PLC0415 - only these systems need it

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def proxy_for(provider: Provider, environ: Mapping[str, str]) -> str | None:
    """The URL of the proxy, or None; this machine is never reached through a proxy."""
    if provider.loopback:
        return None
    if provider.proxy:
        return _proxy_url(provider.proxy)
    named = {name.lower(): value for name, value in environ.items() if value}
    no_proxy = named.get("no_proxy", "")
    if _is_direct(provider.host, no_proxy):
        return None
    scheme = "https" if provider.base_url.startswith("https:") else "http"
    proxy = named.get(f"{scheme}_proxy") or named.get("all_proxy")
    if proxy is None and not any(name.endswith("_proxy") for name in named):
        proxy = getproxies().get(scheme)  # the system's own, on Windows and macOS
    return _proxy_url(proxy) if proxy else None


def _is_direct(host: str, no_proxy: str) -> bool:
    """Whether `NO_PROXY` names the host: itself, a domain above it, or its network."""
    for entry in no_proxy.split(","):
        name = entry.strip().lower().removeprefix("*.").lstrip(".")
        if name == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return True
        with suppress(ValueError):
            if ip_address(host) in ip_network(name, strict=False):
                return True
    return False


def is_slow_to_connect(provider: Provider) -> bool:
    """Whether a new connection costs more than a fraction of a millisecond."""
    return provider.base_url.startswith("https:") or not provider.loopback


def certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The refused certificate that caused `error`, if one did."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause
    return None


async def certificate_refused(
    provider: Provider, error: ssl.SSLCertVerificationError, proxy: str | None
) -> CertificateRefused:
    """The error for a refused certificate, with its issuer where that can be found."""
    host, detail = provider.host, error.verify_message
    if error.verify_code == _EXPIRED:
        return CertificateRefused(
            f"The certificate of {host} has expired; check this machine's clock too.",
            detail=detail,
        )
    if error.verify_code in _WRONG_NAME:
        return CertificateRefused(
            f"The certificate of {host} is that of another host.", detail=detail
        )
    issuer = None
    if proxy is None:
        issuer = await asyncio.to_thread(certificates.issuer, provider.base_url)
    by = f' was issued by "{issuer}", which' if issuer else ""
    return CertificateRefused(
        f"The certificate of {host}{by} is not trusted on this machine; set "
        f"providers.{provider.name}.caFile to a file with the issuer's certificate.",
        detail=detail,
    )


def no_connection_in_time(
    provider: Provider, seconds: float, proxy: str | None
) -> ConnectTimedOut:
    return ConnectTimedOut(
        f"{_whom(provider, proxy)} did not answer within {seconds:g} s."
    )


def proxy_refused(provider: Provider, proxy: str | None, detail: str) -> Unreachable:
    return Unreachable(
        f"{_whom(provider, proxy)} refuses to connect to {provider.host}; check "
        f"HTTPS_PROXY, NO_PROXY and providers.{provider.name}.proxy.",
        detail=detail,
    )


def unreachable(
    provider: Provider, proxy: str | None, error: BaseException, detail: str
) -> Unreachable:
    whom = _whom(provider, proxy)
    causes = [type(cause) for cause in _causes(error)]
    if socket.gaierror in causes:
        return Unreachable(
            f"The name of {whom} cannot be found; is there a network?", detail=detail
        )
    if ConnectionRefusedError in causes and proxy is None and provider.loopback:
        return Unreachable(
            f"Nothing listens at {_address(provider.base_url)}; start the model server "
            f"or set providers.{provider.name}.baseUrl.",
            detail=detail,
        )
    return Unreachable(f"{whom} cannot be reached.", detail=detail)


async def greeting(base_url: str) -> str:
    """What a server says before it is asked anything; empty for one that waits.

    A server of the web waits; those of SSH, mail and files name themselves at once.
    """
    parts = urlsplit(base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_GREETING_SECONDS):
            reader, writer = await asyncio.open_connection(parts.hostname, port)
            try:
                return (await reader.read(_LONGEST_GREETING)).decode("ascii", "replace")
            finally:
                writer.close()
    return ""


def _whom(provider: Provider, proxy: str | None) -> str:
    return provider.host if proxy is None else f"The proxy {_address(proxy)}"


def _address(url: str) -> str:
    """Host and port alone: a URL may hold a password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and every error that led to it."""
    todo = [error]
    seen: set[int] = set()
    while todo:
        cause = todo.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        todo += [next_ for next_ in (cause.__cause__, cause.__context__) if next_]
        if isinstance(cause, BaseExceptionGroup):
            todo += cause.exceptions


def _proxy_url(proxy: str) -> str:
    """A proxy as a URL; raises SettingsError for one that cannot be used."""
    url = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname
        _ = parts.port
    except ValueError:
        usable = None
    if not usable:
        raise SettingsError(
            "The proxy (HTTPS_PROXY or the setting proxy) must be a URL that begins "
            "with http:// or https://."
        )
    return url
