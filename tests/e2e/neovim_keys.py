"""The keys of the Neovim plugin: each does what it did before where nothing is shown.

A Neovim with the plugin is compared with one without it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from .install import Program
from .neovim import Neovim
from .scenes import PREAMBLE, SETTLED, becomes
from .terminal import Terminal, until
from .world import new_world

KEYS = ("Tab", "M-Right", "M-]", "C-]")
# What a user, or a plugin that is loaded before ours, has mapped.
MAPPED = "".join(f'vim.keymap.set("i", "<{key}>", "[{key[-1]}]")\n' for key in KEYS)
ABBREVIATED = 'vim.cmd("iabbrev two 2")\n'
# As vim-vsnip's page says: the result is mapped again, unless it is the key itself.
SNIPPETS = """
vim.cmd([[
  inoremap <Plug>(jump) JUMP
  imap <expr> <Tab> get(g:, "can_jump", 0) ? "<Plug>(jump)" : "<Tab>"
  imap <expr> <C-]> get(g:, "can_jump", 0) ? "<Plug>(jump)" : "<C-]>"
  nmap <Tab> <Tab>x
]])
"""
# As LuaSnip's page says.
FUNCTION = """
vim.keymap.set({ "i", "s" }, "<Tab>", function()
  if vim.g.can_jump then
    vim.api.nvim_put({ "JUMP" }, "c", false, true)
  else
    vim.api.nvim_feedkeys(vim.keycode("<Tab>"), "n", false)
  end
end)
"""
MENU = """
vim.keymap.set("i", "<Tab>", function()
  return vim.fn.pumvisible() == 1 and "<C-n>" or "<Tab>"
end, { expr = true })
vim.cmd("nnoremap <silent> <Esc> :nohlsearch<CR><Esc>")
"""
NOTHING = 'vim.cmd("imap <Tab> <Nop> | nmap <Esc> <Nop>")\n'
EARLIER = ["", MAPPED, ABBREVIATED]
PLUGINS = [SNIPPETS, FUNCTION, MENU, NOTHING]
# Keys in one go: recorded, counted, repeated, in the middle of another command.
SEQUENCES = (
    "qqA a<Tab>b<Esc>q@q",
    "qqA a<C-]>b<Esc>q@q",
    "qqx<Esc>xq@q",
    "A a<Tab>b<Esc>.",
    "3A a<Tab>b<Esc>",
    "GggGgg2<C-o>2<Tab>x",
    '2"a<Esc>x',
    "A<C-o><Tab>x",
    "A<C-o><Esc>x",
    "ione on<C-n><Tab>x",
    "R<Tab>x<Esc>",
    ":let g:can_jump = 1<CR>A a<Tab>b<Esc>:unlet g:can_jump<CR>",
)
LINES = ["one two", "three four", "five", "six"]
# A mapping made after ours, by an expression in which no text may be changed.
LATER = """
vim.keymap.set("i", "<Tab>", function()
  return require("fim_lsp").accept() and "" or "<Tab>"
end, { expr = true })
"""


class KeyScenes:
    """The scenes; a subclass gives `program` and `editor`."""

    @pytest.mark.parametrize("earlier", EARLIER)
    def test_a_key_does_what_it_did_where_nothing_is_offered(
        self, program: Program, earlier: str
    ) -> None:
        with_plugin, without = (
            _each_key(program, earlier, with_plugin=value) for value in (True, False)
        )
        assert with_plugin == without

    @pytest.mark.parametrize("earlier", ["", *PLUGINS])
    def test_keys_in_macros_counts_and_repeats_do_what_they_did(
        self, program: Program, earlier: str
    ) -> None:
        with_plugin, without = (
            _sequences(program, earlier, with_plugin=value) for value in (True, False)
        )
        assert with_plugin == without

    def test_a_later_mapping_takes_the_text_by_the_function(
        self, editor: Neovim
    ) -> None:
        editor.open(f"{PREAMBLE}total = s")
        editor.run_lua("mapping = vim.fn.maparg('<Tab>', 'i', false, true)")
        editor.run_lua(LATER)
        try:
            editor.type("u")
            until(lambda: editor.offers("m(values)"), "an offer")
            editor.accept()
            becomes(editor, "total = sum(values) / len(values)")
        finally:
            editor.run_lua("vim.fn.mapset('i', false, mapping)")


State = tuple[str, list[int], str]  # the text, the cursor and the mode


def _each_key(program: Program, earlier: str, *, with_plugin: bool) -> dict[str, State]:
    """What is there after each of the keys, typed in a terminal."""
    with _neovim(program, earlier, with_plugin=with_plugin) as editor:
        editor.edit("~\n")
        with editor.on_screen() as terminal:
            return {key: _after_key(editor, terminal, key) for key in KEYS}


def _sequences(
    program: Program, earlier: str, *, with_plugin: bool
) -> dict[str, State]:
    with _neovim(program, earlier, with_plugin=with_plugin) as editor:
        return {keys: _after_sequence(editor, keys) for keys in SEQUENCES}


@contextmanager
def _neovim(program: Program, earlier: str, *, with_plugin: bool) -> Iterator[Neovim]:
    with new_world("echo") as world:
        config = world.home / ".config/nvim/init.lua"
        config.parent.mkdir(parents=True)
        config.write_text(earlier)
        if with_plugin:
            world.set_up("neovim")
        editor = Neovim(program, world)
        try:
            yield editor
        finally:
            editor.close()


def _after_sequence(editor: Neovim, keys: str) -> State:
    editor.keys("<C-\\><C-n>")
    until(lambda: editor.lua("vim.fn.mode()") == "n", "normal mode")
    editor.command("enew! | clearjumps")
    editor.run_lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, ...)", LINES)
    # The last key is typed once all others have been dealt with.
    editor.keys(f"{keys}<Cmd>let g:done = 1<CR>")
    until(lambda: editor.lua("vim.g.done"), "the end of the keys")
    editor.run_lua("vim.g.done = nil")
    return _state(editor)


def _after_key(editor: Neovim, terminal: Terminal, key: str) -> State:
    editor.edit("one\n")
    terminal.type("A two")
    until(lambda: editor.text() == "one two\n", "the words")
    terminal.keys(key)
    time.sleep(SETTLED)
    terminal.type("x")  # a letter, or the deletion of one
    time.sleep(SETTLED)
    return _state(editor)


def _state(editor: Neovim) -> State:
    cursor = editor.lua("vim.api.nvim_win_get_cursor(0)")
    return editor.text(), cursor, editor.lua("vim.fn.mode(1)")
