"""Neovim draws the next edit: two changes are typed, the third is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import install
from .conftest import note
from .neovim import Neovim
from .terminal import steady, until
from .world import new_world

SPACE = "fim_lsp.next_edit"
TEXT = "".join(f"{name} = client.get({n})\n" for n, name in enumerate("abcd", 1))


@pytest.fixture(scope="module")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.neovim("sid", "0.12"))


@pytest.fixture
def editor(program: install.Program) -> Iterator[Neovim]:
    with new_world("echo") as world:
        world.set_up("neovim")
        editor = Neovim(program, world)
        try:
            yield editor
        finally:
            editor.close()


def drawn(editor: Neovim) -> str:
    """The new text that is drawn."""
    marks = [details for *_, details in editor.marks(SPACE)]
    rows = [each["virt_text"] for each in marks if "virt_text" in each]
    return "".join(part[0] for row in rows for part in row)


def twice(editor: Neovim) -> None:
    """Two changes, by the keys of everybody."""
    editor.open(TEXT)
    editor.keys("<Esc>gg0/get<CR>cgnfetch<Esc>")
    until(lambda: editor.text().startswith("a = client.fetch(1)"), "the first change")
    editor.keys("ncgnfetch<Esc>")
    until(lambda: "b = client.fetch(2)" in editor.text(), "the second change")


def row(editor: Neovim) -> int:
    return int(editor.lua("vim.api.nvim_win_get_cursor(0)[1]"))


def test_the_third_is_shown_jumped_to_applied_and_undone_in_one_step(
    editor: Neovim,
) -> None:
    twice(editor)
    until(lambda: drawn(editor) == "fetch (2)", "the third")
    assert row(editor) == 2
    with editor.on_screen() as terminal:
        until(lambda: "getfetch" in terminal.text(), "the drawing")
        terminal.picture("neovim-next-edit")
    editor.keys("<Tab>")
    until(lambda: row(editor) == 3, "the jump")
    assert editor.text() == TEXT.replace("get(1", "fetch(1").replace("get(2", "fetch(2")
    editor.keys("<Tab>")
    until(lambda: "c = client.fetch(3)" in editor.text(), "the edit")
    until(lambda: drawn(editor) == "fetch", "the fourth")
    editor.keys("u")
    until(lambda: "c = client.get(3)" in editor.text(), "undone in one step")
    assert "b = client.fetch(2)" in editor.text()


def test_all_that_remain_are_one_undo_step(editor: Neovim) -> None:
    twice(editor)
    until(lambda: drawn(editor), "the third")
    editor.command("FimLsp applyNextEdit all")
    until(lambda: editor.text() == TEXT.replace("get", "fetch"), "all")
    editor.keys("u")
    until(lambda: editor.text().count("get") == 2, "undone in one step")


def test_what_is_dismissed_stays_away(editor: Neovim) -> None:
    twice(editor)
    until(lambda: drawn(editor), "the third")
    editor.keys("<Esc>")
    until(lambda: not drawn(editor), "nothing drawn")
    editor.keys("Gk0/get<CR>")
    steady(lambda: not drawn(editor), "drawn again", 1.0)


def test_a_change_that_touches_it_takes_it_away_at_once(editor: Neovim) -> None:
    twice(editor)
    until(lambda: drawn(editor), "the third")
    editor.keys("/get(3<CR>x")
    until(lambda: "c = client.et(3)" in editor.text(), "the change")
    until(lambda: not drawn(editor), "nothing drawn")


def test_tab_does_what_it_did_where_nothing_is_shown(editor: Neovim) -> None:
    editor.open(TEXT)
    editor.keys("<Esc>ggG<C-o>")
    until(lambda: row(editor) == 1, "back in the jump list")
    editor.keys("<Tab>")
    until(lambda: row(editor) > 1, "forward in the jump list")
