from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from fim_lsp.settings import environment_layer, parse, read_toml, user_file
from fim_lsp.settings.files import variable_of
from fim_lsp.settings.table import ROWS


def test_the_user_file_is_in_the_platforms_configuration_folder(home: Path) -> None:
    assert user_file().name == "config.toml"
    assert user_file().is_relative_to(home)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf[completion]\r\nmaxTokens = 9\r\n")
    assert read_toml(file) == ({"completion": {"maxTokens": 9}}, ())


def test_a_missing_file_is_an_empty_one(tmp_path: Path) -> None:
    assert read_toml(tmp_path / "config.toml") == ({}, ())


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"[completion]\nmaxTokens = \n", "not valid TOML at line 2"),
        (b"a = 1\nb = [1,\n", "not valid TOML at line 2"),
        (b"a = 1\nb = '\xff'\n", "not UTF-8 at line 2"),
        (b"#" * 1_000_001, "larger than 1 MB"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b"a = " + b"9" * 5000, "nested too deeply"),
        (b"a = " + b"{b=" * 50_000, "nested too deeply"),
    ],
)
def test_a_broken_file_is_one_problem(tmp_path: Path, raw: bytes, words: str) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(raw)
    values, problems = read_toml(file)
    assert values == {}
    assert len(problems) == 1
    assert words in problems[0].sentence
    assert str(file) in problems[0].sentence


def test_a_folder_in_place_of_the_file_is_one_problem(tmp_path: Path) -> None:
    values, (problem,) = read_toml(tmp_path)
    assert values == {}
    assert "cannot be read" in problem.sentence


def test_environment_variables_are_read() -> None:
    layer = environment_layer(
        {
            "FIM_LSP_COMPLETION_ENABLED": "off",
            "FIM_LSP_COMPLETION_MAX_TOKENS": " 9 ",
            "FIM_LSP_COMPLETION_TEMPERATURE": "0.5",
            "FIM_LSP_COMPLETION_DEBOUNCE_MS": "adaptive",
            "FIM_LSP_BUDGET_DAILY": "2.50",
            "FIM_LSP_PROVIDERS_DEEPSEEK_BASE_URL": "http://127.0.0.1:1",
            "FIM_LSP_PROVIDERS_DEEPSEEK_API_KEY_COMMAND": "pass show key",
            "FIM_LSP_LOG_LEVEL": "",
            "FIM_LSP_CHAT_MODEL": "null",
            "PATH": "/bin",
        }
    )
    parsed = parse([layer])
    completion = parsed.settings.completion
    provider = parsed.settings.providers["deepseek"]
    assert parsed.problems == ()
    assert (completion.enabled, completion.max_tokens) == (False, 9)
    assert completion.temperature == 0.5
    assert parsed.settings.budget.daily == Decimal("2.50")
    assert provider.base_url == "http://127.0.0.1:1"
    assert provider.base_url_origin == "environment"
    assert provider.api_key_command == ("pass", "show", "key")
    assert parsed.settings.log.level == "warning"
    assert parsed.settings.chat.model == "auto"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("FIM_LSP_COMPLETION_MAX_TOKNS", "is not a setting"),
        ("FIM_LSP_FALLBACK", "is not a setting"),
        ("FIM_LSP_COMPLETION_MAX_TOKENS", "should be a whole number"),
    ],
)
def test_a_variable_that_cannot_be_used_is_a_problem(name: str, words: str) -> None:
    (problem,) = parse([environment_layer({name: "x"})]).problems
    assert words in problem.sentence
    assert problem.layer == "environment"


def test_no_two_settings_share_a_variable() -> None:
    variables = [variable_of(row) for row in ROWS if variable_of(row)]
    assert len(set(variables)) == len(variables)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    os.mkfifo(path)
    values, problems = read_toml(path)
    assert values == {}
    assert "a pipe" in problems[0].sentence
