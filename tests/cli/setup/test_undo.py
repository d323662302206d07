"""`setup --undo` takes out what was set up, and nothing else."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from fim_lsp.cli import cli
from fim_lsp.cli.setup import EDITORS, run, undo
from fim_lsp.cli.setup.change import Target
from fim_lsp.cli.setup.jsonc import parse

from .files import FILES, editors, given_file

# What each editor's file may hold before, in the editor's own language.
HELD = {
    "helix": 'theme = "base16"\n\n[[language]]\nname = "rust"\nindent = 4\n',
    "emacs": "(setq inhibit-startup-screen t)\n",
}
JSON_HELD = '{\n  // mine\n  "a": [1, 2],\n  "b": {"c": true}\n}\n'


@pytest.mark.parametrize("editor", [name for name in EDITORS if name != "neovim"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_undo_leaves_the_file_as_it_was(
    editor: str, target: Target, line_end: str
) -> None:
    text = HELD.get(editor, JSON_HELD).replace("\n", line_end)
    path = given_file(target, editor, text)
    run(editor, target, write=True)
    assert path.read_bytes() != text.encode()
    undo(editor, target)
    if editor == "helix":  # an entry without a list of servers keeps the default one
        assert "fim-lsp" not in path.read_bytes().decode()
        return
    parsed = parse(path.read_bytes().decode()) if editor != "emacs" else None
    if parsed and "c" in str(parsed.get("b")):
        leftover = {"clients", "servers", "lsp"}
        assert {key: parsed[key] for key in parsed.keys() - leftover} == parse(text)
        assert all(parsed[key] == {} for key in parsed.keys() & leftover)
    else:
        assert path.read_bytes().decode() == text


@editors
def test_undo_deletes_a_file_that_was_made_for_us(editor: str, target: Target) -> None:
    run(editor, target, write=True)
    undo(editor, target)
    path = target.home / FILES[editor]
    assert not path.exists() or "fim" not in path.read_text()


@editors
def test_undo_of_what_was_never_set_up_changes_nothing(
    editor: str, target: Target
) -> None:
    assert "nothing was changed" in undo(editor, target)
    assert not any(path.is_file() for path in target.home.rglob("*"))


@editors
def test_undo_keeps_what_was_written_by_hand_since(editor: str, target: Target) -> None:
    run(editor, target, write=True)
    path = target.home / FILES[editor]
    text = path.read_text()
    if editor in ("helix", "emacs"):
        comment = "#" if editor == "helix" else ";;"
        path.write_text(f"{text}{comment} mine\n")
    elif editor != "neovim":
        path.write_text(text.replace("{", '{ "mine": 1,', 1))
    else:
        return
    undo(editor, target)
    assert "mine" in path.read_text()
    assert "fim-lsp" not in path.read_text()


def test_write_and_undo_exclude_each_other() -> None:
    result = CliRunner().invoke(cli, ["setup", "kate", "--write", "--undo"])
    assert result.exit_code == 2
