"""coc.nvim in Neovim, with the configuration under editors/coc."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import install
from .conftest import note
from .install_coc import coc
from .neovim import Neovim
from .scenes import PREAMBLE
from .terminal import until
from .world import MISTAKEN, SERVER, World, new_world

CONFIGURATION = Path(__file__).parents[2] / "editors/coc"
GHOST = "coc-inlineSuggest"  # the namespace of coc's inline completion
STARTING = 30.0  # seconds that Node and coc may take to start


class CocNeovim(Neovim):
    """A Neovim whose language client is coc.nvim."""

    def open(self, text: str, name: str = "") -> None:
        self.edit(text, name)
        self.command("setlocal nofixendofline")
        until(self._is_running, "coc's client", STARTING)
        self.keys("GA")

    def ghost(self) -> str:
        for *_, details in self.marks(GHOST):
            rows = [details["virt_text"], *details.get("virt_lines", [])]
            return "\n".join("".join(part[0] for part in row) for row in rows)
        return ""

    def coc(self, action: str, *arguments: object) -> Any:
        """The answer of one of coc's own actions (`:help coc-actions`)."""
        return self.run_lua("return vim.fn.CocAction(...)", action, *arguments)

    def close(self) -> None:
        # Node outlives a Neovim that is killed.
        self.command("call coc#rpc#kill()")
        super().close()

    def _is_running(self) -> bool:
        if not self.lua("vim.g.coc_service_initialized or 0"):
            return False
        states = {service["id"]: service["state"] for service in self.coc("services")}
        return states.get("languageserver.fim-lsp") == "running"


def set_up(world: World, folder: str) -> None:
    """What docs/editors/coc.md says to do, with the server of this repository."""
    config = world.home / ".config/nvim"
    config.mkdir(parents=True)
    settings = json.loads((CONFIGURATION / "coc-settings.json").read_text())
    server = settings["languageserver"]["fim-lsp"]
    server["command"], server["args"] = SERVER[0], [*SERVER[1:-1], *server["args"]]
    (config / "coc-settings.json").write_text(json.dumps(settings))
    keys = (CONFIGURATION / "fim-lsp.vim").read_text()
    (config / "init.vim").write_text(f"set runtimepath^={folder}\n{keys}")


@pytest.fixture(scope="module")
def editor(ran: dict[str, str]) -> Iterator[CocNeovim]:
    program = note(ran, install.neovim("sid", "0.12"))
    plugin = note(ran, coc())
    with new_world() as world:
        set_up(world, plugin.path)
        editor = CocNeovim(program, world)
        try:
            yield editor
        finally:
            editor.close()


def test_ghost_text_comes_while_typing_and_tab_takes_it(editor: CocNeovim) -> None:
    editor.open(PREAMBLE + "total = s", "example.py")
    editor.type("u")
    until(lambda: editor.offers("m(values)"), "an offer")
    editor.picture("coc")
    editor.accept()
    until(lambda: editor.text().endswith("sum(values) / len(values)"), "the text")
    assert not editor.ghost()


def test_a_tab_without_ghost_text_is_a_tab(editor: CocNeovim) -> None:
    editor.open("plain = 1\n", "plain.py")
    editor.accept()
    # The language of the file says whether Tab writes a tab or blanks.
    until(lambda: re.match(r"plain = 1\s+\n", editor.text()), "white space")


def test_chat_actions_are_offered(editor: CocNeovim) -> None:
    editor.open(MISTAKEN, "mistaken.py")
    editor.keys("<Esc>ggVG")
    offered = editor.coc("codeActions", "v")
    assert "Explain" in [action["title"] for action in offered]


def test_a_report_opens_by_its_command(editor: CocNeovim) -> None:
    editor.open("plain = 1\n", "plain.py")
    editor.keys("<Esc>")
    editor.command("CocCommand fim-lsp.usage")
    until(lambda: "requests" in editor.text(), "the report")
