from __future__ import annotations

import json
from pathlib import Path

import pytest

from fim_lsp.api.keystore import KeyStore
from fim_lsp.settings import user_file
from tests.harness.socket_api import SocketApi

from .conftest import KEY, Run


def stored(provider: str = "deepseek") -> str | None:
    kept = KeyStore().get(provider)
    return kept[0] if kept else None


@pytest.mark.usefixtures("home")
def test_a_key_is_proved_and_stored(api: SocketApi, fim_lsp: Run) -> None:
    result = fim_lsp("login", stdin=f"{KEY}\r\n")
    assert result.exit_code == 0, result.output
    assert "deepseek-flash answered" in result.stdout
    assert str(KeyStore().file) in result.stdout
    assert "go to 127.0.0.1" in result.stderr
    assert stored() == KEY
    assert {seen.path for seen in api.requests} == {"/models", "/beta/completions"}
    assert len(api.calls) == 1


@pytest.mark.usefixtures("api")
def test_what_login_stored_is_used_from_then_on(fim_lsp: Run) -> None:
    fim_lsp("login", stdin=KEY)
    assert json.loads(fim_lsp("models", "--json").stdout)["models"]
    assert fim_lsp("logout").stdout == "The key of deepseek is forgotten.\n"
    assert stored() is None
    again = fim_lsp("logout")
    assert (again.exit_code, again.stderr) == (1, "No key is stored.\n")


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("form", ['"{}"', "'{}'", "“{}”", " `{}`\r", "Bearer {}"])
def test_what_people_paste_around_a_key_is_taken_off(form: str, fim_lsp: Run) -> None:
    result = fim_lsp("login", stdin=form.format(KEY) + "\n")
    assert result.exit_code == 0, result.output
    assert stored() == KEY


def test_a_key_is_stored_unproved_where_that_is_asked_for(
    api: SocketApi, fim_lsp: Run
) -> None:
    result = fim_lsp("login", "--no-check", stdin="some-other-key")
    assert result.exit_code == 0
    assert stored() == "some-other-key"
    assert api.requests == []


@pytest.mark.usefixtures("api")
def test_a_refused_key_says_what_the_endpoint_said_and_not_to_log_in(
    fim_lsp: Run,
) -> None:
    result = fim_lsp("login", stdin="wrong\n")
    assert "refuses the key (401" in result.stderr
    assert "copy it again" in result.stderr
    assert "fim-lsp login" not in result.stderr


@pytest.mark.usefixtures("api")
def test_a_login_replaces_the_provider_of_the_user_file_and_says_so(
    fim_lsp: Run,
) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text('[completion]\nprovider = "llamacpp"\n', encoding="utf-8")
    result = fim_lsp("login", stdin=KEY)
    assert result.exit_code == 0, result.output
    assert "completion.provider was llamacpp" in result.stderr
    assert "and is now deepseek" in result.stderr
    assert user_file().read_text("utf-8") == '[completion]\nprovider = "deepseek"\n'


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "No key was given"),
        ("\n", "No key was given"),
        ("   \n", "No key was given"),
        ("wrong\n", "refuses the key"),
        ("two words\n", "holds a line break or a blank"),
        ("schlüssel\n", "holds a character that no key has"),
    ],
)
@pytest.mark.usefixtures("api")
def test_a_key_that_does_not_work_is_not_stored(
    typed: str, words: str, fim_lsp: Run
) -> None:
    result = fim_lsp("login", stdin=typed)
    assert result.exit_code == 1
    assert words in result.stderr
    assert stored() is None
    if typed.strip():
        assert typed.strip() not in result.output


def test_a_right_key_with_an_empty_account_is_stored(
    api: SocketApi, fim_lsp: Run
) -> None:
    api.status = 402
    result = fim_lsp("login", stdin=KEY)
    assert result.exit_code == 0
    assert "The key is right, but" in result.stdout
    assert stored() == KEY


@pytest.mark.usefixtures("api")
def test_a_variable_that_comes_first_is_named(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "another-key")
    result = fim_lsp("login", stdin=KEY)
    assert "DEEPSEEK_API_KEY is set to another key" in result.stderr
    assert "another-key" not in result.output
    assert "DEEPSEEK_API_KEY is still set" in fim_lsp("logout").stderr


def test_a_terminal_asks_without_echo(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    del api
    asked = []

    def prompt(words: str, **options: object) -> str:
        asked.append((words, options["hide_input"]))
        return KEY

    monkeypatch.setattr("fim_lsp.cli.login.on_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    assert fim_lsp("login").exit_code == 0
    assert asked == [("Key for deepseek", True)]


def test_an_unknown_provider_is_refused_before_anything_is_asked(fim_lsp: Run) -> None:
    result = fim_lsp("login", "depseek", stdin=KEY)
    assert result.exit_code == 1
    assert 'did you mean "deepseek"?' in result.stderr


def test_a_store_that_cannot_be_written_is_one_sentence(
    api: SocketApi, fim_lsp: Run, home: Path
) -> None:
    del api
    home.mkdir(parents=True)
    (home / ".config").write_text("in the way")
    result = fim_lsp("login", stdin=KEY)
    assert result.exit_code == 1
    assert "The key cannot be stored" in result.stderr


def test_a_local_provider_needs_no_key(
    api: SocketApi, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.key = None
    monkeypatch.setenv("FIM_LSP_PROVIDERS_LLAMACPP_BASE_URL", api.url)
    result = fim_lsp("login", "llamacpp")
    assert result.exit_code == 0, result.output
    assert "llamacpp is chosen" in result.stdout
    assert KeyStore().last_login == "llamacpp"
