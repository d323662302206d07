"""What the Neovim plugin alone does, in every version: reports, commands."""

from __future__ import annotations

import time

import pytest

from .neovim import Neovim
from .scenes import PREAMBLE, SETTLED, becomes, begin, body
from .terminal import steady, until
from .world import MENDED, MISTAKEN

SLOW = 0.8  # seconds until an endpoint far away sends its first word
LOOKS = 0.01  # seconds between two looks at what might flash up
# What `:checkhealth fim_lsp` tells, as one text.
HEALTH = """
    local said, before = {}, vim.tbl_extend("force", {}, vim.health)
    for _, kind in ipairs({ "start", "ok", "info", "warn", "error" }) do
      vim.health[kind] = function(text) said[#said + 1] = text end
    end
    require("fim_lsp.health").check()
    for kind, show in pairs(before) do
      vim.health[kind] = show
    end
    return table.concat(said, "\\n")
"""


class PluginScenes:
    """The scenes; a subclass gives `program`, `editor` and `fresh_editor`."""

    @pytest.mark.parametrize(
        ("command", "shown"),
        [
            ("why", "# The last decisions"),
            ("usage", "# Usage"),
            ("models", "# Models"),
            ("doctor", "# Doctor"),
            ("act explain", "value = left + right"),
        ],
    )
    def test_a_report_is_readable_and_closes_with_q(
        self, editor: Neovim, command: str, shown: str
    ) -> None:
        begin(editor, "total = 1\n")
        editor.keys("<Esc>")
        with editor.on_screen() as terminal:
            terminal.type(f":FimLsp {command}")
            terminal.keys("Enter")
            until(lambda: shown in terminal.text(), "the report")
            screen = terminal.text()
            assert "Error" not in screen
            assert "-- More --" not in screen
            assert "Press ENTER" not in screen
            terminal.type("q")
            until(lambda: shown not in terminal.text(), "the end of the report")
        assert body(editor) == "total = 1\n"

    def test_a_long_message_does_not_stop_the_typing(self, editor: Neovim) -> None:
        begin(editor, "total = 1\n")
        editor.keys("<Esc>")
        with editor.on_screen() as terminal:
            terminal.type(":FimLsp act")
            terminal.keys("Enter")
            until(lambda: "name an action" in terminal.text(), "the message")
            assert "Press ENTER" not in terminal.text()
            terminal.type("x")
        assert any("optimise" in line for line in editor.complaints())

    def test_the_command_fix_sends_what_is_reported(self, editor: Neovim) -> None:
        editor.open(PREAMBLE + MISTAKEN)
        assert editor.marked()
        assert "Fix: Undefined name: valeus" in editor.actions_at("valeus")
        editor.command("FimLsp act fix")
        becomes(editor, MENDED)
        sent = editor.world.api.calls[-1].body["messages"][-1]["content"]
        assert "Undefined name: valeus" in sent

    def test_a_slip_and_its_backspace_bring_the_text_back(self, editor: Neovim) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        asked = editor.world.asked()
        editor.world.api.first_delay = SLOW
        try:
            for _ in range(2):
                editor.type("x")
                until(editor.offers_nothing, "the offer's end")
                editor.keys("<BS>")
                until(lambda: editor.offers("m(values)"), "the offer", SLOW / 2)
        finally:
            editor.world.api.first_delay = 0.0
        time.sleep(SETTLED)
        assert editor.offers("m(values)")
        assert editor.world.asked() <= asked + 2
        editor.accept()
        becomes(editor, "total = sum(values) / len(values)")

    def test_a_slip_right_after_a_key_that_fits_is_a_slip(self, editor: Neovim) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.world.api.first_delay = SLOW
        try:
            editor.type("mq")
            until(editor.offers_nothing, "the offer's end")
            editor.keys("<BS>")
            until(lambda: editor.offers("(values)"), "the offer", SLOW / 2)
            steady(lambda: editor.offers("(values)"), "gone again", 2 * SLOW)
            editor.keys("<BS>")
            until(lambda: editor.offers("m(values)"), "the offer", SLOW / 2)
            steady(lambda: editor.offers("m(values)"), "gone again", 2 * SLOW)
        finally:
            editor.world.api.first_delay = 0.0

    def test_two_keys_against_it_do_not_let_it_flash_up(self, editor: Neovim) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.world.api.first_delay = SLOW
        try:
            editor.type("qw")
            until(editor.offers_nothing, "the offer's end")
            time.sleep(SETTLED)  # until Neovim has told the server
            editor.keys("<BS><BS>")
            steady(editor.offers_nothing, "rejected text flashes up", SLOW)
        finally:
            editor.world.api.first_delay = 0.0

    def test_text_that_was_typed_against_never_flashes_up(self, editor: Neovim) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.world.api.first_delay = SLOW
        try:
            seen = set()
            for key in "xyz = mean = t":
                editor.type(key)
                end = time.monotonic() + SLOW / 4
                while time.monotonic() < end:
                    seen.add(editor.ghost())
                    time.sleep(LOOKS)
            assert not any("values" in text for text in seen), seen
            until(lambda: editor.offers("otal / count"), "an offer for the new text")
        finally:
            editor.world.api.first_delay = 0.0

    def test_restart_ends_the_server_before_it_starts_another(
        self, fresh_editor: Neovim
    ) -> None:
        editor = fresh_editor
        begin(editor, "total = s")
        editor.keys("<Esc>")
        before = editor.world.servers()
        editor.command("FimLsp restart")
        until(lambda: editor.world.servers() not in ([], before), "another server")
        begin(editor, "mean = t")
        editor.type("o")
        until(lambda: editor.offers("tal / count"), "an offer")
        assert len(editor.world.servers()) == 1

    def test_the_health_check_names_a_key_that_was_taken_later(
        self, editor: Neovim
    ) -> None:
        begin(editor, "total = 1")
        editor.keys("<Esc>")
        editor.command("inoremap <buffer> <Tab> later")
        report = editor.run_lua(HEALTH)
        assert "fim-lsp, version" in report
        assert "<Tab> is mapped by something else now" in report
        assert "<C-]> in insert mode: dismiss" in report

    def test_the_statusline_tells_who_completes(self, editor: Neovim) -> None:
        begin(editor, "total = s")
        editor.command("set statusline=%{v:lua.require'fim_lsp'.status()}")
        with editor.on_screen() as terminal:
            until(lambda: "fim deepseek" in terminal.text(), "the status")
        editor.command("set statusline&")

    def test_another_tab_page_shows_nothing_of_this_one(self, editor: Neovim) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.keys("<Esc>")
        editor.command("tabnew")
        begin(editor, "mean = t")
        editor.type("o")
        until(lambda: editor.offers("tal / count"), "an offer")
        editor.keys("<Esc>")
        editor.command("tabprevious")
        assert editor.offers_nothing()
        editor.command("tabonly")
