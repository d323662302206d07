"""The command line against a fake endpoint on loopback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from fim_lsp.api import network
from fim_lsp.cli import cli
from tests.harness.model_script import Seen
from tests.harness.socket_api import SocketApi

KEY = "key-3141592653589793"

# Runs `fim-lsp` with arguments, and with text on stdin.
Run = Callable[..., Result]


def reads_the_suffix(seen: Seen) -> str:
    """A model that copies what the text after the cursor compares with."""
    body = seen.body if isinstance(seen.body, dict) else {}
    found = re.search(r'== "(\w+)"', body.get("suffix") or "")
    return found[1] if found else "a + b"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[SocketApi]:
    with SocketApi(answer=reads_the_suffix, key=KEY).threaded() as api:
        monkeypatch.setenv("FIM_LSP_PROVIDERS_DEEPSEEK_BASE_URL", api.url)
        yield api


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DEEPSEEK_API_KEY", KEY)
    return KEY


@pytest.fixture
def fim_lsp(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command; afterwards, no output may have held a key."""
    # The servers of tests greet at once or never.
    monkeypatch.setattr(network, "_GREETING_SECONDS", 0.2)
    results: list[Result] = []

    def run(*arguments: str, stdin: str = "") -> Result:
        result = CliRunner().invoke(cli, list(arguments), input=stdin)
        results.append(result)
        return result

    yield run
    assert not [result for result in results if KEY in result.output]
