"""What a Neovim user may have in front that is not a small saved file of one's own."""

from __future__ import annotations

from .install import Program
from .neovim import Neovim
from .scenes import PREAMBLE, becomes, begin, body
from .terminal import until
from .world import DOCUMENTED, MENDED, new_world

LINES = 20_000
SLOW = 1.0  # seconds in which the file is renamed


class BadInputScenes:
    """The scenes; a subclass gives `program`, `editor` and `fresh_editor`."""

    def test_a_buffer_without_a_name_is_told_so(self, editor: Neovim) -> None:
        editor.open("x = 1\n")
        editor.keys("<Esc>")
        editor.command("enew")
        editor.run_lua("vim.bo.filetype = 'python'")
        editor.command("FimLsp act document")
        until(lambda: "no " in editor.complaints()[-1], "the sentence")
        editor.command("bwipeout!")

    def test_a_buffer_that_cannot_be_changed_stays_as_it_is(
        self, editor: Neovim
    ) -> None:
        begin(editor, MENDED)
        editor.command("setlocal nomodifiable")
        editor.actions_at("mean_of")
        editor.command("FimLsp act document")
        sentence = "fim-lsp: The editor did not apply the edit: "
        sentence += "the buffer is not modifiable."
        until(lambda: sentence in editor.complaints(), "the sentence")
        assert body(editor) == MENDED
        editor.command("setlocal modifiable")

    def test_a_file_saved_under_another_name_meanwhile_is_not_edited(
        self, fresh_editor: Neovim
    ) -> None:
        editor = fresh_editor
        begin(editor, MENDED)
        editor.actions_at("mean_of")
        editor.world.api.first_delay = SLOW
        asked = len(editor.world.api.calls)
        editor.command("FimLsp act document")
        until(lambda: len(editor.world.api.calls) > asked, "the question")
        editor.command("saveas! renamed.py")
        words = "was closed or renamed meanwhile"
        until(lambda: any(words in line for line in editor.complaints()), "a sentence")
        assert body(editor) == MENDED
        assert not editor.lua("#vim.fn.getbufinfo({ bufmodified = 1 })"), (
            "a hidden buffer was changed"
        )

    def test_a_large_file_is_completed(self, editor: Neovim) -> None:
        lines = "".join(f"value_{number} = {number}\n" for number in range(LINES))
        editor.open(f"{lines}total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.accept()
        end = "total = sum(values) / len(values)"
        until(lambda: editor.text().endswith(end), "the text")

    def test_windows_line_ends_stay(self, editor: Neovim) -> None:
        editor.edit("", "windows.py")
        path = editor.world.project / "windows.py"
        path.write_bytes(f"{PREAMBLE}{MENDED}".replace("\n", "\r\n").encode())
        editor.command("edit! windows.py")
        until(lambda: editor.lua("#vim.lsp.get_clients({ bufnr = 0 })"), "a client")
        editor.act_at("mean_of", "Document")
        becomes(editor, DOCUMENTED)
        editor.command("write")
        expected = f"{PREAMBLE}{DOCUMENTED}".replace("\n", "\r\n")
        assert path.read_bytes().decode() == expected

    def test_an_emoji_before_the_cursor_keeps_the_place(self, editor: Neovim) -> None:
        begin(editor, "label = '😀👍🏽'; total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.accept()
        becomes(editor, "label = '😀👍🏽'; total = sum(values) / len(values)")

    def test_two_editors_on_one_file_do_not_disturb_each_other(
        self, program: Program
    ) -> None:
        with new_world() as world:
            world.set_up("neovim")
            one, other = Neovim(program, world), Neovim(program, world, "other")
            try:
                one.open(f"{PREAMBLE}total = s", "shared.py")
                other.open(f"{PREAMBLE}total = s", "shared.py")
                one.type("u")
                until(lambda: one.offers("m(values)"), "an offer in one")
                one.accept()
                becomes(one, "total = sum(values) / len(values)")
                one.keys("<CR>")
                one.command("write!")
                other.keys("<Esc>")
                other.command("edit!")
                other.keys("Gomean = t")
                until(lambda: other.offers("otal / count"), "an offer in the other")
                other.accept()
                mean = "total = sum(values) / len(values)\n"
                until(lambda: "mean = total / count" in body(other), "the text")
                assert body(other).startswith(mean)
                assert len(world.servers()) == 2
            finally:
                one.close()
                other.close()
