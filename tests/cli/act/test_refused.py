"""`act` that comes to nothing: one sentence, and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ...harness.socket_api import SocketApi
from .source import SOURCE, Command, source_text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.py", "fix"), "There is no file none.py."),
        (("cart.py:9", "fix"), "cart.py has 5 lines; there is no line 9."),
        (("cart.py", "optimize"), "did you mean “optimise”?"),
        (("cart.py", "comment"), "No comment in this file"),
        (("latin.py", "fix"), "is not a text file in UTF-8"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    command: Command, api: SocketApi, arguments: tuple[str, str], said: str
) -> None:
    Path("latin.py").write_bytes(b"caf\xe9")
    ran = command(*arguments)
    assert ran.exit_code == 1
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert api.calls == []


def test_an_endpoint_that_refuses_is_one_sentence(
    command: Command, api: SocketApi
) -> None:
    api.status = 401
    ran = command("cart.py:3-4", "types")
    assert ran.exit_code == 1
    assert "secret" not in ran.stderr
    assert source_text() == SOURCE


def test_a_secret_file_is_not_sent(command: Command, api: SocketApi) -> None:
    Path(".env").write_text("A=1\n")
    ran = command(".env", "explain")
    assert "files with such names may hold secrets" in ran.stderr
    assert api.calls == []


def test_wrong_usage_has_its_own_exit_code(command: Command) -> None:
    assert command("cart.py").exit_code == 2
    assert command("cart.py", "edit").exit_code == 2
    assert command("cart.py:0", "fix").exit_code == 2
    assert command("cart.py:4-3", "fix").exit_code == 2
    assert command("cart.py", "fix", "--nonsense").exit_code == 2


def test_over_the_budget_it_says_how_to_run_it_all_the_same(
    command: Command, api: SocketApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIM_LSP_BUDGET_DAILY", "0")
    ran = command("cart.py:3-4", "types")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "fim-lsp.continueToday" in ran.stderr
    assert "--over-budget" in ran.stderr
    assert api.calls == []
    ran = command("cart.py:3-4", "types", "--over-budget")
    assert ran.exit_code == 0
    assert len(api.calls) == 1


def test_a_fix_of_nothing_says_so_and_asks_nothing(
    command: Command, api: SocketApi
) -> None:
    for target in ("cart.py", "cart.py:3-4", "cart.py:4"):
        ran = command(target, "fix", "--write")
        assert ran.exit_code == 0
        assert "No problem is reported here" in ran.stderr
        assert (
            "nothing" in json.loads(command(target, "fix", "--json").stdout)["outcome"]
        )
    assert source_text() == SOURCE
    assert api.calls == []
