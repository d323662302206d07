"""The files of editors, before and after they are set up."""

from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.cli.setup import EDITORS, run
from fim_lsp.cli.setup.change import Target
from fim_lsp.errors import InputError

COMMAND = ("/opt/fim-lsp/bin/fim-lsp", "--stdio")
FILES = {
    "vscode": ".config/Code/User/settings.json",
    "neovim": ".config/nvim/plugin/fim-lsp.lua",
    "helix": ".config/helix/languages.toml",
    "emacs": ".config/emacs/init.el",
    "sublime": ".config/sublime-text/Packages/User/LSP.sublime-settings",
    "kate": ".config/kate/lspclient/settings.json",
    "cursor": ".config/Cursor/User/settings.json",
    "vscodium": ".config/VSCodium/User/settings.json",
    "zed": ".config/zed/settings.json",
}
editors = pytest.mark.parametrize("editor", list(EDITORS))


def given_file(target: Target, editor: str, text: str) -> Path:
    path = target.home / FILES[editor]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def refusal(editor: str, target: Target) -> str:
    """The sentence with which `editor` is refused; nothing may have been written."""
    before = {p: p.read_bytes() for p in target.home.rglob("*") if p.is_file()}
    with pytest.raises(InputError) as caught:
        run(editor, target, write=True)
    assert {p: p.read_bytes() for p in target.home.rglob("*") if p.is_file()} == before
    return caught.value.sentence
