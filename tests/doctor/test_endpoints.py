"""Broken endpoints, each named rightly, with what to do."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest
import trustme

from fim_lsp.api.certificates import issuer
from fim_lsp.doctor.calls import clock_check, streaming_check
from fim_lsp.doctor.heard import Heard
from tests.harness.http_server import greeting, running
from tests.harness.servers import chat_only
from tests.harness.socket_api import SocketApi

from ..cli.conftest import Run, reads_the_suffix

BASE_URL = "FIM_LSP_PROVIDERS_DEEPSEEK_BASE_URL"
COUNT = [f"{n}, " for n in range(1, 31)]

pytestmark = pytest.mark.usefixtures("key")


def check(fim_lsp: Run, name: str) -> tuple[str, str, str]:
    """Status, detail and fix of one line of the doctor."""
    result = fim_lsp("doctor", "--json")
    found = {each["name"]: each for each in json.loads(result.stdout)["checks"]}
    failed = any(each["status"] == "failed" for each in found.values())
    assert result.exit_code == failed
    return found[name]["status"], found[name]["detail"], found[name]["fix"]


def test_a_proxy_that_is_gone(fim_lsp: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BASE_URL, "https://api.example.invalid")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    status, detail, fix = check(fim_lsp, "tls and models")
    assert status == "failed"
    assert "The proxy" in detail
    assert "127.0.0.1:9" in detail
    assert "HTTPS_PROXY" in fix


@pytest.fixture
def company() -> Iterator[SocketApi]:
    """An endpoint behind the certificate of a company's own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA(organization_name="Sour Grapes Ltd")
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with SocketApi(answer="x", tls=context).threaded() as api:
        yield api


