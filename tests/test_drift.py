"""What is written down about the settings agrees with the table that makes them."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from fim_lsp import __version__
from fim_lsp.api.services import PRESETS
from fim_lsp.chat.actions import ACTIONS
from fim_lsp.cli import cli
from fim_lsp.server.features.execute_command import COMMANDS
from fim_lsp.settings import Layer, markdown, parse, vscode_configuration
from fim_lsp.settings.table import ROWS

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    page
    for pattern in (
        *("*.md", "docs/**/*.md", "editors/*/*.md", "editors/*/languages.toml"),
        *("editors/*/*settings.json", "editors/*/*.sublime-settings"),
    )
    for page in ROOT.glob(pattern)
)
FENCE = re.compile(r"^( *)```(jsonc?|toml)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
GROUPS = {row.path[0] for row in ROWS} | {"fim-lsp"}


def test_the_settings_page_is_what_the_table_says() -> None:
    page = ROOT / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == markdown(), (
        "write it again: python -m fim_lsp.settings"
    )


def test_the_vs_code_extension_offers_the_settings_of_the_table() -> None:
    package = json.loads((ROOT / "editors/vscode/package.json").read_text())
    offered = package["contributes"]["configuration"]["properties"]
    expected = vscode_configuration()
    own = {key for key in offered if key.split(".")[1] in {"server", "trace"}}
    assert {key: offered[key] for key in offered if key not in own} == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_settings_that_are_written_down_are_settings(page: Path) -> None:
    for values in _settings_in(page):
        assert parse([Layer("user", values)]).problems == ()


def test_settings_are_found_where_they_are_written_down() -> None:
    """Else the test above could pass by looking at nothing."""
    found = {page.name: list(_settings_in(page)) for page in PAGES}
    assert len(found["settings.md"]) == 3
    assert found["languages.toml"] == [{"completion": {"trigger": "manual"}}]


def _settings_in(page: Path) -> Iterator[Mapping[str, Any]]:
    """Every piece of JSON or TOML on a page that speaks of our settings."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        for _, language, block in FENCE.findall(text):
            yield from _ours(_read(language, block))
    else:
        yield from _ours(_read(page.suffix.lstrip("."), text))


def _read(language: str, text: str) -> Any:
    if language == "toml":
        # What is commented out, to be taken by who wants it, counts too.
        return tomllib.loads(re.sub(r"^# (?=\[|\w+ =)", "", text, flags=re.MULTILINE))
    return json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))


def _ours(value: Any, key: str = "", above: str = "") -> Iterator[Mapping[str, Any]]:
    """The parts of `value` that the server gets as settings."""
    if not isinstance(value, dict):
        return
    is_file = not key and not value.keys().isdisjoint(GROUPS)
    is_sent = key == "initializationOptions" or (above, key) == ("fim-lsp", "config")
    if is_file or is_sent:
        yield value
    else:
        if own := {name: each for name, each in value.items() if _is_dotted(name)}:
            yield own
        for name, each in value.items():
            yield from _ours(each, name, key)


def _is_dotted(name: str) -> bool:
    return name.startswith("fim-lsp.") and name.split(".")[1] in GROUPS


def test_what_the_extension_takes_from_the_tables_is_up_to_date() -> None:
    script = runpy.run_path(str(ROOT / "editors/vscode/scripts/settings.py"))
    assert script["drift"]() == [], (
        "write it again: python editors/vscode/scripts/settings.py"
    )


def test_every_service_is_on_the_page_of_providers() -> None:
    page = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    assert [name for name in PRESETS if f"`{name}`" not in page] == []


NEOVIM = ROOT / "editors" / "nvim"
CHAT_ACTIONS = [action.id for action in ACTIONS]
# The server's commands that no list of reports names, and why.
ELSEWHERE = {
    "fim-lsp.accepted",  # sent by the editor with a completion
    "fim-lsp.act",  # has a list of its own, of the chat actions
    "fim-lsp.selectModel",  # asks for the model first
    "fim-lsp.snooze",  # asks for the minutes first
    "fim-lsp.nextEdit",  # next edits have keys and commands of their own
    "fim-lsp.applyNextEdit",
    "fim-lsp.dismissNextEdit",
}
REPORTS = sorted(
    name.removeprefix("fim-lsp.") for name in COMMANDS if name not in ELSEWHERE
)


def _lua_list(name: str) -> list[str]:
    text = (NEOVIM / "lua/fim_lsp/commands.lua").read_text(encoding="utf-8")
    (words,) = re.findall(rf"^local {name} = {{([^}}]*)}}", text, re.MULTILINE)
    return re.findall(r'"(\w+)"', words)


def test_neovim_completes_the_chat_actions_of_the_table() -> None:
    assert _lua_list("ACTIONS") == CHAT_ACTIONS


def test_the_help_and_the_page_of_neovim_name_every_chat_action_and_report() -> None:
    help_file = (NEOVIM / "doc/fim_lsp.txt").read_text(encoding="utf-8")
    _, _, listed = help_file.partition("*fim_lsp-actions*")
    actions, _, _ = listed.partition("or your own")
    _, _, actions = actions.partition(":")
    assert re.findall(r"\w+", actions) == CHAT_ACTIONS
    page = (ROOT / "docs/editors/neovim.md").read_text(encoding="utf-8")
    for name in (*REPORTS, "selectModel", "snooze"):
        assert f":FimLsp {name}" in help_file, name
        assert re.search(rf"`(:FimLsp )?{name}\b", page), name


def test_every_editor_runs_the_reports_that_the_server_has() -> None:
    toggled = [*_lua_list("REPORTS"), "toggle"]
    assert sorted(toggled) == REPORTS
    script = (ROOT / "editors/vscode/src/pure/actions.ts").read_text(encoding="utf-8")
    (table,) = re.findall(r"SERVER_COMMANDS[^=]*= \[(.*?)\];", script, re.DOTALL)
    assert sorted(re.findall(r'id: "(\w+)"', table)) == REPORTS
    lisp = (ROOT / "editors/emacs/fim-lsp.el").read_text(encoding="utf-8")
    (names,) = re.findall(r"fim-lsp--reports\s+'\(([^)]*)\)", lisp)
    assert sorted(re.findall(r'"(\w+)"', names)) == REPORTS


def test_emacs_completes_the_chat_actions_of_the_table() -> None:
    lisp = (ROOT / "editors/emacs/fim-lsp.el").read_text(encoding="utf-8")
    (names,) = re.findall(r"fim-lsp--actions\s+'\(([^)]*)\)", lisp)
    assert re.findall(r'"(\w+)"', names) == CHAT_ACTIONS


def test_the_version_is_the_same_wherever_it_stands() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extension = ROOT / "editors" / "vscode" / "package.json"
    assert project["project"]["version"] == __version__
    assert json.loads(extension.read_text(encoding="utf-8"))["version"] == __version__


def test_a_report_of_a_wrong_suggestion_asks_for_the_case_and_the_doctor() -> None:
    """The commands that the issue forms name are commands with these options."""
    forms = (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")
    text = "".join(form.read_text(encoding="utf-8") for form in forms)
    named = set(re.findall(r"`fim-lsp (\w+)(?: FILE:LINE:COL)? (--[\w-]+)`", text))
    assert named == {("doctor", "--json"), ("complete", "--as-case")}
    for command, option in named:
        subcommand = cli.get_command(click.Context(cli), command)
        assert subcommand is not None
        assert option in {name for param in subcommand.params for name in param.opts}
