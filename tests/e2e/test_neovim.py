"""Neovim 0.12 with its own inline completion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from . import install
from .conftest import note
from .neovim import Neovim
from .neovim_bad_input import BadInputScenes
from .neovim_keys import KeyScenes
from .neovim_scenes import PluginScenes
from .region_scenes import RegionScenes
from .scenes import PREAMBLE, SETTLED, Editor, GhostScenes
from .terminal import steady, until
from .world import new_world


@pytest.fixture(scope="session")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.neovim("sid", "0.12"))


@contextmanager
def started(program: install.Program, provider: str = "deepseek") -> Iterator[Neovim]:
    with new_world(provider) as world:
        world.set_up("neovim")
        editor = Neovim(program, world)
        try:
            yield editor
        finally:
            editor.close()


@pytest.fixture(scope="module")
def editor(program: install.Program) -> Iterator[Neovim]:
    with started(program) as editor:
        yield editor


@pytest.fixture
def fresh_editor(program: install.Program) -> Iterator[Neovim]:
    with started(program) as editor:
        yield editor


@pytest.fixture
def echo_editor(program: install.Program) -> Iterator[Neovim]:
    with started(program, "echo") as editor:
        yield editor


ACTIONS = (
    *("fix", "explain", "document", "types", "tests"),
    *("simplify", "optimise", "edit", "comment"),
)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_runs(fresh_editor: Neovim, action: str) -> None:
    """By the command that all of them share, on the first lines of a file."""
    fresh_editor.world.api.answer = "```python\ndef add(a, b):\n    return b + a\n```\n"
    text = "# fim: swap them\ndef add(a, b):\n    return a + b\n"
    fresh_editor.open(text, f"{action}_it.py")
    said = fresh_editor.run_lua(ACT, action)
    assert said["outcome"] in {"edited", "shown"}, said
    assert len(fresh_editor.world.api.calls) == 1


ACT = """
    local action = ...
    local client = require("fim_lsp").client(0)
    local range = {
      start = { line = action == "comment" and 0 or 1, character = 0 },
      ["end"] = { line = action == "comment" and 0 or 3, character = 0 },
    }
    local ask = { action = action, uri = vim.uri_from_bufnr(0), range = range }
    ask.instruction = "swap the terms"
    local params = { command = "fim-lsp.act", arguments = { ask } }
    local answer = client:request_sync("workspace/executeCommand", params, 9000, 0)
    return answer and answer.result or { outcome = vim.inspect(answer) }
"""


class BrokenServers:
    """What is said about a server that cannot be started, and how often."""

    @pytest.mark.parametrize(
        ("command", "said"),
        [
            (("/nowhere/fim-lsp", "--stdio"), "/nowhere/fim-lsp is not there"),
            (("/bin/false",), "the server stopped (exit code 1)"),
        ],
    )
    def test_it_is_told_once(
        self, command: tuple[str, ...], said: str, program: install.Program
    ) -> None:
        with new_world() as world:
            world.set_up("neovim", command)
            editor = Neovim(program, world)
            try:
                editor.edit("x = 1\n")
                until(lambda: any(said in line for line in editor.complaints()), said)
                editor.edit("x = 2\n")
                editor.edit("x = 3\n")
                steady(
                    lambda: sum(said in line for line in editor.complaints()) == 1,
                    "told again",
                    SETTLED,
                )
            finally:
                editor.close()


class TestNeovim(
    BrokenServers,
    RegionScenes,
    BadInputScenes,
    KeyScenes,
    PluginScenes,
    GhostScenes,
):
    name = "neovim"

    @pytest.fixture
    def marked_editor(self, editor: Neovim) -> Neovim:
        return editor

    def take_word(self, editor: Editor) -> None:
        assert isinstance(editor, Neovim)
        editor.keys("<M-Right>")

    def test_ghost_text_is_neovims_own(self, editor: Neovim) -> None:
        editor.open(PREAMBLE + "def add", "example.py")
        editor.type("(")
        until(lambda: editor.offers("a, b):"), "an offer")
        assert editor.marks("nvim.lsp.inline_completion")
        editor.picture("neovim")

    def test_tab_is_a_tab_where_nothing_is_offered(self, editor: Neovim) -> None:
        editor.open("")
        editor.command("setlocal noexpandtab")
        editor.keys("<Tab>x")
        until(lambda: editor.text().startswith("\tx"), "a tab")

    def test_the_health_check_has_no_errors(self, editor: Neovim) -> None:
        editor.open("x")
        editor.keys("<Esc>")
        editor.command("checkhealth fim_lsp")
        report = editor.text()
        editor.command("bwipeout!")
        assert "server running" in report
        assert "ERROR" not in report