def test_a_companys_certificate(
    company: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert issuer(company.url)
    monkeypatch.setenv(BASE_URL, company.url)
    status, detail, fix = check(fim_lsp, "tls and models")
    assert status == "failed"
    assert "Sour Grapes Ltd" in detail
    assert "caFile" in fix


def test_a_doubled_path(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BASE_URL, f"{api.url}/beta/beta")
    status, detail, fix = check(fim_lsp, "host")
    assert status == "failed"
    assert "/beta twice" in detail
    assert "baseUrl" in fix
    assert api.requests == []


def test_a_path_that_ends_in_beta_is_understood(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BASE_URL, f"{api.url}/beta")
    assert check(fim_lsp, "completion")[0] == "ok"


def test_the_url_of_a_call(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BASE_URL, f"{api.url}/chat/completions")
    status, detail, fix = check(fim_lsp, "provider")
    assert (status, fix) == ("failed", "Correct the settings.")
    assert "the address of one call" in detail


def test_a_model_that_does_not_exist(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.strict_model = True
    monkeypatch.setenv("FIM_LSP_COMPLETION_MODEL", "deepseek-flush")
    status, detail, fix = check(fim_lsp, "models")
    assert status == "warning"
    assert "deepseek-flush" in detail
    assert "deepseek-flash" in fix
    status, detail, fix = check(fim_lsp, "completion")
    assert status == "failed"
    assert "does not offer the model" in detail
    assert "completion.model" in fix


def test_a_model_that_thinks_unasked(api: SocketApi, fim_lsp: Run) -> None:
    api.reasoning = "Let me see. "
    status, detail, fix = check(fim_lsp, "chat")
    assert status == "warning"
    assert "thinks" in detail
    assert "chat.model" in fix


def test_a_model_that_thinks_aloud_while_it_completes(
    api: SocketApi, fim_lsp: Run
) -> None:
    api.answer = lambda seen: f"<think>Hm.</think>{reads_the_suffix(seen)}"
    status, detail, _ = check(fim_lsp, "completion")
    assert status == "failed"
    assert "thinks before it completes" in detail


def test_a_suffix_that_is_ignored(api: SocketApi, fim_lsp: Run) -> None:
    api.answer = "anything"
    status, detail, fix = check(fim_lsp, "completion")
    assert status == "failed"
    assert "did not show that it read the text after the cursor" in detail
    assert "dialect" in fix


def test_a_stream_that_is_held_back(api: SocketApi, fim_lsp: Run) -> None:
    api.answer = lambda seen: (
        COUNT if "messages" in seen.body else reads_the_suffix(seen)
    )
    api.first_delay = 0.3
    status, detail, fix = check(fim_lsp, "streaming")
    assert status == "warning"
    assert "all at once" in detail
    assert "buffers" in fix


def test_a_clock_that_is_wrong(api: SocketApi, fim_lsp: Run) -> None:
    api.headers = {"date": formatdate(time.time() + 3600, usegmt=True)}
    status, detail, fix = check(fim_lsp, "clock")
    assert status == "warning"
    assert "60 minutes behind" in detail
    assert "clock" in fix


def test_a_network_that_wants_a_login(api: SocketApi, fim_lsp: Run) -> None:
    api.fault = "html"
    status, detail, _ = check(fim_lsp, "models")
    assert status == "failed"
    assert "web page" in detail


def test_a_key_that_is_refused(api: SocketApi, fim_lsp: Run) -> None:
    api.key = "another"
    status, _, fix = check(fim_lsp, "models")
    assert (status, fix) == (
        "failed",
        "Correct that key, or run `fim-lsp login deepseek`.",
    )


def test_files_that_git_ignores_and_are_sent(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    del api
    monkeypatch.setenv("FIM_LSP_PRIVACY_RESPECT_GITIGNORE", "false")
    status, detail, _ = check(fim_lsp, "privacy")
    assert status == "warning"
    assert "git ignores" in detail


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_a_date_that_is_none(date: str) -> None:
    assert clock_check(date, 0.0).status == "ok"


def test_a_stream_that_streams() -> None:
    text = "".join(COUNT)
    slow = Heard(text, thoughts=False, first=0.8, last=1.2, total=1.2)
    assert streaming_check(slow).status == "ok"
    short = Heard("ready", thoughts=False, first=0.8, last=0.8, total=0.8)
    assert streaming_check(short).status == "ok"
    quick = Heard(text, thoughts=False, first=0.1, last=0.1, total=0.1)
    assert streaming_check(quick).status == "ok"


def test_how_fast_a_model_writes() -> None:
    heard = Heard("x" * 80, thoughts=False, first=0.5, last=2.5, total=2.6, tokens=21)
    assert heard.rate == 10
    few = Heard("x", thoughts=False, first=0.5, last=2.5, total=2.6, tokens=3)
    assert few.rate is None


def test_a_model_that_is_too_slow_to_complete_while_typing(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    del api
    monkeypatch.setattr("fim_lsp.doctor.calls.SLOW", 0.0)
    status, _, fix = check(fim_lsp, "completion")
    assert status == "warning"
    assert 'completion.trigger = "manual"' in fix


def test_a_suffix_that_is_only_pasted_behind_the_answer(
    api: SocketApi, fim_lsp: Run
) -> None:
    api.answer = lambda seen: f"x{seen.body.get('suffix', '')}"
    status, detail, fix = check(fim_lsp, "completion")
    assert status == "failed"
    assert "pastes it behind the answer" in detail
    assert "fim-lsp connect" in fix


def test_an_endpoint_without_models_is_a_warning(api: SocketApi, fim_lsp: Run) -> None:
    api.models = []
    status, detail, fix = check(fim_lsp, "models")
    assert status == "warning"
    assert "offers no models" in detail
    assert "Load a model" in fix


def test_a_redirect_may_be_a_networks_login(api: SocketApi, fim_lsp: Run) -> None:
    api.fault = "redirect"
    status, detail, fix = check(fim_lsp, "models")
    assert status == "failed"
    assert "redirects to https://elsewhere.example" in detail
    assert "login in the browser" in fix


def test_an_ssh_server_is_named(fim_lsp: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with greeting(b"SSH-2.0-OpenSSH_9.2p1\r\n") as url:
        monkeypatch.setenv(BASE_URL, url)
        status, detail, fix = check(fim_lsp, "models")
    assert status == "failed"
    assert "an SSH server answers" in detail
    assert "port" in fix


def test_a_check_is_given_up_after_a_while(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.fault = "hang"
    monkeypatch.setattr("fim_lsp.doctor.calls.PATIENCE", 0.2)
    status, detail, fix = check(fim_lsp, "models")
    assert status == "failed"
    assert "did not answer within 0.2 s" in detail
    assert "still loading its model" in fix


def test_chat_is_tried_where_it_is_set_to_go(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    del api
    with running(chat_only()) as other:
        monkeypatch.setenv("FIM_LSP_PROVIDERS_OTHER_BASE_URL", other.url)
        monkeypatch.setenv("FIM_LSP_CHAT_PROVIDER", "other")
        status, detail, _ = check(fim_lsp, "chat")
    assert status != "failed"
    assert detail.startswith("other: ")
    assert [call.path for call in other.seen][-1] == "/v1/chat/completions"
