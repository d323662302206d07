from __future__ import annotations

import json
from typing import get_args

import pytest

from fim_lsp.api.keystore import KeyStore
from tests.harness.model_script import Fault
from tests.harness.socket_api import SocketApi

from ..cli.conftest import KEY, Run


def checks(fim_lsp: Run, *, failed: bool) -> dict[str, dict[str, str]]:
    result = fim_lsp("doctor", "--json")
    assert result.exit_code == failed, result.output
    found = json.loads(result.stdout)["checks"]
    for check in found:
        assert list(check) == ["name", "status", "detail", "fix"]
        assert bool(check["fix"]) == (check["status"] != "ok")
    return {check["name"]: check for check in found}


@pytest.mark.usefixtures("api", "key")
def test_all_is_well(fim_lsp: Run) -> None:
    found = checks(fim_lsp, failed=False)
    assert {check["status"] for check in found.values()} == {"ok"}
    assert list(found)[-4:] == ["models", "completion", "chat", "streaming"]
    assert "git ignores are not sent" in found["privacy"]["detail"]
    assert found["key"]["detail"] == "from DEEPSEEK_API_KEY"
    assert "first token" in found["completion"]["detail"]
    result = fim_lsp("doctor")
    assert result.exit_code == 0
    assert "ok      key: from DEEPSEEK_API_KEY" in result.stdout


def test_without_a_provider_it_says_how_to_get_one(fim_lsp: Run) -> None:
    found = checks(fim_lsp, failed=False)
    assert found["provider"]["status"] == "warning"
    assert "fim-lsp login" in found["provider"]["fix"]


def test_other_keys_are_named_without_their_text(
    api: SocketApi, key: str, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    del api, key
    store = KeyStore()
    store.set("deepseek", "another-key")
    monkeypatch.setenv("FIM_LSP_PROVIDERS_DEEPSEEK_API_KEY_COMMAND", "pass show x")
    detail = checks(fim_lsp, failed=False)["key"]["detail"]
    assert detail.startswith("from DEEPSEEK_API_KEY; unused: ")
    assert str(store.file) in detail
    assert "apiKeyCommand" in detail


def test_a_missing_key_ends_it_before_any_call(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIM_LSP_PROVIDERS_DEEPSEEK_BASE_URL")
    monkeypatch.setenv("FIM_LSP_COMPLETION_PROVIDER", "deepseek")
    found = checks(fim_lsp, failed=True)
    assert found["key"]["fix"] == "Run `fim-lsp login deepseek`."
    assert api.requests == []


@pytest.mark.usefixtures("key")
def test_a_model_that_ignores_the_suffix_is_found_out(
    api: SocketApi, fim_lsp: Run
) -> None:
    api.answer = "something else"
    found = checks(fim_lsp, failed=True)
    assert found["completion"]["status"] == "failed"
    assert "did not show that it read the text after" in found["completion"]["detail"]
    assert found["chat"]["status"] == "ok"


@pytest.mark.parametrize(
    ("status", "fix"),
    [
        (401, "fim-lsp login deepseek"),
        (402, "Top up the account"),
        (429, "Try again later"),
        (500, "Try again later"),
    ],
)
@pytest.mark.usefixtures("key")
def test_refusals_say_what_to_do(
    status: int, fix: str, api: SocketApi, fim_lsp: Run
) -> None:
    api.status = status
    found = checks(fim_lsp, failed=True)
    assert found["models"]["status"] == "failed"
    assert fix in found["models"]["fix"]
    assert "completion" not in found


@pytest.mark.parametrize(
    "fault", sorted(set(get_args(Fault)) - {"hang", "keep_alive", "stall"})
)
@pytest.mark.usefixtures("key")
def test_every_fault_of_an_endpoint_is_a_line(
    fault: Fault, api: SocketApi, fim_lsp: Run
) -> None:
    api.fault = fault
    found = checks(fim_lsp, failed=True)
    assert any(check["status"] == "failed" for check in found.values())


@pytest.mark.usefixtures("key")
def test_nobody_listening_is_a_line(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIM_LSP_PROVIDERS_DEEPSEEK_BASE_URL", "http://127.0.0.1:9")
    found = checks(fim_lsp, failed=True)
    assert "Check the network" in found["models"]["fix"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("api.example.com", "https"),
        ("http://api.example.com", "plain http"),
        (f"https://me:{KEY}@api.example.com", "user name or a password"),
        ("https://api.example.com/v1/chat/completions", "the address of one call"),
    ],
)
@pytest.mark.usefixtures("key")
def test_an_address_that_cannot_be_used_is_a_line(
    address: str, words: str, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIM_LSP_PROVIDERS_DEEPSEEK_BASE_URL", address)
    found = checks(fim_lsp, failed=True)
    assert words in found["provider"]["detail"]


def test_wrong_settings_are_a_warning(
    api: SocketApi, key: str, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    del api, key
    monkeypatch.setenv("FIM_LSP_COMPLETION_MAX_TOKENS", "many")
    found = checks(fim_lsp, failed=False)
    assert found["settings"]["status"] == "warning"
    assert "completion.maxTokens" in found["settings"]["detail"]
