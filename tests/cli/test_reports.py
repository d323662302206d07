from __future__ import annotations

import json
from pathlib import Path

import pytest

from fim_lsp.settings import json_schema, user_file
from tests.harness.socket_api import SocketApi

from .conftest import KEY, Run


@pytest.mark.usefixtures("api", "key")
def test_models_say_what_they_are_used_for_and_cost(fim_lsp: Run) -> None:
    result = fim_lsp("models")
    titles, first, second = (line.split("\t") for line in result.stdout.splitlines())
    assert titles[:2] == ["model", "used for"]
    assert first[:2] == ["deepseek-flash", "completion, chat"]
    assert first[2].endswith(" USD")
    assert second[:2] == ["deepseek-v4-pro", ""]
    data = json.loads(fim_lsp("models", "--json").stdout)
    assert data == {
        "models": ["deepseek-flash", "deepseek-v4-pro"],
        "completion": "deepseek-flash",
        "chat": "deepseek-flash",
    }


@pytest.mark.usefixtures("key")
def test_a_model_without_a_price_says_so(api: SocketApi, fim_lsp: Run) -> None:
    api.models = ["home-made"]
    row = fim_lsp("models").stdout.splitlines()[1]
    assert row == "home-made\tcompletion, chat\tno known price\t"


@pytest.mark.usefixtures("api", "key")
def test_the_balance_is_shown(fim_lsp: Run) -> None:
    assert fim_lsp("balance").stdout == (
        "currency\ttotal\tgranted\ttopped up\nUSD\t110.00\t0.00\t110.00\n"
    )
    data = json.loads(fim_lsp("balance", "--json").stdout)
    assert data["balance_infos"][0]["total_balance"] == "110.00"
    assert data["is_available"] is True


@pytest.mark.usefixtures("key")
def test_an_empty_account_is_no_error(api: SocketApi, fim_lsp: Run) -> None:
    api.balance = None
    result = fim_lsp("balance")
    assert result.exit_code == 0
    assert "too low for requests" in result.stderr


@pytest.mark.parametrize("name", ["models", "balance"])
def test_without_a_provider_there_is_a_way_out(name: str, fim_lsp: Run) -> None:
    result = fim_lsp(name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "fim-lsp login" in result.stderr


def test_settings_show_each_value_and_its_origin(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text(
        "[completion]\nmaxTokens = 99\nmaxTokns = 1\n"
        f'[providers.x]\nbaseUrl = "https://me:{KEY}@h"\n'
        f'headers = {{ Authorization = "{KEY}" }}\n'
    )
    (tmp_path / ".fim-lsp.toml").write_text("completion.maxLines = 5\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIM_LSP_LOG_LEVEL", "debug")
    result = fim_lsp("settings")
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    shown = {key: (value, origin) for key, value, origin in rows}
    assert shown["completion.maxTokens"] == ("99", "user")
    assert shown["completion.maxLines"] == ("5", "project")
    assert shown["log.level"] == ('"debug"', "environment")
    assert shown["completion.enabled"] == ("true", "default")
    assert shown["providers.x.baseUrl"] == ('"https://***@h"', "user")
    assert shown["providers.x.headers"] == ('{"Authorization": "***"}', "user")
    assert "did you mean completion.maxTokens?" in result.stderr
    assert str(user_file()) in result.stderr
    data = json.loads(fim_lsp("settings", "--json").stdout)
    assert data["completion.maxTokens"] == {"value": 99, "from": "user"}


def test_the_schema_is_printed(fim_lsp: Run) -> None:
    assert json.loads(fim_lsp("settings", "--schema").stdout) == json_schema()
