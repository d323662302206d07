from __future__ import annotations

import subprocess
import sys

import click
import pytest

from fim_lsp.cli import COMMANDS, cli

from .conftest import Run


def test_help_lists_every_command(fim_lsp: Run) -> None:
    result = fim_lsp("--help")
    assert result.exit_code == 0
    for name, line in COMMANDS.items():
        assert f"{name} " in result.stdout
        assert line in result.stdout


def test_help_imports_no_command() -> None:
    """Only what is called is loaded, and the protocol only for the server."""
    code = (
        "import sys\nfrom fim_lsp.cli import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        "heavy = {'pygls', 'lsprotocol', 'httpx', 'rich', 'keyring', 'asyncio'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_commands_but_the_servers_own_do_without_the_protocol() -> None:
    code = (
        "import sys, importlib\n"
        "for name in ('complete', 'login', 'doctor', 'models', 'settings'):\n"
        "    importlib.import_module('fim_lsp.cli.' + name)\n"
        "assert not {'pygls', 'lsprotocol'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_in_a_terminal_it_says_what_it_is(
    fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fim_lsp.cli.on_terminal", lambda: True)
    result = fim_lsp()
    assert result.exit_code == 0
    assert "editors start it over a pipe" in result.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["--stdio"], ["--log-level", "info"], ["serve", "--stdio"]]
)
def test_over_a_pipe_it_serves(
    arguments: list[str], fim_lsp: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = []

    @click.command
    @click.option("--stdio", is_flag=True)
    @click.option("--log-level")
    def serve(**options: object) -> None:
        served.append(options)

    real = type(cli).get_command
    monkeypatch.setattr(
        type(cli),
        "get_command",
        lambda self, ctx, name: serve if name == "serve" else real(self, ctx, name),
    )
    assert fim_lsp(*arguments).exit_code == 0
    assert len(served) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["complete"],
        ["complete", "file.py"],
        ["complete", "file.py:0:1"],
        ["complete", "file.py:1:x"],
        ["complete", "file.py:1:1", "--candidates", "0"],
        ["models", "--no-such-option"],
        ["login", "deepseek", "extra"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], fim_lsp: Run) -> None:
    result = fim_lsp(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_misspelt_command_gets_a_suggestion(fim_lsp: Run) -> None:
    assert "did you mean complete?" in fim_lsp("complet").stderr


@pytest.mark.parametrize("name", ["models", "balance", "complete"])
def test_an_unknown_provider_is_one_sentence(name: str, fim_lsp: Run) -> None:
    place = [f"{__file__}:1:1"] if name == "complete" else []
    result = fim_lsp(name, *place, "--provider", "depseek")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert 'There is no provider "depseek"' in result.stderr
    assert 'did you mean "deepseek"?' in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_completion_script(shell: str, fim_lsp: Run) -> None:
    result = fim_lsp("shell-completion", shell)
    assert result.exit_code == 0
    assert "_FIM_LSP_COMPLETE" in result.stdout


def test_the_script_completes_the_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_FIM_LSP_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "fim-lsp con")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        cli(prog_name="fim-lsp", args=[])
    assert "connect" in capsys.readouterr().out
