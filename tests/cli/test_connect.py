"""`connect` as its user meets it: what is printed, asked for, written and refused."""

from __future__ import annotations

import json
import socket
import tomllib

import pytest

from fim_lsp.api.keystore import KeyStore
from fim_lsp.settings import user_file
from tests.harness import servers as fake
from tests.harness import unknown_servers as unknown
from tests.harness.http_server import Respond, running

from .conftest import KEY, Run


def written() -> dict[str, object]:
    return tomllib.loads(user_file().read_text("utf-8"))


def test_the_progress_and_the_settings_are_shown(fim_lsp: Run) -> None:
    with running(fake.vllm()) as server:
        result = fim_lsp("connect", server.url)
    assert result.exit_code == 0
    place = server.url.removeprefix("http://")
    assert f"Asking {place} at most 6 times; no code is sent." in result.stderr
    lines = [line.split() for line in result.stderr.splitlines()[1:5]]
    assert [(line[0], line[-1]) for line in lines] == [
        ("1/6", "ok"),
        ("2/6", "refuses-suffix"),
        ("3/6", "reads-suffix"),
        ("4/6", "reads-suffix"),
    ]
    assert "suffix is not currently supported" in result.stdout
    assert 'dialect = "openai-template"\n' in result.stdout
    assert "Add --write" in result.stderr
    assert not user_file().exists()


def test_the_settings_are_written_with_a_backup(fim_lsp: Run) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text("[completion]\nmaxTokens = 99 # short\n", encoding="utf-8")
    with running(fake.llama_cpp()) as server:
        result = fim_lsp("connect", server.url, "--name", "mine", "--write")
        again = fim_lsp("connect", server.url, "--name", "mine", "--write")
    assert result.exit_code == again.exit_code == 0, result.output
    assert '+provider = "mine"' in result.stderr
    assert "To undo, put back" in result.stderr
    assert "says so already" in again.stderr
    assert written() == {
        "completion": {"maxTokens": 99, "provider": "mine"},
        "providers": {
            "mine": {
                "baseUrl": server.url,
                "dialect": "infill",
                "model": "qwen2.5-coder.gguf",
            }
        },
    }
    (backup,) = user_file().parent.glob("*.before-fim-lsp-*")
    assert "maxTokens = 99 # short" in backup.read_text("utf-8")


def test_what_was_written_completes(fim_lsp: Run) -> None:
    with running(fake.ollama(insert=False)) as server:
        assert fim_lsp("connect", server.url, "--write").exit_code == 0
        checks = json.loads(fim_lsp("doctor", "--json").stdout)["checks"]
    found = {check["name"]: check["status"] for check in checks}
    assert found["provider"] == found["completion"] == "ok"


@pytest.mark.parametrize(
    ("respond", "path"),
    [
        (unknown.unversioned(), "/api"),
        (unknown.with_key_in("api-key", KEY, "send the api-key header"), ""),
    ],
)
def test_what_was_written_for_an_unknown_service_completes(
    respond: Respond, path: str, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE", KEY)
    with running(respond) as server:
        url = f"{server.url}{path}"
        result = fim_lsp("connect", url, "--key-env", "OFFICE", "--write")
        checks = json.loads(fim_lsp("doctor", "--json").stdout)["checks"]
    assert result.exit_code == 0, result.output
    statuses = {check["name"]: check["status"] for check in checks}
    assert statuses["completion"] == "ok"


def test_a_second_server_gets_a_name_of_its_own(fim_lsp: Run) -> None:
    with running(fake.vllm()) as one, running(fake.ollama()) as other:
        assert fim_lsp("connect", one.url, "--write").exit_code == 0
        assert fim_lsp("connect", other.url, "--write").exit_code == 0
        assert fim_lsp("connect", one.url, "--write").exit_code == 0
    providers = written()["providers"]
    assert isinstance(providers, dict)
    assert list(providers) == ["localhost", "localhost-2"]
    assert written()["completion"] == {"provider": "localhost"}


def test_nothing_is_written_where_nothing_was_found(fim_lsp: Run) -> None:
    with running(fake.talkative()) as server:
        result = fim_lsp("connect", server.url, "--write")
    assert result.exit_code == 1
    assert not user_file().exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://me:pw@llm.example"], "a user name or a password"),
        (["http://llm.example"], "plain http"),
        (["nonsense url"], "not an address"),
        (["http://127.0.0.1:1", "--key-env", "NO_SUCH"], "NO_SUCH is not set"),
        (["http://127.0.0.1:1", "--name", "echo"], "cannot be the name"),
        (["http://127.0.0.1:1", "--name", "a b"], "cannot be the name"),
        (["http://10.0.0.1:1", "--key-env", "OFFICE"], "go over plain http"),
    ],
)
def test_what_cannot_be_done_asks_nobody(
    arguments: list[str], words: str, fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE", KEY)
    result = fim_lsp("connect", *arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "pw" not in result.output.replace("http", "")


def test_a_terminal_is_asked_for_the_key_and_keeps_it_once_it_works(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fim_lsp.cli.connect.on_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: f"{KEY} ")
    with running(fake.deepseek(KEY)) as server:
        result = fim_lsp("connect", server.url, "--name", "mine", "--write")
    assert result.exit_code == 0, result.output
    kept = KeyStore().get("mine")
    assert kept is not None and kept[0] == KEY
    assert KEY not in user_file().read_text("utf-8")
    assert len(server.seen) <= 6


def test_a_box_on_the_network_is_said_to_be_plain(
    fim_lsp: Run,
) -> None:
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    with running(fake.vllm(), address) as server:
        result = fim_lsp("connect", server.url, "--json")
    data = json.loads(result.stdout)
    (provider,) = data["settings"]["providers"].values()
    assert provider["allowInsecure"] is True
    assert "plain http on your network" in data["advice"]


def own_address() -> str | None:
    """An address of this machine that others can reach, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probing:
        try:
            probing.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return None
        address: str = probing.getsockname()[0]
    return None if address.startswith("127.") else address
