from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from fim_lsp.api.keys import clean_key, find_key
from fim_lsp.api.keystore import KeyStore
from fim_lsp.errors import SettingsError

from .support import provider

SAY = "import sys; sys.stdout.write(sys.argv[1])"


def command(text: str) -> list[str]:
    return [sys.executable, "-c", SAY, text]


class Memory:
    """A keyring that keeps its passwords while it lives."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Broken:
    def get_password(self, *_: str) -> str | None:
        raise RuntimeError("the bus is gone")

    def set_password(self, *_: str) -> None:
        raise RuntimeError("the bus is gone")

    def delete_password(self, *_: str) -> None:
        raise RuntimeError("the bus is gone")


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "fim-lsp", backend=False)


def test_the_environment_comes_before_login_and_login_before_the_command(
    store: KeyStore,
) -> None:
    ours = provider(apiKeyCommand=command("sk-command"))
    environ = {"DEEPSEEK_API_KEY": "sk-environment"}
    store.set("deepseek", "sk-login")
    found = [find_key(ours, environ, store), find_key(ours, {}, store)]
    store.delete("deepseek")
    found.append(find_key(ours, {}, store))
    assert [key and (key.value, key.source) for key in found] == [
        ("sk-environment", "DEEPSEEK_API_KEY"),
        ("sk-login", str(store.file)),
        ("sk-command", "providers.deepseek.apiKeyCommand"),
    ]


def test_only_the_providers_own_variable_counts(store: KeyStore) -> None:
    assert find_key(provider("mistral"), {"DEEPSEEK_API_KEY": "sk-x"}, store) is None


@pytest.mark.parametrize("text", ["sk-x\n", " sk-x\r\n", "\tsk-x"])
def test_white_space_around_a_key_is_no_part_of_it(text: str) -> None:
    key = clean_key(text, "here")
    assert key is not None and key.value == "sk-x"


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_key_is_a_missing_one(text: str, store: KeyStore) -> None:
    assert find_key(provider(), {"DEEPSEEK_API_KEY": text}, store) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sk-ab\nsk-cd", "holds a line break"),
        ("sk-ab cd", "or a blank inside"),
        ("sk-äb", "a character that no key has"),
        ("sk-\x00b", "a character that no key has"),
    ],
)
def test_a_damaged_key_is_told_without_showing_it(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        clean_key(text, "DEEPSEEK_API_KEY")
    assert "sk-" not in str(caught.value)
    assert "DEEPSEEK_API_KEY" in str(caught.value)


def test_a_command_that_never_stops_talking_is_cut_off() -> None:
    endless = "while True: print('sk-endless')"
    key = find_key(provider(apiKeyCommand=[sys.executable, "-c", endless]), {}, None)
    assert key is not None
    assert key.value == "sk-endless"


def test_of_a_command_the_first_line_counts() -> None:
    key = find_key(provider(apiKeyCommand=command("sk-x\nmore")), {}, None)
    assert key is not None and key.value == "sk-x"


@pytest.mark.parametrize(
    ("words", "argv"),
    [
        ("cannot be started: no-such-program", ["no-such-program", "sk-x"]),
        ("failed with exit code 3", [sys.executable, "-c", "raise SystemExit(3)"]),
    ],
)
def test_a_command_that_fails_is_told(words: str, argv: list[str]) -> None:
    with pytest.raises(SettingsError, match=words):
        find_key(provider(apiKeyCommand=argv), {}, None)


def test_a_host_that_is_not_trusted_gets_no_key_at_all() -> None:
    strange = provider(layer="editor", baseUrl="https://strange.example")
    assert find_key(strange, {"DEEPSEEK_API_KEY": "sk-x"}, None) is None


def test_without_a_keyring_keys_go_to_a_file_of_the_users_own(store: KeyStore) -> None:
    where = store.set("deepseek", "sk-x")
    assert where == f"{store.file}, which only you can read"
    assert store.get("deepseek") == ("sk-x", str(store.file))
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600
    assert [path.name for path in store.file.parent.iterdir()] == ["login.json"]


def test_with_a_keyring_no_key_is_in_the_file(tmp_path: Path) -> None:
    store = KeyStore(tmp_path, backend=Memory())
    assert store.set("deepseek", "sk-x") == "the system's keyring"
    assert store.get("deepseek") == ("sk-x", "the system's keyring")
    assert "sk-x" not in store.file.read_text()
    assert store.delete("deepseek") and store.get("deepseek") is None


def test_a_broken_keyring_is_as_good_as_none(tmp_path: Path) -> None:
    store = KeyStore(tmp_path, backend=Broken())
    assert str(store.file) in store.set("deepseek", "sk-x")
    assert store.get("deepseek") == ("sk-x", str(store.file))
    store.file.write_text(json.dumps({"keys": {"deepseek": {"in": "keyring"}}}))
    assert store.get("deepseek") is None
    assert store.delete("deepseek")


def test_the_last_login_is_remembered_until_it_is_undone(store: KeyStore) -> None:
    assert store.last_login is None
    store.set("mistral", "sk-m")
    store.set("deepseek", "sk-d")
    assert store.last_login == "deepseek"
    assert store.delete("deepseek")
    assert store.last_login == "mistral"
    assert store.delete("mistral") and not store.delete("mistral")
    assert store.last_login is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"keys": 3, "last": 4}', "\ufeff"])
def test_a_damaged_file_is_an_empty_one(text: str, store: KeyStore) -> None:
    store.set("deepseek", "sk-x")
    store.file.write_text(text, "utf-8")
    assert store.get("deepseek") is None and store.last_login is None
    store.set("deepseek", "sk-y")
    assert store.get("deepseek") == ("sk-y", str(store.file))
