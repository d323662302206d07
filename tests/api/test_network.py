from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from fim_lsp.api.certificates import issuer_name
from fim_lsp.api.client import ApiClient
from fim_lsp.api.network import proxy_for, trust
from fim_lsp.errors import CertificateRefused, SettingsError, Unreachable
from tests.harness.socket_api import SocketApi

from .support import FIM, KEY, provider, text_of

PROXY = {"HTTPS_PROXY": "http://proxy.example:3128"}


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        (PROXY, "http://proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, "http://proxy.example:3128"),
        ({"ALL_PROXY": "http://proxy.example"}, "http://proxy.example"),
        ({"HTTP_PROXY": "http://proxy.example"}, None),
        ({**PROXY, "NO_PROXY": "*"}, None),
        ({**PROXY, "NO_PROXY": "localhost, api.deepseek.com"}, None),
        ({**PROXY, "no_proxy": ".deepseek.com"}, None),
        ({**PROXY, "NO_PROXY": "seek.com"}, "http://proxy.example:3128"),
        ({**PROXY, "NO_PROXY": ""}, "http://proxy.example:3128"),
    ],
)
def test_the_proxy_is_the_environments(
    environ: dict[str, str], proxy: str | None
) -> None:
    assert proxy_for(provider(), environ) == proxy


def test_the_proxy_of_the_settings_comes_first() -> None:
    ours = provider(proxy="http://mine.example:1")
    assert proxy_for(ours, {**PROXY, "NO_PROXY": "*"}) == "http://mine.example:1"


def test_no_proxy_may_name_a_network() -> None:
    ours = provider(baseUrl="https://10.1.2.3")
    assert proxy_for(ours, {**PROXY, "NO_PROXY": "10.0.0.0/8"}) is None


def test_loopback_is_never_proxied() -> None:
    ours = provider(baseUrl="http://127.0.0.1:1", proxy="http://mine.example:1")
    assert proxy_for(ours, {"ALL_PROXY": "http://proxy.example"}) is None


@pytest.mark.parametrize("proxy", ["socks5://a:1", "http://", "http://a:b:c"])
def test_a_proxy_that_cannot_be_used_is_told(proxy: str) -> None:
    with pytest.raises(SettingsError, match="must be a URL that begins with"):
        proxy_for(provider(proxy=proxy), {})


def test_without_tls_no_certificate_is_read() -> None:
    context = trust(provider(baseUrl="http://127.0.0.1:1"), {"SSL_CERT_FILE": "/none"})
    assert not context.get_ca_certs()


@pytest.mark.parametrize("setting", ["caFile", "SSL_CERT_FILE"])
def test_a_file_of_certificates_that_cannot_be_used_is_told(
    setting: str, tmp_path: Path
) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    for file, words in (
        (broken, "cannot be used"),
        (tmp_path / "none", "No such file"),
    ):
        said: dict[str, Any] = {"caFile": str(file)} if setting == "caFile" else {}
        with pytest.raises(SettingsError, match=f"{setting}.*{words}"):
            trust(provider(**said), {"SSL_CERT_FILE": str(file)})


def test_without_any_setting_the_systems_store_counts() -> None:
    assert trust(provider(), {}).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x82\xff", b"\x00" * 40])
def test_damaged_certificates_have_no_issuer(der: bytes) -> None:
    assert issuer_name(der) is None


@contextmanager
def endpoint(host: str = "127.0.0.1") -> Iterator[tuple[SocketApi, trustme.CA]]:
    """A TLS endpoint whose certificate is for `host`, and its authority."""
    authority = trustme.CA(organization_name="Sour Grapes Ltd")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    with SocketApi(answer="x", tls=context).threaded() as api:
        yield api, authority


async def ask(api: SocketApi, **said: Any) -> str:
    client = ApiClient(provider(baseUrl=api.url, **said), KEY, environ={})
    try:
        return await text_of(client.stream_fim(FIM, "m"))
    finally:
        await client.aclose()


async def test_an_unknown_issuer_is_named_with_the_setting() -> None:
    with endpoint() as (api, _), pytest.raises(CertificateRefused) as caught:
        await ask(api)
    assert '"Sour Grapes Ltd"' in caught.value.sentence
    assert "providers.deepseek.caFile" in caught.value.sentence


async def test_with_its_file_the_issuer_is_trusted(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with endpoint() as (api, authority):
        authority.cert_pem.write_to_path(str(file))
        assert await ask(api, caFile=str(file)) == "x"


async def test_a_certificate_of_another_host_is_told(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with endpoint("elsewhere.example") as (api, authority):
        authority.cert_pem.write_to_path(str(file))
        with pytest.raises(CertificateRefused, match="that of another host"):
            await ask(api, caFile=str(file))


async def test_a_refusing_proxy_is_named_without_its_password() -> None:
    with SocketApi().threaded() as api:
        proxy = api.url.replace("http://", "http://me:hush@")
        ours = provider(baseUrl="https://api.example.com", proxy=proxy)
        client = ApiClient(ours, KEY, environ={})
        with pytest.raises(
            Unreachable, match=r"The proxy 127\.0\.0\.1:.* refuses"
        ) as caught:
            await text_of(client.stream_fim(FIM, "m"))
        await client.aclose()
    assert "hush" not in caught.value.sentence + caught.value.detail


async def test_a_proxy_that_is_not_there_is_named() -> None:
    with SocketApi().threaded() as api:
        gone = api.url
    ours = provider(baseUrl="https://api.example.com", proxy=gone)
    client = ApiClient(ours, KEY, environ={})
    with pytest.raises(
        Unreachable, match=r"The proxy 127\.0\.0\.1:.* cannot be reached"
    ):
        await text_of(client.stream_fim(FIM, "m"))
    await client.aclose()


async def test_nothing_listening_on_loopback_is_told() -> None:
    with SocketApi().threaded() as api:
        gone = api.url
    ours = provider("llamacpp", baseUrl=gone)
    client = ApiClient(ours, None, environ={})
    with pytest.raises(Unreachable, match=r"Nothing listens at 127\.0\.0\.1:"):
        await text_of(client.stream_fim(FIM, "m"))
    await client.aclose()
